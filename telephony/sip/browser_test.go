package sip

import (
	"context"
	"log/slog"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
	telephone "github.com/callcard/callcard/telephony/phone"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// telephoneOf opens a telephone: a page's at a ws address, else a plain one.
func (o *office) telephoneOf(user, server, password string) *telephone.Phone {
	o.t.Helper()
	p, err := telephone.New(o.t.Context(), telephone.Config{Server: server, Local: loopback, User: user, Password: password, Codec: media.PCMA, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(p.Close)
	return p
}

// page is a browser that is the telephone of an extension.
func (o *office) page(extension string) *telephone.Phone {
	o.t.Helper()
	pages := openPages(o.t, o.server)
	ticket, _ := o.server.Ticket(extension, "s1")
	p := o.telephoneOf(extension, "ws"+strings.TrimPrefix(pages.server.URL, "http")+"/sip?session=s1&extension="+extension, ticket)
	if err := p.Register(o.soon()); err != nil {
		o.t.Fatal(err)
	}
	return p
}

func (o *office) soon() context.Context {
	o.t.Helper()
	ctx, cancel := context.WithTimeoutCause(o.t.Context(), 2*patience, errTime)
	o.t.Cleanup(cancel)
	return ctx
}

// connected lets a caller and an agent of 101 talk; caller and agent say 1000 and 440 Hz.
func (o *office) connected(p *telephone.Phone) (s *story, caller, agent *telephone.Call) {
	o.t.Helper()
	caller, err := o.telephoneOf("+998901234567", o.addr.String(), "").Call("700", nil)
	if err != nil {
		o.t.Fatal(err)
	}
	s = o.story()
	s.do(telephony.Answer{})
	s.expect(telephony.CallerUp{})
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}, Headers: map[string]string{"X-Callcard-Resume": "c7"}})
	agent = next(o.t, p.Calls())
	s.expect(telephony.LegRinging{Leg: "a1"})
	if err := agent.Answer(); err != nil {
		o.t.Fatal(err)
	}
	s.expect(telephony.LegAnswered{Leg: "a1"})
	s.do(telephony.Connect{Leg: "a1"})
	caller.Say(media.Tone(time.Second, 0.3, 1000), true)
	agent.Say(media.Tone(time.Second, 0.3, 440), true)
	return s, caller, agent
}

// hearing waits until each hears the other's tone.
func (o *office) hearing(caller, agent *telephone.Call) {
	o.t.Helper()
	if err := caller.Hear(o.soon(), 440); err != nil {
		o.t.Fatal("caller: ", err)
	}
	if err := agent.Hear(o.soon(), 1000); err != nil {
		o.t.Fatal("agent: ", err)
	}
}

func TestBrowserTalks(t *testing.T) {
	o := openOffice(t)
	s, caller, agent := o.connected(o.page("101"))
	if got := agent.Header("X-Callcard-Resume"); got != "c7" || agent.Header("X-Callcard-Call") != string(s.in.ID) {
		t.Errorf("the page is told of call %q, resume %q", agent.Header("X-Callcard-Call"), got)
	}
	path := filepath.Join(t.TempDir(), "talk.wav")
	s.do(telephony.Record{Path: path})
	o.hearing(caller, agent)

	caller.Press("159#")
	for _, want := range []byte("159#") {
		s.expect(telephony.Digit{Leg: telephony.CallerLeg, Digit: want})
		if got := next(t, agent.Pressed()); got != want {
			t.Errorf("the page hears key %c, want %c", got, want)
		}
	}
	agent.Press("7")
	s.expect(telephony.Digit{Leg: "a1", Digit: '7'})
	if got := next(t, caller.Pressed()); got != '7' {
		t.Errorf("the caller hears key %c", got)
	}
	s.do(telephony.StopRecord{})
	of[telephony.RecordingDone](s)
	left, right := lanes(t, path)
	if loudness(left, 1000) < 0.1 || loudness(left, 440) > 0.02 || loudness(right, 440) < 0.1 || loudness(right, 1000) > 0.02 {
		t.Errorf("caller's lane: %.3f of 1000 Hz, %.3f of 440 Hz; agent's: %.3f and %.3f",
			loudness(left, 1000), loudness(left, 440), loudness(right, 1000), loudness(right, 440))
	}

	forged := append([]byte{0x80, 8, 0, 1}, make([]byte, 180)...)
	agent.Browser().SendRaw(forged)
	eventually(t, "a forged packet", func() bool { return o.engine.WebStats().AuthFailed == 1 })
	agent.Hangup()
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Remote, Cause: telephony.Normal})
	if q := of[telephony.LegQuality](s); q.Received < 50 || q.Lost > 0 {
		t.Errorf("%+v", q)
	}
	if w := o.engine.WebStats(); w.Legs != 0 || w.Strangers > 1 || w.BadChecks+w.Impostors+w.HandshakeLost > 0 {
		t.Errorf("%+v", w)
	}
}

func TestBrowserHoldsAndMoves(t *testing.T) {
	o := openOffice(t)
	s, caller, agent := o.connected(o.page("101"))
	o.hearing(caller, agent)
	for range 2 {
		if err := agent.SetHold(o.soon(), true); err != nil {
			t.Fatal(err)
		}
		s.expect(telephony.LegHeld{Leg: "a1"})
		if err := caller.HearElse(o.soon(), 440); err != nil { // music
			t.Fatal(err)
		}
		if err := agent.SetHold(o.soon(), false); err != nil {
			t.Fatal(err)
		}
		s.expect(telephony.LegResumed{Leg: "a1"})
		o.hearing(caller, agent)
	}
	// Another network: new address, new ICE name.
	agent.Browser().Restart()
	if err := agent.Browser().Move(netip.MustParseAddr("127.0.0.7")); err != nil {
		t.Fatal(err)
	}
	if err := agent.SetHold(o.soon(), false); err != nil {
		t.Fatal(err)
	}
	before := agent.Received()
	o.hearing(caller, agent)
	if agent.Received() <= before {
		t.Error("nothing comes to the new address")
	}
}

// TestDeadBrowserIsLost: its page lives on, so it is told, during a hold as well.
func TestDeadBrowserIsLost(t *testing.T) {
	for _, held := range []bool{false, true} {
		o := openOffice(t, func(c *Config, _ *timing) {
			engine, err := media.New(media.Config{PortMin: 30000, PortMax: 39999, Bind: loopback, Web: &media.WebConfig{Timeout: time.Second}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { engine.Close() })
			c.Media = engine
		})
		s, caller, agent := o.connected(o.page("101"))
		o.hearing(caller, agent)
		if held {
			if err := agent.SetHold(o.soon(), true); err != nil {
				t.Fatal(err)
			}
		}
		agent.Mute()
		next(t, agent.Done())
		if agent.Why() != "remote hangup" {
			t.Errorf("the page takes it for %q", agent.Why())
		}
		s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Remote, Cause: telephony.DeviceLost})
		o.stop()
	}
}

// TestDeskPhoneAndBrowserRing: who answers first has the call; nothing is left of the
// other's media.
func TestDeskPhoneAndBrowserRing(t *testing.T) {
	o := openOffice(t)
	browser := o.page("101")
	desk := o.telephoneOf("101", o.addr.String(), "")
	o.server.registrar.mu.Lock()
	o.server.registrar.add("101", binding{contact: uriOf("101", desk.Addr()), source: desk.Addr().String(), transport: "UDP", expires: time.Now().Add(time.Hour)})
	o.server.registrar.mu.Unlock()
	for _, winner := range []*telephone.Phone{desk, browser} {
		loser := browser
		if winner == browser {
			loser = desk
		}
		s, caller, agent := o.connected(winner)
		missed := next(t, loser.Calls())
		next(t, missed.Done())
		o.hearing(caller, agent)
		if legs := o.engine.WebStats().Legs; (legs == 1) != (winner == browser) {
			t.Errorf("%d web legs are open", legs)
		}
		caller.Hangup()
		s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Normal})
		s.do(telephony.Hangup{})
		s.over()
		next(t, agent.Done())
		if legs := o.engine.WebStats().Legs; legs != 0 {
			t.Errorf("%d web legs are left", legs)
		}
	}
}

// TestBrowserIsCalled: the client of a call of ours may be a colleague's browser. The
// bridge has been there before he picks up.
func TestBrowserIsCalled(t *testing.T) {
	o := openOffice(t)
	until(t, "readiness", o.server.Ready)
	first, second := o.page("101"), o.page("102")
	s := opened(t, o)
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}})
	agent := next(t, first.Calls())
	if err := agent.Answer(); err != nil {
		t.Fatal(err)
	}
	s.expect(telephony.LegAnswered{Leg: "a1"})
	s.do(telephony.Play{Leg: "a1", Sound: telephony.Ringback, Loop: true})
	s.do(telephony.Dial{To: telephony.Target{Extension: "102"}})
	colleague := next(t, second.Calls())
	if err := agent.HearElse(o.soon(), 1000); err != nil { // ringback
		t.Fatal(err)
	}
	if err := colleague.Answer(); err != nil {
		t.Fatal(err)
	}
	s.expect(telephony.LegAnswered{Leg: telephony.CallerLeg})
	s.do(telephony.Connect{Leg: "a1"})
	colleague.Say(media.Tone(time.Second, 0.3, 1000), true)
	agent.Say(media.Tone(time.Second, 0.3, 440), true)
	o.hearing(colleague, agent)
	s.do(telephony.Hangup{})
	s.over()
	if legs := o.engine.WebStats().Legs; legs != 0 {
		t.Errorf("%d web legs are left", legs)
	}
}

// TestBrowserInTheClear: a page that wants no encryption gets no call.
func TestBrowserInTheClear(t *testing.T) {
	o, p := browser(t)
	_, _, s, invite := ringsAt(o, p)
	p.respond(invite, 200, "a", p.sdp("8 101"))
	p.waitMethod("ACK")
	p.respond(p.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.NoCodec, Code: 488})
	eventually(t, "the end of the media", func() bool { return o.engine.WebStats().Legs == 0 })
}

// TestPageIsAskedAgain: our re-INVITE repeats what is agreed, and a certificate that
// changes within the session is refused.
func TestPageIsAskedAgain(t *testing.T) {
	o := openOffice(t, func(_ *Config, c *timing) { c.second = 2 * time.Millisecond })
	p := openPages(t, o.server).dial(t, "101", "s1").comes()
	_, _, s, invite := ringsAt(o, p)
	p.respond(invite, 200, "a", p.answerTo(invite), "Session-Expires: 90;refresher=uac", "Require: timer")
	p.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: "a1"})
	again := p.waitMethod("INVITE")
	for _, line := range strings.Split(strings.TrimSpace(invite.body), "\r\n") {
		if !strings.Contains(again.body, line+"\r\n") {
			t.Errorf("the re-INVITE lacks %s:\n%s", line, again.body)
		}
	}
	p.respond(again, 200, "a", p.answerTo(invite), "Session-Expires: 1800;refresher=uac")
	p.waitMethod("ACK")
	p.within(invite, "a", "INVITE", 1, strings.Replace(p.answerTo(invite), "AB:CD", "AB:CE", 1))
	p.waitStatus(488, "INVITE")
}

func lanes(t *testing.T, path string) (left, right []int16) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pcm, _, n, err := media.ReadWAV(f)
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	for i := 0; i+1 < len(pcm); i += 2 {
		left, right = append(left, pcm[i]), append(right, pcm[i+1])
	}
	return left, right
}

// loudness is the amplitude of a tone (Goertzel), 1 = full scale.
func loudness(pcm []int16, hertz float64) float64 {
	w := 2 * math.Cos(2*math.Pi*hertz/media.SampleRate)
	var s1, s2 float64
	for _, v := range pcm {
		s1, s2 = float64(v)/math.MaxInt16+w*s1-s2, s1
	}
	return 2 * math.Sqrt(max(0, s1*s1+s2*s2-w*s1*s2)) / float64(max(1, len(pcm)))
}

func uriOf(user string, at netip.AddrPort) sip.Uri {
	return sip.Uri{Scheme: "sip", User: user, Host: at.Addr().String(), Port: int(at.Port())}
}
