package sip

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

func TestHoldByCaller(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	c, s, _ := o.talk(client, agent)

	c.request("INVITE", client.sdp("8 101", "a=sendonly\r\n"))
	res := client.waitStatus(200, "INVITE")
	if !strings.Contains(res.body, "a=recvonly") || res.contactURI() == "" {
		t.Errorf("answer to hold: %s", res.body)
	}
	c.ackReinvite("")
	s.expect(telephony.LegHeld{Leg: telephony.CallerLeg})
	// The agent hears music although the caller sends nothing.
	buf := make([]byte, 1500)
	if err := agent.rtp.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if n, _, err := agent.rtp.ReadFrom(buf); err != nil || n != 172 {
		t.Fatalf("no music: %d bytes, %v", n, err)
	}

	// The old way to say the same, then back.
	c.request("INVITE", strings.Replace(client.sdp("8 101"), "c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0", 1))
	client.waitStatus(200, "INVITE")
	c.ackReinvite("")
	c.request("INVITE", client.sdp("8 101"))
	if res := client.waitStatus(200, "INVITE"); !strings.Contains(res.body, "a=sendrecv") {
		t.Errorf("answer to resume: %s", res.body)
	}
	c.ackReinvite("")
	s.expect(telephony.LegResumed{Leg: telephony.CallerLeg})
}

func TestHoldByAgent(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	_, s, invite := o.talk(client, agent)
	agent.within(invite, "a", "INVITE", 1, agent.sdp("8 101", "a=inactive\r\n"))
	res := agent.waitStatus(200, "INVITE")
	if !strings.Contains(res.body, "a=inactive") {
		t.Errorf("answer to hold: %s", res.body)
	}
	agent.within(invite, "a", "ACK", 1, "")
	s.expect(telephony.LegHeld{Leg: "a1"})
	agent.within(invite, "a", "UPDATE", 2, agent.sdp("8 101"))
	agent.waitStatus(200, "UPDATE")
	s.expect(telephony.LegResumed{Leg: "a1"})
}

func TestReinviteChangesCodecAndAddress(t *testing.T) {
	o := openOffice(t)
	client, agent, moved := newPeer(t, o.addr), newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	c, s, invite := o.talk(client, agent)
	c.request("INVITE", moved.sdp("0 101"))
	res := client.waitStatus(200, "INVITE")
	if !strings.Contains(res.body, "RTP/AVP 0 101") {
		t.Errorf("answer: %s", res.body)
	}
	c.ackReinvite("")
	hearsAnyLaw(t, agent, moved, invite.body)
	s.do(telephony.Hangup{Cause: telephony.Normal})
}

// hearsAnyLaw sends from one side until the other has got a packet.
func hearsAnyLaw(t *testing.T, from, to *peer, body string) {
	t.Helper()
	target := *from.rtp.LocalAddr().(*net.UDPAddr)
	target.Port = mediaPort(t, body)
	packet := make([]byte, 172)
	packet[0], packet[1] = 0x80, 8
	buf := make([]byte, 1500)
	for seq := range 250 {
		packet[3], packet[6], packet[7] = byte(seq), byte(seq*160>>8), byte(seq*160)
		if _, err := from.rtp.WriteTo(packet, &target); err != nil {
			t.Fatal(err)
		}
		if err := to.rtp.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if n, _, err := to.rtp.ReadFrom(buf); err == nil && n == 172 && buf[1]&0x7f == 0 {
			return
		}
	}
	t.Fatal("nothing heard in the new law")
}

func TestReinviteWithoutOffer(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c, s := o.answeredCall(client)
	c.request("INVITE", "")
	res := client.waitStatus(200, "INVITE")
	if !strings.Contains(res.body, "m=audio") {
		t.Errorf("no offer of ours: %s", res.body)
	}
	reinvite := c.cseq
	c.request("UPDATE", client.sdp("8"))
	if res := client.waitStatus(500, "UPDATE"); res.get("Retry-After") == "" {
		t.Error("an offer before the answer is refused without Retry-After")
	}
	c.cseq = reinvite
	c.ackReinvite(client.sdp("8 101", "a=sendonly\r\n"))
	s.expect(telephony.LegHeld{Leg: telephony.CallerLeg})
}

func TestReinviteRefusedKeepsTheTalk(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c, s := o.answeredCall(client)
	c.request("INVITE", client.sdp("18"))
	client.waitStatus(488, "INVITE")
	c.ackReinvite("")
	c.request("OPTIONS", "")
	client.waitStatus(200, "OPTIONS")
	if len(s.unread) > 0 {
		t.Errorf("events: %v", s.unread)
	}
}

func TestReinviteWithoutACK(t *testing.T) {
	o := openOffice(t, shortClocks)
	client := newPeer(t, o.addr)
	c, s := o.answeredCall(client)
	c.request("INVITE", client.sdp("8"))
	client.waitStatus(200, "INVITE")
	client.waitStatus(200, "INVITE")
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.over()
}

func TestWrongDialogs(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c, s := o.answeredCall(client)
	stranger := *c
	stranger.invite.from = strings.Replace(c.invite.from, ";tag=c", ";tag=z", 1)
	stranger.request("BYE", "")
	client.waitStatus(481, "BYE")
	stranger = *c
	stranger.to = c.invite.to + ";tag=unknown"
	stranger.request("INFO", "Signal=1")
	client.waitStatus(481, "INFO")
	c.cseq = 10
	c.request("OPTIONS", "")
	client.waitStatus(200, "OPTIONS")
	c.cseq = 4
	c.request("OPTIONS", "")
	client.waitStatus(500, "OPTIONS")
	if len(s.unread) > 0 {
		t.Errorf("events: %v", s.unread)
	}
}

func TestMergedInvite(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial(client.sdp("8"))
	o.story()
	again := c.invite
	again.branch = "" // the same request by another way
	client.write(again)
	client.waitStatus(482, "INVITE")
}

func TestRetransmittedInvite(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial(client.sdp("8"))
	s := o.story()
	s.do(telephony.Ring{})
	client.waitStatus(180, "INVITE")
	client.write(c.invite)
	client.waitStatus(180, "INVITE")
	select {
	case <-o.calls:
		t.Error("the repetition became a call")
	default:
	}
}

func TestInfoDigits(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c, s := o.answeredCall(client)
	c.request("INFO", "Signal=5\r\nDuration=160\r\n")
	client.waitStatus(200, "INFO")
	s.expect(telephony.Digit{Leg: telephony.CallerLeg, Digit: '5'})
	c.request("INFO", "Signal=11\r\n")
	s.expect(telephony.Digit{Leg: telephony.CallerLeg, Digit: '#'})
	c.request("INFO", "Signal=99\r\n")
	client.waitStatus(400, "INFO")
}

func TestReferIsDeclined(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	_, _, invite := o.talk(client, agent)
	agent.within(invite, "a", "REFER", 1, "", "Refer-To: <sip:+88213000@127.0.0.1>")
	if res := agent.waitStatus(603, "REFER"); !strings.Contains(res.get("Warning"), "panel") {
		t.Errorf("Warning: %s", res.get("Warning"))
	}
	agent.within(invite, "a", "MESSAGE", 2, "")
	if res := agent.waitStatus(405, "MESSAGE"); res.get("Allow") == "" {
		t.Error("405 without Allow")
	}
}

func TestPRACK(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial(client.sdp("8 101"), "Require: 100rel")
	s := o.story()
	s.do(telephony.Ring{})
	s.do(telephony.Play{Leg: telephony.CallerLeg, Sound: telephony.Music, Loop: true})
	s.do(telephony.Answer{})
	ringing := c.dialogOf(client.waitStatus(180, "INVITE"))
	if ringing.get("RSeq") != "1" || ringing.get("Require") != "100rel" {
		t.Errorf("180: %q", ringing.headers)
	}
	client.wait("repetition", func(m message) bool { return m.status() == 180 })
	if client.has(func(m message) bool { return m.status() == 183 || m.status() == 200 }) {
		t.Error("the next response did not wait for the PRACK")
	}
	c.request("PRACK", "", "RAck: 9 1 INVITE")
	client.waitStatus(481, "PRACK")
	c.request("PRACK", "", "RAck: 1 1 INVITE")
	client.waitStatus(200, "PRACK")
	progress := client.waitStatus(183, "INVITE")
	if progress.get("RSeq") != "2" || !strings.Contains(progress.body, "m=audio") {
		t.Errorf("183: %q", progress.headers)
	}
	c.request("PRACK", "", "RAck: 2 1 INVITE")
	client.waitStatus(200, "PRACK")
	if ok := client.waitStatus(200, "INVITE"); ok.body != "" {
		t.Error("the answer went reliably already and is repeated")
	}
	c.ack("")
	s.expect(telephony.CallerUp{})
}

func TestNoPRACK(t *testing.T) {
	o := openOffice(t, shortClocks)
	client := newPeer(t, o.addr)
	client.dial(client.sdp("8"), "Require: 100rel")
	s := o.story()
	s.do(telephony.Ring{})
	client.waitStatus(500, "INVITE")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Local, Cause: telephony.Failed, Code: 500})
	s.over()
}

func TestProvisionalIsRepeated(t *testing.T) {
	o := openOffice(t, func(_ *Config, c *timing) { c.reprovided = 20 * time.Millisecond })
	client := newPeer(t, o.addr)
	client.dial(client.sdp("8"))
	s := o.story()
	s.do(telephony.Ring{})
	client.waitStatus(180, "INVITE")
	client.waitStatus(180, "INVITE")
}

// shortSessions makes a second of Session-Expires last a millisecond.
func shortSessions(_ *Config, c *timing) {
	c.t1, c.t2, c.second = 10*time.Millisecond, 80*time.Millisecond, time.Millisecond
}

func TestSessionIsRefreshedByUs(t *testing.T) {
	for _, allow := range []string{"INVITE, UPDATE", "INVITE"} {
		o := openOffice(t, shortSessions)
		client := newPeer(t, o.addr)
		_, s := o.answeredCall(client, "Supported: timer", "Session-Expires: 200;refresher=uas", "Allow: "+allow)
		method := "INVITE"
		if strings.Contains(allow, "UPDATE") {
			method = "UPDATE"
		}
		for range 2 {
			refresh := client.waitMethod(method)
			if got := refresh.get("Session-Expires"); got != "200;refresher=uac" {
				t.Errorf("Session-Expires: %s", got)
			}
			body := ""
			if method == "INVITE" {
				body = client.sdp("8 101")
			}
			client.respond(refresh, 200, "", body, "Session-Expires: 200;refresher=uac", "Require: timer")
			if method == "INVITE" {
				client.waitMethod("ACK")
			}
		}
		client.respond(client.waitMethod(method), 481, "", "")
		client.waitMethod("BYE")
		s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Unreachable, Code: 481})
		o.stop()
	}
}

// The peer's Allow lies, and its least interval is longer than it said before.
func TestRefreshFindsItsWay(t *testing.T) {
	o := openOffice(t, shortSessions)
	client := newPeer(t, o.addr)
	o.answeredCall(client, "Supported: timer", "Session-Expires: 400;refresher=uas", "Allow: INVITE, UPDATE")
	client.respond(client.waitMethod("UPDATE"), 405, "", "")
	first := client.waitMethod("INVITE")
	client.respond(first, 422, "", "", "Min-SE: 500")
	client.waitMethod("ACK")
	if got := client.waitMethod("INVITE").get("Session-Expires"); got != "500;refresher=uac" {
		t.Errorf("Session-Expires: %s", got)
	}
}

func TestSessionExpires(t *testing.T) {
	o := openOffice(t, shortSessions)
	client := newPeer(t, o.addr)
	c, s := o.answeredCall(client, "Supported: timer", "Session-Expires: 300;refresher=uac")
	c.request("UPDATE", "", "Supported: timer", "Session-Expires: 300;refresher=uac")
	if res := client.waitStatus(200, "UPDATE"); res.get("Session-Expires") != "300;refresher=uac" {
		t.Errorf("Session-Expires: %s", res.get("Session-Expires"))
	}
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Local, Cause: telephony.Unreachable, Code: 408})
}

func TestGlare(t *testing.T) {
	o := openOffice(t, shortSessions)
	client := newPeer(t, o.addr)
	c, _ := o.answeredCall(client, "Supported: timer", "Session-Expires: 200;refresher=uas", "Allow: INVITE")
	ours := client.waitMethod("INVITE")
	c.request("INVITE", client.sdp("8"))
	client.waitStatus(491, "INVITE")
	c.ackReinvite("")
	client.respond(ours, 491, "", "")
	client.wait("our second try", func(m message) bool {
		return m.method() == "INVITE" && m.get("CSeq") != ours.get("CSeq")
	})
}

func TestSilentLegIsHungUp(t *testing.T) {
	o := openOffice(t, func(c *Config, _ *timing) { shortRTPTimeout(t, c) })
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	_, s, _ := o.talk(client, agent)
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Local, Cause: telephony.MediaLost})
}

func TestLadderKeepsNoCredentials(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c, s := o.answeredCall(client)
	c.request("OPTIONS", "", `Authorization: Digest response="secret1"`, `proxy-authorization: Digest response="secret2"`, "X-Last: 1")
	client.waitStatus(200, "OPTIONS")
	c.request("BYE", "")
	client.waitStatus(200, "BYE")
	kept := false
	for _, m := range s.over() {
		if strings.Contains(m.Text, "secret") {
			t.Errorf("credentials in the ladder:\n%s", m.Text)
		}
		kept = kept || strings.Contains(m.Text, "X-Last: 1")
		if m.Leg != telephony.CallerLeg || m.Peer == "" || m.At.IsZero() || m.Head == "" {
			t.Errorf("message: %+v", m)
		}
	}
	if !kept {
		t.Error("the OPTIONS is missing")
	}
}

// shortRTPTimeout replaces the media engine by one with less patience.
func shortRTPTimeout(t *testing.T, c *Config) {
	t.Helper()
	local := netip.MustParseAddr("127.0.0.1")
	engine, err := media.New(media.Config{PortMin: 30000, PortMax: 39999, Bind: local, Advertise: local, RTPTimeout: 100 * time.Millisecond, Log: c.Log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	c.Media = engine
}
