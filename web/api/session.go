package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/users"
)

// Session says who is signed in.
type Session struct {
	User      Me         `json:"user"`
	Grants    crm.Grants `json:"grants" doc:"Object -> action -> how far: own, unit, subtree, all."`
	SessionID crm.ID     `json:"session_id,omitempty" doc:"Missing when an API token is used."`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	Token     string     `json:"token,omitempty" doc:"Only in the answer to signing in: for programs that use Authorization: Bearer instead of the cookie."`
}

// Me is the user who is signed in.
type Me struct {
	ID        crm.ID `json:"id"`
	Login     string `json:"login"`
	Name      string `json:"name"`
	Role      string `json:"role"`
	Office    string `json:"office"`
	OfficeID  crm.ID `json:"office_id"`
	Locale    string `json:"locale,omitempty" enum:"en,ru,uz-Latn,uz-Cyrl" doc:"Missing: what the browser asks for."`
	Timezone  string `json:"timezone" doc:"The user's own, else his office's."`
	Extension string `json:"extension,omitempty"`
}

func (a *API) me(in users.SignedIn) Me {
	unit, _ := a.Office().Unit(in.Viewer.Unit)
	return Me{ID: in.Viewer.User, Login: in.Viewer.Login, Name: in.Name, Role: in.Role, Office: unit.Name, OfficeID: in.Viewer.Unit,
		Locale: in.Locale, Timezone: in.Timezone, Extension: in.Extension}
}

func (a *API) session(in users.SignedIn, token string) Session {
	s := Session{User: a.me(in), Grants: in.Viewer.Grants, SessionID: in.Session, Token: token}
	if !in.ExpiresAt.IsZero() {
		s.ExpiresAt = &in.ExpiresAt
	}
	return s
}

type signInInput struct {
	request
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type sessionOutput struct {
	SetCookie *http.Cookie `header:"Set-Cookie"`
	Body      Session
}

func (a *API) signIn(ctx context.Context, in *signInInput) (*sessionOutput, error) {
	token, who, err := a.Gate.SignIn(in.r.WithContext(ctx), in.Body.Login, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return &sessionOutput{SetCookie: a.Gate.Cookie(in.r, token, who.ExpiresAt), Body: a.session(who, token)}, nil
}

type whoAmIOutput struct{ Body Session }

func (a *API) whoAmI(ctx context.Context, _ *struct{}) (*whoAmIOutput, error) {
	return &whoAmIOutput{a.session(identity(ctx).SignedIn, "")}, nil
}

type signOutOutput struct {
	SetCookie *http.Cookie `header:"Set-Cookie"`
}

func (a *API) signOut(ctx context.Context, in *request) (*signOutOutput, error) {
	if err := a.Gate.SignOut(ctx, identity(ctx)); err != nil {
		return nil, err
	}
	return &signOutOutput{a.Gate.Cookie(in.r, "", time.Time{})}, nil
}

// request gives a handler what only the HTTP request knows.
type request struct{ r *http.Request }

// Resolve implements huma.Resolver.
func (q *request) Resolve(hctx huma.Context) []error {
	q.r, _ = humachi.Unwrap(hctx)
	return nil
}
