package sip

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
)

func TestCallWithAgent(t *testing.T) {
	o := openOffice(t)
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)

	c := client.dial(client.sdp("8 0 101"))
	s := o.story()
	if s.in.From != "+998901234567" || s.in.Display != "Alisher" || s.in.To != "700" || s.in.Line != "line" || s.in.Region != "UZ" {
		t.Errorf("incoming: %+v", s.in)
	}
	client.waitStatus(100, "INVITE")
	s.do(telephony.Ring{})
	client.waitStatus(180, "INVITE")
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}, From: s.in.From, Display: `Anna "K"`,
		Headers: map[string]string{"X-Card": "42", "X-Bad": "1\r\nX-Evil: 2"}})

	invite := agent.waitMethod("INVITE")
	number := `<sip:+998901234567@127.0.0.1>`
	for name, want := range map[string]string{
		"X-Callcard-Call": string(s.in.ID), "X-Card": "42", "X-Bad": "", "X-Evil": "",
		"P-Asserted-Identity": `"Anna \"K\"" ` + number,
	} {
		if got := invite.get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.HasPrefix(invite.get("From"), `"Anna \"K\"" `+number+";tag=") {
		t.Errorf("From: %s", invite.get("From"))
	}
	if !strings.Contains(invite.body, " RTP/AVP 8 0 101\r\n") {
		t.Errorf("the caller's law does not come first:\n%s", invite.body)
	}
	agent.respond(invite, 180, "a", "")
	s.expect(telephony.LegRinging{Leg: "a1"})
	agent.respond(invite, 200, "a", agent.sdp("8 101"))
	agent.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: "a1"})

	s.do(telephony.Answer{})
	ok := c.dialogOf(client.waitStatus(200, "INVITE"))
	if !strings.Contains(ok.body, "m=audio") || ok.contactURI() == "" {
		t.Errorf("200 without session or contact: %+v", ok)
	}
	c.ack("")
	s.expect(telephony.CallerUp{})
	s.do(telephony.Connect{Leg: "a1"})

	hears(t, client, agent, ok.body, invite.body)

	c.request("BYE", "")
	client.waitStatus(200, "BYE")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Normal})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	agent.respond(agent.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Local, Cause: telephony.Normal})
	if q := of[telephony.LegQuality](s); q.Received == 0 {
		t.Errorf("no packets counted: %+v", q)
	}
	of[telephony.LegQuality](s)
	ladder := s.over()
	var heads []string
	for _, m := range ladder {
		heads = append(heads, m.Head)
	}
	if got := strings.Join(heads, "\n"); strings.Count(got, "BYE sip:") != 2 || strings.Count(got, "ACK sip:") != 2 || strings.Count(got, "INVITE sip:") != 2 {
		t.Errorf("ladder:\n%s", got)
	}
	if n := o.server.LiveCalls(); n != 0 {
		t.Errorf("%d live calls", n)
	}
}

// mediaPort reads the port of the m= line.
func mediaPort(t *testing.T, body string) int {
	t.Helper()
	_, rest, _ := strings.Cut(body, "m=audio ")
	port, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatalf("no port in %q", body)
	}
	return n
}

// hears sends RTP from each side until the other one has got some.
func hears(t *testing.T, a, b *peer, toA, toB string) {
	t.Helper()
	through := func(from, to *peer, body string, mark byte) {
		t.Helper()
		target := *from.rtp.LocalAddr().(*net.UDPAddr)
		target.Port = mediaPort(t, body)
		packet := make([]byte, 172)
		packet[0], packet[1], packet[11] = 0x80, 8, mark
		buf := make([]byte, 1500)
		for seq := range 250 {
			packet[3], packet[6], packet[7] = byte(seq), byte(seq*160>>8), byte(seq*160)
			for i := 12; i < len(packet); i++ {
				packet[i] = mark
			}
			if _, err := from.rtp.WriteTo(packet, &target); err != nil {
				t.Fatal(err)
			}
			if err := to.rtp.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			if n, _, err := to.rtp.ReadFrom(buf); err == nil && n == 172 && buf[171] == mark {
				return
			}
		}
		t.Fatal("nothing heard")
	}
	through(a, b, toA, 0x11)
	through(b, a, toB, 0x22)
}

func TestUnknownNumberIsRefused(t *testing.T) {
	o := openOffice(t)
	o.refuse.Store(&telephony.Refusal{Cause: telephony.UnknownNumber})
	client := newPeer(t, o.addr)
	c := client.dial(client.sdp("8"))
	res := c.dialogOf(client.waitStatus(404, "INVITE"))
	c.write(request{method: "ACK", uri: c.target, from: c.invite.from, to: res.get("To"), callID: c.invite.callID, cseq: 1, branch: c.invite.branch})
	if n := o.server.LiveCalls(); n != 0 {
		t.Errorf("%d live calls", n)
	}
}

func TestOverloadSaysWhenToComeBack(t *testing.T) {
	o := openOffice(t)
	o.refuse.Store(&telephony.Refusal{Cause: telephony.Overloaded, RetryAfter: 7 * time.Second})
	client := newPeer(t, o.addr)
	client.dial(client.sdp("8"))
	if got := client.waitStatus(503, "INVITE").get("Retry-After"); got != "7" {
		t.Errorf("Retry-After: %q", got)
	}
}

func TestRefusedSessions(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	client.dial(client.sdp("18"))
	client.waitStatus(488, "INVITE")
	client.dial("nonsense")
	client.waitStatus(400, "INVITE")
	client.dial(client.sdp("8"), "Supported: timer", "Session-Expires: 30")
	if got := client.waitStatus(422, "INVITE").get("Min-SE"); got != "90" {
		t.Errorf("Min-SE: %q", got)
	}
}

func TestLateOffer(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial("")
	s := o.story()
	s.do(telephony.Answer{})
	ok := c.dialogOf(client.waitStatus(200, "INVITE"))
	if !strings.Contains(ok.body, "RTP/AVP 8 0 101") && !strings.Contains(ok.body, "RTP/AVP 0 8 101") {
		t.Errorf("our offer: %s", ok.body)
	}
	c.ack(client.sdp("0 101"))
	s.expect(telephony.CallerUp{})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.over()
}

func TestLateOfferWithoutCodec(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial("")
	s := o.story()
	s.do(telephony.Answer{})
	c.dialogOf(client.waitStatus(200, "INVITE"))
	c.ack(client.sdp("18"))
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Local, Cause: telephony.NoCodec})
	s.over()
}

func TestEarlyMedia(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial(client.sdp("8 101"))
	s := o.story()
	s.do(telephony.Ring{})
	s.do(telephony.Play{Leg: telephony.CallerLeg, Sound: telephony.Music, Loop: true})
	progress := client.waitStatus(183, "INVITE")
	buf := make([]byte, 1500)
	if err := client.rtp.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if n, _, err := client.rtp.ReadFrom(buf); err != nil || n != 172 {
		t.Fatalf("no early sound: %d bytes, %v", n, err)
	}
	s.do(telephony.Answer{})
	ok := c.dialogOf(client.waitStatus(200, "INVITE"))
	if ok.body != progress.body || ok.tagOf("To") != progress.tagOf("To") {
		t.Errorf("200 differs from 183:\n%s\n%s", ok.body, progress.body)
	}
	c.ack("")
	s.do(telephony.Hangup{Cause: telephony.Normal})
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.over()
}

func TestCancelByCaller(t *testing.T) {
	for _, rung := range []bool{false, true} {
		o := openOffice(t)
		client := newPeer(t, o.addr)
		c := client.dial(client.sdp("8"))
		s := o.story()
		if rung {
			s.do(telephony.Ring{})
			client.waitStatus(180, "INVITE")
		}
		c.write(request{method: "CANCEL", uri: c.invite.uri, from: c.invite.from, to: c.invite.to, callID: c.invite.callID, cseq: 1, branch: c.invite.branch})
		client.waitStatus(200, "CANCEL")
		client.waitStatus(487, "INVITE")
		s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Cancelled, Code: 487})
		s.over()
		if err := s.line.Do(telephony.Answer{}); err == nil {
			t.Error("a call that is over was answered")
		}
		o.stop()
	}
}

// The caller's CANCEL crosses our 200: it changes nothing, his BYE ends the call.
func TestCancelAfterAnswer(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial(client.sdp("8"))
	s := o.story()
	s.do(telephony.Answer{})
	c.dialogOf(client.waitStatus(200, "INVITE"))
	c.write(request{method: "CANCEL", uri: c.invite.uri, from: c.invite.from, to: c.invite.to, callID: c.invite.callID, cseq: 1, branch: c.invite.branch})
	client.waitStatus(200, "CANCEL")
	c.ack("")
	s.expect(telephony.CallerUp{})
	c.request("BYE", "")
	client.waitStatus(200, "BYE")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Normal})
	s.over()
}

func TestAnswerWithoutACK(t *testing.T) {
	o := openOffice(t, shortClocks)
	client := newPeer(t, o.addr)
	client.dial(client.sdp("8"))
	s := o.story()
	s.do(telephony.Answer{})
	client.waitStatus(200, "INVITE")
	client.waitStatus(200, "INVITE") // again
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Local, Cause: telephony.Failed})
	s.over()
}

func TestByeIsAnsweredOnceMore(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c, s := o.answeredCall(client)
	bye := c.request("BYE", "")
	client.waitStatus(200, "BYE")
	client.write(bye) // the same branch: the 200 was lost
	client.waitStatus(200, "BYE")
	s.over()
	c.request("BYE", "") // a new transaction: the dialog is gone
	client.waitStatus(481, "BYE")
}

func TestPlayedAndRecorded(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	_, s := o.answeredCall(client)
	path := t.TempDir() + "/a/b.wav"
	s.do(telephony.Record{Path: path})
	s.do(telephony.Play{Leg: telephony.CallerLeg, Sound: telephony.Busy})
	s.expect(telephony.Played{Leg: telephony.CallerLeg, Sound: telephony.Busy})
	s.do(telephony.Hangup{Cause: telephony.Normal})
	client.respond(client.waitMethod("BYE"), 200, "", "")
	if done := of[telephony.RecordingDone](s); done.Path != path || done.Truncated != "" {
		t.Errorf("recording: %+v", done)
	}
	s.over()
}

func TestPanicEndsOneCall(t *testing.T) {
	o := openOffice(t)
	o.panics.Store(true)
	one, two := newPeer(t, o.addr), newPeer(t, o.addr)
	c1, s1 := o.answeredCall(one)
	c2, s2 := o.answeredCall(two)
	c1.request("INFO", "Signal=5\r\n")
	one.respond(one.waitMethod("BYE"), 200, "", "")
	s1.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Local, Cause: telephony.Failed})
	s1.over()
	c2.request("OPTIONS", "")
	two.waitStatus(200, "OPTIONS")
	c2.request("BYE", "")
	two.waitStatus(200, "BYE")
	s2.over()
}

func TestTrunkHasOnlySoManyCalls(t *testing.T) {
	o := openOffice(t)
	o.limit.Store(1)
	o.server.Reload()
	client := newPeer(t, o.addr)
	_, s := o.answeredCall(client)
	client.dial(client.sdp("8"))
	if res := client.waitStatus(503, "INVITE"); res.get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	s.do(telephony.Hangup{Cause: telephony.Normal})
	client.respond(client.waitMethod("BYE"), 200, "", "")
	s.over()
	client.dial(client.sdp("8"))
	o.story()
}

func TestStoryThatDoesNotOpen(t *testing.T) {
	o := openOffice(t)
	o.broken.Store(true)
	client := newPeer(t, o.addr)
	client.dial(client.sdp("8"))
	client.waitStatus(500, "INVITE")
	o.broken.Store(false)
	client.dial(client.sdp("8"))
	o.story()
}

func TestGatewaySendsISUPBesideSDP(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	body := "--b1\r\nContent-Type: application/isup;version=itu-t92+\r\n\r\n\x01\x02\r\n" +
		"--b1\r\nContent-Type: application/sdp\r\n\r\n" + client.sdp("0 101") + "\r\n--b1--\r\n"
	client.contentType = `multipart/mixed;boundary="b1"`
	client.dial(body)
	s := o.story()
	s.do(telephony.Answer{})
	if ok := client.waitStatus(200, "INVITE"); !strings.Contains(ok.body, "RTP/AVP 0 101") {
		t.Errorf("answer: %s", ok.body)
	}
}

func TestByeInsteadOfCancel(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	c := client.dial(client.sdp("8"))
	s := o.story()
	s.do(telephony.Ring{})
	c.dialogOf(client.waitStatus(180, "INVITE"))
	c.request("BYE", "")
	client.waitStatus(200, "BYE")
	client.waitStatus(487, "INVITE")
	s.expect(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Cancelled})
	s.over()
}

func TestCommandsThatMakeNoSense(t *testing.T) {
	o := openOffice(t)
	client := newPeer(t, o.addr)
	_, s := o.answeredCall(client)
	for _, c := range []telephony.Command{
		telephony.Answer{}, telephony.Ring{}, telephony.Connect{Leg: telephony.CallerLeg}, telephony.Connect{Leg: "a9"},
		telephony.Withdraw{Leg: "a9"}, telephony.HoldLeg{Leg: "a9"}, telephony.Hangup{Leg: "a9"},
		telephony.Play{Leg: telephony.CallerLeg, Sound: "no such sound"},
		telephony.Offer{Leg: telephony.CallerLeg, To: telephony.Target{Extension: "101"}},
	} {
		if err := s.line.Do(c); err == nil {
			t.Errorf("%#v was taken", c)
		}
	}
}
