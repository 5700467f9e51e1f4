package notifications

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm/db/dbtest"
)

// Every statement of the package is one that the migrated database understands.
func TestStatementsPrepare(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, sql := range []string{addNotification, ofUnread(false), ofUnread(true), countUnread, readUpTo, readThese, pruneOld} {
		text, _, err := pgx.NamedArgs{}.RewriteQuery(t.Context(), conn, sql, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Prepare(t.Context(), "", text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
}
