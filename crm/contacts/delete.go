package contacts

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const (
	deleteSQL         = `update contact set deleted_at = now(), version = version + 1, updated_at = now() where id = @id`
	deleteChannelsSQL = `update channel set deleted_at = now() where contact_id = @id and deleted_at is null`
	// A link to a card that nobody sees could never be taken away, and would spoil what the
	// other card's links say: whom one acts for, and whether its kind may change.
	deleteLinksSQL = `delete from contact_link where person_id = @id or company_id = @id`
	forgetHintsSQL = `delete from number_hint where contact_id = @id`
)

// Delete puts a card away: nobody sees it, its numbers are free for another card,
// its links go, its history stays. Conflict as in Patch; version 0 deletes whatever it has become.
func (s *Store) Delete(ctx context.Context, v crm.Viewer, id crm.ID, version int) error {
	var c Contact
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		c, err = one(ctx, tx, v, crm.Delete, lockSQL, id)
		if err != nil {
			return err
		}
		if version != 0 && version != c.Version {
			return changedSince(ctx, tx, c, version)
		}
		for _, sql := range []string{deleteSQL, deleteChannelsSQL, deleteLinksSQL, forgetHintsSQL} {
			if _, err := tx.Exec(ctx, sql, pgx.NamedArgs{"id": string(c.ID)}); err != nil {
				return err
			}
		}
		return db.Audit(ctx, tx, db.Entry{
			Viewer: v, Action: "delete", Object: crm.Contacts, ID: c.ID,
			Diff: map[string][2]any{"version": {c.Version, c.Version + 1}},
		})
	})
	if err != nil {
		return fmt.Errorf("delete contact %s: %w", id, err)
	}
	s.changed(Change{Was: c, By: v.User})
	return nil
}
