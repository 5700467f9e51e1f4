package users

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/callcard/callcard/crm"
)

// NewPhonePassword gives the desk phone of a user a new password that nobody has
// thought of, and returns it: it is nowhere else. Errors are those of Update, and
// crm.Invalid when he has no extension.
func (s *Store) NewPhonePassword(ctx context.Context, v crm.Viewer, id crm.ID) (password string, u User, err error) {
	u, err = get(ctx, s.pool, v, crm.Manage, id, "")
	if err != nil {
		return "", User{}, err
	}
	if u.Extension == "" {
		return "", User{}, crm.InvalidField("extension", "Give %s an extension first: it is the phone's user name.", u.Name)
	}
	password = phonePassword()
	u, err = s.Update(ctx, v, id, u.Version, Edit{SIPPassword: &password})
	return password, u, err
}

// NewOwnPhonePassword is the same for v's own phone, whatever his rights on the office.
func (s *Store) NewOwnPhonePassword(ctx context.Context, v crm.Viewer) (password string, u User, err error) {
	password = phonePassword()
	u, err = s.editOwn(ctx, v, Edit{SIPPassword: &password})
	if err != nil {
		return "", User{}, fmt.Errorf("make a phone password for %s: %w", v.Login, err)
	}
	return password, u, nil
}

// phonePassword is 26 letters and digits, 130 bits.
func phonePassword() string { return rand.Text() }
