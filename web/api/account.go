package api

import (
	"context"
	"net/http"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/users"
)

type passwordInput struct {
	request
	Body struct {
		Old string `json:"old_password" maxLength:"1024"`
		New string `json:"new_password" maxLength:"1024"`
	}
}

type passwordOutput struct {
	SetCookie *http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Token string `json:"token" doc:"The session's new token; the old one is no good any more."`
	}
}

// changePassword ends all other sessions of the user and gives this one a new token.
func (a *API) changePassword(ctx context.Context, in *passwordInput) (*passwordOutput, error) {
	who := identity(ctx)
	token, err := a.Gate.ChangePassword(ctx, who, in.Body.Old, in.Body.New)
	if err != nil {
		return nil, err
	}
	out := &passwordOutput{SetCookie: a.Gate.Cookie(in.r, token, who.ExpiresAt)}
	out.Body.Token = token
	return out, nil
}

// UserSession is a place where somebody is signed in.
type UserSession struct {
	ID        crm.ID    `json:"id"`
	Login     string    `json:"login"`
	Current   bool      `json:"current" doc:"The one that asks."`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at" doc:"To the minute."`
	ExpiresAt time.Time `json:"expires_at"`
	IP        string    `json:"ip,omitempty"`
	UserAgent string    `json:"user_agent,omitempty"`
}

func (a *API) mySessions(ctx context.Context, _ *struct{}) (*listOutput[UserSession], error) {
	return a.sessions(ctx, viewer(ctx).User)
}

// officeSessions are the sessions of everybody whom the viewer manages.
func (a *API) officeSessions(ctx context.Context, _ *struct{}) (*listOutput[UserSession], error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	return a.sessions(ctx, "")
}

func (a *API) sessions(ctx context.Context, of crm.ID) (*listOutput[UserSession], error) {
	found, err := a.Users.Sessions(ctx, viewer(ctx), of)
	if err != nil {
		return nil, err
	}
	return list(found, "", func(s users.Session) UserSession {
		w := UserSession{ID: s.ID, Login: s.Login, Current: s.ID == identity(ctx).Session, CreatedAt: s.CreatedAt, SeenAt: s.SeenAt,
			ExpiresAt: s.ExpiresAt, UserAgent: s.UserAgent}
		if s.IP != nil {
			w.IP = s.IP.String()
		}
		return w
	}), nil
}

// endSession ends a session of one's own, or of somebody whom one manages.
func (a *API) endSession(ctx context.Context, in *ByID) (*struct{}, error) {
	id, err := in.id("session")
	if err != nil {
		return nil, err
	}
	return nil, a.Users.Revoke(ctx, viewer(ctx), id)
}

func (a *API) endOtherSessions(ctx context.Context, _ *struct{}) (*struct{}, error) {
	_, err := a.Users.RevokeOthers(ctx, viewer(ctx), identity(ctx).Session)
	return nil, err
}

// APIToken lets a program act for a user.
type APIToken struct {
	ID         crm.ID     `json:"id"`
	Name       string     `json:"name"`
	Scopes     []string   `json:"scopes" doc:"contacts:read, calls:*; none: all rights of the user."`
	CreatedAt  time.Time  `json:"created_at"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
	Token      string     `json:"token,omitempty" doc:"Only in the answer to making it; it can't be shown again."`
}

func apiToken(t users.Token) APIToken {
	w := APIToken{ID: t.ID, Name: t.Name, Scopes: t.Scopes, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, LastUsedAt: t.LastUsedAt}
	if w.Scopes == nil {
		w.Scopes = []string{}
	}
	return w
}

func (a *API) listTokens(ctx context.Context, _ *struct{}) (*listOutput[APIToken], error) {
	found, err := a.Users.Tokens(ctx, viewer(ctx), viewer(ctx).User)
	if err != nil {
		return nil, err
	}
	return list(found, "", apiToken), nil
}

type createTokenInput struct {
	Body struct {
		Name      string     `json:"name" minLength:"1" maxLength:"200"`
		Scopes    []string   `json:"scopes,omitempty" maxItems:"50"`
		ExpiresAt *time.Time `json:"expires_at,omitempty"`
	}
}

type tokenOutput struct{ Body APIToken }

func (a *API) createToken(ctx context.Context, in *createTokenInput) (*tokenOutput, error) {
	text, t, err := a.Users.CreateToken(ctx, viewer(ctx), in.Body.Name, in.Body.Scopes, in.Body.ExpiresAt)
	if err != nil {
		return nil, err
	}
	w := apiToken(t)
	w.Token = text
	return &tokenOutput{w}, nil
}

func (a *API) revokeToken(ctx context.Context, in *ByID) (*struct{}, error) {
	id, err := in.id("token")
	if err != nil {
		return nil, err
	}
	return nil, a.Users.RevokeToken(ctx, viewer(ctx), id)
}
