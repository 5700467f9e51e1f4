package contacts

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// Existing is a card that has a number already.
type Existing struct {
	ID    crm.ID `json:"id"`
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

const lockNumberSQL = `select lock_number(@norm)`

const existingSQL = `
select distinct c.id, c.name, x.norm as phone
from channel x join contact c on c.id = x.contact_id
where x.norm = any(@norms) and x.kind = 'phone' and x.deleted_at is null and c.deleted_at is null
  and c.id <> @self and {scope}
order by c.id
limit 20`

// claimNumbers makes sure that nobody gives the phones among channels to another
// card at the same time, a caller included, and refuses them if a card that v can
// see has one. Cards out of his sight don't count: that they exist is not his to
// know, and two offices may well know the same person.
func (s *Store) claimNumbers(ctx context.Context, tx pgx.Tx, v crm.Viewer, self crm.ID, channels []Channel, force bool) error {
	var norms []string
	for _, ch := range channels {
		if ch.Kind == Phone {
			norms = append(norms, ch.Norm)
		}
	}
	slices.Sort(norms) // everybody locks in the same order
	norms = slices.Compact(norms)
	for _, norm := range norms {
		if _, err := tx.Exec(ctx, lockNumberSQL, pgx.NamedArgs{"norm": norm}); err != nil {
			return fmt.Errorf("lock a number: %w", err)
		}
	}
	if force || len(norms) == 0 {
		return nil
	}
	args := pgx.NamedArgs{"norms": norms, "self": string(self)}
	existing, err := collect[Existing](ctx, tx, scoped(existingSQL, v, crm.Read, args), args)
	if err != nil {
		return fmt.Errorf("look for cards with the same number: %w", err)
	}
	if len(existing) == 0 {
		return nil
	}
	return &crm.Error{
		Code: crm.Conflict, Field: "channels", Message: "Another contact has this number already.",
		Detail: map[string]any{"existing": existing},
	}
}
