package sip

import (
	"strings"
	"testing"

	"github.com/callcard/callcard/telephony"
)

// Both peers on TCP, none of them reachable but by its own connection.
func TestCallOverTCP(t *testing.T) {
	o := openOffice(t, shortClocks)
	client, agent := newStreamPeer(t, o), newStreamPeer(t, o)
	o.register("101", agent)
	c := client.dial(client.sdp("8 101"))
	s := o.story()
	s.do(telephony.Ring{})
	client.waitStatus(180, "INVITE")
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}, From: "+1"})
	invite := agent.waitMethod("INVITE")
	if !strings.Contains(invite.get("Contact"), "transport=tcp") {
		t.Errorf("Contact: %s", invite.get("Contact"))
	}
	agent.respond(invite, 200, "a", agent.sdp("8"))
	agent.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: "a1"})
	s.do(telephony.Answer{})
	c.dialogOf(client.waitStatus(200, "INVITE"))
	client.waitStatus(200, "INVITE") // RFC 3261 13.3.1.4: repeated also over TCP
	c.ack("")
	s.expect(telephony.CallerUp{})
	s.do(telephony.Connect{Leg: "a1"})
	c.request("INVITE", client.sdp("8", "a=sendonly\r\n"))
	client.wait("answer to hold", func(m message) bool { return strings.Contains(m.body, "a=recvonly") })
	c.ackReinvite("")
	s.expect(telephony.LegHeld{Leg: telephony.CallerLeg})
	agent.within(invite, "a", "BYE", 1, "")
	agent.waitStatus(200, "BYE")
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Remote, Cause: telephony.Normal})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.over()
}

// The caller's connection breaks while it rings: his leg must not ring for ever.
func TestConnectionBreaksWhileRinging(t *testing.T) {
	o := openOffice(t)
	client := newStreamPeer(t, o)
	client.dial(client.sdp("8"))
	s := o.story()
	s.do(telephony.Ring{})
	client.waitStatus(180, "INVITE")
	client.stream.Close()
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Failed})
	s.over()
}

// The agent's connection is gone when his phone is to ring.
func TestConnectionOfAgentIsGone(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newStreamPeer(t, o)
	o.register("101", agent)
	client.dial(client.sdp("8"))
	s := o.story()
	agent.stream.Close()
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}})
	if refused := of[telephony.LegRefused](s); refused.Cause != telephony.Unreachable {
		t.Errorf("%+v", refused)
	}
}
