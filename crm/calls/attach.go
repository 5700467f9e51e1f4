package calls

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const attachCard = `
update call set contact_id = @contact, contact_name = @name, card_chosen = true where id = @id`

// Attach says by hand whose card a call belongs to: one of several candidates, or
// the card of an anonymous caller. name is the card's. The caller of Attach has
// checked that viewer may use the card. A call that has ended comes into the card's
// timeline; one that goes on will, when the Writer stores its end. The row is locked, so
// that the end falls on one side or the other. The call's notes go with it. Attach
// gives the call as it is now.
func (s *Store) Attach(ctx context.Context, v crm.Viewer, call, contact crm.ID, name string) (Call, error) {
	var c Call
	var after afterwards
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		after = nil
		c, err = s.find(ctx, tx, v, crm.Calls, crm.Update, call, " for update of c")
		if err != nil {
			return err
		}
		if c.Contact == contact {
			return nil
		}
		if _, err := tx.Exec(ctx, attachCard, pgx.StrictNamedArgs{"contact": contact, "name": clean(name), "id": call}); err != nil {
			return fmt.Errorf("attach a call to a card: %w", err)
		}
		old := c.Contact
		c.Contact, c.ContactName = contact, name
		if err := after.add(s.cards.MoveNotes(ctx, tx, call, contact)); err != nil {
			return err
		}
		if c.State == Ended {
			if err := s.cards.Touch(ctx, tx, []Touch{touchOf(&c)}); err != nil {
				return fmt.Errorf("touch the card: %w", err)
			}
			if err := after.add(s.cards.AddActivities(ctx, tx, []Activity{activityOf(&c)})); err != nil {
				return fmt.Errorf("write the timeline: %w", err)
			}
		}
		return db.Audit(ctx, tx, db.Entry{
			Viewer: v, Action: string(crm.Update), Object: crm.Calls, ID: call, Diff: map[string][2]any{"contact": {old, contact}},
		})
	})
	if err != nil {
		return Call{}, err
	}
	after.run()
	return c, nil
}
