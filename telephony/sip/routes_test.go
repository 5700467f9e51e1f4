package sip

import (
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

func TestRouteSet(t *testing.T) {
	parse := func(rr ...string) *dialog {
		req := inviteWith(t, "<sip:1@c>;tag=1", append(rr, "Contact: <sip:1@198.51.100.9:5070>")...)
		return uasDialog(req, origin{trunk: &Trunk{}, source: "203.0.113.1:5060", transport: "UDP"}, "ours", sip.ContactHeader{})
	}
	loose := parse("Record-Route: <sip:p1.example;lr>, <sip:p2.example:5080;lr>").next(sip.BYE)
	if loose.Recipient.String() != "sip:1@198.51.100.9:5070" || len(loose.GetHeaders("route")) != 2 || loose.Destination() != "p1.example:5060" {
		t.Errorf("loose routing:\n%s to %s", loose, loose.Destination())
	}
	strict := parse("Record-Route: <sip:p1.example>, <sip:p2.example;lr>").next(sip.BYE)
	if strict.Recipient.Host != "p1.example" {
		t.Errorf("strict routing:\n%s", strict)
	}
	if routes := strict.GetHeaders("route"); len(routes) != 2 || !strings.Contains(routes[1].Value(), "198.51.100.9") {
		t.Errorf("strict routing: %v", routes)
	}
	direct := parse().next(sip.BYE)
	if direct.Destination() != "198.51.100.9:5070" {
		t.Errorf("without a route: %s", direct.Destination())
	}
	if back := ghostOf(parse("Record-Route: <sip:p1.example;lr>")); len(back.Routes) != 1 {
		t.Errorf("ghost: %+v", back)
	} else if d, err := back.dialog(); err != nil || d.routes[0].Host != "p1.example" || d.localTag() != "ours" || d.remoteTag() != "1" {
		t.Errorf("dialog of the ghost: %+v, %v", d, err)
	}
}

func TestUnreachableContact(t *testing.T) {
	cases := []struct {
		host, source string
		want         bool
	}{
		{"198.51.100.9", "203.0.113.1:5060", false},
		{"192.168.1.5", "203.0.113.1:5060", true},
		{"192.168.1.5", "192.168.1.9:5060", false},
		{"10.1.1.1", "192.168.1.9:5060", false},
		{"0.0.0.0", "203.0.113.1:5060", true},
		{"abc.invalid", "203.0.113.1:5060", true},
		{"sbc.carrier.example", "203.0.113.1:5060", false},
		{"[fe80::1]", "[2001:db8::1]:5060", true},
	}
	for _, c := range cases {
		if got := unreachableHost(c.host, c.source); got != c.want {
			t.Errorf("%s from %s: %v", c.host, c.source, got)
		}
	}
}

// A proxy stands before the agent's phone and records its route.
func TestAgentBehindProxy(t *testing.T) {
	o := openOffice(t)
	agent := newPeer(t, o.addr)
	s, invites := ringing(t, o, agent)
	agent.respond(invites[0], 200, "a", agent.sdp("8"), "Record-Route: <sip:outer@127.0.0.1;lr>", "Record-Route: <sip:inner@127.0.0.1;lr>")
	ack := agent.waitMethod("ACK")
	if routes := ack.all("Route"); len(routes) != 2 || !strings.Contains(routes[0], "inner") {
		t.Errorf("routes of the ACK: %q", routes)
	}
	s.expect(telephony.LegAnswered{Leg: "a1"})
}

// The answer to our early offer comes in the PRACK.
func TestPRACKBringsTheAnswer(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial("", "Require: 100rel")
	s := o.story()
	s.do(telephony.Play{Leg: telephony.CallerLeg, Sound: telephony.Music, Loop: true})
	progress := c.dialogOf(client.waitStatus(183, "INVITE"))
	if !strings.Contains(progress.body, "m=audio") {
		t.Errorf("no offer of ours: %s", progress.body)
	}
	c.request("PRACK", client.sdp("0 101"), "RAck: 1 1 INVITE")
	client.waitStatus(200, "PRACK")
	buf := make([]byte, 1500)
	if n, _, err := client.rtp.ReadFrom(buf); err != nil || n != 172 || buf[1]&0x7f != 0 {
		t.Fatalf("early sound: %d bytes, %v", n, err)
	}
	s.do(telephony.Answer{})
	client.waitStatus(200, "INVITE")
	c.ack("")
	s.expect(telephony.CallerUp{})
}

func TestHoldAndDigitsByStory(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	_, s, _ := o.talk(client, agent)
	s.do(telephony.HoldLeg{Leg: "a1"})
	buf := make([]byte, 1500)
	if n, _, err := client.rtp.ReadFrom(buf); err != nil || n != 172 {
		t.Fatalf("no music for the caller: %d bytes, %v", n, err)
	}
	s.do(telephony.ResumeLeg{Leg: "a1"})
	s.do(telephony.SendDigits{Leg: telephony.CallerLeg, Digits: "5"})
	for buf[1]&0x7f != 101 {
		if _, _, err := client.rtp.ReadFrom(buf); err != nil {
			t.Fatal(err)
		}
	}
	s.do(telephony.Stop{Leg: telephony.CallerLeg})
}
