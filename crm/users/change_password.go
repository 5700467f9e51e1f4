package users

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const (
	setPassword  = `update app_user set password_hash = @hash, version = version + 1 where id = @id and blocked_at is null`
	rotateTokens = `update session set token_hash = @new where token_hash = @old and revoked_at is null`
)

// ChangePassword lets the holder of a session change his own password. All his other
// sessions end, and this one gets a new token, which is returned. Errors:
// crm.Unauthorized for a bad session; crm.Invalid with the field when the old
// password is wrong or the new one is weak; crm.TooMany.
func (s *Store) ChangePassword(ctx context.Context, token, ip, old, wanted string) (newToken string, err error) {
	in, err := s.Session(ctx, token, ip)
	if err != nil {
		return "", err
	}
	if err := WeakPassword(wanted); err != nil {
		return "", onField(err, "new_password")
	}
	user, err := s.authenticate(ctx, in.Viewer.Login, old, ip)
	if crm.CodeOf(err) == crm.Unauthorized {
		return "", crm.InvalidField("old_password", "The old password is wrong.")
	}
	if err != nil {
		return "", err
	}
	hash, err := s.passwords.Hash(ctx, wanted)
	if err != nil {
		return "", err
	}
	newToken, revoked, err := s.storePassword(ctx, in, user, token, hash)
	if err != nil {
		return "", fmt.Errorf("change the password of %s: %w", in.Viewer.Login, err)
	}
	s.known.dropUser(user)
	s.announce(revoked)
	return newToken, nil
}

func (s *Store) storePassword(ctx context.Context, in SignedIn, user crm.ID, token, hash string) (rotated string, revoked ended, err error) {
	rotated = newToken("")
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, setPassword, pgx.NamedArgs{"id": user, "hash": hash}); err != nil {
			return err
		}
		from, to := hashOf(token), hashOf(rotated)
		tag, err := tx.Exec(ctx, rotateTokens, pgx.NamedArgs{"old": from[:], "new": to[:]})
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return errSignIn() // signed out meanwhile
		}
		revoked, err = revokeIn(ctx, tx, in.Viewer, revokeSessions, pgx.NamedArgs{"user": user, "keep": string(in.Session), "now": s.now()})
		if err != nil {
			return err
		}
		return db.Audit(ctx, tx, db.Entry{
			Viewer: in.Viewer, Action: "update", Object: "users", ID: user,
			Diff: map[string][2]any{"password": {audited, audited}},
		})
	})
	return rotated, revoked, err
}
