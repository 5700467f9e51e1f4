package users

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Profile is what everybody may change of himself; nil leaves a field as it is.
type Profile struct {
	Name     *string
	Locale   *string // BCP 47, "" = what the browser asks for
	Timezone *string // IANA, "" = the office's
}

// ChangeProfile lets the holder of a session change what is his own to choose, and
// gives what is known of him then. Errors: crm.Invalid with the field.
func (s *Store) ChangeProfile(ctx context.Context, token, ip string, p Profile) (SignedIn, error) {
	in, err := s.Session(ctx, token, ip)
	if err != nil {
		return SignedIn{}, err
	}
	e := Edit{Name: p.Name, Locale: p.Locale, Timezone: p.Timezone}
	if err := e.check(); err != nil {
		return SignedIn{}, err
	}
	_, err = s.editOwn(ctx, in.Viewer, e)
	if err != nil {
		return SignedIn{}, fmt.Errorf("change the profile of %s: %w", in.Viewer.Login, err)
	}
	return s.Session(ctx, token, ip)
}

// editOwn changes v's own record, whatever his rights on the office.
func (s *Store) editOwn(ctx context.Context, v crm.Viewer, e Edit) (is User, err error) {
	system := crm.SystemViewer(v.Via)
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		was, err := get(ctx, tx, system, crm.Manage, v.User, " for update of a")
		if err != nil {
			return err
		}
		if e.changesNothing(was) { // a write would have the whole office loaded anew, everywhere
			is = was
			return nil
		}
		hidden, err := s.secrets(ctx, was, e)
		if err != nil {
			return err
		}
		if err := write(ctx, tx, was, e, hidden, s.now()); err != nil {
			return err
		}
		if is, err = get(ctx, tx, system, crm.Read, was.ID, ""); err != nil {
			return err
		}
		return db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "update", Object: "users", ID: was.ID, Diff: differences(was, is, e)})
	})
	if err != nil {
		return User{}, err
	}
	s.known.dropUser(v.User)
	return is, nil
}

// changesNothing reports whether a profile is so already.
func (e Edit) changesNothing(was User) bool {
	return e.SIPPassword == nil && strings.TrimSpace(or(e.Name, was.Name)) == was.Name && or(e.Locale, was.Locale) == was.Locale && or(e.Timezone, was.Timezone) == was.Timezone
}
