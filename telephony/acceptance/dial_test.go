//go:build linux

package acceptance

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

// carrier is a telephone network at the end of a trunk.
type carrier struct{ *phone.Phone }

// outside gives the team's office a trunk of its own to call out by, and opens the numbers
// of the country.
func (tm *team) outside(t *testing.T) carrier {
	t.Helper()
	n := tm.s.number.Add(1)
	at := netip.AddrFrom4([4]byte{127, byte(64 + time.Now().UnixNano()/1000%128), byte(n >> 8), byte(n)})
	p, err := phone.New(t.Context(), phone.Config{Server: tm.s.sip, Local: at, Port: 5060, User: "carrier", Codec: media.PCMA, Log: silentLog})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	out, code := tm.s.apply(fmt.Sprintf(`offices:
  - {name: Tashkent, timezone: Asia/Tashkent, region: UZ, dialling: {allow: [national], trunks: [out%d], caller_id: %q}}
trunks:
  - {name: out%d, hosts: [%q], region: UZ}
`, n, tm.number, n, at.String()))
	if code != 0 {
		t.Fatalf("the trunk was refused:\n%s", out)
	}
	type unit struct {
		Name     string
		Dialling struct {
			CallerID string `json:"caller_id"`
		}
	}
	await(t, "the running server to know whom one may call", patience, func() bool {
		for _, u := range list[unit](t, tm.s.as("boss"), "/office/offices") {
			if u.Dialling.CallerID == tm.number {
				return true
			}
		}
		return false
	})
	return carrier{p}
}

// rings waits until the carrier is asked for a number.
func (c carrier) rings(t *testing.T, number string) *phone.Call {
	t.Helper()
	select {
	case call := <-c.Calls():
		if call.Extension() != number {
			t.Fatalf("the carrier is asked for %s, want %s", call.Extension(), number)
		}
		return call
	case <-time.After(patience):
		t.Fatalf("the carrier is not asked for %s", number)
		return nil
	}
}

// answers: the client picks up.
func answers(t *testing.T, far *phone.Call) {
	t.Helper()
	if err := far.Answer(); err != nil {
		t.Fatal(err)
	}
	far.Say(media.Tone(time.Second, 0.3, callerTone), true)
}

// asks places a call through the API; the agent's own telephone rings.
func (a *agent) asks(t *testing.T, to string) (id string, own *phone.Call) {
	t.Helper()
	var placed struct{ ID string }
	a.team.s.as(a.login).do(t, post, "/calls", map[string]string{"to": to}, &placed)
	own = a.rings()
	if got := own.Header("X-Callcard-Dial"); got != placed.ID {
		t.Fatalf("the telephone rings for the call %q, want %q", got, placed.ID)
	}
	return placed.ID, own
}

// TestAnAgentCallsAClient from the page and with the telephone on his desk: they hear each
// other, the client's card is made, the recording has both.
func TestAnAgentCallsAClient(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	a, out, client, boss := tm.agents[0], tm.outside(t), s.newNumber(), s.as("boss")
	mine := s.as(a.login).screen(t)
	asks := func() (string, *phone.Call, *phone.Call) {
		id, own := a.asks(t, client[4:]) // as people type it
		tm.boss.agentIs(t, a.login, "talking")
		if err := own.Answer(); err != nil {
			t.Fatal(err)
		}
		own.Say(tone440, true)
		far := out.rings(t, client)
		hearsMusic(t, "agent", own, callerTone) // it rings
		answers(t, far)
		return id, own, far
	}
	dials := func() (string, *phone.Call, *phone.Call) {
		own, err := a.Call(client[4:], nil)
		if err != nil {
			t.Fatal(err)
		}
		own.Say(tone440, true)
		far := out.rings(t, client)
		alerted(t, own)
		answers(t, far)
		up(t, own)
		return "", own, far
	}
	for n, begin := range []func() (string, *phone.Call, *phone.Call){asks, dials} {
		id, own, far := begin()
		if far.Number() != tm.number || far.Header("X-Callcard-Call") != "" || far.Header("X-Callcard-Dial") != "" {
			t.Errorf("the client is shown %q", far.Number())
		}
		k := talk{far, own, a, client, id}
		k.hearEachOther(t)
		live := mine.callFrom(t, tm.number, "talking", func(c call) bool { return c.State == "talking" })
		if live.Direction != "outbound" || live.To != client || live.Agent != a.login || id != "" && live.ID != id {
			t.Errorf("the screen shows %+v", live)
		}
		k.id = live.ID
		k.listens(t, time.Second)
		by := []string{"caller", "agent"}[n]
		if n == 0 {
			k.end(t)
		} else {
			own.Hangup()
			over(t, far, "remote hangup")
			tm.boss.agentIs(t, a.login, "available")
		}
		c := boss.history(t, k.id, "recorded", recorded)
		if c.Direction != "outbound" || c.From != tm.number || c.To != client || c.Agent != a.login || c.EndReason != "completed" || c.EndedBy != by || c.CardCreated != (n == 0) || len(c.Quality) != 2 {
			t.Errorf("the history says %+v", c)
		}
		cards := s.contacts(t, client)
		if len(cards) != 1 || cards[0].ID != c.Contact || cards[0].LastAgent != a.login {
			t.Errorf("the cards of the number are %+v, the call has %s", cards, c.Contact)
		}
		heard := boss.recordingOf(t, k.id)
		heard.holdsBothSides(t)
		heard.lasts(t, time.Duration(c.TalkMS)*time.Millisecond, 200*time.Millisecond)
	}
	if got := list[call](t, boss, "/calls?direction=outbound&agent="+a.login); len(got) != 2 {
		t.Errorf("%d calls out in the history", len(got))
	}
}

// TestAPageCallsOut, is loaded again in the talk, and gives up the next call while it rings.
func TestAPageCallsOut(t *testing.T) {
	s := shared(t)
	tm, a := s.pages(t)
	out, client, boss := tm.outside(t), s.newNumber(), s.as("boss")
	id, own := a.asks(t, client)
	if err := own.Answer(); err != nil {
		t.Fatal(err)
	}
	own.Say(tone440, true)
	far := out.rings(t, client)
	answers(t, far)
	k := talk{far, own, a, client, id}
	k.hearEachOther(t)
	a.Crash()
	hearsMusic(t, "client", far, agentTone)
	a.arriveInPage(t)
	k.agent = a.rings()
	if got := k.agent.Header("X-Callcard-Resume"); got != id {
		t.Fatalf("the page is asked to take back call %q, want %q", got, id)
	}
	if err := k.agent.Answer(); err != nil {
		t.Fatal(err)
	}
	k.agent.Say(tone440, true)
	k.hearEachOther(t)
	k.end(t)
	if c := boss.history(t, id, "recorded", recorded); c.EndReason != "completed" || c.EndedBy != "caller" {
		t.Errorf("the history says %+v", c)
	}

	id, own = a.asks(t, client)
	if err := own.Answer(); err != nil {
		t.Fatal(err)
	}
	far = out.rings(t, client)
	s.as(a.login).do(t, post, "/calls/"+id+"/hangup", nil, nil)
	over(t, far, "cancelled")
	over(t, own, "remote hangup")
	if c := boss.history(t, id, "ended", ended); c.EndReason != "cancelled" || c.EndedBy != "agent" || c.Recording != nil {
		t.Errorf("the history says %+v", c)
	}
	tm.boss.agentIs(t, a.login, "available")
	if open := s.tasks(t, client, ""); len(open) != 0 {
		t.Errorf("a client who was called is to be called back: %+v", open)
	}
}

// TestWhatMayNotBeDialled is refused before anything rings, on the page and on the telephone.
func TestWhatMayNotBeDialled(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2)
	a, out := tm.agents[0], tm.outside(t)
	me := s.as(a.login)
	place := func(c *client, to string) int {
		status, _ := s.send(post, "/calls", c.token, map[string]string{"to": to}, nil)
		return status
	}
	for to, want := range map[string]int{"+442079460958": http.StatusForbidden, tm.number: http.StatusForbidden, "hello": http.StatusUnprocessableEntity, a.extension: http.StatusUnprocessableEntity} {
		if got := place(me, to); got != want {
			t.Errorf("POST /calls to %s: %d, want %d", to, got, want)
		}
	}
	if got := place(s.as("boss"), s.newNumber()); got != http.StatusConflict {
		t.Errorf("POST /calls without a telephone: %d", got)
	}
	for to, want := range map[string]string{"+442079460958": "403 Forbidden", "12345678901234567": "404 Not Found"} {
		own, err := a.Call(to, nil)
		if err != nil {
			t.Fatal(err)
		}
		over(t, own, want)
	}
	await(t, "the refused call to stand in the history", patience, func() bool {
		for _, c := range list[call](t, s.as("boss"), "/calls?result=rejected&agent="+a.login) {
			if c.To == "+442079460958" {
				return s.as("boss").history(t, c.ID, "ended", ended).Why == "not_opened"
			}
		}
		return false
	})
	_, own := a.asks(t, s.newNumber())
	if got := place(me, s.newNumber()); got != http.StatusConflict {
		t.Errorf("POST /calls in a call: %d", got)
	}
	own.Reject(486, "Busy Here")
	tm.boss.agentIs(t, a.login, "available")
	a.quiet()
	select {
	case far := <-out.Calls():
		t.Errorf("the carrier was asked for %s", far.Extension())
	default:
	}
}

// TestColleaguesCallEachOther by extension: no card, no recording.
func TestColleaguesCallEachOther(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2)
	a, b := tm.agents[0], tm.agents[1]
	id, own := a.asks(t, b.extension)
	if err := own.Answer(); err != nil {
		t.Fatal(err)
	}
	own.Say(tone440, true)
	far := b.rings()
	if far.Number() != a.extension || far.Header("X-Callcard-Call") != id {
		t.Errorf("%s is shown %q for the call %q", b.login, far.Number(), far.Header("X-Callcard-Call"))
	}
	tm.boss.agentIs(t, b.login, "ringing")
	answers(t, far)
	talk{far, own, a, "", id}.hearEachOther(t)
	tm.boss.agentIs(t, b.login, "talking")
	far.Hangup()
	over(t, own, "remote hangup")
	for _, x := range tm.agents {
		tm.boss.agentIs(t, x.login, "available")
	}
	c := s.as("boss").history(t, id, "ended", ended)
	if c.Direction != "internal" || c.Agent != a.login || c.To != b.extension || c.Contact != "" || c.Recording != nil || len(c.Route) != 1 || c.Route[0].Agent != b.login {
		t.Errorf("the history says %+v", c)
	}
}
