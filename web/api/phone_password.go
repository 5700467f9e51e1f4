package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/users"
)

// PhonePassword is what a desk phone is set up with.
type PhonePassword struct {
	Extension string `json:"extension" doc:"The user name of the phone."`
	Password  string `json:"password" doc:"It can't be shown again; the old one is no good any more."`
	Version   int    `json:"version" doc:"Of the person now."`
}

type phonePasswordOutput struct{ Body PhonePassword }

func (a *API) newPhonePassword(ctx context.Context, in *ByID) (*phonePasswordOutput, error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	id, err := in.id("user")
	if err != nil {
		return nil, err
	}
	return phonePassword(a.Users.NewPhonePassword(ctx, viewer(ctx), id))
}

// myPhonePassword sets up one's own desk phone. Like the page's own account it is for
// somebody who has signed in: a program that acts for him gets no telephone.
func (a *API) myPhonePassword(ctx context.Context, _ *struct{}) (*phonePasswordOutput, error) {
	who := identity(ctx)
	if _, err := a.phoneOwner(who); err != nil {
		return nil, err
	}
	return phonePassword(a.Users.NewOwnPhonePassword(ctx, who.Viewer))
}

func phonePassword(password string, u users.User, err error) (*phonePasswordOutput, error) {
	if err != nil {
		return nil, err
	}
	return &phonePasswordOutput{PhonePassword{Extension: u.Extension, Password: password, Version: u.Version}}, nil
}
