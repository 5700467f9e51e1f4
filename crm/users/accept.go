package users

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const (
	selectInvited = `
select ` + invitationColumns + ` from ` + invitationTables + `
where i.token_hash = @hash and i.expires_at > @now and a.blocked_at is null`
	useInvitation = `delete from invitation where token_hash = @hash and expires_at > @now returning user_id`
)

// errDeadLink is the one answer to a link that is unknown, used or expired: it tells a
// guesser nothing, and the person what to do.
func errDeadLink() error {
	return crm.Errorf(crm.NotFound, "This link does not work any more: it has been used, replaced or has expired. Ask for a new one.")
}

// Invited tells the holder of a link who he is. Errors: crm.NotFound, the same for
// every reason; crm.TooMany as for Login.
func (s *Store) Invited(ctx context.Context, token, ip string) (Invitation, error) {
	if err := s.slowdown.check("", ip); err != nil {
		return Invitation{}, err
	}
	h := hashOf(token)
	rows, err := s.pool.Query(ctx, selectInvited, pgx.NamedArgs{"hash": h[:], "now": s.now()})
	if err != nil {
		return Invitation{}, fmt.Errorf("look up an invitation: %w", db.Translate(err))
	}
	i, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Invitation])
	if errors.Is(err, pgx.ErrNoRows) {
		s.slowdown.failed("", ip)
		return Invitation{}, errDeadLink()
	}
	if err != nil {
		return Invitation{}, fmt.Errorf("look up an invitation: %w", db.Translate(err))
	}
	return i, nil
}

// Accept sets the password of whoever holds the link and signs him in; the link is
// dead, his older sessions end. Errors: those of Invited; crm.Invalid with the field
// when the password is weak.
func (s *Store) Accept(ctx context.Context, token, password, ip, userAgent string) (session string, in SignedIn, err error) {
	i, err := s.Invited(ctx, token, ip)
	if err != nil {
		return "", SignedIn{}, err
	}
	if err := WeakPassword(password); err != nil {
		return "", SignedIn{}, onField(err, "password")
	}
	hash, err := s.passwords.Hash(ctx, password)
	if err != nil {
		return "", SignedIn{}, err
	}
	viewer := crm.Viewer{User: i.UserID, Login: i.Login, Via: "ui", IP: cleanIP(ip)}
	var revoked ended
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		h := hashOf(token)
		var user crm.ID
		err := tx.QueryRow(ctx, useInvitation, pgx.NamedArgs{"hash": h[:], "now": s.now()}).Scan(&user)
		if errors.Is(err, pgx.ErrNoRows) {
			return errDeadLink() // somebody else was faster with the same link
		}
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, setPassword, pgx.NamedArgs{"id": user, "hash": hash})
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return errDeadLink() // blocked meanwhile
		}
		revoked, err = revokeIn(ctx, tx, viewer, revokeSessions, pgx.NamedArgs{"user": user, "keep": "", "now": s.now()})
		if err != nil {
			return err
		}
		err = db.Audit(ctx, tx, db.Entry{Viewer: viewer, Action: "accept_invitation", Object: "users", ID: user,
			Diff: map[string][2]any{"password": {audited, audited}}})
		if err != nil {
			return err
		}
		session, err = s.open(ctx, tx, viewer, userAgent)
		return err
	})
	if err != nil {
		return "", SignedIn{}, fmt.Errorf("accept an invitation: %w", err)
	}
	s.known.dropUser(i.UserID)
	s.announce(revoked)
	s.slowdown.succeeded(i.Login, ip)
	in, err = s.Session(ctx, session, ip)
	return session, in, err
}
