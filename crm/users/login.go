package users

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const (
	idleFor    = 12 * time.Hour
	sessionFor = 30 * 24 * time.Hour
	maxAgent   = 300 // bytes kept of a user agent
)

const (
	selectCredentials = `select id, password_hash from app_user where login = @login and blocked_at is null`
	insertSession     = `
insert into session (id, token_hash, user_id, created_at, seen_at, expires_at, ip, user_agent)
values (@id, @hash, @user, @now, @now, @expires, nullif(@ip, '')::inet, @agent)`
	// Ended sessions stay for a month for those who look for a stranger in the list.
	deleteOldSessions = `
delete from session where user_id = @user and (expires_at < @old or revoked_at < @old or seen_at < @old)`
)

// Login signs a user in and gives the token of his new session; it is nowhere else.
// Errors: crm.Unauthorized, the same for every reason; crm.TooMany with
// Detail["retry_after"] in seconds; crm.Unavailable.
func (s *Store) Login(ctx context.Context, login, password, ip, userAgent string) (token string, in SignedIn, err error) {
	login = strings.ToLower(strings.TrimSpace(login))
	user, err := s.authenticate(ctx, login, password, ip)
	if err != nil {
		return "", SignedIn{}, err
	}
	viewer := crm.Viewer{User: user, Login: login, Via: "ui", IP: cleanIP(ip)}
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		token, err = s.open(ctx, tx, viewer, userAgent)
		return err
	})
	if err != nil {
		return "", SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	in, err = s.Session(ctx, token, ip)
	return token, in, err
}

// open begins a session of the viewer in a transaction.
func (s *Store) open(ctx context.Context, tx pgx.Tx, v crm.Viewer, userAgent string) (token string, err error) {
	token, id, now := newToken(""), crm.NewID(), s.now()
	if _, err := tx.Exec(ctx, deleteOldSessions, pgx.NamedArgs{"user": v.User, "old": now.Add(-sessionFor)}); err != nil {
		return "", fmt.Errorf("tidy up sessions: %w", err)
	}
	h := hashOf(token)
	_, err = tx.Exec(ctx, insertSession, pgx.NamedArgs{
		"id": id, "hash": h[:], "user": v.User, "now": now, "expires": now.Add(sessionFor), "ip": v.IP, "agent": cut(userAgent, maxAgent),
	})
	if err != nil {
		return "", fmt.Errorf("store a session: %w", err)
	}
	return token, db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "login", Object: "sessions", ID: id})
}

// authenticate finds the user whose password it is. Whatever is wrong, it takes one
// computation of a hash and gives one error.
func (s *Store) authenticate(ctx context.Context, login, password, ip string) (crm.ID, error) {
	wrong := crm.Errorf(crm.Unauthorized, "The login or the password is wrong.")
	if login == "" || len(login) > 200 || len(password) > maxPassword {
		return "", wrong
	}
	if err := s.slowdown.check(login, ip); err != nil {
		return "", err
	}
	c, err := s.credentials(ctx, login)
	if err != nil {
		return "", err
	}
	if err := s.passwords.enter(ctx); err != nil {
		return "", err
	}
	defer s.passwords.leave()
	// Again: while this attempt waited in line, others of the same guesser may have failed.
	if err := s.slowdown.check(login, ip); err != nil {
		return "", err
	}
	ok, err := s.passwords.fits(password, c.PasswordHash)
	if err != nil {
		return "", err
	}
	if !ok {
		s.slowdown.failed(login, ip)
		return "", wrong
	}
	s.slowdown.succeeded(login, ip)
	return c.ID, nil
}

type credentials struct {
	ID           crm.ID
	PasswordHash string
}

// credentials of a login; empty ones, which no password fits, when it is unknown.
func (s *Store) credentials(ctx context.Context, login string) (credentials, error) {
	rows, err := s.pool.Query(ctx, selectCredentials, pgx.NamedArgs{"login": cut(login, len(login))})
	if err != nil {
		return credentials{}, fmt.Errorf("look up a login: %w", db.Translate(err))
	}
	c, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[credentials])
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return credentials{}, fmt.Errorf("look up a login: %w", db.Translate(err))
	}
	return c, nil
}

// newToken is 32 random bytes in text form.
func newToken(prefix string) string {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails (crypto/rand)
	return prefix + base64.RawURLEncoding.EncodeToString(random)
}

// cut shortens s to n bytes of valid text that the database takes.
func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}
