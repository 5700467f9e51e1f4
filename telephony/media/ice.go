package media

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"hash/maphash"
	"net"
	"net/netip"
	"time"

	"github.com/pion/stun/v3"
)

// This is the server's side of ICE-lite (RFC 8445, 2.5): it answers connectivity
// checks and sends none. A check is believed when its MESSAGE-INTEGRITY was made with
// the password from our SDP; we need nothing of the other side for that, so checks are
// answered before the SDP answer has come.

// iceCredentials are what a browser has to know of us: 80 and 160 random bits, where
// RFC 8445, 5.3 wants 24 and 128.
type iceCredentials struct{ ufrag, pwd string }

func newCredentials() iceCredentials {
	var b [30]byte
	_, _ = rand.Read(b[:]) // never fails
	text := base32.HexEncoding.EncodeToString(b[:])
	return iceCredentials{ufrag: text[:16], pwd: text[16:]}
}

// check answers a connectivity check (RFC 8445, 7.3). Whatever is not authentic gets
// no answer, so that we are no reflector and nobody learns who is there.
func (m *mux) check(b []byte, from netip.AddrPort, now time.Duration) {
	msg := &m.message
	msg.Raw = append(msg.Raw[:0], b...)
	if msg.Decode() != nil || msg.Type != stun.BindingRequest || stun.Fingerprint.Check(msg) != nil {
		m.count.unknown.Add(1)
		return
	}
	c := readCheck(msg)
	m.mu.RLock()
	w := m.byUfrag[string(c.ufrag)]
	m.mu.RUnlock()
	if w == nil {
		m.count.strangers.Add(1)
		return
	}
	if m.sources.full(from.Addr(), now) {
		m.count.limited.Add(1)
		return
	}
	pwd := w.password(string(c.ufrag))
	if pwd == "" || !c.authentic(msg, pwd) {
		m.sources.charge(from.Addr(), now)
		m.count.badChecks.Add(1)
		return
	}
	if c.controlled {
		// RFC 8445, 7.3.1.1: two controlled agents. A lite one never takes over.
		m.respond(msg, from, pwd, stun.BindingError, stun.CodeRoleConflict)
		return
	}
	w.checked(string(c.ufrag), from, c.nominates, now)
	m.respond(msg, from, pwd, stun.BindingSuccess,
		&stun.XORMappedAddress{IP: net.IP(from.Addr().AsSlice()), Port: int(from.Port())})
}

// checkRequest is what counts of a connectivity check.
type checkRequest struct {
	ufrag                 []byte // ours
	signed                bool
	controlled, nominates bool
}

// readCheck reads the attributes up to MESSAGE-INTEGRITY. What follows it is not
// protected and could be anybody's (RFC 8489, 14.5).
func readCheck(msg *stun.Message) (c checkRequest) {
	for _, a := range msg.Attributes {
		switch a.Type {
		case stun.AttrMessageIntegrity:
			c.signed = len(a.Value) == sha1.Size
			return c
		case stun.AttrUsername: // ours:theirs
			for i, v := range a.Value {
				if v == ':' {
					c.ufrag = a.Value[:i]
					break
				}
			}
		case stun.AttrICEControlled:
			c.controlled = true
		case stun.AttrUseCandidate:
			c.nominates = true
		}
	}
	return c
}

func (c *checkRequest) authentic(msg *stun.Message, pwd string) bool {
	return c.signed && stun.MessageIntegrity(pwd).Check(msg) == nil
}

func (m *mux) respond(to *stun.Message, addr netip.AddrPort, pwd string, kind stun.MessageType, body stun.Setter) {
	res, err := stun.Build(stun.NewTransactionIDSetter(to.TransactionID), kind, body,
		stun.MessageIntegrity(pwd), stun.Fingerprint)
	if err != nil {
		m.engine.log.Error("build a STUN response", "error", err)
		return
	}
	m.send(res.Raw, addr)
}

// A host gets maxBadChecks wrong passwords within badCheckSpan; then its checks are not
// looked at until the span is over. That bounds the hashing that a stranger can cause,
// who must know the name of a live leg to cause any. Hosts share a table of fixed size:
// two that fall together are counted together.
const (
	maxBadChecks  = 50
	badCheckSpan  = time.Second
	limiterSlots  = 1024
	ipv6HostBits  = 64 // a network of IPv6 is one customer
	maxWebSources = 8  // addresses that a leg may be bound to; the oldest gives way
)

// limiter counts the wrong checks of hosts. It belongs to one goroutine.
type limiter struct {
	seed  maphash.Seed
	ready bool
	slots [limiterSlots]struct {
		since time.Duration
		bad   int
	}
}

func (l *limiter) slot(host netip.Addr) int {
	if !l.ready {
		l.seed, l.ready = maphash.MakeSeed(), true
	}
	if host.Is6() && !host.Is4In6() {
		if p, err := host.WithZone("").Prefix(ipv6HostBits); err == nil {
			host = p.Addr()
		}
	}
	return int(maphash.Comparable(l.seed, host) % limiterSlots)
}

func (l *limiter) full(host netip.Addr, now time.Duration) bool {
	s := &l.slots[l.slot(host)]
	return s.bad >= maxBadChecks && now-s.since < badCheckSpan
}

func (l *limiter) charge(host netip.Addr, now time.Duration) {
	s := &l.slots[l.slot(host)]
	if now-s.since >= badCheckSpan {
		s.since, s.bad = now, 0
	}
	s.bad++
}

// password of one of the leg's names; "" if it has it no more.
func (w *web) password(ufrag string) string {
	w.mux.mu.RLock()
	defer w.mux.mu.RUnlock()
	for _, c := range w.credentials {
		if c.ufrag == ufrag {
			return c.pwd
		}
	}
	return ""
}

// restart gives the leg a new name and password (RFC 8445, 9). The old ones are good
// until the browser has nominated a pair with the new ones: sound goes on meanwhile.
func (w *web) restart() {
	m := w.mux
	m.mu.Lock()
	defer m.mu.Unlock()
	if w.shut {
		return
	}
	delete(m.byUfrag, w.credentials[1].ufrag)
	w.credentials[1] = w.credentials[0]
	w.credentials[0] = newCredentials()
	m.byUfrag[w.credentials[0].ufrag] = w
}

// checked takes an authentic check: its source belongs to the leg from now on. What
// we send goes to the address that was nominated last (the browser may change its
// network at any time), before any nomination to the first one.
func (w *web) checked(ufrag string, from netip.AddrPort, nominated bool, now time.Duration) {
	w.heard.Store(int64(now))
	m := w.mux
	m.mu.Lock()
	if w.shut {
		m.mu.Unlock()
		return
	}
	w.bind(from)
	moved := false
	if nominated || !w.remote.IsValid() {
		moved = w.remote != from
		w.remote = from
	}
	if nominated && ufrag == w.credentials[0].ufrag && w.credentials[1].ufrag != "" {
		delete(m.byUfrag, w.credentials[1].ufrag) // the restart is through
		w.credentials[1] = iceCredentials{}
	}
	m.mu.Unlock()
	if moved {
		w.leg.retarget()
	}
	if w.calling.Load() {
		w.handshake.call()
	}
}

// bind notes a source of the leg. mux.mu is held.
func (w *web) bind(from netip.AddrPort) {
	m := w.mux
	if m.bySrc[from] == w {
		return
	}
	if len(w.sources) == maxWebSources {
		i := 0
		if w.sources[i] == w.remote {
			i++
		}
		m.unbind(w, w.sources[i])
		w.sources = append(w.sources[:i], w.sources[i+1:]...)
	}
	m.bySrc[from] = w
	w.sources = append(w.sources, from)
}

// unbind forgets a source unless it has become another leg's. mux.mu is held.
func (m *mux) unbind(w *web, from netip.AddrPort) {
	if m.bySrc[from] == w {
		delete(m.bySrc, from)
	}
}
