package users

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// RecordForcedState writes into the audit that v has put an agent into another state, and
// why. The state itself is not kept here.
func (s *Store) RecordForcedState(ctx context.Context, v crm.Viewer, agent crm.ID, state, reason string) error {
	return db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		return db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "force_state", Object: "users", ID: agent,
			Diff: map[string][2]any{"state": {nil, state}, "reason": {nil, reason}}})
	})
}
