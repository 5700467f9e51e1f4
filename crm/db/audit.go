package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// Entry is a line of the audit: who did what to which object, and what changed.
type Entry struct {
	Viewer crm.Viewer
	Action string // create, update, delete, login, listen, apply, …
	Object crm.Object
	ID     crm.ID
	Diff   map[string][2]any // field -> old, new; never a secret
}

// Audit writes e in the transaction of the change it tells of.
func Audit(ctx context.Context, tx Querier, e Entry) error {
	_, err := tx.Exec(ctx, `
insert into audit (id, user_id, login, via, ip, action, object, object_id, diff)
values (@id, nullif(@user, '')::uuid, @login, @via, nullif(@ip, '')::inet, @action, @object, nullif(@object_id, '')::uuid, @diff)`,
		pgx.NamedArgs{
			"id": crm.NewID(), "user": string(e.Viewer.User), "login": e.Viewer.Login, "via": e.Viewer.Via, "ip": e.Viewer.IP,
			"action": e.Action, "object": string(e.Object), "object_id": string(e.ID), "diff": e.Diff,
		})
	if err != nil {
		return fmt.Errorf("write the audit: %w", err)
	}
	return nil
}
