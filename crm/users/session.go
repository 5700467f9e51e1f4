package users

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// seenEvery is how exactly the last use of a session is stored.
const seenEvery = time.Minute

const (
	selectSession = `
select s.id as session_id, s.seen_at, s.expires_at, ` + personColumns + `
from session s join ` + personTables + ` on a.id = s.user_id
where s.token_hash = @hash and s.revoked_at is null and s.expires_at > @now and s.seen_at > @idle and a.blocked_at is null`
	touchSession = `update session set seen_at = @now, ip = coalesce(nullif(@ip, '')::inet, ip) where id = @id and seen_at < @now`
	endSession   = `update session set revoked_at = @now where token_hash = @hash and revoked_at is null returning id, user_id`
)

// Session is a session as its owner and the admin see it.
type Session struct {
	ID        crm.ID
	UserID    crm.ID
	Login     string
	CreatedAt time.Time
	SeenAt    time.Time // to the minute
	ExpiresAt time.Time
	IP        *netip.Addr
	UserAgent string
}

// Session finds out who holds the token; crm.Unauthorized when it is no good. It
// costs a map read most of the time.
func (s *Store) Session(ctx context.Context, token, ip string) (SignedIn, error) {
	return s.signedIn(ctx, hashOf(token), ip, s.readSession)
}

// signedIn asks the memory, then the database.
func (s *Store) signedIn(ctx context.Context, h hash, ip string, read func(context.Context, hash, string) (SignedIn, error)) (SignedIn, error) {
	in, fresh, found, era := s.known.get(h)
	if !fresh {
		read, err := read(ctx, h, ip)
		switch {
		case err == nil:
			in = read
			s.known.put(h, in, era)
		case found && crm.CodeOf(err) == crm.Unavailable:
			// the database is away: the one we know is good enough
		default:
			return SignedIn{}, err
		}
	}
	if now := s.now(); !in.ExpiresAt.IsZero() && !now.Before(in.ExpiresAt) {
		return SignedIn{}, errSignIn()
	}
	in.Viewer.IP = cleanIP(ip)
	return in, nil
}

func (s *Store) readSession(ctx context.Context, h hash, ip string) (SignedIn, error) {
	type row struct {
		SessionID         crm.ID
		SeenAt, ExpiresAt time.Time
		person
	}
	now := s.now()
	rows, err := s.pool.Query(ctx, selectSession, pgx.NamedArgs{"hash": h[:], "now": now, "idle": now.Add(-idleFor)})
	if err != nil {
		return SignedIn{}, fmt.Errorf("look up a session: %w", db.Translate(err))
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[row])
	if errors.Is(err, pgx.ErrNoRows) {
		return SignedIn{}, errSignIn()
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("look up a session: %w", db.Translate(err))
	}
	if now.Sub(r.SeenAt) > seenEvery {
		if _, err := s.pool.Exec(ctx, touchSession, pgx.NamedArgs{"id": r.SessionID, "now": now, "ip": cleanIP(ip)}); err != nil {
			return SignedIn{}, fmt.Errorf("note the use of a session: %w", db.Translate(err))
		}
	}
	in := r.signedIn("ui", ip)
	in.Session, in.ExpiresAt = r.SessionID, r.ExpiresAt
	return in, nil
}

// Logout ends the session of the token. An unknown token is no error.
func (s *Store) Logout(ctx context.Context, token, ip string) error {
	var ended ended
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		h := hashOf(token)
		rows, err := tx.Query(ctx, endSession, pgx.NamedArgs{"hash": h[:], "now": s.now()})
		if err != nil {
			return err
		}
		ended, err = collectEnded(rows)
		if err != nil || len(ended) == 0 {
			return err
		}
		viewer := crm.Viewer{User: ended[0].UserID, Via: "ui", IP: cleanIP(ip)}
		return db.Audit(ctx, tx, db.Entry{Viewer: viewer, Action: "logout", Object: "sessions", ID: ended[0].ID})
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	s.announce(ended)
	return nil
}

// ended are sessions that were just revoked.
type ended []struct{ ID, UserID crm.ID }

func collectEnded(rows pgx.Rows) (ended, error) {
	return pgx.CollectRows(rows, pgx.RowToStructByName[struct{ ID, UserID crm.ID }])
}

// announce makes a revocation hold in this process at once. Call it after the commit.
func (s *Store) announce(sessions ended) {
	if len(sessions) == 0 {
		return
	}
	gone := make(map[crm.ID]bool, len(sessions))
	for _, e := range sessions {
		gone[e.ID] = true
	}
	s.known.drop(func(in SignedIn) bool { return gone[in.Session] })
	for _, e := range sessions {
		s.signedOut(e.UserID, e.ID)
	}
}
