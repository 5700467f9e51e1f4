package users

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// tokenPrefix lets people and scanners of leaked secrets recognise a token.
const tokenPrefix = "callcard_"

const (
	insertToken = `
insert into api_token (id, token_hash, user_id, name, scopes, created_at, expires_at)
values (@id, @hash, @user, @name, @scopes, @now, @expires)`
	selectToken = `
select t.id as token_id, t.scopes, t.expires_at, t.last_used_at, ` + personColumns + `
from api_token t join ` + personTables + ` on a.id = t.user_id
where t.token_hash = @hash and t.revoked_at is null and (t.expires_at is null or t.expires_at > @now) and a.blocked_at is null`
	touchToken   = `update api_token set last_used_at = @now where id = @id`
	selectTokens = `
select t.id, t.user_id, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at
from api_token t join app_user a on a.id = t.user_id
where t.revoked_at is null and (@user = '' or t.user_id = nullif(@user, '')::uuid) and (a.id = @me or {scope})
order by t.created_at desc, t.id desc`
	revokeToken = `
update api_token t set revoked_at = @now from app_user a
where a.id = t.user_id and t.id = @id and t.revoked_at is null and (a.id = @me or {scope})
returning t.user_id`
)

// Token is an API token as people see it; its text is shown once, when it is made.
type Token struct {
	ID         crm.ID
	UserID     crm.ID
	Name       string
	Scopes     []string // "contacts:read", "calls:*"; empty = all rights of the user
	CreatedAt  time.Time
	ExpiresAt  *time.Time // nil = never
	LastUsedAt *time.Time // to the minute
}

// CreateToken makes a token that acts for v himself, with v's rights or fewer. One
// who is himself a token may not (crm.Forbidden), so that a leaked token can't
// outlive its revocation.
func (s *Store) CreateToken(ctx context.Context, v crm.Viewer, name string, scopes []string, expires *time.Time) (text string, t Token, err error) {
	name = strings.TrimSpace(name)
	switch {
	case v.User == "" || v.Via == viaToken:
		return "", Token{}, crm.Errorf(crm.Forbidden, "Sign in with a password to make a token.")
	case name == "" || len(name) > 200:
		return "", Token{}, crm.InvalidField("name", "Give the token a name of at most 200 bytes.")
	case expires != nil && !expires.After(s.now()):
		return "", Token{}, crm.InvalidField("expires_at", "The token would have expired already.")
	}
	for i, scope := range scopes {
		object, action, ok := strings.Cut(scope, ":")
		if !ok || object == "" || action == "" {
			return "", Token{}, crm.InvalidField(fmt.Sprintf("scopes[%d]", i), "Write a scope like contacts:read or calls:*.")
		}
	}
	text = newToken(tokenPrefix)
	t = Token{ID: crm.NewID(), UserID: v.User, Name: name, Scopes: slices.Clone(scopes), CreatedAt: s.now(), ExpiresAt: expires}
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		h := hashOf(text)
		_, err := tx.Exec(ctx, insertToken, pgx.NamedArgs{
			"id": t.ID, "hash": h[:], "user": t.UserID, "name": name, "scopes": append([]string{}, scopes...), "now": t.CreatedAt, "expires": expires,
		})
		if err != nil {
			return err
		}
		return db.Audit(ctx, tx, db.Entry{
			Viewer: v, Action: "create", Object: "api_tokens", ID: t.ID,
			Diff: map[string][2]any{"name": {nil, name}, "scopes": {nil, scopes}},
		})
	})
	if err != nil {
		return "", Token{}, fmt.Errorf("make an API token: %w", err)
	}
	return text, t, nil
}

// viaToken is Viewer.Via of who came with a token.
const viaToken = "api"

// Bearer finds out who the API token acts for; crm.Unauthorized when it is no good.
func (s *Store) Bearer(ctx context.Context, token, ip string) (SignedIn, error) {
	if !strings.HasPrefix(token, tokenPrefix) {
		return SignedIn{}, errSignIn()
	}
	return s.signedIn(ctx, hashOf(token), ip, s.readToken)
}

func (s *Store) readToken(ctx context.Context, h hash, ip string) (SignedIn, error) {
	type row struct {
		TokenID               crm.ID
		Scopes                []string
		ExpiresAt, LastUsedAt *time.Time
		person
	}
	now := s.now()
	rows, err := s.pool.Query(ctx, selectToken, pgx.NamedArgs{"hash": h[:], "now": now})
	if err != nil {
		return SignedIn{}, fmt.Errorf("look up a token: %w", db.Translate(err))
	}
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[row])
	if errors.Is(err, pgx.ErrNoRows) {
		return SignedIn{}, errSignIn()
	}
	if err != nil {
		return SignedIn{}, fmt.Errorf("look up a token: %w", db.Translate(err))
	}
	if r.LastUsedAt == nil || now.Sub(*r.LastUsedAt) > seenEvery {
		if _, err := s.pool.Exec(ctx, touchToken, pgx.NamedArgs{"id": r.TokenID, "now": now}); err != nil {
			return SignedIn{}, fmt.Errorf("note the use of a token: %w", db.Translate(err))
		}
	}
	in := r.signedIn(viaToken, ip)
	in.Viewer.Grants = restrict(in.Viewer.Grants, r.Scopes)
	if r.ExpiresAt != nil {
		in.ExpiresAt = *r.ExpiresAt
	}
	return in, nil
}

// restrict leaves of grants what the scopes name; no scopes leave all.
func restrict(grants crm.Grants, scopes []string) crm.Grants {
	if len(scopes) == 0 {
		return grants
	}
	left := crm.Grants{}
	for object, actions := range grants {
		for action, reach := range actions {
			if slices.Contains(scopes, string(object)+":*") || slices.Contains(scopes, string(object)+":"+string(action)) {
				if left[object] == nil {
					left[object] = map[crm.Action]crm.Reach{}
				}
				left[object][action] = reach
			}
		}
	}
	return left
}

// Tokens lists the tokens of a user, newest first; of everybody that v manages when
// user is "".
func (s *Store) Tokens(ctx context.Context, v crm.Viewer, user crm.ID) ([]Token, error) {
	sql, args := scoped(selectTokens, v, crm.Manage)
	args["user"] = string(user)
	rows, err := s.pool.Query(ctx, sql, args)
	if err != nil {
		return nil, fmt.Errorf("list API tokens: %w", db.Translate(err))
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Token])
	if err != nil {
		return nil, fmt.Errorf("list API tokens: %w", db.Translate(err))
	}
	return list, nil
}

// RevokeToken ends a token of one's own, or of somebody whom v manages; crm.NotFound
// when there is none.
func (s *Store) RevokeToken(ctx context.Context, v crm.Viewer, token crm.ID) error {
	var owner crm.ID
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		sql, args := scoped(revokeToken, v, crm.Manage)
		args["id"], args["now"] = token, s.now()
		if err := tx.QueryRow(ctx, sql, args).Scan(&owner); err != nil {
			return err
		}
		return db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "revoke", Object: "api_tokens", ID: token})
	})
	if err != nil {
		return fmt.Errorf("revoke an API token: %w", err)
	}
	s.known.dropUser(owner)
	return nil
}
