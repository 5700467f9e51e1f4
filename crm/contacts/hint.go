package contacts

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const hintSQL = `
insert into number_hint (norm, kind, contact_id, user_id) values (@norm, @kind, @contact, @user)
on conflict (norm) do update
set kind = excluded.kind, contact_id = excluded.contact_id, user_id = excluded.user_id, updated_at = now()`

const unhintSQL = `delete from number_hint where norm = @norm`

const hasNumberSQL = `
select c.id
from channel x join contact c on c.id = x.contact_id
where x.norm = @norm and x.kind = 'phone' and x.deleted_at is null and c.deleted_at is null and {scope}`

// ChooseCandidate remembers whose a shared number is. With Chosen the card comes
// first the next time; with Always it opens without asking. NotFound unless v may
// read the card, Invalid when it does not have the number.
func (s *Store) ChooseCandidate(ctx context.Context, v crm.Viewer, norm string, contact crm.ID, hint Hint) error {
	if hint != Chosen && hint != Always {
		return crm.InvalidField("hint", "A card is chosen for once or always.")
	}
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		c, err := get(ctx, tx, v, contact)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(c.Channels, func(ch Channel) bool { return ch.Kind == Phone && ch.Norm == norm }) {
			return crm.InvalidField("contact_id", "This contact does not have the number.")
		}
		return writeHint(ctx, tx, v, norm, hint, c.ID)
	})
	if err != nil {
		return fmt.Errorf("choose contact %s for a number: %w", contact, err)
	}
	return nil
}

// MarkNumber says what to do with a number: Spam and Internal get no card, Ask is
// never opened without asking, NoHint forgets. v needs the right to change one of the
// cards that have the number; who may change all cards may mark any number. NotFound
// otherwise, whether the number belongs to somebody else's card or to none.
func (s *Store) MarkNumber(ctx context.Context, v crm.Viewer, norm string, hint Hint) error {
	if !slices.Contains([]Hint{Spam, Internal, Ask, NoHint}, hint) {
		return crm.InvalidField("hint", "A number is spam, internal, to be asked for, or nothing.")
	}
	if !v.Can(crm.Contacts, crm.Update) {
		return crm.Errorf(crm.Forbidden, "You may not change contacts.")
	}
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		mine, err := owners(ctx, tx, v, norm)
		if err != nil {
			return err
		}
		if len(mine) == 0 && v.Reach(crm.Contacts, crm.Update) != crm.All {
			return crm.Errorf(crm.NotFound, "None of your contacts has this number.")
		}
		return writeHint(ctx, tx, v, norm, hint, "")
	})
	if err != nil {
		return fmt.Errorf("mark a number: %w", err)
	}
	return nil
}

// owners are the cards with the number that v may change.
func owners(ctx context.Context, tx db.Querier, v crm.Viewer, norm string) ([]crm.ID, error) {
	args := pgx.NamedArgs{"norm": norm}
	return collectIDs(ctx, tx, scoped(hasNumberSQL, v, crm.Update, args), args)
}

func writeHint(ctx context.Context, tx db.Querier, v crm.Viewer, norm string, hint Hint, contact crm.ID) error {
	sql, args := unhintSQL, pgx.NamedArgs{"norm": norm}
	if hint != NoHint {
		sql, args = hintSQL, pgx.NamedArgs{"norm": norm, "kind": string(hint), "contact": orNull(contact), "user": orNull(v.User)}
	}
	if _, err := tx.Exec(ctx, sql, args); err != nil {
		return err
	}
	return db.Audit(ctx, tx, db.Entry{
		Viewer: v, Action: "hint", Object: crm.Contacts, ID: contact,
		Diff: map[string][2]any{"number." + norm: {nil, string(hint)}},
	})
}
