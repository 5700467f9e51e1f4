package web_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/web"
	"github.com/callcard/callcard/web/webtest"
)

var signIn = fmt.Sprintf(`{"login":"Anna","password":%q}`, webtest.Password)

// cookie signs in as a browser does and gives the cookie.
func (w *world) cookie(header ...string) *http.Cookie {
	w.t.Helper()
	a := w.do("POST", "/api/v1/session", "", signIn, header...).must(200)
	for _, c := range a.Cookies() {
		if c.Name == "callcard_session" {
			return c
		}
	}
	w.t.Fatalf("no cookie: %v", a.Header)
	return nil
}

func TestSessionByCookie(t *testing.T) {
	w := newWorld(t)
	c := w.cookie()
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || c.Path != "/" || c.Expires.IsZero() {
		t.Errorf("cookie = %+v", c)
	}
	with := "Cookie: " + c.Name + "=" + c.Value
	var s struct {
		User   struct{ Login, Name, Role, Office string }
		Grants crm.Grants
		Token  string
	}
	w.do("GET", "/api/v1/session", "", "", with).must(200).as(&s)
	if s.User.Login != "anna" || s.User.Office != "Tashkent" || s.User.Role != "agent" || s.Grants[crm.Calls][crm.Read] != crm.Own || s.Token != "" {
		t.Errorf("session = %+v", s)
	}
	out := w.do("DELETE", "/api/v1/session", "", "", with).must(204)
	if gone := out.Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 {
		t.Errorf("cookies after signing out = %v", gone)
	}
	if code := w.do("GET", "/api/v1/session", "", "", with).must(401).code(); code != "unauthorized" {
		t.Errorf("code = %q", code)
	}
}

func TestTheTokenOfTheAnswerIsABearerToken(t *testing.T) {
	w := newWorld(t)
	var s struct{ Token string }
	w.do("POST", "/api/v1/session", "", signIn).must(200).as(&s)
	w.do("GET", "/api/v1/session", "", "", "Authorization: bearer "+s.Token).must(200)
	for _, wrong := range []string{"Authorization: Bearer x", "Authorization: Basic " + s.Token, "Authorization: " + s.Token, "Cookie: callcard_session=x"} {
		w.do("GET", "/api/v1/session", "", "", wrong).must(401)
	}
	for _, query := range []string{"token", "access_token", "session", "callcard_session", "authorization"} {
		w.do("GET", "/api/v1/session?"+query+"="+s.Token, "", "").must(401)
		w.do("GET", "/api/v1/live?"+query+"="+s.Token, "", "").must(401)
	}
}

func TestAPITokens(t *testing.T) {
	w := newWorld(t)
	who, err := w.users.Session(t.Context(), w.token("anna"), "")
	if err != nil {
		t.Fatal(err)
	}
	text, token, err := w.users.CreateToken(t.Context(), who.Viewer, "report", []string{"contacts:read"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	bearer := "Authorization: Bearer " + text
	w.do("GET", "/api/v1/contacts", "", "", bearer).must(200)
	w.do("POST", "/api/v1/contacts", "", `{"name":"X"}`, bearer).must(403)
	w.do("DELETE", "/api/v1/session", "", "", bearer).must(422) // it has none
	w.do("GET", "/api/v1/contacts", "", "", "Cookie: callcard_session="+text).must(401)
	if err := w.users.RevokeToken(t.Context(), who.Viewer, token.ID); err != nil {
		t.Fatal(err)
	}
	w.do("GET", "/api/v1/contacts", "", "", bearer).must(401)
}

func TestChangingThePassword(t *testing.T) {
	w := newWorld(t)
	other := w.token("anna")
	c := w.cookie()
	cookie := "Cookie: " + c.Name + "=" + c.Value
	a := w.do("PUT", "/api/v1/me/password", "", fmt.Sprintf(`{"old_password":%q,"new_password":"lilac meadow 9"}`, webtest.Password), cookie).must(200)
	if len(a.Cookies()) != 1 {
		t.Fatalf("cookies = %v", a.Cookies())
	}
	w.do("GET", "/api/v1/session", "", "", "Cookie: "+c.Name+"="+a.Cookies()[0].Value).must(200)
	w.do("GET", "/api/v1/session", "", "", cookie).must(401)
	w.do("GET", "/api/v1/session", "", "", "Authorization: Bearer "+other).must(401)
	w.do("POST", "/api/v1/session", "", signIn).must(401)
}

func TestPeopleAreAddedAndBlocked(t *testing.T) {
	w := newWorld(t)
	var u struct {
		ID      crm.ID
		Version int
	}
	w.do("POST", "/api/v1/office/users", "admin", fmt.Sprintf(`{"login":"dilnoza","name":"Dilnoza","role":"agent","password":"lilac meadow 9","office_id":%q}`,
		w.Unit("Tashkent"))).must(201).as(&u)
	var s struct{ Token string }
	w.do("POST", "/api/v1/session", "", `{"login":"dilnoza","password":"lilac meadow 9"}`).must(200).as(&s)
	w.do("PATCH", "/api/v1/office/users/"+string(u.ID), "admin", fmt.Sprintf(`{"version":%d,"blocked":true}`, u.Version)).must(200)
	w.do("GET", "/api/v1/session", "", "", "Authorization: Bearer "+s.Token).must(401)
	w.do("POST", "/api/v1/session", "", `{"login":"dilnoza","password":"lilac meadow 9"}`).must(401)
}

func TestForeignPagesCanDoNothing(t *testing.T) {
	w := newWorld(t)
	c := w.cookie()
	cookie := "Cookie: " + c.Name + "=" + c.Value
	own := w.server.URL
	host := strings.TrimPrefix(own, "http://")
	for _, tc := range []struct {
		header string
		status int
	}{
		{"Origin: " + own, 200},
		{"Sec-Fetch-Site: same-origin", 200},
		{"X-Nothing: no browser", 200},
		{"Origin: https://evil.example", 403},
		{"Origin: null", 403},
		{"Origin: http://evil." + host, 403},
		{"Origin: " + own + "/", 403},
		{"Origin: " + own + ".evil.example", 403},
		{"Origin: http://user@" + host, 403},
		{"Sec-Fetch-Site: cross-site", 403},
		{"Sec-Fetch-Site: same-site", 403},
	} {
		body := `{"state":"break"}`
		a := w.do("PUT", "/api/v1/me/state", "", body, cookie, tc.header).must(tc.status)
		if tc.status == 403 && a.code() != "forbidden" {
			t.Errorf("%s: %s", tc.header, a.body)
		}
		w.do("POST", "/api/v1/session", "", signIn, tc.header).must(tc.status)
		w.do("GET", "/api/v1/session", "", "", cookie, tc.header).must(200) // reading changes nothing
	}
	w.do("PUT", "/api/v1/me/state", "anna", `{"state":"break"}`, "Origin: https://evil.example").must(200) // no browser lends a token
	w.do("POST", "/api/v1/session", "", signIn, "Content-Type: text/plain").must(415)
}

func TestBehindAProxyWithTLS(t *testing.T) {
	w := newWorld(t, func(c *web.Config) {
		c.API.Gate.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		c.API.Gate.Origins = []string{"https://crm.example.com/"}
	})
	https := "X-Forwarded-Proto: https"
	if c := w.cookie(https); !c.Secure {
		t.Error("the cookie is not Secure")
	}
	c := w.cookie()
	cookie := "Cookie: " + c.Name + "=" + c.Value
	w.do("PUT", "/api/v1/me/state", "", `{"state":"break"}`, cookie, "Origin: https://crm.example.com").must(200)
	w.do("PUT", "/api/v1/me/state", "", `{"state":"break"}`, cookie, https, "Origin: "+w.server.URL).must(403) // clear page, TLS server
	a := w.do("GET", "/api/v1/me/sessions", "", "", cookie, https, "X-Forwarded-For: 203.0.113.9, 127.0.0.7")
	if !a.must(200).has("127.0.0.1") || a.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("sessions = %s", a.body)
	}
	w.do("POST", "/api/v1/session", "", signIn, "X-Forwarded-For: 198.51.100.1, 203.0.113.9, 127.0.0.7").must(200)
	if n := w.Count(`select count(*) from session where ip = '203.0.113.9'`); n != 1 {
		t.Errorf("%d sessions from the client's address", n)
	}
}

func TestForwardedHeadersOfStrangersAreIgnored(t *testing.T) {
	w := newWorld(t)
	if c := w.cookie("X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.9"); c.Secure {
		t.Error("anybody can say that the connection is secure")
	}
	if n := w.Count(`select count(*) from session where ip = '203.0.113.9'`); n != 0 {
		t.Error("anybody can choose his address")
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	w := newWorld(t)
	var last answer
	for range 8 {
		last = w.do("POST", "/api/v1/session", "", `{"login":"anna","password":"guess"}`)
	}
	if last.must(429); last.code() != "too_many" || last.Header.Get("Retry-After") == "" {
		t.Errorf("%v %s", last.Header, last.body)
	}
	if strings.Contains(w.log.String(), "guess") || last.has("guess") {
		t.Error("the password is repeated")
	}
}

func TestSigningOutClosesTheSocket(t *testing.T) {
	w := newWorld(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := w.cookie()
	header := http.Header{"Cookie": {c.Name + "=" + c.Value}, "Origin": {w.server.URL}}
	d := websocket.Dialer{Jar: jar}
	page, _, err := d.Dial(w.socketURL(""), header)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	other := w.dial("anna", "") // another session of hers stays
	w.do("DELETE", "/api/v1/session", "", "", "Cookie: "+c.Name+"="+c.Value).must(204)
	for {
		if _, _, err = page.ReadMessage(); err != nil {
			break
		}
	}
	if !websocket.IsCloseError(err, int(realtime.CloseSignedOut)) {
		t.Errorf("the socket ended with %v", err)
	}
	if _, _, err := d.Dial(w.socketURL(""), header); err == nil {
		t.Error("the old cookie opens a socket")
	}
	if n := w.hub.Sockets(); n != 1 {
		t.Errorf("%d sockets are left", n)
	}
	other.Close()
}

func TestEndingOnesOtherSession(t *testing.T) {
	w := newWorld(t)
	c := w.cookie()
	var list struct {
		Items []struct {
			ID      crm.ID
			Current bool
		}
	}
	w.do("GET", "/api/v1/me/sessions", "anna", "").must(200).as(&list)
	if len(list.Items) != 2 {
		t.Fatalf("sessions = %+v", list)
	}
	for _, s := range list.Items {
		if !s.Current {
			w.do("DELETE", "/api/v1/me/sessions/"+string(s.ID), "bek", "").must(404)
			w.do("DELETE", "/api/v1/me/sessions/"+string(s.ID), "anna", "").must(204)
		}
	}
	w.do("GET", "/api/v1/session", "", "", "Cookie: "+c.Name+"="+c.Value).must(401)
	w.do("GET", "/api/v1/session", "anna", "").must(200)
}
