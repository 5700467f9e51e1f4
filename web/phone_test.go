package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/phone"
	"github.com/callcard/callcard/telephony/sip"
	"github.com/callcard/callcard/web/api"
	"github.com/callcard/callcard/web/live"
)

// softphone is the SIP edge behind the pages; a test that telephones gives it one.
type softphone struct{ edge atomic.Pointer[sip.Server] }

func (p *softphone) Realm() string { return office.Realm }

func (p *softphone) Ticket(extension string, session crm.ID) (string, time.Time) {
	if edge := p.edge.Load(); edge != nil {
		return edge.Ticket(extension, string(session))
	}
	return "secret", time.Now().Add(time.Minute)
}

func (p *softphone) Serve(socket *websocket.Conn, line api.PhoneLine) {
	p.edge.Load().ServeWebSocket(socket, sip.Page{Extension: line.Extension, Session: string(line.Session), Remote: line.Remote, Holds: line.Holds})
}

func (p *softphone) closeSession(session crm.ID) {
	if edge := p.edge.Load(); edge != nil {
		edge.CloseSession(string(session))
	}
}

// quietLine is a SIP edge to which nobody calls.
type quietLine struct{}

func (quietLine) Credential(string) (sip.Credential, bool) { return sip.Credential{}, false }
func (quietLine) Trunks() []sip.Trunk                      { return nil }
func (quietLine) Incoming(telephony.Incoming, telephony.Line) (telephony.Sink, *telephony.Refusal) {
	return nil, &telephony.Refusal{Cause: telephony.Declined}
}

// telephones gives the pages a SIP edge.
func (w *world) telephones() *sip.Server {
	w.t.Helper()
	edge, err := sip.New(sip.Config{UDP: "127.0.0.1:0", Advertise: netip.MustParseAddr("127.0.0.1"), Realm: office.Realm, Stories: quietLine{},
		Directory: quietLine{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), DevicesChanged: func(extension string, now telephony.Devices) {
			w.feed.Devices(extension, slices.Repeat([]live.DeviceKind{live.BrowserPhone}, min(1, now.Browser)))
		}})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- edge.Run(ctx) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	})
	w.phones.edge.Store(edge)
	return edge
}

// account is what POST /me/phone gives.
func (w *world) account(login string, header ...string) (a api.PhoneAccount) {
	w.t.Helper()
	w.do("POST", "/api/v1/me/phone", login, "", header...).must(200).as(&a)
	return a
}

// page opens the softphone of a page that sends these headers.
func (w *world) page(extension, password string, header http.Header) (*phone.Phone, error) {
	p, err := phone.New(w.t.Context(), phone.Config{Server: "ws" + strings.TrimPrefix(w.server.URL, "http") + "/sip", Header: header,
		User: extension, Password: password, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err == nil {
		w.t.Cleanup(p.Close)
	}
	return p, err
}

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

func TestThePageIsATelephone(t *testing.T) {
	w := newWorld(t)
	edge := w.telephones()
	a := w.account("anna")
	left := time.Until(a.ExpiresAt)
	if a.Extension != "101" || a.Realm != "callcard" || a.URL != "/sip" || a.Display != "Anna Karimova" || left < 5*time.Minute || left > time.Hour ||
		len(a.ICEServers) != 1 || a.ICEServers[0].Username != "u" {
		t.Errorf("account = %+v", a)
	}
	tab := w.tab("anna")
	p, err := w.page("101", a.Password, bearer(w.token("anna")))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Register(t.Context()); err != nil {
		t.Fatal(err)
	}
	var state live.AgentState
	tab.hears(live.TypeAgentState, &state)
	if !slices.Equal(state.Devices, []live.DeviceKind{live.BrowserPhone}) {
		t.Errorf("anna's page hears of %v", state.Devices)
	}
	var mine live.AgentState
	w.do("GET", "/api/v1/me/state", "anna", "").must(200).as(&mine)
	if !slices.Equal(mine.Devices, state.Devices) {
		t.Errorf("GET /me/state tells of %v", mine.Devices)
	}
	// Another page, with a session of its own, ends this one.
	other := w.do("POST", "/api/v1/session", "", signIn).must(200)
	var signedIn struct{ Token string }
	other.as(&signedIn)
	w.do("DELETE", "/api/v1/me/sessions", "", "", "Authorization: Bearer "+signedIn.Token).must(204)
	select {
	case <-p.Gone():
	case <-time.After(5 * time.Second):
		t.Fatal("the socket of an ended session is open")
	}
	if edge.Reachable("101") {
		t.Error("the page of an ended session is registered")
	}
	stays, err := w.page("101", w.account("", "Authorization: Bearer "+signedIn.Token).Password, bearer(signedIn.Token))
	if err != nil {
		t.Fatal(err)
	}
	if err := stays.Register(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.do("DELETE", "/api/v1/session", "", "", "Authorization: Bearer "+signedIn.Token).must(204)
	select {
	case <-stays.Gone():
	case <-time.After(5 * time.Second):
		t.Fatal("the socket is open after signing out")
	}
}

// TestTicketsStayWithTheirSession: a password that was taken along is good nowhere else.
func TestTicketsStayWithTheirSession(t *testing.T) {
	w := newWorld(t)
	edge := w.telephones()
	a, b := w.account("anna"), w.account("bek")
	for name, c := range map[string]struct{ who, user, password string }{
		"a colleague's account":      {"bek", a.Extension, a.Password},
		"a colleague's password":     {"bek", b.Extension, a.Password},
		"one's own, for a colleague": {"anna", b.Extension, a.Password},
	} {
		p, err := w.page(c.user, c.password, bearer(w.token(c.who)))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Register(t.Context()); err == nil {
			t.Errorf("%s is believed", name)
		}
	}
	if len(edge.Registrations()) != 0 {
		t.Errorf("%+v", edge.Registrations())
	}
}

// TestOnlyOurPagesTelephone: nobody's page, and no foreign one that a browser lends our
// cookie (cross-site WebSocket hijacking).
func TestOnlyOurPagesTelephone(t *testing.T) {
	w := newWorld(t)
	w.telephones()
	c := w.cookie()
	cookie := c.Name + "=" + c.Value
	var token struct{ Token string }
	w.do("POST", "/api/v1/me/tokens", "anna", `{"name":"robot"}`).must(201).as(&token)
	for _, h := range []http.Header{
		{},
		{"Authorization": {"Bearer nonsense"}},
		{"Authorization": {"Bearer " + token.Token}}, // a program has no session to bind a password to
		bearer(w.token("boss")),                      // no extension
		{"Cookie": {cookie}},
		{"Cookie": {cookie}, "Origin": {"https://evil.example"}},
		{"Cookie": {cookie}, "Origin": {"null"}},
		{"Cookie": {cookie}, "Origin": {w.server.URL + ".evil.example"}},
	} {
		if _, err := w.page("101", "", h); err == nil {
			t.Errorf("%v is let in", h)
		}
	}
	w.do("POST", "/api/v1/me/phone", "", "", "Authorization: Bearer "+token.Token).must(403)
	w.do("POST", "/api/v1/me/sip-password", "", "", "Authorization: Bearer "+token.Token).must(403)
	w.do("POST", "/api/v1/me/phone", "", "", "Cookie: "+cookie, "Origin: https://evil.example").must(403)
	account := w.account("", "Cookie: "+cookie, "Origin: "+w.server.URL)
	p, err := w.page("101", account.Password, http.Header{"Cookie": {cookie}, "Origin": {w.server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Register(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestBlockedPeopleHaveNoTelephone: at once, whoever has blocked them.
func TestBlockedPeopleHaveNoTelephone(t *testing.T) {
	w := newWorld(t)
	edge := w.telephones()
	p, err := w.page("101", w.account("anna").Password, bearer(w.token("anna")))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Register(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Pool.Exec(t.Context(), `update app_user set blocked_at = now(), version = version + 1 where login = 'anna'`); err != nil {
		t.Fatal(err)
	}
	if err := w.Cache.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	edge.Reload() // what the watch on the office does
	select {
	case <-p.Gone():
	case <-time.After(5 * time.Second):
		t.Fatal("the socket of a blocked user is open")
	}
	if _, err := w.page("101", "", bearer(w.token("anna"))); err == nil {
		t.Error("a blocked user is let in")
	}
}
