//go:build linux

package acceptance

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// torture are messages of the kinds of RFC 4475, with the placeholders %s for the
// server's address.
var torture = []string{
	"INVITE sip:+998712000001@%s SIP/2.0\r\nVia: SIP/2.0/UDP x\r\n\r\n",
	"INVITE sip:a@%s SIP/7.0\r\nVia: SIP/7.0/UDP c.example.com;branch=z9hG4bKkdjuw\r\nMax-Forwards: 70\r\nFrom: a<sip:a@b>;tag=1\r\nTo: sip:a@b\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n",
	"INVITE sip:a@%s SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: sip:a@b\r\nCall-ID: 2\r\nCSeq: 36893488147419103232 REGISTER\r\nContent-Length: 9999\r\n\r\n",
	"OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP t1.example.com;branch=z9hG4bK1, SIP/2.0/UDP x;branch=\r\nFrom: \"\xff\xfe\" <sip:x@x>;tag=\x00\r\nTo: <sip:%s>\r\nCall-ID: 3\r\nCSeq: 0 OPTIONS\r\nContent-Length: -999\r\n\r\n",
	"NEWMETHOD sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKa\r\nFrom: <sip:x@x>;tag=1\r\nTo: <sip:x@x>\r\nCall-ID: 4\r\nCSeq: 9 NEWMETHOD\r\nMax-Forwards: 0\r\nContent-Length: 0\r\n\r\n",
	"SIP/2.0 4294967301 better not break the receiver\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKa\r\nFrom: <sip:x@x>;tag=1\r\nTo: <sip:x@x>;tag=2\r\nCall-ID: 5\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
	"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKnobody\r\nFrom: <sip:x@x>;tag=1\r\nTo: <sip:x@x>;tag=2\r\nCall-ID: 6\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
	"BYE sip:x@%s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKb\r\nFrom: <sip:x@x>;tag=1\r\nTo: <sip:x@x>;tag=nobody\r\nCall-ID: 7\r\nCSeq: 2 BYE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
	"REGISTER sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKc\r\nFrom: <sip:1@x>;tag=1\r\nTo: <sip:1@x>\r\nCall-ID: 8\r\nCSeq: 1 REGISTER\r\nContact: *\r\nExpires: 99999999999999999999\r\nContent-Length: 0\r\n\r\n",
	"\r\n\r\n", "\x00", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "INVITE", "INVITE sip:" + strings.Repeat("a", 30000),
	"OPTIONS sip:x SIP/2.0\r\n" + strings.Repeat("Via: SIP/2.0/UDP x;branch=z9hG4bKx\r\n", 1500) + "\r\n",
}

// Garbage on SIP and on the live socket harms no call.
func TestGarbageHarmsNoCall(t *testing.T) {
	s := newServer(t, setup{})
	tm := s.team(t, 2)
	k := tm.talks(s.newNumber())
	s.sipGarbage(t, "127.0.0.66")
	s.sipGarbage(t, callers()) // the trunk itself goes mad
	s.socketGarbage(t)
	k.hearEachOther(t)
	other := tm.talks(s.newNumber())
	other.end(t)
	k.end(t)
	s.as("boss").history(t, k.id, "recorded", recorded)
	s.as("boss").recordingOf(t, k.id).holdsBothSides(t)
}

func (s *server) sipGarbage(t *testing.T, from string) {
	t.Helper()
	dialer := func(network string) *net.Dialer {
		if network == "tcp" {
			return &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: patience}
		}
		return &net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(from)}, Timeout: patience}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, network := range []string{"udp", "tcp"} {
		for n, m := range torture {
			c, err := dialer(network).DialContext(t.Context(), network, s.sip)
			if err != nil {
				t.Fatalf("the server takes no %s any more after %d messages: %v", network, n, err)
			}
			whole := strings.ReplaceAll(m, "%s", s.sip)
			broken := []byte(whole)
			for range 1 + len(broken)/20 {
				broken[random.IntN(len(broken))] = byte(random.IntN(256))
			}
			for _, b := range [][]byte{[]byte(whole), broken, []byte(whole)[:len(whole)/2]} {
				if _, err := c.Write(b); err != nil {
					break // it has hung up on us, which is its right
				}
			}
			c.Close()
		}
	}
	c, err := dialer("udp").DialContext(t.Context(), "udp", s.sip)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 2000 {
		noise := make([]byte, random.IntN(600))
		for i := range noise {
			noise[i] = byte(random.IntN(256))
		}
		_, _ = c.Write(noise)
	}
}

func (s *server) socketGarbage(t *testing.T) {
	t.Helper()
	token := s.as("boss").token
	for _, header := range []http.Header{
		{"Authorization": {"Bearer nonsense"}}, {"Authorization": {"Bearer " + token}, "Origin": {"https://evil.example"}},
		{"Cookie": {"callcard_session=" + token}}, {"Cookie": {"callcard_session=" + token}, "Origin": {"null"}}, {},
	} {
		c, r, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+s.http+"/api/v1/live", header)
		if err == nil {
			c.Close()
			t.Errorf("a live socket was opened with %v", fmt.Sprint(header)[:20])
		} else if r == nil || (r.StatusCode != http.StatusForbidden && r.StatusCode != http.StatusUnauthorized) {
			t.Errorf("a wrong live socket: %v", err)
		}
	}
	for _, message := range []struct {
		kind int
		data []byte
	}{{websocket.TextMessage, []byte("{")}, {websocket.BinaryMessage, make([]byte, 1<<20)}, {websocket.TextMessage, []byte(strings.Repeat("[", 60000))}} {
		c, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+s.http+"/api/v1/live", http.Header{"Authorization": {"Bearer " + token}})
		if err != nil {
			t.Fatalf("the live socket is closed to us: %v", err)
		}
		_ = c.WriteMessage(message.kind, message.data) // it may be refused half-way
		_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		for err == nil {
			_, _, err = c.ReadMessage()
		}
		c.Close()
	}
	raw, err := net.Dial("tcp", s.http)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	fmt.Fprintf(raw, "GET /api/v1/live HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAA\r\n\r\n\xff\xff\xff\xff", s.http)
}
