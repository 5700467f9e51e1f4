package sip

import (
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
)

// ringing brings a call so far that the agent's devices have their INVITE.
func ringing(t *testing.T, o *office, agents ...*peer) (*story, []message) {
	t.Helper()
	for _, a := range agents {
		o.register("101", a)
	}
	client := newPeer(t, o.addr)
	client.dial(client.sdp("8 101"))
	s := o.story()
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}})
	var invites []message
	for _, a := range agents {
		invites = append(invites, a.waitMethod("INVITE"))
	}
	return s, invites
}

func TestWithheldNumber(t *testing.T) {
	o := openOffice(t)
	_, invites := ringing(t, o, newPeer(t, o.addr))
	if from := invites[0].get("From"); !strings.HasPrefix(from, `"Anonymous" <sip:anonymous@anonymous.invalid>;tag=`) {
		t.Errorf("From: %s", from)
	}
	if invites[0].get("Privacy") != "id" || invites[0].get("P-Asserted-Identity") != "" {
		t.Errorf("headers: %q", invites[0].headers)
	}
}

func TestNobodyRegistered(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	client.dial(client.sdp("8"))
	s := o.story()
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "999"}})
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.Unreachable, Code: 480})
	if err := s.line.Do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "999"}}); err == nil {
		t.Error("the same leg was offered twice")
	}
}

func TestWithdraw(t *testing.T) {
	o := openOffice(t)
	agent := newPeer(t, o.addr)
	s, invites := ringing(t, o, agent)
	agent.respond(invites[0], 180, "a", "")
	s.expect(telephony.LegRinging{Leg: "a1"})
	s.do(telephony.Withdraw{Leg: "a1", Reason: telephony.AnsweredElsewhere})
	cancel := agent.waitMethod("CANCEL")
	if got := cancel.get("Reason"); got != `SIP;cause=200;text="Call completed elsewhere"` {
		t.Errorf("Reason: %s", got)
	}
	if cancel.get("Via") != invites[0].get("Via") || cancel.get("Call-ID") != invites[0].get("Call-ID") {
		t.Error("the CANCEL does not match its INVITE")
	}
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.Withdrawn})
	agent.respond(cancel, 200, "", "")
	agent.respond(invites[0], 487, "a", "")
	agent.waitMethod("ACK")
}

// RFC 3261 9.1: no CANCEL before a provisional response.
func TestWithdrawBeforeAnyResponse(t *testing.T) {
	o := openOffice(t)
	agent := newPeer(t, o.addr)
	s, invites := ringing(t, o, agent)
	s.do(telephony.Withdraw{Leg: "a1"})
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.Withdrawn})
	if agent.has(func(m message) bool { return m.method() == "CANCEL" }) {
		t.Error("CANCEL before a provisional response")
	}
	agent.respond(invites[0], 100, "", "")
	cancel := agent.waitMethod("CANCEL")
	agent.respond(cancel, 200, "", "")
	agent.respond(invites[0], 487, "a", "")
	agent.waitMethod("ACK")
}

// The answer crosses the CANCEL: without ACK and BYE the phone would keep a call that
// nobody else knows of.
func TestAnswerCrossesWithdraw(t *testing.T) {
	o := openOffice(t)
	agent := newPeer(t, o.addr)
	s, invites := ringing(t, o, agent)
	agent.respond(invites[0], 180, "a", "")
	s.expect(telephony.LegRinging{Leg: "a1"})
	s.do(telephony.Withdraw{Leg: "a1"})
	agent.waitMethod("CANCEL")
	agent.respond(invites[0], 200, "a", agent.sdp("8"))
	agent.waitMethod("ACK")
	agent.respond(agent.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.Withdrawn})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	s.over()
}

func TestFirstDeviceWins(t *testing.T) {
	o := openOffice(t)
	first, second := newPeer(t, o.addr), newPeer(t, o.addr)
	s, invites := ringing(t, o, first, second)
	first.respond(invites[0], 180, "a", "")
	second.respond(invites[1], 180, "b", "")
	second.respond(invites[1], 200, "b", second.sdp("8"))
	second.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: "a1"})
	cancel := first.waitMethod("CANCEL")
	if !strings.Contains(cancel.get("Reason"), "Call completed elsewhere") {
		t.Errorf("Reason: %s", cancel.get("Reason"))
	}
	// This one had picked up in the same moment.
	first.respond(invites[0], 200, "a", first.sdp("8"))
	first.waitMethod("ACK")
	first.respond(first.waitMethod("BYE"), 200, "", "")
	second.within(invites[1], "b", "BYE", 1, "")
	second.waitStatus(200, "BYE")
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Remote, Cause: telephony.Normal})
}

// A proxy in front of the phones has forked our INVITE: two dialogs on one request.
func TestTwoAnswersToOneInvite(t *testing.T) {
	o := openOffice(t)
	agent := newPeer(t, o.addr)
	s, invites := ringing(t, o, agent)
	agent.respond(invites[0], 180, "x", "")
	agent.respond(invites[0], 180, "y", "")
	agent.respond(invites[0], 200, "x", agent.sdp("8"))
	agent.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: "a1"})
	agent.respond(invites[0], 200, "y", agent.sdp("8"))
	bye := agent.waitMethod("BYE")
	if bye.tagOf("To") != "y" {
		t.Errorf("BYE to %s", bye.get("To"))
	}
	agent.respond(invites[0], 200, "x", agent.sdp("8")) // the ACK was lost
	agent.wait("ACK to x", func(m message) bool { return m.method() == "ACK" && m.tagOf("To") == "x" })
}

func TestRefusals(t *testing.T) {
	cases := []struct {
		status int
		header string
		want   telephony.Cause
	}{
		{486, "", telephony.BusyHere},
		{603, "", telephony.Declined},
		{480, "", telephony.Unreachable},
		{488, "", telephony.NoCodec},
		{302, "Contact: <sip:+88213000@evil.example>", telephony.Declined},
		{401, `WWW-Authenticate: Digest realm="callcard", nonce="x"`, telephony.NotAllowed},
		{407, `Proxy-Authenticate: Digest realm="callcard", nonce="x"`, telephony.NotAllowed},
	}
	for _, c := range cases {
		o := openOffice(t)
		agent := newPeer(t, o.addr)
		s, invites := ringing(t, o, agent)
		agent.respond(invites[0], c.status, "a", "", c.header)
		agent.waitMethod("ACK")
		s.expect(telephony.LegRefused{Leg: "a1", Cause: c.want, Code: c.status})
		s.do(telephony.Hangup{Cause: telephony.NoAnswer})
		s.over()
		if agent.has(func(m message) bool { return m.method() == "INVITE" && m.get("CSeq") != invites[0].get("CSeq") }) {
			t.Errorf("%d was answered by another INVITE", c.status)
		}
		o.stop()
	}
}

// One device is busy, the other one rings on; a 6xx speaks for the agent.
func TestRefusalsOfSeveralDevices(t *testing.T) {
	o := openOffice(t)
	first, second, third := newPeer(t, o.addr), newPeer(t, o.addr), newPeer(t, o.addr)
	s, invites := ringing(t, o, first, second, third)
	second.respond(invites[1], 180, "b", "")
	third.respond(invites[2], 180, "c", "")
	s.expect(telephony.LegRinging{Leg: "a1"})
	first.respond(invites[0], 480, "a", "")
	first.waitMethod("ACK")
	third.respond(invites[2], 603, "c", "")
	third.waitMethod("ACK")
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.Declined, Code: 603})
	second.waitMethod("CANCEL")
}

func TestSessionIntervalTooSmall(t *testing.T) {
	o := openOffice(t)
	agent := newPeer(t, o.addr)
	s, invites := ringing(t, o, agent)
	agent.respond(invites[0], 422, "a", "", "Min-SE: 3600")
	agent.waitMethod("ACK")
	again := agent.waitMethod("INVITE")
	if again.get("Session-Expires") != "3600" || again.get("Min-SE") != "3600" || again.body != invites[0].body ||
		again.get("X-Callcard-Call") != string(s.in.ID) || again.get("CSeq") == invites[0].get("CSeq") {
		t.Errorf("second INVITE: %q", again.headers)
	}
	agent.respond(again, 200, "a", agent.sdp("8"))
	agent.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: "a1"})
}

func TestAgentWithoutCodec(t *testing.T) {
	o := openOffice(t)
	agent := newPeer(t, o.addr)
	s, invites := ringing(t, o, agent)
	agent.respond(invites[0], 200, "a", agent.sdp("18"))
	agent.waitMethod("ACK")
	agent.respond(agent.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.NoCodec, Code: 488})
}

func TestDeadDevice(t *testing.T) {
	o := openOffice(t, shortClocks)
	agent := newPeer(t, o.addr)
	s, invites := ringing(t, o, agent)
	agent.respond(invites[0], 180, "a", "")
	s.expect(telephony.LegRinging{Leg: "a1"})
	s.do(telephony.Withdraw{Leg: "a1"})
	s.do(telephony.Hangup{Cause: telephony.NoAnswer})
	agent.waitMethod("CANCEL") // which it never answers
	s.over()
}

// A phone that has lost its network answers no BYE: the call goes on without it.
func TestByeToDeadDevice(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	c, s, _ := o.talk(client, agent)
	s.do(telephony.Hangup{Leg: "a1", Cause: telephony.MediaLost})
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Local, Cause: telephony.MediaLost})
	c.request("OPTIONS", "")
	client.waitStatus(200, "OPTIONS")
}

func TestHangupOfWholeCall(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	_, s, _ := o.talk(client, agent)
	s.do(telephony.Hangup{Cause: telephony.MediaLost})
	bye := client.waitMethod("BYE")
	if got := bye.get("Reason"); !strings.HasPrefix(got, "Q.850;cause=41") {
		t.Errorf("Reason: %s", got)
	}
	client.respond(bye, 200, "", "")
	agent.respond(agent.waitMethod("BYE"), 200, "", "")
	s.over()
}

// The end of the server is the end of its calls.
func TestServerStops(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	_, s, _ := o.talk(client, agent)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		o.stop()
	}()
	client.respond(client.waitMethod("BYE"), 200, "", "")
	agent.respond(agent.waitMethod("BYE"), 200, "", "")
	s.over()
	select {
	case <-stopped:
	case <-time.After(10 * time.Second):
		t.Fatal("the server does not end")
	}
}
