package sip

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
)

// What a card's name or a number brings along never becomes a header.
func TestNamesAddNoHeader(t *testing.T) {
	o := openOffice(t)
	agent := newPeer(t, o.addr)
	o.register("101", agent)
	_, s := o.answeredCall(newPeer(t, o.addr))
	for _, bad := range []string{"Anna\r\nX-Evil: 1", "Anna\nX-Evil: 1", "Anna\r\n\r\nv=0", `Anna" <sip:evil@x>;tag=y`, "Anna\x00\x7f"} {
		leg := telephony.LegID("a " + bad)
		s.do(telephony.Offer{Leg: leg, To: telephony.Target{Extension: "101"}, From: "+99890" + bad, Display: bad})
		invite := agent.waitMethod("INVITE")
		if invite.get("X-Evil") != "" || !strings.HasPrefix(invite.body, "v=0\r\no=") || len(invite.all("From")) != 1 {
			t.Errorf("%q became\n%s", bad, strings.Join(invite.headers, "\n"))
		}
		if from := invite.get("From"); !strings.Contains(from, "@127.0.0.1>;tag=") || strings.Contains(from, "tag=y;") || strings.HasSuffix(from, "tag=y") {
			t.Errorf("%q became %s", bad, from)
		}
		agent.respond(invite, 486, "a", "")
		agent.waitMethod("ACK")
		of[telephony.LegRefused](s)
	}
}

// A phone that challenges our BYE wants an answer computed with somebody's password:
// it gets none.
func TestChallengeToByeIsNotAnswered(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	_, s, _ := o.talk(client, agent)
	s.do(telephony.Hangup{Leg: "a1", Cause: telephony.Normal})
	bye := agent.waitMethod("BYE")
	agent.respond(bye, 407, "", "", `Proxy-Authenticate: Digest realm="callcard", nonce="x"`)
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Local, Cause: telephony.Normal})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.over()
	o.quiet()
	if agent.has(func(m message) bool { return m.method() == "BYE" && m.get("CSeq") != bye.get("CSeq") }) {
		t.Error("the challenge was answered")
	}
}

// Both hang up at once: each end is told once.
func TestByesCross(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	c, s, invite := o.talk(client, agent)
	s.do(telephony.Hangup{Cause: telephony.Normal})
	ours, theirs := client.waitMethod("BYE"), agent.waitMethod("BYE")
	c.request("BYE", "")
	agent.within(invite, "a", "BYE", 1, "")
	for _, p := range []*peer{client, agent} {
		p.wait("answer to a crossing BYE", func(m message) bool { return m.status() == 200 || m.status() == 481 })
	}
	client.respond(ours, 481, "", "")
	agent.respond(theirs, 481, "", "")
	s.over()
	ends := 0
	for _, e := range s.unread {
		if _, ok := e.(telephony.LegEnded); ok {
			ends++
		}
	}
	if ends != 2 {
		t.Errorf("%d legs have ended", ends)
	}
}

// A peer who has put us on hold gets no packet, whatever the other side says.
func TestNothingIsSentToAHeldPeer(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	c, s, invite := o.talk(client, agent)
	c.request("INVITE", client.sdp("8 101", "a=sendonly\r\n"))
	client.waitStatus(200, "INVITE")
	c.ackReinvite("")
	s.expect(telephony.LegHeld{Leg: telephony.CallerLeg})
	to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: mediaPort(t, invite.body)}
	packet := make([]byte, 172)
	packet[0], packet[1] = 0x80, 8
	buf := make([]byte, 1500)
	for seq := range 30 { // the music that the agent hears meanwhile is the clock
		packet[3], packet[6], packet[7] = byte(seq), byte(seq*160>>8), byte(seq*160)
		if _, err := agent.rtp.WriteTo(packet, to); err != nil {
			t.Fatal(err)
		}
		if _, _, err := agent.rtp.ReadFrom(buf); err != nil {
			t.Fatal("no music:", err)
		}
	}
	if err := client.rtp.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, _, err := client.rtp.ReadFrom(buf); err == nil {
		t.Errorf("%d bytes were sent to him", n)
	}
}

// RTP of a stranger reaches nobody and gets nothing back, before and in the talk.
func TestStrangersRTP(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	c := client.dial(client.sdp("8 101"))
	s := o.story()
	s.do(telephony.Answer{})
	ok := c.dialogOf(client.waitStatus(200, "INVITE"))
	c.ack("")
	stranger, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 66)})
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	spray := func(n int) {
		t.Helper()
		packet := make([]byte, 172)
		packet[0], packet[1], packet[11] = 0x80, 8, 0x66
		for i := 12; i < len(packet); i++ {
			packet[i] = 0x66
		}
		for seq := range n {
			packet[3], packet[6], packet[7] = byte(seq), byte(seq*160>>8), byte(seq*160)
			for _, port := range []int{0, 1} {
				to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: mediaPort(t, ok.body) + port}
				if _, err := stranger.WriteTo(packet, to); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	spray(20) // fewer than a carrier's other machine would need
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}, From: "+998901234567"})
	invite := agent.waitMethod("INVITE")
	agent.respond(invite, 200, "a", agent.sdp("8 101"))
	s.expect(telephony.LegAnswered{Leg: "a1"})
	s.do(telephony.Connect{Leg: "a1"})
	hears(t, client, agent, ok.body, invite.body)
	spray(200)
	hears(t, client, agent, ok.body, invite.body)
	buf := make([]byte, 1500)
	if err := agent.rtp.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for {
		n, _, err := agent.rtp.ReadFrom(buf)
		if err != nil {
			break
		}
		if n == 172 && buf[171] == 0x66 {
			t.Fatal("the agent hears the stranger")
		}
	}
	if err := stranger.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, _, err := stranger.ReadFrom(buf); err == nil {
		t.Errorf("the stranger got %d bytes", n)
	}
}
