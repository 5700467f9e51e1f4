package auth

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/users"
)

// CookieName is the name of the session cookie.
const CookieName = "callcard_session"

// Gate tells who sends a request.
type Gate struct {
	Users   *users.Store
	Origins []string       // origins besides the request's own host whose pages are ours, e.g. https://crm.example.com
	Proxies []netip.Prefix // whose X-Forwarded-* headers are believed
}

// Identity is who sends a request.
type Identity struct {
	users.SignedIn
	ByCookie bool // the browser added the credentials by itself
	token    string
}

// lookupTime bounds the question to the database who a token belongs to. Past it a
// session that was good lately is taken for good (crm/users), so that an agent can
// act on his call while the database hangs.
const lookupTime = time.Second

var errLookupTime = errors.New("the database did not say in time who is signed in")

// Identify tells who sends r: crm.Unauthorized when nobody is signed in,
// crm.Forbidden when a foreign page made the browser send it, crm.Unavailable when
// that can't be known now.
func (g *Gate) Identify(r *http.Request) (Identity, error) {
	token, byCookie := credentials(r)
	if token == "" {
		return Identity{}, crm.Errorf(crm.Unauthorized, "Sign in first.")
	}
	if byCookie {
		if err := g.sameSite(r); err != nil {
			return Identity{}, err
		}
	}
	id := Identity{ByCookie: byCookie, token: token}
	err := g.ask(r.Context(), &id, g.ClientAddr(r).String())
	return id, err
}

// ask fills in who the token of id belongs to.
func (g *Gate) ask(ctx context.Context, id *Identity, ip string) (err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, lookupTime, errLookupTime)
	defer cancel()
	if !id.ByCookie {
		// An API token is known by its looks, so this costs nothing for a session's.
		id.SignedIn, err = g.Users.Bearer(ctx, id.token, ip)
		if crm.CodeOf(err) != crm.Unauthorized {
			return err
		}
	}
	id.SignedIn, err = g.Users.Session(ctx, id.token, ip)
	if err == nil && id.Session == "" {
		return crm.Errorf(crm.Unauthorized, "Sign in first.") // an API token is no cookie
	}
	return err
}

// StillGood asks again whether the identity's session or token holds. Not knowing
// is no reason to throw anybody out.
func (g *Gate) StillGood(ctx context.Context, id Identity) bool {
	again := Identity{ByCookie: id.ByCookie, token: id.token}
	return crm.CodeOf(g.ask(ctx, &again, id.Viewer.IP)) != crm.Unauthorized
}

// credentials finds the token of r. An Authorization header comes before the
// cookie: a program that sends one means it.
func credentials(r *http.Request) (token string, byCookie bool) {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", false
		}
		return strings.TrimSpace(token), false
	}
	if c, err := r.Cookie(CookieName); err == nil {
		return c.Value, true
	}
	return "", false
}

// SignIn checks a password and gives the token of the new session. It is refused
// when a foreign page asks for it: nobody shall be signed in as somebody else
// without knowing.
func (g *Gate) SignIn(r *http.Request, login, password string) (token string, in users.SignedIn, err error) {
	if err := g.sameSite(r); err != nil {
		return "", users.SignedIn{}, err
	}
	return g.Users.Login(r.Context(), login, password, g.ClientAddr(r).String(), r.UserAgent())
}

// Accept sets the password of whoever holds the link of an invitation and signs him in.
// Like SignIn it is refused when a foreign page asks.
func (g *Gate) Accept(r *http.Request, link, password string) (token string, in users.SignedIn, err error) {
	if err := g.sameSite(r); err != nil {
		return "", users.SignedIn{}, err
	}
	return g.Users.Accept(r.Context(), link, password, g.ClientAddr(r).String(), r.UserAgent())
}

// Invited tells who the link of an invitation is for. A foreign page may not ask: dead
// links are counted against the address of whoever has it open.
func (g *Gate) Invited(r *http.Request, link string) (users.Invitation, error) {
	if err := g.sameSite(r); err != nil {
		return users.Invitation{}, err
	}
	return g.Users.Invited(r.Context(), link, g.ClientAddr(r).String())
}

// ChangeProfile changes what the user of id may change of himself.
func (g *Gate) ChangeProfile(ctx context.Context, id Identity, p users.Profile) (users.SignedIn, error) {
	if id.Session == "" {
		return users.SignedIn{}, crm.Errorf(crm.Forbidden, "Sign in with the password to change your profile.")
	}
	return g.Users.ChangeProfile(ctx, id.token, id.Viewer.IP, p)
}

// SignOut ends the session of id.
func (g *Gate) SignOut(ctx context.Context, id Identity) error {
	if id.Session == "" {
		return crm.Errorf(crm.Invalid, "An API token has no session to end. Revoke the token instead.")
	}
	return g.Users.Logout(ctx, id.token, id.Viewer.IP)
}

// ChangePassword gives the user of id a new password, and his session a new token.
func (g *Gate) ChangePassword(ctx context.Context, id Identity, old, wanted string) (token string, err error) {
	if id.Session == "" {
		return "", crm.Errorf(crm.Forbidden, "Sign in with the password to change it.")
	}
	return g.Users.ChangePassword(ctx, id.token, id.Viewer.IP, old, wanted)
}

// Cookie is the cookie of a session; with an empty token it deletes it.
func (g *Gate) Cookie(r *http.Request, token string, expires time.Time) *http.Cookie {
	c := &http.Cookie{Name: CookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: g.Secure(r), Expires: expires}
	if token == "" {
		c.MaxAge, c.Expires = -1, time.Time{}
	}
	return c
}

type contextKey struct{}

// With keeps the identity in the request's context.
func With(ctx context.Context, id Identity) context.Context {
	return context.WithValue(ctx, contextKey{}, id)
}

// From is the identity that With kept; ok is false when nobody is signed in.
func From(ctx context.Context) (id Identity, ok bool) {
	id, ok = ctx.Value(contextKey{}).(Identity)
	return id, ok
}
