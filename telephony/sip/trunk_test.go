package sip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// provider is a registrar at the other end of a trunk.
type provider struct {
	t        *testing.T
	conn     *net.UDPConn
	requests chan *sip.Request
	answer   func(req *sip.Request) *sip.Response
}

func newProvider(t *testing.T, answer func(req *sip.Request) *sip.Response) *provider {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 20)})
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, conn: conn, requests: make(chan *sip.Request, 100), answer: answer}
	done := make(chan struct{})
	go p.run(done)
	t.Cleanup(func() { conn.Close(); <-done })
	return p
}

func (p *provider) run(done chan struct{}) {
	defer close(done)
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		msg, err := sip.ParseMessage(buf[:n])
		req, ok := msg.(*sip.Request)
		if err != nil || !ok {
			continue
		}
		if res := p.answer(req); res != nil {
			p.conn.WriteTo([]byte(res.String()), from)
		}
		p.requests <- req
	}
}

func (p *provider) address() string { return p.conn.LocalAddr().String() }

// demand checks credentials like a provider does.
func demand(req *sip.Request, realm, user, word, algorithm string) *sip.Response {
	h := req.GetHeader("Authorization")
	if h == nil {
		res := sip.NewResponseFromRequest(req, 401, "Unauthorized", nil)
		res.AppendHeader(sip.NewHeader("WWW-Authenticate", fmt.Sprintf(`Digest realm="%s", nonce="n1", algorithm=%s, qop="auth"`, realm, algorithm)))
		return res
	}
	c, ok := parseDigest(h.Value())
	secret := HashCredential(user, realm, word)
	ha1 := secret.HA1MD5
	if algorithm == algorithmSHA256 {
		ha1 = secret.HA1SHA256
	}
	if !ok || c["username"] != user || c["response"] != c.response(ha1, "REGISTER") {
		return sip.NewResponseFromRequest(req, 403, "Forbidden", nil)
	}
	return nil
}

func granting(req *sip.Request, expires int) *sip.Response {
	res := sip.NewResponseFromRequest(req, 200, "OK", nil)
	contact := req.Contact().Clone()
	contact.Params.Add("expires", strconv.Itoa(expires))
	res.AppendHeader(contact)
	return res
}

func (p *provider) trunk(name string) Trunk {
	return Trunk{Name: name, Region: "RU", Register: &Registration{Server: p.address(), User: "acc1", Password: "pw", Realm: "prov"}}
}

func TestRegistersWithProviderAndSignsOff(t *testing.T) {
	for _, algorithm := range []string{algorithmMD5, algorithmSHA256} {
		t.Run(algorithm, func(t *testing.T) {
			p := newProvider(t, func(req *sip.Request) *sip.Response {
				if req.Method == sip.OPTIONS {
					return sip.NewResponseFromRequest(req, 404, "Not Found", nil)
				}
				if res := demand(req, "prov", "acc1", "pw", algorithm); res != nil {
					return res
				}
				return granting(req, 3600)
			})
			o := newHouse()
			o.trunks = []Trunk{p.trunk("provider")}
			s := o.edge(t)
			until(t, "the trunk is registered and up", func() bool {
				st := s.TrunkStatus()
				return len(st) == 1 && st[0].Registered && st[0].State == "up"
			})

			// Its calls need no challenge, whatever port they come from.
			call := udpPeer(t, s, "127.0.0.20")
			call.ask(rawRequest{method: "INVITE", uri: "sip:acc1@" + call.to})
			if in := next(t, o.calls); in.Line != "provider" || in.Region != "RU" {
				t.Errorf("call %+v", in)
			}

			o.mu.Lock()
			o.trunks = nil
			o.mu.Unlock()
			s.Reload()
			for {
				if req := next(t, p.requests); req.Method == sip.REGISTER {
					if h := req.GetHeader("Expires"); h != nil && h.Value() == "0" && req.GetHeader("Authorization") != nil {
						break
					}
				}
			}
			if len(s.TrunkStatus()) != 0 {
				t.Error("the trunk is still there")
			}
		})
	}
}

func TestRefreshesAndTriesAgain(t *testing.T) {
	n := 0
	p := newProvider(t, func(req *sip.Request) *sip.Response {
		if req.Method != sip.REGISTER {
			return sip.NewResponseFromRequest(req, 200, "OK", nil)
		}
		switch n++; n {
		case 1:
			res := sip.NewResponseFromRequest(req, 423, "Interval Too Brief", nil)
			res.AppendHeader(sip.NewHeader("Min-Expires", "7200"))
			return res
		case 2:
			if req.GetHeader("Expires").Value() != "7200" {
				t.Errorf("asked for %s", req.GetHeader("Expires").Value())
			}
			return granting(req, 1)
		case 3:
			res := sip.NewResponseFromRequest(req, 503, "Service Unavailable", nil)
			res.AppendHeader(sip.NewHeader("Retry-After", "1"))
			return res
		}
		return granting(req, 3600)
	})
	o := newHouse()
	o.trunks = []Trunk{p.trunk("provider")}
	s := o.edge(t)
	registers := 0
	for registers < 4 {
		if next(t, p.requests).Method == sip.REGISTER {
			registers++
		}
	}
	until(t, "registered again", func() bool { return s.TrunkStatus()[0].Registered })
}

// Our password is proved to the configured realm only.
func TestForeignRealmGetsNoDigest(t *testing.T) {
	p := newProvider(t, func(req *sip.Request) *sip.Response {
		if req.Method != sip.REGISTER {
			return nil
		}
		return demand(req, "somebody-else", "acc1", "pw", algorithmMD5)
	})
	o := newHouse()
	o.trunks = []Trunk{p.trunk("provider")}
	s := o.edge(t)
	until(t, "the refusal is known", func() bool { return strings.Contains(s.TrunkStatus()[0].Reason, "challenge") })
	if st := s.TrunkStatus()[0]; st.Why != "credentials" || !st.Registers || st.Registered {
		t.Errorf("status = %+v", st)
	}
	for len(p.requests) > 0 {
		if req := <-p.requests; req.GetHeader("Authorization") != nil {
			t.Fatalf("answered:\n%s", req)
		}
	}
}

func TestTrunkStatusHasHysteresis(t *testing.T) {
	o := newHouse()
	o.now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	o.trunks = []Trunk{{Name: "net", Hosts: []string{"10.20.0.0/16"}}}
	var told []string
	s := o.edge(t, func(c *Config) { c.TrunkChanged = func(name string) { told = append(told, name) } })
	trunk := s.trunks.known["net"]
	silent := errors.New("silence")
	state := func() string { return s.TrunkStatus()[0].State }
	if state() != "unknown" {
		t.Fatalf("at first %s", state())
	}
	steps := []struct {
		err  error
		want string
	}{{nil, "up"}, {silent, "up"}, {silent, "up"}, {silent, "down"}, {nil, "down"}, {silent, "down"}, {nil, "down"}, {nil, "up"}}
	for i, step := range steps {
		trunk.noteHealth(step.err)
		if state() != step.want {
			t.Fatalf("step %d: %s, want %s", i, state(), step.want)
		}
	}
	if st := s.TrunkStatus()[0]; len(told) != 3 || told[0] != "net" || !st.Answered || st.Asked.IsZero() || st.Why != "" {
		t.Errorf("told %d times, status = %+v", len(told), st)
	}
	// A trunk that calls is alive, whatever it thinks of OPTIONS.
	trunk.heard()
	for range 5 {
		trunk.noteHealth(silent)
	}
	if state() != "up" {
		t.Error("down in the middle of calls")
	}
}

func TestWhoMayCall(t *testing.T) {
	o := newHouse("101")
	o.trunks = []Trunk{{Name: "carrier", Region: "UZ", Hosts: []string{"127.0.0.2", "127.0.7.0/24", "gone.invalid"}}}
	s := o.edge(t)

	for _, from := range []string{"127.0.0.2", "127.0.7.77"} {
		udpPeer(t, s, from).ask(rawRequest{method: "INVITE"})
		if in := next(t, o.calls); in.Line != "carrier" {
			t.Errorf("%s calls over %q", from, in.Line)
		}
	}

	stranger := udpPeer(t, s, "127.0.0.99").ask(rawRequest{method: "INVITE"})
	wantStatus(t, stranger, 407)

	simulator := newPhone(udpPeer(t, s, "127.0.0.98"), "sim")
	simulator.ask(rawRequest{method: "INVITE"})
	if in := next(t, o.calls); in.Line != SimulatorTrunk || in.Region != "UZ" {
		t.Errorf("the simulator calls over %q", in.Line)
	}
	simulator.callID = ""
	wantStatus(t, newPhone(udpPeer(t, s, "127.0.0.97"), "sim").register(), 403)

	// An agent beside the trunk is an agent.
	agent := newPhone(udpPeer(t, s, "127.0.0.2"), "101")
	wantStatus(t, agent.register(), 200)
	agent.callID = "agents-own-call"
	res := agent.rawPeer.ask(rawRequest{method: "INVITE"})
	wantStatus(t, res, 407)
	select {
	case in := <-o.calls:
		t.Errorf("an agent's call came in over %q", in.Line)
	default:
	}
}

func TestDrainingAndFull(t *testing.T) {
	o := newHouse()
	o.trunks = []Trunk{{Name: "carrier", Hosts: []string{"127.0.0.2"}}}
	s := o.edge(t)
	carrier := udpPeer(t, s, "127.0.0.2")
	s.load.saturated.Store(true)
	res := carrier.ask(rawRequest{method: "INVITE"})
	wantStatus(t, res, 503)
	if res.GetHeader("Retry-After") == nil {
		t.Error("503 without Retry-After")
	}
	s.load.saturated.Store(false)
	wantStatus(t, carrier.ask(rawRequest{method: "OPTIONS"}), 200)
	until(t, "ready", s.Ready)
	s.Drain()
	wantStatus(t, carrier.ask(rawRequest{method: "INVITE"}), 503)
	wantStatus(t, carrier.ask(rawRequest{method: "OPTIONS"}), 503)
	if s.Ready() {
		t.Error("ready while draining")
	}
}

func TestCallsOfOneTrunkAreLimited(t *testing.T) {
	o := newHouse()
	o.rings = true
	o.trunks = []Trunk{{Name: "carrier", Hosts: []string{"127.0.0.2"}, MaxCalls: 2}, {Name: "other", Hosts: []string{"127.0.0.3"}}}
	s := o.edge(t)
	carrier, other := udpPeer(t, s, "127.0.0.2"), udpPeer(t, s, "127.0.0.3")
	for range 2 {
		invite, _ := rawRequest{method: "INVITE"}.write(carrier)
		carrier.send(invite)
		next(t, o.calls)
	}
	wantStatus(t, carrier.ask(rawRequest{method: "INVITE"}), 503)
	invite, _ := rawRequest{method: "INVITE"}.write(other)
	other.send(invite)
	if in := next(t, o.calls); in.Line != "other" {
		t.Errorf("call over %q", in.Line)
	}
}

func TestLatenessRefusesAndRecovers(t *testing.T) {
	l := newLoad(newMetrics(nil))
	late := l.observe(0, 300*time.Millisecond) // one pause
	if l.saturated.Load() {
		t.Error("one pause is no saturation")
	}
	for range 20 {
		late = l.observe(late, 200*time.Millisecond)
	}
	if !l.saturated.Load() {
		t.Error("not saturated")
	}
	for range 40 {
		late = l.observe(late, 0)
	}
	if l.saturated.Load() {
		t.Error("saturated for ever")
	}
}

// A queue behind us refuses calls until it is gone; a burst alone does not.
func TestQueueRefusesAndRecovers(t *testing.T) {
	l := newLoad(newMetrics(nil))
	l.pending.Store(500)
	if l.queued() {
		t.Error("a burst of 500 calls is no queue yet")
	}
	for range 20 {
		l.settled(time.Second)
	}
	if !l.queued() {
		t.Error("480 calls wait and each takes a second: no queue?")
	}
	l.pending.Store(fewPending - 1)
	if l.queued() {
		t.Error("nobody may try again")
	}
	l.pending.Store(100)
	for range 20 {
		l.settled(5 * time.Millisecond)
	}
	if l.queued() {
		t.Error("queued for ever")
	}
}

func TestPortsThatAreTaken(t *testing.T) {
	o := newHouse()
	s := o.edge(t)
	_, err := New(Config{UDP: fmt.Sprintf("127.0.0.1:%d", s.listeners.port("udp")), Advertise: s.config.Advertise, Directory: o, Log: s.config.Log})
	if err == nil {
		t.Fatal("two servers on one port")
	}
}

// A large request goes over TCP if the peer takes it there, else over UDP.
func TestLargeRequests(t *testing.T) {
	o := newHouse()
	s := o.edge(t)
	large := func(to string) *sip.Request {
		var uri sip.Uri
		if err := sip.ParseUri("sip:a@"+to, &uri); err != nil {
			t.Fatal(err)
		}
		req := sip.NewRequest(sip.MESSAGE, uri)
		req.SetBody([]byte(strings.Repeat("x", 4000)))
		return req
	}
	answer := func(req *sip.Request) *sip.Response { return sip.NewResponseFromRequest(req, 200, "OK", nil) }
	p := newProvider(t, answer)
	for range 2 {
		if _, err := s.ask(context.Background(), large(p.address())); err != nil {
			t.Fatal(err)
		}
		if req := next(t, p.requests); req.Via().Transport != "UDP" || len(req.Body()) != 4000 {
			t.Errorf("over %s", req.Via().Transport)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.20:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	over := make(chan *sip.Request, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		in := &rawPeer{t: t, conn: conn}
		if req, ok := in.read(patience).(*sip.Request); ok {
			conn.Write([]byte(answer(req).String()))
			over <- req
			in.read(patience) // until the other side closes
		}
	}()
	if _, err := s.ask(context.Background(), large(l.Addr().String())); err != nil {
		t.Fatal(err)
	}
	if req := next(t, over); req.Via().Transport != "TCP" {
		t.Errorf("over %s", req.Via().Transport)
	}
}
