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

	// Offences (a broken message, an INVITE that was not let in, a dialog that does
	// not exist) leak away slowly; a scanner makes dozens per second.
	offenceLimit = 20
	offenceLeak  = 0.5 // per second

	// Challenges that nobody answered. Phones answer within a round trip and clear
	// the debt; a scanner never answers.
	debtAllowed  = 30
	debtPatience = 2 * time.Second
	debtLimit    = 2000

	provedFor   = 24 * time.Hour
	idleFor     = 10 * time.Minute
	maxSources  = 65536
	sweepPeriod = 30 * time.Second
)

// gate judges addresses by what they do. Trunks never get here; an address that has
// proved itself by a correct digest is never banned by volume (see the package's
// decisions).
type gate struct {
	now     func() time.Time
	log     *slog.Logger
	lines   *lineLimit
	metrics *metrics

	mu       sync.Mutex
	sources  map[netip.Addr]*source
	invites  bucket
	overflow source // shared by strangers when the table is full
}

// source is what is known of one address.
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
	return &gate{now: now, log: log, lines: newLineLimit(now, logRate), metrics: m, sources: make(map[netip.Addr]*source)}
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
	for addr, s := range g.sources {
		if now.Sub(s.seen) > idleFor && now.After(s.banned) && now.Sub(s.proved) > provedFor {
			delete(g.sources, addr)
		}
	}
}

// packet admits one packet of an address or drops it, with the reason.
func (g *gate) packet(addr netip.Addr, invite bool) (drop string) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.source(addr, now)
	switch {
	case now.Before(s.banned):
		return "banned"
	case g.isProved(s, now):
		return ""
	case !s.packets.take(now, strangerRate, strangerBurst):
		g.ban(addr, s, now, "volume")
		return "volume"
	case invite && !g.invites.take(now, inviteRate, inviteBurst):
		g.offend(addr, s, now, 1, "calls of strangers")
		return "invites"
	}
	return ""
}

// isBanned is asked for connections that are already open.
func (g *gate) isBanned(addr netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	s, ok := g.sources[addr]
	return ok && g.now().Before(s.banned)
}

// stranger reports whether an address has not proved itself lately.
func (g *gate) stranger(addr netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	s, ok := g.sources[addr]
	return !ok || !g.isProved(s, g.now())
}

// challenged notes that an address got a challenge.
func (g *gate) challenged(addr netip.Addr) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.source(addr, now)
	if g.isProved(s, now) {
		return
	}
	s.debt++
	switch {
	case s.debt <= debtAllowed:
	case s.debt > debtLimit:
		g.ban(addr, s, now, "unanswered challenges")
	case s.debtFrom.IsZero():
		s.debtFrom = now
	case now.Sub(s.debtFrom) > debtPatience:
		g.ban(addr, s, now, "unanswered challenges")
	}
}

// proved notes a correct digest: the address is somebody's home.
func (g *gate) proved(addr netip.Addr) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.source(addr, now)
	s.proved, s.debt, s.debtFrom, s.offences = now, 0, time.Time{}, bucket{}
}

// offended notes something that no honest peer does often; weight 1 is a usual
// slip, offenceLimit a ban at once.
func (g *gate) offended(addr netip.Addr, weight float64, reason string) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.source(addr, now)
	g.offend(addr, s, now, weight, reason)
}

func (g *gate) offend(addr netip.Addr, s *source, now time.Time, weight float64, reason string) {
	if g.isProved(s, now) || now.Before(s.banned) {
		return
	}
	if !s.offences.draw(now, weight, offenceLeak, offenceLimit) {
		g.ban(addr, s, now, reason)
	}
}

func (g *gate) isProved(s *source, now time.Time) bool {
	return !s.proved.IsZero() && now.Sub(s.proved) < provedFor
}

// source finds or makes the record of an address. Forged addresses cost memory
// only up to maxSources; what comes after shares one record.
func (g *gate) source(addr netip.Addr, now time.Time) *source {
	s, ok := g.sources[addr]
	if !ok {
		if len(g.sources) >= maxSources {
			g.overflow.banned, g.overflow.proved = time.Time{}, time.Time{}
			return &g.overflow
		}
		s = new(source)
		g.sources[addr] = s
	}
	s.seen = now
	return s
}

func (g *gate) ban(addr netip.Addr, s *source, now time.Time, reason string) {
	if now.Before(s.banned) {
		return
	}
	s.banned = now.Add(banTime)
	s.debt, s.debtFrom, s.offences = 0, time.Time{}, bucket{}
	g.metrics.bans.WithLabelValues(reason).Inc()
	if suppressed, ok := g.lines.allow(); ok {
		g.log.Warn("address banned", "address", addr, "reason", reason, "for", banTime, "lines_suppressed", suppressed)
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
