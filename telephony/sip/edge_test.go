package sip

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

const patience = 5 * time.Second

// house is everything around an edge under test: who may register, which trunks
// exist, what became of calls and devices.
type house struct {
	mu      sync.Mutex
	secrets map[string]Credential
	trunks  []Trunk
	now     time.Time // zero: the real clock

	rings    bool
	calls    chan telephony.Incoming
	presence chan string // "+101", "-101"
	devices  chan string // "101: 1 desk, 0 browser", see hearsDevices
}

func (o *house) Credential(extension string) (Credential, bool) {
	if extension == "panic" {
		panic("a handler of the test panics")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	c, ok := o.secrets[extension]
	return c, ok
}

func (o *house) Trunks() []Trunk {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.trunks
}

// Incoming notes the call and turns it away, or lets it ring.
func (o *house) Incoming(in telephony.Incoming, _ telephony.Line) (telephony.Sink, *telephony.Refusal) {
	o.calls <- in
	if o.rings {
		return deaf{}, nil
	}
	return nil, &telephony.Refusal{Cause: telephony.Declined}
}

func (o *house) DeviceUp(extension string)   { o.presence <- "+" + extension }
func (o *house) DeviceDown(extension string) { o.presence <- "-" + extension }

func (o *house) hearsDevices(c *Config) {
	c.DevicesChanged = func(extension string, now telephony.Devices) {
		o.devices <- fmt.Sprintf("%s: %d desk, %d browser", extension, now.Desk, now.Browser)
	}
}

func (o *house) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.now.IsZero() {
		return time.Now()
	}
	return o.now
}

func (o *house) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

const password = "correct-horse-battery-staple"

func newHouse(extensions ...string) *house {
	o := &house{secrets: make(map[string]Credential), calls: make(chan telephony.Incoming, 1000), presence: make(chan string, 1000)}
	for _, e := range extensions {
		o.secrets[e] = HashCredential(e, DefaultRealm, password)
	}
	return o
}

// noDNS knows the machine's own names only, at once: a test must not wait for the
// network that it happens to run in.
var noDNS = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("no DNS in tests")
}}

// config is for free ports of 127.0.0.1.
func (o *house) config(adjust ...func(*Config)) Config {
	config := Config{UDP: "127.0.0.1:0", TCP: "127.0.0.1:0", Advertise: netip.MustParseAddr("127.0.0.1"),
		Stories: o, Presence: o, Directory: o, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: o.clock,
		Simulator: SimulatorKey{User: "sim", Password: password, Region: "UZ"}, Resolver: noDNS}
	for _, a := range adjust {
		a(&config)
	}
	return config
}

// edge starts a server for a house.
func (o *house) edge(t *testing.T, adjust ...func(*Config)) *Server {
	t.Helper()
	s, err := New(o.config(adjust...))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	<-s.listeners.reading // earlier requests of ours would leave by another socket
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return s
}

// peer is somebody at the other end of a socket who writes SIP by hand.
type rawPeer struct {
	t    testing.TB
	conn net.Conn
	udp  bool
	rest []byte
	to   string // host:port of the edge
	from string
}

// udpPeer speaks from an address of 127/8.
func udpPeer(t testing.TB, s *Server, from string) *rawPeer {
	t.Helper()
	to := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: s.listeners.port("udp")}
	conn, err := net.DialUDP("udp", &net.UDPAddr{IP: net.ParseIP(from)}, to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &rawPeer{t: t, conn: conn, udp: true, to: to.String(), from: conn.LocalAddr().String()}
}

func tcpPeer(t testing.TB, s *Server, from string) *rawPeer {
	t.Helper()
	to := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: s.listeners.port("tcp")}
	conn, err := net.DialTCP("tcp", &net.TCPAddr{IP: net.ParseIP(from)}, to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &rawPeer{t: t, conn: conn, to: to.String(), from: conn.LocalAddr().String()}
}

func (p *rawPeer) send(message string) {
	p.t.Helper()
	if _, err := p.conn.Write([]byte(message)); err != nil {
		p.t.Fatal(err)
	}
}

// read returns the next message, nil after the given time or at the end.
func (p *rawPeer) read(wait time.Duration) sip.Message {
	p.t.Helper()
	deadline := time.Now().Add(wait)
	buf := make([]byte, 65536)
	for {
		if p.udp {
			p.conn.SetReadDeadline(deadline)
			n, err := p.conn.Read(buf)
			if err != nil {
				return nil
			}
			msg, err := sip.ParseMessage(buf[:n])
			if err != nil {
				return echo(p.t, string(buf[:n]))
			}
			return msg
		}
		if msg, n, err := sip.NewParser().Parse(p.rest, true); err == nil {
			p.rest = p.rest[n:]
			return msg
		}
		p.conn.SetReadDeadline(deadline)
		n, err := p.conn.Read(buf)
		if err != nil {
			return nil
		}
		p.rest = append(p.rest, buf[:n]...)
	}
}

// echo reads the little that is needed of an answer which repeats broken headers.
func echo(t testing.TB, text string) *sip.Response {
	t.Helper()
	var code int
	if _, err := fmt.Sscanf(text, "SIP/2.0 %d ", &code); err != nil {
		t.Fatalf("the edge sent %q", text)
	}
	res := sip.NewResponse(code, "")
	_, after, _ := strings.Cut(text, "Call-ID: ")
	id, _, _ := strings.Cut(after, "\r\n")
	callID := sip.CallIDHeader(id)
	res.AppendHeader(&callID)
	return res
}

// final waits for the final answer with a Call-ID; nil if there is none.
func (p *rawPeer) final(callID string, wait time.Duration) *sip.Response {
	p.t.Helper()
	for deadline := time.Now().Add(wait); time.Now().Before(deadline); {
		res, ok := p.read(time.Until(deadline)).(*sip.Response)
		if ok && res.StatusCode >= 200 && res.CallID() != nil && res.CallID().Value() == callID {
			return res
		}
	}
	return nil
}

// ask sends a request and returns its final answer; it must come.
func (p *rawPeer) ask(r rawRequest) *sip.Response {
	p.t.Helper()
	text, callID := r.write(p)
	p.send(text)
	res := p.final(callID, patience)
	if res == nil {
		p.t.Fatalf("no answer to:\n%s", text)
	}
	return res
}

// request is a request that is right unless told otherwise.
type rawRequest struct {
	method  string
	uri     string // "" is sip:callcard@edge
	to      string // user part of To and From
	callID  string
	cseq    int
	contact string   // "" is <sip:user@source>
	more    []string // whole header lines
	body    string
	without string // name of a header to leave out
}

var plainSDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"

func (r rawRequest) write(p *rawPeer) (text, callID string) {
	transport := "TCP"
	if p.udp {
		transport = "UDP"
	}
	if r.uri == "" {
		r.uri = "sip:" + p.to
	}
	if r.to == "" {
		r.to = "101"
	}
	if r.callID == "" {
		r.callID = rand.Text()
	}
	if r.cseq == 0 {
		r.cseq = 1
	}
	if r.contact == "" {
		r.contact = fmt.Sprintf("<sip:%s@%s>", r.to, p.from)
	}
	lines := []string{
		fmt.Sprintf("Via: SIP/2.0/%s %s;rport;branch=z9hG4bK%s", transport, p.from, rand.Text()),
		"Max-Forwards: 70",
		fmt.Sprintf("From: <sip:%s@%s>;tag=%s", r.to, p.to, rand.Text()[:8]),
		fmt.Sprintf("To: <sip:%s@%s>", r.to, p.to),
		"Call-ID: " + r.callID,
		fmt.Sprintf("CSeq: %d %s", r.cseq, r.method),
	}
	if r.method == "INVITE" || r.method == "REGISTER" {
		lines = append(lines, "Contact: "+r.contact)
	}
	if r.method == "INVITE" && r.body == "" {
		r.body = plainSDP
		r.more = append(r.more, "Content-Type: application/sdp")
	}
	lines = append(lines, r.more...)
	lines = append(lines, fmt.Sprintf("Content-Length: %d", len(r.body)))
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s SIP/2.0\r\n", r.method, r.uri)
	for _, l := range lines {
		if r.without == "" || !strings.HasPrefix(l, r.without+":") {
			b.WriteString(l + "\r\n")
		}
	}
	return b.String() + "\r\n" + r.body, r.callID
}

// phone is a peer with a password.
type phone struct {
	*rawPeer
	extension string
	password  string
	algorithm string
	callID    string
	cseq      int
	nc        int
	challenge digestParams
}

func newPhone(p *rawPeer, extension string) *phone {
	return &phone{rawPeer: p, extension: extension, password: password, algorithm: algorithmMD5, callID: rand.Text()}
}

// ask asks and answers one challenge.
func (p *phone) ask(r rawRequest) *sip.Response {
	p.t.Helper()
	r.to = p.extension
	if r.callID == "" {
		r.callID = p.callID
	}
	p.cseq++
	r.cseq = p.cseq
	res := p.rawPeer.ask(r)
	if res.StatusCode != 401 && res.StatusCode != 407 {
		return res
	}
	p.take(res)
	p.cseq++
	r.cseq = p.cseq
	r.more = append(r.more, p.authorization(r.method, res.StatusCode == 407))
	return p.rawPeer.ask(r)
}

// take keeps the challenge of the phone's algorithm.
func (p *phone) take(res *sip.Response) {
	p.t.Helper()
	for _, name := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
		for _, h := range res.GetHeaders(name) {
			if c, ok := parseDigest(h.Value()); ok && c["algorithm"] == p.algorithm {
				p.challenge, p.nc = c, 0
				return
			}
		}
	}
	p.t.Fatalf("no %s challenge in\n%s", p.algorithm, res)
}

func (p *phone) authorization(method string, proxy bool) string {
	p.nc++
	user := p.extension
	c := digestParams{"username": user, "realm": p.challenge["realm"], "nonce": p.challenge["nonce"], "uri": "sip:" + p.to,
		"algorithm": p.algorithm, "qop": "auth", "nc": fmt.Sprintf("%08x", p.nc), "cnonce": "c1"}
	ha1 := HashCredential(user, c["realm"], p.password)
	secret := ha1.HA1MD5
	if p.algorithm == algorithmSHA256 {
		secret = ha1.HA1SHA256
	}
	name := "Authorization"
	if proxy {
		name = "Proxy-Authorization"
	}
	return fmt.Sprintf(`%s: Digest username="%s", realm="%s", nonce="%s", uri="%s", algorithm=%s, qop=auth, nc=%s, cnonce="%s", response="%s"`,
		name, user, c["realm"], c["nonce"], c["uri"], c["algorithm"], c["nc"], c["cnonce"], c.response(secret, method))
}

func (p *phone) register(more ...string) *sip.Response {
	p.t.Helper()
	return p.ask(rawRequest{method: "REGISTER", more: more})
}

// next waits for what a channel brings.
func next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatal("waited in vain")
		panic("unreachable")
	}
}

func wantStatus(t testing.TB, res *sip.Response, code int) {
	t.Helper()
	if res.StatusCode != code {
		t.Fatalf("answer is %d %s, want %d\n%s", res.StatusCode, res.Reason, code, res)
	}
}
