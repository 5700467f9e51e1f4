package sip

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"
)

const (
	banTime = 5 * time.Minute

	// A stranger's packets: 500 phones behind one address that come back together
	// send about a thousand within two seconds, some of them twice.
	strangerRate  = 500
	strangerBurst = 3000

	// All strangers' INVITEs together. A call of a trunk or an agent is not among
	// them; only a forged flood from many addresses reaches this.
	inviteRate  = 100
	inviteBurst = 300

	// Offences leak away slowly; a scanner makes dozens per second. A call that was
	// not let in weighs 1; what a clumsy device may do often weighs less.
	offenceLimit  = 20
	offenceLeak   = 0.5 // per second
	weightCall    = 1
	weightGuess   = 0.5  // a wrong password
	weightBroken  = 0.1  // a broken message, a dialog that does not exist
	weightOptions = 0.05 // somebody who asks whether we are there

	// Challenges that nobody answered. Phones answer within a round trip and clear
	// the debt; a scanner never answers.
	debtAllowed  = 30
	debtPatience = 2 * time.Second
	debtLimit    = 2000

	provedFor   = 24 * time.Hour
	idleFor     = 2 * time.Minute
	maxSources  = 65536
	sweepPeriod = 30 * time.Second
)

// gate judges addresses by what they do. Trunks never get here. An address that has
// proved itself by a correct digest is never banned as a whole: who misbehaves
// behind it is judged by his own port, because agents work behind the same address.
type gate struct {
	now     func() time.Time
	log     *slog.Logger
	lines   *lineLimit
	metrics *metrics

	mu       sync.Mutex
	sources  map[netip.AddrPort]*source // port 0: the whole address
	invites  bucket
	overflow source // shared by strangers when the table is full
}

// source is what is known of one address or port.
type source struct {
	banned   time.Time // until
	proved   time.Time // last correct digest
	seen     time.Time
	packets  bucket
	offences bucket
	debt     int
	debtFrom time.Time // since when debt is above debtAllowed
}

func newGate(now func() time.Time, log *slog.Logger, m *metrics) *gate {
	return &gate{now: now, log: log, lines: newLineLimit(now, logRate), metrics: m, sources: make(map[netip.AddrPort]*source)}
}

// run forgets addresses that have been quiet.
func (g *gate) run(ctx context.Context) {
	ticker := time.NewTicker(sweepPeriod)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			g.sweep()
		}
	}
}

func (g *gate) sweep() {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	for key, s := range g.sources {
		if now.Sub(s.seen) > idleFor && now.After(s.banned) && now.Sub(s.proved) > provedFor {
			delete(g.sources, key)
		}
	}
}

// packet admits one packet of a peer or drops it, with the reason.
func (g *gate) packet(peer netip.AddrPort, invite bool) (drop string) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	whole := whole(peer)
	s := g.source(whole, now)
	switch {
	case now.Before(s.banned):
		return "banned"
	case g.isProved(s, now):
		if own, known := g.sources[peer]; known && now.Before(own.banned) {
			return "banned"
		}
		return ""
	case !s.packets.take(now, strangerRate, strangerBurst):
		g.ban(whole, s, now, "volume")
		return "volume"
	case invite && !g.invites.take(now, inviteRate, inviteBurst):
		g.offend(whole, s, now, weightCall, "calls of strangers")
		return "invites"
	}
	return ""
}

// whole stands for all ports of a peer's address.
func whole(peer netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(peer.Addr(), 0) }

// isBanned is asked before a connection is accepted.
func (g *gate) isBanned(addr netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	s, ok := g.sources[netip.AddrPortFrom(addr, 0)]
	return ok && g.now().Before(s.banned)
}

// challenged notes that a peer got a challenge.
func (g *gate) challenged(peer netip.AddrPort) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	key, s := g.culprit(peer, now)
	s.debt++
	switch {
	case s.debt <= debtAllowed:
	case s.debt > debtLimit:
		g.ban(key, s, now, "unanswered challenges")
	case s.debtFrom.IsZero():
		s.debtFrom = now
	case now.Sub(s.debtFrom) > debtPatience:
		g.ban(key, s, now, "unanswered challenges")
	}
}

// proved notes a correct digest: the address is somebody's home. A ban that has come
// meanwhile, for what somebody else did there, ends.
func (g *gate) proved(peer netip.AddrPort) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.source(whole(peer), now)
	*s = source{proved: now, seen: now}
	if peer.Port() != 0 {
		delete(g.sources, peer)
	}
}

// pardon lifts the bans of addresses that have become somebody's.
func (g *gate) pardon(ours func(netip.Addr) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for key, s := range g.sources {
		if !s.banned.IsZero() && ours(key.Addr()) {
			s.banned = time.Time{}
		}
	}
}

// offended notes something that no honest peer does often; a weight above
// offenceLimit is a ban at once.
func (g *gate) offended(peer netip.AddrPort, weight float64, reason string) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	key, s := g.culprit(peer, now)
	g.offend(key, s, now, weight, reason)
}

// culprit is whom an offence is put down to: the address, or the port alone if
// somebody at the address has proved himself.
func (g *gate) culprit(peer netip.AddrPort, now time.Time) (netip.AddrPort, *source) {
	s := g.source(whole(peer), now)
	if !g.isProved(s, now) {
		return whole(peer), s
	}
	return peer, g.source(peer, now)
}

func (g *gate) offend(key netip.AddrPort, s *source, now time.Time, weight float64, reason string) {
	if !now.Before(s.banned) && !s.offences.draw(now, weight, offenceLeak, offenceLimit) {
		g.ban(key, s, now, reason)
	}
}

func (g *gate) isProved(s *source, now time.Time) bool {
	return !s.proved.IsZero() && now.Sub(s.proved) < provedFor
}

// source finds or makes a record. Forged addresses cost memory
// only up to maxSources; what comes after shares one record.
func (g *gate) source(key netip.AddrPort, now time.Time) *source {
	s, ok := g.sources[key]
	if !ok {
		if len(g.sources) >= maxSources {
			g.overflow.banned, g.overflow.proved = time.Time{}, time.Time{}
			return &g.overflow
		}
		s = new(source)
		g.sources[key] = s
	}
	s.seen = now
	return s
}

func (g *gate) ban(key netip.AddrPort, s *source, now time.Time, reason string) {
	if now.Before(s.banned) {
		return
	}
	s.banned = now.Add(banTime)
	s.debt, s.debtFrom, s.offences = 0, time.Time{}, bucket{}
	g.metrics.bans.WithLabelValues(reason).Inc()
	if suppressed, ok := g.lines.allow(); ok {
		g.log.Warn("address banned", "address", key.Addr(), "port", key.Port(), "reason", reason, "for", banTime, "lines_suppressed", suppressed)
	}
}

// bucket is a token bucket that begins full.
type bucket struct {
	used float64
	at   time.Time
}

// take draws one token.
func (b *bucket) take(now time.Time, rate, burst float64) bool { return b.draw(now, 1, rate, burst) }

// draw takes n tokens from a bucket of the given size that refills at rate per
// second. It reports false, and takes nothing, when they are not there.
func (b *bucket) draw(now time.Time, n, rate, burst float64) bool {
	if elapsed := now.Sub(b.at).Seconds(); elapsed > 0 {
		b.used = max(0, b.used-elapsed*rate)
	}
	b.at = now
	if b.used+n > burst {
		return false
	}
	b.used += n
	return true
}

// logRate is how many lines per second the edge may write about strangers.
const logRate = 5

// lineLimit keeps a flood out of the log.
type lineLimit struct {
	now func() time.Time

	mu         sync.Mutex
	bucket     bucket
	rate       float64
	suppressed int
}

func newLineLimit(now func() time.Time, rate float64) *lineLimit {
	return &lineLimit{now: now, rate: rate}
}

// allow reports whether a line may be written, and how many were not since the last.
func (l *lineLimit) allow() (suppressed int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.bucket.take(l.now(), l.rate, l.rate) {
		l.suppressed++
		return 0, false
	}
	suppressed, l.suppressed = l.suppressed, 0
	return suppressed, true
}
