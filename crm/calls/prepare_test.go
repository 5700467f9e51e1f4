package calls

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
)

// Every statement of the package is one that the migrated database understands.
func TestStatementsPrepare(t *testing.T) {
	conn, err := dbtest.New(t).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	testTime := time.Now()
	v := crm.Viewer{Grants: crm.Grants{crm.Calls: {crm.Read: crm.Subtree}, crm.Contacts: {crm.Read: crm.Unit}}}
	where, args, err := conditions(v, Filter{
		Q: "x anvar", Phone: "x", Agent: "x", Queues: []string{"x"}, Source: "x", Contact: "x", Unit: "x", Direction: "x", State: "x", Result: "x", Outcome: "x", Recorded: true, Since: testTime, Until: testTime, After: cursor(testTime, crm.NewID()),
	})
	if err != nil {
		t.Fatal(err)
	}
	args["limit"] = 1
	list := seenBy(v, listCalls, args) + ` where ` + where + newestFirst
	for sql, names := range map[string][]string{
		selectFacts: {"ids"}, selectKnown: {"ids"}, selectDead: {"ids"}, selectStory: {"id"}, selectTrace: {"id"},
		insertFacts: {"calls", "seqs", "ats", "kinds", "data"}, upsertCalls: {"rows"}, upsertOffers: {"rows"}, upsertRecordings: {"rows"},
		insertDeadLetter: {"call", "seq", "fact", "error"}, insertTrace: {"call", "messages"}, pruneTraces: {"age"},
		attachCard: {"contact", "name", "id"}, dispose: {"outcome", "disposition", "id"}, selectWrapUps: {"agents", "since"}, countTalks: {"since"},
		list: keys(args),
	} {
		named := pgx.StrictNamedArgs{}
		for _, n := range names {
			named[n] = nil
		}
		text, _, err := named.RewriteQuery(t.Context(), nil, sql, []any{named})
		if err != nil {
			t.Errorf("%v\n%s", err, sql)
			continue
		}
		if _, err := conn.Conn().Prepare(t.Context(), "", text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
}

func keys(m map[string]any) []string {
	var k []string
	for name := range m {
		k = append(k, name)
	}
	return k
}
