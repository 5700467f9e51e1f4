package contacts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// MadeCard is a card that Identify has made for a call.
type MadeCard struct {
	Contact crm.ID
	Number  string // as Identify was asked
	Unit    crm.ID
	Name    string // the caller's display name
}

const lostSQL = `
select m.id from unnest(@made::text[]::uuid[]) m(id) where not exists (select from contact c where c.id = m.id)`

const leadSQL = `
insert into contact (id, kind, name, search_key, unit_id, auto_created, merged_into, deleted_at)
select @lost, kind, name, search_key, unit_id, true, id, now() from contact where id = @survivor
on conflict do nothing`

// Restore makes those of the cards again, under their ids, that the database has lost:
// Identify does not wait for the disk, so a server that dies in the next moment forgets
// what it has told. Where the number has got another card since, the lost one leads
// there, as if it had been merged.
func (s *Store) Restore(ctx context.Context, made []MadeCard) error {
	ids := make([]string, len(made))
	for i, card := range made {
		ids[i] = string(card.Contact)
	}
	lost, err := collectIDs(ctx, s.pool, lostSQL, pgx.NamedArgs{"made": ids})
	if err != nil {
		return fmt.Errorf("look for cards that calls have made: %w", err)
	}
	for _, card := range made {
		if !slices.Contains(lost, card.Contact) {
			continue
		}
		err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error { return restore(ctx, tx, card) })
		if err != nil {
			return fmt.Errorf("make the lost contact %s again: %w", card.Contact, err)
		}
	}
	return nil
}

func restore(ctx context.Context, tx pgx.Tx, card MadeCard) error {
	var ext string
	card.Number, ext, _ = strings.Cut(card.Number, ";ext=")
	found, err := look(ctx, tx, card, ext)
	if err != nil || len(found) == 0 || found[0].ContactID == nil || *found[0].ContactID == card.Contact {
		return err
	}
	_, err = tx.Exec(ctx, leadSQL, pgx.NamedArgs{"lost": string(card.Contact), "survivor": string(*found[0].ContactID)})
	return err
}
