package users

import (
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
)

// Options of a Store.
type Options struct {
	Passwords *Passwords
	// Phone checks an extension and a desk phone's password and makes the digests
	// that are stored. Its error is a crm.Error.
	Phone func(extension, password string) (md5, sha256 string, err error)
	// SignedOut, if set, hears of every session that this process ended, so that its
	// live sockets can be closed. It must not block.
	SignedOut func(user, session crm.ID)
	Now       func() time.Time // nil = the clock
}

// Store keeps people, their sessions and tokens in PostgreSQL.
type Store struct {
	pool      *pgxpool.Pool
	passwords *Passwords
	phone     func(extension, password string) (string, string, error)
	signedOut func(user, session crm.ID)
	now       func() time.Time
	slowdown  *slowdown
	known     *known
}

// New makes a store.
func New(pool *pgxpool.Pool, o Options) *Store {
	s := &Store{pool: pool, passwords: o.Passwords, phone: o.Phone, signedOut: o.SignedOut, now: o.Now}
	if s.now == nil {
		s.now = time.Now
	}
	if s.signedOut == nil {
		s.signedOut = func(crm.ID, crm.ID) {}
	}
	s.slowdown, s.known = newSlowdown(s.now), newKnown(s.now)
	return s
}

// Forget drops what the store remembers of sessions and rights, so that a change by
// another process (callcard apply, psql) is seen at once. Call it when the office has
// changed.
func (s *Store) Forget() { s.known.clear() }
