package users

import (
	"context"
	"crypto/rand"

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
	password = rand.Text() // 26 letters and digits, 130 bits
	u, err = s.Update(ctx, v, id, u.Version, Edit{SIPPassword: &password})
	return password, u, err
}
