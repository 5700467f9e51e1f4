package contacts

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const getSQL = `
select ` + columns + `
from contact c
where c.id = survivor(@id) and c.deleted_at is null and {scope}`

// Get is the card with its channels. The id of a merged card gives the card it was
// merged into; its ID tells so. NotFound for what v may not read.
func (s *Store) Get(ctx context.Context, v crm.Viewer, id crm.ID) (Contact, error) {
	return get(ctx, s.pool, v, id)
}

func get(ctx context.Context, q db.Querier, v crm.Viewer, id crm.ID) (Contact, error) {
	return one(ctx, q, v, crm.Read, getSQL, id)
}

// one reads the card that sql finds by @id, if v may do a on it.
func one(ctx context.Context, q db.Querier, v crm.Viewer, a crm.Action, sql string, id crm.ID) (Contact, error) {
	if _, err := crm.ParseID(string(id)); err != nil {
		return Contact{}, noSuchContact()
	}
	args := pgx.NamedArgs{"id": string(id)}
	rows, err := collect[row](ctx, q, scoped(sql, v, a, args), args)
	if err != nil {
		return Contact{}, fmt.Errorf("read contact %s: %w", id, err)
	}
	if len(rows) == 0 {
		return Contact{}, noSuchContact()
	}
	found := []Contact{rows[0].contact()}
	if err := withChannels(ctx, q, found); err != nil {
		return Contact{}, err
	}
	return found[0], nil
}

func noSuchContact() error {
	return crm.Errorf(crm.NotFound, "There is no such contact.")
}
