package sip

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// hostile are requests of the kinds of RFC 4475, written by ourselves, with the
// answer that each must get; 0 is none. Lines end in \n here, CALL is the Call-ID,
// VIA a good Via of the sender.
var hostile = []struct {
	name     string
	code     int
	datagram bool // means something else, or nothing, in a stream
	message  string
}{
	{"no To", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"no From", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"no From tag", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"no Max-Forwards", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"no CSeq", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nContent-Length: 0\n\n"},
	{"another version", 505, false, "OPTIONS sip:a@x SIP/7.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"CSeq of another method", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 8 INVITE\nContent-Length: 0\n\n"},
	{"CSeq too large", 400, true, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 36893488147419103232 OPTIONS\nContent-Length: 0\n\n"},
	{"two Call-IDs", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: other\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"two Froms and CSeqs", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nFrom: <sip:c@x>;tag=2\nCall-ID: CALL\nCSeq: 1 OPTIONS\nCSeq: 2 OPTIONS\nContent-Length: 0\n\n"},
	{"two Content-Lengths", 400, true, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 4\nContent-Length: 0\n\n"},
	{"two Max-Forwards", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nMax-Forwards: 3\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"negative Content-Length", 400, true, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: -999\n\n"},
	{"body shorter than said", 400, true, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 9999\n\nshort"},
	{"bytes after the body", 200, true, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\nINVITE sip:more@x SIP/2.0\n"},
	{"unknown scheme", 416, false, "OPTIONS nobodyknows:totally-opaque SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"URI in angle brackets", 400, true, "OPTIONS <sip:a@x> SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"headers in the URI", 400, false, "OPTIONS sip:a@x?Route=%3Csip:evil%3E SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"spaces in the request line", 400, true, "OPTIONS  sip:a@x  SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"required extensions", 420, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nRequire: nothingSupportsThis, timer, norThis\nContent-Length: 0\n\n"},
	{"unknown method", 405, false, "NEWMETHOD sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 NEWMETHOD\nContent-Length: 0\n\n"},
	{"message", 405, false, "MESSAGE sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 MESSAGE\nContent-Length: 0\n\n"},
	{"method in lower case", 400, true, "options sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"unknown body", 415, false, "INVITE sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 INVITE\nContact: <sip:b@x>\nContent-Type: application/unknown\nContent-Length: 3\n\nabc"},
	{"packed body", 415, false, "INVITE sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 INVITE\nContact: <sip:b@x>\nContent-Encoding: gzip\nContent-Type: application/sdp\nContent-Length: 3\n\nabc"},
	{"no hops left", 483, false, "INVITE sip:a@x SIP/2.0\nVIA\nMax-Forwards: 0\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 INVITE\nContact: <sip:b@x>\nContent-Length: 0\n\n"},
	{"OPTIONS may end here", 200, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 0\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"INVITE without Contact", 400, false, "INVITE sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 INVITE\nContent-Length: 0\n\n"},
	{"INVITE to anybody", 400, false, "INVITE sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 INVITE\nContact: *\nContent-Length: 0\n\n"},
	{"BYE of no dialog", 481, false, "BYE sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>;tag=none\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 BYE\nContent-Length: 0\n\n"},
	{"BYE without a To tag", 481, false, "BYE sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 BYE\nContent-Length: 0\n\n"},
	{"CANCEL of nothing", 481, false, "CANCEL sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 CANCEL\nContent-Length: 0\n\n"},
	{"ACK of nothing", 0, false, "ACK sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>;tag=none\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 ACK\nContent-Length: 0\n\n"},
	{"broken ACK", 0, true, "ACK sip:a@x SIP/2.0\nVIA\nTo: <sip:a@x\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 ACK\n\n"},
	{"a response", 0, false, "SIP/2.0 200 OK\nVIA\nTo: <sip:a@x>;tag=2\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"a response with an absurd status", 0, true, "SIP/2.0 4294967301 better not\nVIA\nTo: <sip:a@x>;tag=2\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"quote without an end", 400, true, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: \"Mr. J. User <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"To names nobody", 400, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"},
	{"folded and compact, and valid", 200, false, "OPTIONS sip:a@x SIP/2.0\nVIA\nmax-forwards:\n 0068\nTO :\n sip:vivekg@chair.example ;  x=1918181833n\nf: \"J Rosenberg \\\\\\\"\"  <sip:jdrosen@example.com>\n ;\n tag=98asjd8\ni: CALL\ncseq: 0009\n OPTIONS\nl: 0\nNewFangledHeader:   newfangled value\n continued newfangled value\n\n"},
	{"unusual characters, and valid", 200, false, "OPTIONS sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:b@x>;tag=token~1'.%!*_+`-\nCall-ID: CALL\nCSeq: 1 OPTIONS\nextensionHeader-!.%*+_`'~: \xef\xbb\xbf\xe5\xa4\xa7\nContent-Length: 0\n\n"},
	{"long values, and valid", 200, true, "OPTIONS sip:a@x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: \"" + strings.Repeat("long ", 400) + "\" <sip:a@x>\nFrom: <sip:b@x>;tag=1\nCall-ID: CALL\nCSeq: 1 OPTIONS\nUnknown: " + strings.Repeat("v", 8000) + "\nContent-Length: 0\n\n"},
	{"REGISTER * without Expires", 401, false, "REGISTER sip:x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:a@x>;tag=1\nCall-ID: CALL\nCSeq: 1 REGISTER\nContact: *\nContent-Length: 0\n\n"},
	{"credentials of nonsense", 401, false, "REGISTER sip:x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:a@x>;tag=1\nCall-ID: CALL\nCSeq: 1 REGISTER\nContact: <sip:a@x>\nAuthorization: NoOneKnowsThisScheme opaque=\"x\"\nContent-Length: 0\n\n"},
	{"digest of nonsense", 401, false, "REGISTER sip:x SIP/2.0\nVIA\nMax-Forwards: 70\nTo: <sip:a@x>\nFrom: <sip:a@x>;tag=1\nCall-ID: CALL\nCSeq: 1 REGISTER\nContact: <sip:a@x>\nAuthorization: Digest realm=\"callcard\", username=\"a\", nonce=\"\\\", response=,,,\nContent-Length: 0\n\n"},
}

func TestHostileRequests(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	for i, h := range hostile {
		for _, transport := range []string{"UDP", "TCP"} {
			if transport == "TCP" && h.datagram {
				continue
			}
			t.Run(h.name+"/"+transport, func(t *testing.T) {
				// A source of its own for each: broken messages add up to a ban.
				from := fmt.Sprintf("127.0.3.%d", i+1)
				p := tcpPeer
				if transport == "UDP" {
					p = udpPeer
				}
				ask(t, p(t, s, from), transport, h.message, h.code)
			})
		}
	}
	p := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	wantStatus(t, p.register(), 200)
}

// ask sends a message of the hostile kind and, because silence proves nothing, a
// good one after it.
func ask(t *testing.T, p *rawPeer, transport, message string, code int) {
	t.Helper()
	callID := rand.Text()
	via := fmt.Sprintf("Via: SIP/2.0/%s %s;rport;branch=z9hG4bK%s", transport, p.from, rand.Text())
	message = strings.NewReplacer("\n", "\r\n", "VIA", via, "CALL", callID).Replace(message)
	p.send(message)
	if code != 0 {
		res := p.final(callID, patience)
		if res == nil {
			t.Fatalf("no answer to\n%s", message)
		}
		if res.StatusCode != code || res.SipVersion != "SIP/2.0" {
			t.Fatalf("answer %s %d %s, want %d", res.SipVersion, res.StatusCode, res.Reason, code)
		}
		if code == 420 && res.GetHeader("Unsupported").Value() != "nothingSupportsThis, norThis" {
			t.Errorf("%s", res.GetHeader("Unsupported"))
		}
		if code == 405 && res.GetHeader("Allow") == nil {
			t.Error("405 without Allow")
		}
		return
	}
	control, id := rawRequest{method: "OPTIONS"}.write(p)
	p.send(control)
	for {
		res, ok := p.read(patience).(*sip.Response)
		if !ok {
			t.Fatal("the edge is silent")
		}
		if res.CallID().Value() == callID {
			t.Fatalf("answered with\n%s", res)
		}
		if res.CallID().Value() == id {
			return
		}
	}
}

func TestGarbageIsSwallowed(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	for i, garbage := range []string{"\r\n\r\n", "\x00\x00\x00\x00\x00\x00", "x", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		strings.Repeat("A", 30000), "\x00\x01\x00\x00\x21\x12\xa4\x42aaaaaaaaaaaa", "INVITE", "INVITE sip:a SIP/2.0", "\xff\xfe\xfd\xfc\xfb\r\n\r\n"} {
		p := udpPeer(t, s, fmt.Sprintf("127.0.4.%d", i+1))
		p.send(garbage)
		if res := p.ask(rawRequest{method: "OPTIONS"}); res.StatusCode != 200 {
			t.Errorf("%q: then %d", garbage, res.StatusCode)
		}
	}
}

// A panic ends the request that caused it, and nothing else.
func TestPanicIsContained(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	bad := newPhone(udpPeer(t, s, "127.0.0.5"), "panic")
	wantStatus(t, bad.register(), 500)
	good := newPhone(udpPeer(t, s, "127.0.0.6"), "101")
	wantStatus(t, good.register(), 200)
}

// Half a message costs a connection for a bounded time, and an address only so many.
func TestHalfOpenConnections(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t, func(c *Config) { c.UDP = "" })
	s.listeners.tcp.mu.Lock()
	s.listeners.tcp.limits.firstMessage = 200 * time.Millisecond
	s.listeners.tcp.limits.perAddress = 20
	s.listeners.tcp.mu.Unlock()
	var silent []net.Conn
	for range 20 {
		p := tcpPeer(t, s, "127.0.0.7")
		p.send("INVITE sip:a@x SIP/2.0\r\nVia: ")
		silent = append(silent, p.conn)
	}
	closed := func(c net.Conn) bool {
		c.SetReadDeadline(time.Now().Add(patience))
		_, err := bufio.NewReader(c).ReadByte()
		return err != nil && !strings.Contains(err.Error(), "timeout")
	}
	if over := tcpPeer(t, s, "127.0.0.7"); !closed(over.conn) {
		t.Error("one connection too many was kept")
	}
	if res := tcpPeer(t, s, "127.0.0.8").ask(rawRequest{method: "OPTIONS"}); res.StatusCode != 200 {
		t.Errorf("another address got %d", res.StatusCode)
	}
	for i, c := range silent {
		if !closed(c) {
			t.Fatalf("connection %d is still open", i)
		}
	}
}
