package sip

import (
	"errors"
	"testing"

	"github.com/callcard/callcard/telephony"
)

// stall keeps the call's work from being done, as a busy machine does, until the
// returned function is called.
func (s *story) stall() (resume func()) {
	s.t.Helper()
	began, goOn := make(chan struct{}), make(chan struct{})
	go s.line.(*line).run(func() {
		s.line.(*line).later(func() { close(began); <-goOn })
	})
	<-began
	return func() { close(goOn) }
}

// The caller gives up while our 200 is still on its way to the socket: the library
// has said 487, so there is no call, whatever the story believes.
func TestCancelOvertakesAnswer(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial(client.sdp("8"))
	s := o.story()
	client.waitStatus(100, "INVITE")
	resume := s.stall()
	s.do(telephony.Answer{})
	c.write(request{method: "CANCEL", uri: c.invite.uri, from: c.invite.from, to: c.invite.to, callID: c.invite.callID, cseq: 1, branch: c.invite.branch})
	refused := client.waitStatus(487, "INVITE")
	resume()
	c.write(request{method: "ACK", uri: c.invite.uri, from: c.invite.from, to: refused.get("To"), callID: c.invite.callID, cseq: 1, branch: c.invite.branch})
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Cancelled, Code: 487})
	s.over()
	for _, e := range s.unread {
		if _, up := e.(telephony.CallerUp); up {
			t.Error("a caller who has given up is said to be there")
		}
	}
	if client.has(func(m message) bool { return m.status() == 200 && m.get("CSeq") == "1 INVITE" }) {
		t.Error("a 200 after the 487")
	}
}

// The agent picks up while the PRACK of the 180 is on its way: the answer waits for
// it, and then the two hear each other.
func TestAnswerWaitsForPRACK(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	c := client.dial(client.sdp("8 101"), "Require: 100rel")
	s := o.story()
	s.do(telephony.Ring{})
	c.dialogOf(client.waitStatus(180, "INVITE"))
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}})
	invite := agent.waitMethod("INVITE")
	agent.respond(invite, 200, "a", agent.sdp("8 101"))
	s.expect(telephony.LegAnswered{Leg: "a1"})
	s.do(telephony.Answer{})
	s.do(telephony.Connect{Leg: "a1"})
	c.request("PRACK", "", "RAck: 1 1 INVITE")
	client.waitStatus(200, "PRACK")
	ok := client.waitStatus(200, "INVITE")
	c.ack("")
	s.expect(telephony.CallerUp{})
	hears(t, client, agent, ok.body, invite.body)
}

// A PRACK that brings an answer nobody can use ends the call at once: the caller
// would wait for ever for an answer that waits for him.
func TestUnusableAnswerInPRACK(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial("", "Require: 100rel")
	s := o.story()
	s.do(telephony.Play{Leg: telephony.CallerLeg, Sound: telephony.Music, Loop: true})
	s.do(telephony.Answer{})
	c.dialogOf(client.waitStatus(183, "INVITE"))
	c.request("PRACK", client.sdp("18"), "RAck: 1 1 INVITE")
	client.waitStatus(488, "PRACK")
	client.waitStatus(488, "INVITE")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Local, Cause: telephony.NoCodec, Code: 488})
	s.over()
}

// A PRACK may bring an offer only after the first one has its answer.
func TestOfferInPRACKBeforeTheAnswer(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial(client.sdp("8 101"), "Require: 100rel")
	s := o.story()
	s.do(telephony.Ring{})
	c.dialogOf(client.waitStatus(180, "INVITE"))
	c.request("PRACK", client.sdp("0"), "RAck: 1 1 INVITE")
	client.waitStatus(491, "PRACK")
	s.do(telephony.Answer{})
	client.waitStatus(200, "INVITE")
	c.ack("")
	s.expect(telephony.CallerUp{})
}

// What the story orders for a caller who has gone opens nothing.
func TestOrdersForACallerWhoHasGone(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	c := client.dial(client.sdp("8 101"))
	s := o.story()
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}})
	invite := agent.waitMethod("INVITE")
	agent.respond(invite, 200, "a", agent.sdp("8 101"))
	s.expect(telephony.LegAnswered{Leg: "a1"})
	c.write(request{method: "CANCEL", uri: c.invite.uri, from: c.invite.from, to: c.invite.to, callID: c.invite.callID, cseq: 1, branch: c.invite.branch})
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Cancelled, Code: 487})
	for _, order := range []telephony.Command{
		telephony.Answer{}, telephony.Connect{Leg: "a1"}, telephony.Record{Path: t.TempDir() + "/x.wav"},
		telephony.Play{Leg: "a1", Sound: telephony.Music, Loop: true}, telephony.Ring{},
	} {
		if err := s.line.Do(order); !errors.Is(err, telephony.ErrGone) {
			t.Errorf("%T: %v", order, err)
		}
	}
	if m := s.line.(*line).caller.media; m != nil {
		t.Error("a caller who has gone has taken a port")
	}
	s.do(telephony.Hangup{Cause: telephony.Normal})
	agent.respond(agent.waitMethod("BYE"), 200, "", "")
	s.over()
}
