package sip

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/callcard/callcard/telephony"
)

func TestPageRegistersWithItsTicket(t *testing.T) {
	o := newHouse("101") // 101 has a desk phone's password, 102 none
	o.devices = make(chan string, 10)
	s := o.edge(t, o.hearsDevices)
	pages := openPages(t, s)
	for _, extension := range []string{"101", "102"} {
		p := pages.dial(t, extension, "s1")
		ok := p.register(extension, p.ticket(), 600)
		if ok.status() != 200 || !strings.Contains(ok.get("Contact"), p.host+";transport=ws>;expires=") {
			t.Fatalf("%s: %s, Contact %q", extension, ok.start, ok.get("Contact"))
		}
		if got := next(t, o.presence); got != "+"+extension {
			t.Errorf("presence: %s", got)
		}
		if got := next(t, o.devices); got != extension+": 0 desk, 1 browser" {
			t.Errorf("devices: %s", got)
		}
		if r := s.Registrations(); r[len(r)-1].Transport != "WS" || r[len(r)-1].Source != p.conn.LocalAddr().String() {
			t.Errorf("registrations: %+v", r)
		}
		s.Reload() // needs no stored password
		if !s.Reachable(extension) {
			t.Errorf("%s is gone after Reload", extension)
		}
	}
	desk := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	wantStatus(t, desk.register("Expires: 600"), 200)
	if got := next(t, o.devices); got != "101: 1 desk, 1 browser" || len(o.presence) != 0 {
		t.Errorf("devices: %s, %d news of presence", got, len(o.presence))
	}
	if n := len(s.bindings("101")); n != 2 {
		t.Errorf("%d devices to ring", n)
	}
}

// TestTicketsAreBound: a password of another session, extension or time is worth
// nothing, and the answer does not tell why.
func TestTicketsAreBound(t *testing.T) {
	o := newHouse("101", "102")
	o.now = time.Now()
	s := o.edge(t)
	pages := openPages(t, s)
	p := pages.dial(t, "101", "s1")
	old, expires := s.Ticket("101", "s1")
	if left := expires.Sub(o.clock()); left <= ticketPeriod || left > 2*ticketPeriod {
		t.Errorf("the ticket holds for %v", left)
	}
	other, _ := s.Ticket("101", "s2")
	colleague, _ := s.Ticket("102", "s1")
	var answers []string
	refused := func(why, user, password string) {
		t.Helper()
		m := p.register(user, password, 600)
		if m.status() != 401 {
			t.Errorf("%s: %s", why, m.start)
		}
		var lines []string
		for _, h := range m.headers {
			name, value, _ := strings.Cut(h, ":")
			if strings.HasPrefix(name, "WWW") {
				value, _, _ = strings.Cut(value, "nonce=")
			} else if name != "Content-Length" {
				value = ""
			}
			lines = append(lines, name+value)
		}
		answers = append(answers, m.start+strings.Join(lines, "|"))
	}
	refused("a guess", "101", "guess")
	refused("another session's", "101", other)
	refused("a colleague's", "102", colleague)
	refused("a colleague's stored password", "102", password)
	refused("nobody's", "999", "guess")
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("the answers differ:\n%s\n%s", a, answers[0])
		}
	}
	desk := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	desk.password = old
	wantStatus(t, desk.register("Expires: 600"), 401) // tickets are for sockets only
	if m := p.register("101", old, 600); m.status() != 200 {
		t.Errorf("a good ticket: %s", m.start)
	}
	if m := p.register("101", password, 600); m.status() != 200 {
		t.Errorf("the stored password: %s", m.start)
	}
	o.pass(expires.Sub(o.clock()) - time.Second)
	if m := p.register("101", old, 600); m.status() != 200 {
		t.Errorf("a ticket in its last second: %s", m.start)
	}
	o.pass(time.Second)
	refused("an expired one", "101", old)
}

// TestPageCallsAsItself: an INVITE is believed for the page's extension only, also
// where a trunk has the same address.
func TestPageCallsAsItself(t *testing.T) {
	o := newHouse("101", "102")
	o.trunks = []Trunk{{Name: "line", Hosts: []string{"127.0.0.1"}}}
	pages := openPages(t, o.edge(t))
	p := pages.dial(t, "101", "s1").comes()
	c := p.peer.dial(plainSDP)
	challenge := p.waitStatus(407, "INVITE")
	c.to = challenge.get("To")
	c.ack("")
	invite := func(user, secret string) message {
		c.cseq++
		p.write(request{method: "INVITE", uri: "sip:700@edge", cseq: c.cseq, callID: c.invite.callID, from: c.invite.from, to: "<sip:700@edge>",
			body: plainSDP, headers: []string{proof("INVITE", user, secret, "sip:700@edge", challenge)}})
		return p.wait("final answer", func(m message) bool { return m.status() >= 200 })
	}
	if m := invite("102", password); m.status() != 407 {
		t.Errorf("as a colleague: %s", m.start)
	}
	if m := invite("101", p.ticket()); m.status() != 403 { // pages dial through the API
		t.Errorf("as itself: %s", m.start)
	}
	if len(o.calls) != 0 {
		t.Error("a page's INVITE was taken for a trunk's")
	}
}

// browser is an office with one page that is registered.
func browser(t *testing.T) (*office, *tab) {
	t.Helper()
	o := openOffice(t)
	p := openPages(t, o.server).dial(t, "101", "s1").comes()
	return o, p
}

// ringsAt brings a call so far that the page has its INVITE.
func ringsAt(o *office, p *tab) (*peer, *caller, *story, message) {
	o.t.Helper()
	client := newPeer(o.t, o.addr)
	c, s := o.answeredCall(client)
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}, From: "+998901234567"})
	invite := p.waitMethod("INVITE")
	p.respond(invite, 180, "a", "")
	s.expect(telephony.LegRinging{Leg: "a1"})
	return client, c, s, invite
}

// talksTo connects a caller with the page.
func talksTo(o *office, p *tab) (*peer, *caller, *story, message) {
	o.t.Helper()
	client, c, s, invite := ringsAt(o, p)
	p.respond(invite, 200, "a", p.answerTo(invite))
	ack := p.waitMethod("ACK")
	if !strings.HasPrefix(ack.start, "ACK sip:peer@"+p.host) {
		o.t.Errorf("%s", ack.start)
	}
	s.expect(telephony.LegAnswered{Leg: "a1"})
	s.do(telephony.Connect{Leg: "a1"})
	return client, c, s, invite
}

// answerTo is the page's description: of media that never comes.
func (p *tab) answerTo(message) string {
	return strings.Replace(p.sdp("8 101", "a=mid:0\r\n", "a=rtcp-mux\r\n", "a=ice-ufrag:page\r\n", "a=ice-pwd:page0page1page2page3\r\n",
		"a=setup:active\r\n", "a=fingerprint:sha-256 "+strings.Repeat("AB:", 31)+"CD\r\n"), " RTP/AVP ", " UDP/TLS/RTP/SAVPF ", 1)
}

func TestCallToPage(t *testing.T) {
	o, p := browser(t)
	_, _, s, invite := talksTo(o, p)
	if !strings.HasPrefix(invite.start, "INVITE sip:c"+p.tag+"@"+p.host+";transport=ws SIP/2.0") {
		t.Errorf("%s", invite.start)
	}
	if via := invite.get("Via"); !strings.HasPrefix(via, "SIP/2.0/WS 127.0.0.1") || len(invite.all("Via")) != 1 {
		t.Errorf("Via: %q", invite.all("Via"))
	}
	if got := invite.contactURI(); got != "sip:callcard@127.0.0.1;transport=ws" {
		t.Errorf("Contact: %s", got)
	}
	t.Run("a re-INVITE of the page", func(t *testing.T) {
		p.within(invite, "a", "INVITE", 1, strings.Replace(p.answerTo(invite), "t=0 0\r\n", "t=0 0\r\na=sendonly\r\n", 1))
		p.waitStatus(200, "INVITE")
		p.within(invite, "a", "ACK", 1, "")
		s.expect(telephony.LegHeld{Leg: "a1"})
	})
	t.Run("its BYE", func(t *testing.T) {
		p.within(invite, "a", "BYE", 2, "")
		p.waitStatus(200, "BYE")
		s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Remote, Cause: telephony.Normal})
	})
	if again := p.has(func(m message) bool { return m.method() == "INVITE" || m.method() == "ACK" }); again {
		t.Error("something was sent twice over a connection that loses nothing")
	}
}

func TestPageIsHungUp(t *testing.T) {
	o, p := browser(t)
	_, _, s, _ := talksTo(o, p)
	s.do(telephony.Hangup{Leg: "a1", Cause: telephony.Normal})
	bye := p.waitMethod("BYE")
	p.respond(bye, 200, "", "")
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Local, Cause: telephony.Normal})
}

func TestPageIsCancelled(t *testing.T) {
	o, p := browser(t)
	_, _, s, invite := ringsAt(o, p)
	s.do(telephony.Withdraw{Leg: "a1", Reason: telephony.AnsweredElsewhere})
	cancel := p.waitMethod("CANCEL")
	if cancel.get("Via") != invite.get("Via") {
		t.Errorf("the CANCEL's Via is %s, the INVITE's %s", cancel.get("Via"), invite.get("Via"))
	}
	p.respond(cancel, 200, "a", "")
	p.respond(invite, 487, "a", "")
	p.waitMethod("ACK")
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.Withdrawn})
}

func TestPageSaysBusy(t *testing.T) {
	o, p := browser(t)
	_, _, s, invite := ringsAt(o, p)
	p.respond(invite, 486, "a", "")
	p.waitMethod("ACK")
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.BusyHere, Code: 486})
}

// TestLostPage: a socket that is cut ends the talk with a cause of its own, and there is
// nobody to ring any more.
func TestLostPage(t *testing.T) {
	o, p := browser(t)
	_, _, s, _ := talksTo(o, p)
	p.conn.NetConn().Close()
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Remote, Cause: telephony.DeviceLost})
	if o.server.Reachable("101") {
		t.Error("the page's registration is left")
	}
	s.do(telephony.Offer{Leg: "a2", To: telephony.Target{Extension: "101"}})
	s.expect(telephony.LegRefused{Leg: "a2", Cause: telephony.Unreachable, Code: 480})
}

// TestLostWhileItRings: nobody has answered, so nothing is lost.
func TestLostWhileItRings(t *testing.T) {
	o, p := browser(t)
	_, _, s, _ := ringsAt(o, p)
	p.conn.NetConn().Close()
	s.expect(telephony.LegRefused{Leg: "a1", Cause: telephony.Unreachable})
}

// TestByeBeforeTheEnd: a page that is closed says BYE and closes its socket in one
// breath. That is no loss, whatever is handled first.
func TestByeBeforeTheEnd(t *testing.T) {
	for range 10 {
		o, p := browser(t)
		_, _, s, invite := talksTo(o, p)
		p.within(invite, "a", "BYE", 1, "")
		p.conn.Close()
		ended := of[telephony.LegEnded](s)
		if ended.Cause != telephony.Normal || ended.By != telephony.Remote {
			t.Fatalf("%+v", ended)
		}
		o.stop()
	}
}

// TestPageComesBackOverAnotherSocket: before the network gives the old one up. The talk
// goes on over the new one.
func TestPageComesBackOverAnotherSocket(t *testing.T) {
	o, p := browser(t)
	_, _, s, _ := talksTo(o, p)
	again := p.moved()
	if res := again.register("101", again.ticket(), 600); res.status() != 200 {
		t.Fatal(res.start)
	}
	if n := len(o.server.bindings("101")); n != 1 {
		t.Errorf("%d devices", n)
	}
	p.conn.NetConn().Close()
	p.over()
	eventually(t, "the old socket's end", func() bool { return o.server.sockets.size() == 1 })
	s.do(telephony.Hangup{Leg: "a1", Cause: telephony.Normal})
	again.respond(again.waitMethod("BYE"), 200, "", "")
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Local, Cause: telephony.Normal})
}

// TestPageMovesWhileItRings: the CANCEL, and the ACK of its answer, find the page.
func TestPageMovesWhileItRings(t *testing.T) {
	o, p := browser(t)
	_, _, s, invite := ringsAt(o, p)
	again := p.moved()
	again.register("101", again.ticket(), 600)
	again.respond(invite, 200, "a", again.answerTo(invite))
	again.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: "a1"})
	again.conn.NetConn().Close()
	s.expect(telephony.LegEnded{Leg: "a1", By: telephony.Remote, Cause: telephony.DeviceLost})
}

func TestSessionsEndSockets(t *testing.T) {
	o := newHouse("101", "102")
	s := o.edge(t)
	pages := openPages(t, s)
	p, same, other := pages.dial(t, "101", "s1").comes(), pages.dial(t, "101", "s1"), pages.dial(t, "102", "s2").comes()
	next(t, o.presence)
	next(t, o.presence)
	s.CloseSession("s1")
	if s.Reachable("101") || !s.Reachable("102") {
		t.Error("the wrong devices are left")
	}
	for _, p := range []*tab{p, same} {
		if code := p.over(); code != closeSignedOut {
			t.Errorf("closed with %d", code)
		}
	}
	if got := next(t, o.presence); got != "-101" {
		t.Errorf("presence: %s", got)
	}
	pages.out.Store(true) // blocked by another process
	s.Reload()
	if code := other.over(); code != closeSignedOut {
		t.Errorf("closed with %d", code)
	}
	late := pages.dial(t, "102", "s3") // checked before, accepted after
	if code := late.over(); code != closeSignedOut {
		t.Errorf("closed with %d", code)
	}
}

func TestSocketsAreBounded(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	pages := openPages(t, s)
	var all []*tab
	for range s.sockets.limits.each {
		all = append(all, pages.dial(t, "101", "s1"))
	}
	eventually(t, "all sockets", func() bool { return s.sockets.size() == len(all) })
	if code := pages.dial(t, "101", "s1").over(); code != closeTooMany {
		t.Errorf("closed with %d", code)
	}
	all[0].conn.Close()
	eventually(t, "room", func() bool { return s.sockets.size() < s.sockets.limits.each })
	pages.dial(t, "101", "s1").comes()
	// A ban of the address holds here too, unless somebody at home is behind it.
	stranger := "192.0.2.7:4000"
	s.gate.offended(netip.MustParseAddrPort(stranger), offenceLimit+1, "test")
	if code := pages.dial(t, "102", "s2", "&from="+stranger).over(); code != closePolicy {
		t.Errorf("closed with %d", code)
	}
	twin := pages.dial(t, "102", "s2", "&from=192.0.2.8:4000")
	pages.dial(t, "102", "s2", "&from=192.0.2.8:4000").comes() // two clients of one proxy may name one port
	twin.comes()
}

func TestWhatPagesMaySay(t *testing.T) {
	register := func(p *tab) string {
		return fmt.Sprintf("OPTIONS sip:edge SIP/2.0\r\nVia: SIP/2.0/WS %s;branch=z9hG4bK%d\r\nMax-Forwards: 70\r\nFrom: <sip:101@edge>;tag=a\r\n"+
			"To: <sip:edge>\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n", p.host, branches.Add(1), p.callID)
	}
	o := newHouse("101")
	s := o.edge(t)
	s.sockets.limits.silence = 300 * time.Millisecond
	s.sockets.limits.ping = 50 * time.Millisecond
	pages := openPages(t, s)
	write := func(t *testing.T, p *tab, kind int, data string) {
		t.Helper()
		if err := p.conn.WriteMessage(kind, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	answered := func(t *testing.T, p *tab) { t.Helper(); p.peer.t = t; p.waitStatus(200, "OPTIONS") }
	for name, speak := range map[string]func(*testing.T, *tab){
		"a binary frame": func(t *testing.T, p *tab) { write(t, p, websocket.BinaryMessage, register(p)); answered(t, p) },
		"nothing in a frame": func(t *testing.T, p *tab) {
			write(t, p, websocket.TextMessage, "")
			write(t, p, websocket.TextMessage, register(p))
			answered(t, p)
		},
		"a keep-alive": func(t *testing.T, p *tab) {
			write(t, p, websocket.TextMessage, "\r\n\r\n")
			if m := <-p.in; m.start != "" {
				t.Errorf("pong is %q", m.start)
			}
			write(t, p, websocket.TextMessage, register(p))
			answered(t, p)
		},
		"fragments, with a ping between them": func(t *testing.T, p *tab) {
			text := register(p)
			raw := p.conn.NetConn()
			frames := append(fragment(0x1, text[:7]), fragment(0x0, text[7:100])...)
			frames = append(frames, fragment(0x80|0x9, "are you there?")...)
			frames = append(frames, fragment(0x80, text[100:])...)
			if _, err := raw.Write(frames); err != nil {
				t.Fatal(err)
			}
			answered(t, p)
			if got := next(t, p.pongs); got != "are you there?" {
				t.Errorf("pong %q", got)
			}
		},
		"too much at once": func(t *testing.T, p *tab) {
			write(t, p, websocket.TextMessage, register(p)+strings.Repeat("x", int(s.sockets.limits.message)))
			if code := p.over(); code != websocket.CloseMessageTooBig {
				t.Errorf("closed with %d", code)
			}
		},
		"the largest message": func(t *testing.T, p *tab) {
			text := register(p)
			text = strings.Replace(text, "Max-Forwards", "X-Long: "+strings.Repeat("x", int(s.sockets.limits.message)-len(text)-len("X-Long: \r\n"))+"\r\nMax-Forwards", 1)
			write(t, p, websocket.TextMessage, text)
			answered(t, p)
		},
		"nonsense": func(t *testing.T, p *tab) {
			write(t, p, websocket.TextMessage, "hello, is this the telephone?\r\n\r\n")
			if code := p.over(); code != closeGarbage {
				t.Errorf("closed with %d", code)
			}
		},
		"too much a second": func(t *testing.T, p *tab) {
			for range s.sockets.limits.burst + 100 {
				if p.conn.WriteMessage(websocket.TextMessage, []byte(register(p))) != nil {
					break
				}
			}
			if code := p.over(); code != closePolicy && code != -1 {
				t.Errorf("closed with %d", code)
			}
		},
		"nothing at all, not even a pong": func(t *testing.T, p *tab) {
			p.mute.Store(true)
			if code := p.over(); code != -1 && code != websocket.CloseAbnormalClosure {
				t.Errorf("closed with %d", code)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := pages.dial(t, "101", "s1")
			speak(t, p)
			p.conn.Close()
			eventually(t, "the end of the socket", func() bool { return s.sockets.size() == 0 })
		})
	}
}

// fragment is a masked frame as a browser writes it.
func fragment(first byte, text string) []byte {
	b := append([]byte{first, 0x80 | byte(len(text))}, 1, 2, 3, 4)
	for i := range len(text) {
		b = append(b, text[i]^byte(i%4+1))
	}
	return b
}

// TestSlowPage: who does not read is closed, and nobody waits for him.
func TestSlowPage(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	s.sockets.limits.queue = 2
	p := openPages(t, s).dial(t, "101", "s1")
	eventually(t, "the socket", func() bool { return s.sockets.size() == 1 })
	c := s.sockets.list()[0]
	frame := append([]byte{finalText, length16, 0xff, 0xff}, make([]byte, 0xffff)...)
	c.writing.Lock()
	c.begun = true
	c.writing.Unlock()
	var err error
	for err == nil {
		_, err = c.Write(frame)
	}
	if c.code != closeSlow {
		t.Errorf("closed with %d, %v", c.code, err)
	}
	_ = p
}

func TestAThousandPages(t *testing.T) {
	o := newHouse()
	o.presence = make(chan string, 4000)
	s := o.edge(t)
	pages := openPages(t, s)
	const n = 1000
	all := make([]*tab, n)
	began := time.Now()
	var dialling sync.WaitGroup
	for part := range 10 {
		dialling.Go(func() {
			for i := part; i < n; i += 10 {
				all[i] = pages.dial(t, fmt.Sprint(1000+i), "s")
				all[i].comes()
			}
		})
	}
	dialling.Wait()
	if len(s.Registrations()) != n || s.sockets.size() != n {
		t.Fatalf("%d registrations, %d sockets", len(s.Registrations()), s.sockets.size())
	}
	t.Logf("%d pages registered in %v", n, time.Since(began))
	began = time.Now()
	for _, p := range all {
		p.conn.NetConn().Close()
	}
	eventually(t, "the end of all", func() bool { return s.sockets.size() == 0 && len(s.Registrations()) == 0 })
	t.Logf("all gone in %v", time.Since(began))
}

// FuzzFrames: whatever the library writes in whatever pieces, the same whole messages
// come out, and what a page says reaches the library as it was said.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x81\x05hello\x81\x7e\x00\x02hi"), 3)
	f.Add([]byte("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"), 1)
	f.Add([]byte("\x01\x85"), 2)
	f.Fuzz(func(t *testing.T, data []byte, step int) {
		whole, err := unframe(nil, data)
		var pieces []string
		var pending []byte
		var errPieces error
		for part := range slices.Chunk(data, min(max(step, 1), 1<<16)) {
			pending = append(pending, part...)
			for errPieces == nil {
				text, rest, err := cutFrame(pending)
				if errPieces = err; err != nil || text == nil {
					break
				}
				pieces, pending = append(pieces, string(text)), rest
			}
		}
		if !slices.Equal(whole, pieces) || (err == nil) != (errPieces == nil) {
			t.Fatalf("%q, %v in pieces; %q, %v whole", pieces, errPieces, whole, err)
		}
		framed := appendFrame(nil, data)
		if len(framed) < len(data)+6 || string(framed[len(framed)-len(data):]) != string(data) {
			t.Fatalf("%d bytes became %d", len(data), len(framed))
		}
	})
}

// unframe takes all frames out of data.
func unframe(messages []string, data []byte) ([]string, error) {
	text, rest, err := cutFrame(data)
	if err != nil || text == nil {
		return messages, err
	}
	return unframe(append(messages, string(text)), rest)
}
