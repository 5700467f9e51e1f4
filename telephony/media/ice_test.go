package media

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v3"
)

func TestRoleConflict(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, webEngine(t), PCMA)
	res := <-b.check(b.local.Ufrag+":abcd", b.local.Pwd, attribute(stun.AttrICEControlled, 255, 2, 3, 4, 5, 6, 7, 8))
	var code stun.ErrorCodeAttribute
	if err := code.GetFrom(res); err != nil || code.Code != stun.CodeRoleConflict {
		t.Errorf("%v %v, want 487", code, err)
	}
	if err := stun.MessageIntegrity(b.local.Pwd).Check(res); err != nil {
		t.Error(err)
	}
	if bound(b.leg.engine) != 0 {
		t.Error("a check in the wrong role has bound its source")
	}
}

// A check that is not authentic gets no answer and opens nothing.
func TestForgedChecks(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, webEngine(t), PCMA)
	e := b.leg.engine
	user := b.local.Ufrag + ":abcd"
	stranger := listen(t, "127.0.0.9")
	defer stranger.Close()
	build := func(setters ...stun.Setter) []byte {
		return stun.MustBuild(append([]stun.Setter{stun.TransactionID, stun.BindingRequest}, setters...)...).Raw
	}
	good := stun.NewShortTermIntegrity(b.local.Pwd)
	for name, raw := range map[string][]byte{
		"wrong password": build(stun.NewUsername(user), stun.NewShortTermIntegrity("x"), stun.Fingerprint),
		"no password":    build(stun.NewUsername(user), stun.Fingerprint),
		"unknown leg":    build(stun.NewUsername("nobody:abcd"), good, stun.Fingerprint),
		"no colon":       build(stun.NewUsername(b.local.Ufrag), good, stun.Fingerprint),
		"no user":        build(good, stun.Fingerprint),
		"user unsigned":  build(good, stun.NewUsername(user), stun.Fingerprint),
		"no fingerprint": build(stun.NewUsername(user), good),
		"a response":     stun.MustBuild(stun.TransactionID, stun.BindingSuccess, stun.NewUsername(user), good, stun.Fingerprint).Raw,
	} {
		before := refusals(e)
		_, _ = stranger.WriteToUDPAddrPort(raw, b.remote)
		waitFor(t, name+" refused", func() bool { return refusals(e) == before+1 })
	}
	if n := bound(e); n > 0 {
		t.Errorf("%d addresses are bound", n)
	}
	// USE-CANDIDATE behind the signature is anybody's.
	b.mustCheck(true)
	raw := build(stun.NewUsername(user), good, attribute(stun.AttrUseCandidate), stun.Fingerprint)
	_, _ = stranger.WriteToUDPAddrPort(raw, b.remote)
	waitFor(t, "second address", func() bool { return bound(e) == 2 })
	e.browsers.mu.RLock()
	defer e.browsers.mu.RUnlock()
	if got := b.leg.carrier.(*web).remote; got != b.socket().LocalAddr().(*net.UDPAddr).AddrPort() {
		t.Errorf("an unsigned nomination moved the leg to %v", got)
	}
}

// refusals counts the datagrams that got nowhere.
func refusals(e *Engine) uint64 {
	s := e.WebStats()
	return s.Unknown + s.Strangers + s.BadChecks + s.Limited
}

// bound counts the addresses that belong to legs.
func bound(e *Engine) int {
	e.browsers.mu.RLock()
	defer e.browsers.mu.RUnlock()
	return len(e.browsers.bySrc)
}

func TestWrongChecksAreLimited(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, webEngine(t), PCMA)
	m := &mux{byUfrag: map[string]*web{b.local.Ufrag: b.leg.carrier.(*web)}} // no reader of its own
	raw := stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername(b.local.Ufrag+":x"),
		stun.NewShortTermIntegrity("guess"), stun.Fingerprint).Raw
	attacker := netip.MustParseAddr("192.0.2.1")
	for i := range 1000 {
		m.take(raw, netip.AddrPortFrom(attacker, uint16(i+1)), time.Second)
	}
	if bad, limited := m.count.badChecks.Load(), m.count.limited.Load(); bad != maxBadChecks || limited != 1000-maxBadChecks {
		t.Errorf("%d looked at, %d not", bad, limited)
	}
	m.take(raw, netip.MustParseAddrPort("192.0.2.2:1"), time.Second)
	if bad := m.count.badChecks.Load(); bad != maxBadChecks+1 {
		t.Error("another host is limited too")
	}
	m.take(raw, netip.AddrPortFrom(attacker, 1), 3*time.Second)
	if bad := m.count.badChecks.Load(); bad != maxBadChecks+2 {
		t.Error("the limit does not end")
	}
	var l limiter
	for range maxBadChecks {
		l.charge(netip.MustParseAddr("2001:db8::1"), time.Second)
	}
	if !l.full(netip.MustParseAddr("2001:db8::2"), time.Second) {
		t.Error("a network of IPv6 counts as many hosts")
	}
}

// A talk goes on under garbage of all kinds, from strangers and from the browser's own
// address.
func TestGarbageFlood(t *testing.T) {
	t.Parallel()
	e := webEngine(t)
	caller, agent := newParty(t, e, PCMA), connected(t, e, PCMA)
	e.NewBridge(caller.leg).Connect(agent.leg)
	stop := make(chan struct{})
	flood := func(send func(p []byte)) func() {
		return func() {
			random := rand.New(rand.NewPCG(1, 2))
			p := make([]byte, readSize)
			for {
				select {
				case <-stop:
					return
				case <-time.After(200 * time.Microsecond):
				}
				n := random.IntN(400)
				for i := range n {
					p[i] = byte(random.Uint32())
				}
				p[0] = []byte{0, 22, 128, 144, 255}[random.IntN(5)]
				send(p[:n])
			}
		}
	}
	stranger := listen(t, "127.0.0.66")
	defer stranger.Close()
	together(
		flood(func(p []byte) { _, _ = stranger.WriteToUDPAddrPort(p, agent.remote) }),
		flood(agent.raw),
		func() {
			defer close(stop)
			together(caller.says(1000, time.Second), agent.says(440, time.Second))
		},
	)
	agent.await(45)
	caller.await(45)
	agent.hears(agent.packets(0), 1000)
	caller.hears(caller.packets(0), 440)
	if s := e.WebStats(); s.Strangers == 0 || s.Unknown == 0 || s.AuthFailed == 0 {
		t.Errorf("%+v", s)
	}
}

// FuzzMux puts datagrams of a stranger and of a bound address into the mux.
func FuzzMux(f *testing.F) {
	e := webEngine(f)
	leg, err := e.NewLeg(LegConfig{Web: true})
	if err != nil {
		f.Fatal(err)
	}
	local, _ := leg.Web()
	user := stun.NewUsername(local.Ufrag + ":abcd")
	f.Add([]byte{})
	f.Add([]byte("\x00\x01\x00\x00\x21\x12\xa4\x42aaaaaaaaaaaa"))
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingRequest, user, stun.NewShortTermIntegrity("x"), stun.Fingerprint).Raw)
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingRequest, user, stun.NewShortTermIntegrity(local.Pwd),
		attribute(stun.AttrUseCandidate), stun.Fingerprint).Raw)
	f.Add([]byte("\x16\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00"))
	f.Add([]byte("\x80\x08\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01sound"))
	f.Add([]byte("\x80\xc8\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01report"))
	stranger := netip.MustParseAddrPort("127.0.0.1:9")
	bound := netip.MustParseAddrPort("127.0.0.1:10")
	w := leg.carrier.(*web)
	f.Fuzz(func(t *testing.T, b []byte) {
		// The reader of the socket hears nobody: the mux is ours.
		e.browsers.take(b, stranger, e.now())
		e.browsers.mu.Lock()
		w.bind(bound)
		e.browsers.mu.Unlock()
		e.browsers.take(b, bound, e.now())
	})
}

// FuzzCheck reads STUN that may be anything, with the right password for what it is.
func FuzzCheck(f *testing.F) {
	const pwd = "0123456789abcdef0123456789abcdef"
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername("a:b"), stun.NewShortTermIntegrity(pwd),
		stun.Fingerprint).Raw)
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewShortTermIntegrity(pwd), stun.NewUsername("a:b")).Raw)
	f.Fuzz(func(t *testing.T, b []byte) {
		msg := &stun.Message{Raw: append([]byte(nil), b...)}
		if msg.Decode() != nil {
			return
		}
		_ = stun.Fingerprint.Check(msg)
		c := readCheck(msg)
		if c.authentic(msg, pwd) && !c.signed {
			t.Error("authentic without a signature")
		}
	})
}
