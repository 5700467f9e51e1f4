package contacts

import (
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/phone"
)

// Store keeps the cards in PostgreSQL.
type Store struct {
	pool     *pgxpool.Pool
	rules    func(unit crm.ID) phone.Rules
	listener Listener // may be nil
}

// NewStore needs the rules by which numbers that people of a unit type are read.
func NewStore(pool *pgxpool.Pool, rules func(unit crm.ID) phone.Rules) *Store {
	return &Store{pool: pool, rules: rules}
}
