package auth

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/callcard/callcard/crm"
)

// sameSite refuses a request that a foreign page made the browser send (CSRF). It
// is asked where the browser adds the credentials by itself: with a cookie, and at
// sign-in. Browsers say Sec-Fetch-Site, older ones at least Origin, with every
// unsafe method; a program that is no browser says neither and is let through, for
// nobody can lend it a cookie.
func (g *Gate) sameSite(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	origin := r.Header.Get("Origin")
	if origin != "" && g.ours(origin, r) {
		return nil
	}
	site := r.Header.Get("Sec-Fetch-Site")
	if origin == "" && (site == "" || site == "same-origin" || site == "none") {
		return nil
	}
	return errForeign()
}

// SocketOrigin says whether the page that asks for a socket is ours. A WebSocket is
// not held back by the browser's same-origin rule, so with a cookie a known Origin
// is a must (cross-site WebSocket hijacking); a program with a Bearer token has no
// Origin to tell.
func (g *Gate) SocketOrigin(r *http.Request, byCookie bool) error {
	origin := r.Header.Get("Origin")
	if origin == "" && !byCookie {
		return nil
	}
	if origin != "" && g.ours(origin, r) {
		return nil
	}
	return errForeign()
}

// Origin is the address of our page for links that are sent to people: the configured
// one, else the one by which the request came.
func (g *Gate) Origin(r *http.Request) string {
	switch {
	case len(g.Origins) > 0:
		return strings.TrimSuffix(g.Origins[0], "/")
	case g.Secure(r):
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// ours reports whether origin is the host that the request was sent to, or one of
// the configured ones. "null" and what is no origin are not.
func (g *Gate) ours(origin string, r *http.Request) bool {
	for _, o := range g.Origins {
		if strings.EqualFold(strings.TrimSuffix(o, "/"), origin) {
			return true
		}
	}
	u, err := url.Parse(origin)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.Path != "" {
		return false
	}
	// A page that came in clear must not speak for one that came over TLS.
	if u.Scheme == "http" && g.Secure(r) {
		return false
	}
	return strings.EqualFold(u.Host, r.Host)
}

func errForeign() error {
	return crm.Errorf(crm.Forbidden, "The request comes from a page of another site. Open Callcard itself and try again.")
}
