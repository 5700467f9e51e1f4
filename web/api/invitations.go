package api

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/users"
)

// Invitation is a link that somebody has not used yet.
type Invitation struct {
	ID        crm.ID    `json:"id"`
	UserID    crm.ID    `json:"user_id"`
	Login     string    `json:"login"`
	Name      string    `json:"name"`
	Role      string    `json:"role"`
	Office    string    `json:"office"`
	OfficeID  crm.ID    `json:"office_id"`
	InvitedBy string    `json:"invited_by,omitempty" doc:"Login."`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Expired   bool      `json:"expired" doc:"The link is dead; it can be renewed."`
	URL       string    `json:"url,omitempty" doc:"Only in the answer to making it; it can't be shown again. The secret is in the fragment, which no server logs."`
}

func (a *API) invitation(i users.Invitation) Invitation {
	return Invitation{ID: i.ID, UserID: i.UserID, Login: i.Login, Name: i.Name, Role: i.Role, Office: i.Unit, OfficeID: i.UnitID,
		InvitedBy: i.InvitedBy, CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, Expired: !a.Now().Before(i.ExpiresAt)}
}

func (a *API) listInvitations(ctx context.Context, _ *struct{}) (*listOutput[Invitation], error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	found, err := a.Users.Invitations(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	return list(found, "", a.invitation), nil
}

type inviteInput struct {
	request
	Body struct {
		UserID    *crm.ID `json:"user_id,omitempty" format:"uuid" doc:"Somebody who is there already and has no password, or has lost it. Then nothing else is to be given."`
		Login     string  `json:"login,omitempty" maxLength:"64" doc:"Of a new user, who also needs name and role."`
		Name      *string `json:"name,omitempty" maxLength:"500"`
		Role      *string `json:"role,omitempty"`
		OfficeID  *crm.ID `json:"office_id,omitempty" format:"uuid" doc:"May be missing while there is one office only."`
		Locale    *string `json:"locale,omitempty" enum:"en,ru,uz-Latn,uz-Cyrl" doc:"Language of the page that the link opens."`
		Extension *string `json:"extension,omitempty"`
	}
}

type invitationOutput struct{ Body Invitation }

// invite makes a link; for a new user it makes him too, without a password.
func (a *API) invite(ctx context.Context, in *inviteInput) (*invitationOutput, error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	b := in.Body
	if b.UserID == nil {
		return a.withLink(in.request)(a.Users.Invite(ctx, viewer(ctx), b.Login,
			users.Edit{Name: b.Name, Role: b.Role, UnitID: b.OfficeID, Locale: b.Locale, Extension: b.Extension}))
	}
	if b.Login != "" || b.Name != nil || b.Role != nil || b.OfficeID != nil || b.Locale != nil || b.Extension != nil {
		return nil, crm.InvalidField("user_id", "Give user_id alone to invite somebody who is there already. His fields are changed in his own record.")
	}
	return a.withLink(in.request)(a.Users.InviteAgain(ctx, viewer(ctx), *b.UserID))
}

type renewInput struct {
	request
	ByID
}

func (a *API) renewInvitation(ctx context.Context, in *renewInput) (*invitationOutput, error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	id, err := in.id("invitation")
	if err != nil {
		return nil, err
	}
	return a.withLink(in.request)(a.Users.Renew(ctx, viewer(ctx), id))
}

// withLink makes the answer that shows the link, once.
func (a *API) withLink(q request) func(token string, i users.Invitation, err error) (*invitationOutput, error) {
	return func(token string, i users.Invitation, err error) (*invitationOutput, error) {
		if err != nil {
			return nil, err
		}
		w := a.invitation(i)
		w.URL = a.Gate.Origin(q.r) + "/invite#" + token
		return &invitationOutput{w}, nil
	}
}

func (a *API) withdrawInvitation(ctx context.Context, in *ByID) (*struct{}, error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	id, err := in.id("invitation")
	if err != nil {
		return nil, err
	}
	return nil, a.Users.Withdraw(ctx, viewer(ctx), id)
}

// Invited is what the holder of a link may know before he has signed in.
type Invited struct {
	Name      string    `json:"name"`
	Login     string    `json:"login"`
	Role      string    `json:"role"`
	Office    string    `json:"office"`
	InvitedBy string    `json:"invited_by,omitempty" doc:"Name of who made the link."`
	Locale    string    `json:"locale,omitempty" enum:"en,ru,uz-Latn,uz-Cyrl"`
	ExpiresAt time.Time `json:"expires_at"`
}

type lookInput struct {
	request
	Body struct {
		Token string `json:"token" maxLength:"200" doc:"What stands behind the # of the link."`
	}
}

type invitedOutput struct{ Body Invited }

func (a *API) lookAtInvitation(ctx context.Context, in *lookInput) (*invitedOutput, error) {
	i, err := a.Gate.Invited(in.r.WithContext(ctx), in.Body.Token)
	if err != nil {
		return nil, err
	}
	return &invitedOutput{Invited{Name: i.Name, Login: i.Login, Role: i.Role, Office: i.Unit, InvitedBy: i.InvitedByName, Locale: i.Locale,
		ExpiresAt: i.ExpiresAt}}, nil
}

type acceptInput struct {
	request
	Body struct {
		Token    string `json:"token" maxLength:"200"`
		Password string `json:"password" maxLength:"1024"`
	}
}

func (a *API) acceptInvitation(ctx context.Context, in *acceptInput) (*sessionOutput, error) {
	token, who, err := a.Gate.Accept(in.r.WithContext(ctx), in.Body.Token, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return &sessionOutput{SetCookie: a.Gate.Cookie(in.r, token, who.ExpiresAt), Body: a.session(who, token)}, nil
}
