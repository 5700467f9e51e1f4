package media

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// reportEvery is the mean time between our reports; each interval is drawn from
// half to one and a half of it (RFC 3550, 6.2 and A.7), the first from half of that.
const reportEvery = 5 * time.Second

// reporter is the RTCP side of a leg.
type reporter struct {
	mu      sync.Mutex
	told    netip.AddrPort // by signalling, or invalid
	learned netip.AddrPort // where RTCP comes from
	next    time.Duration  // 0 = no report has been planned

	heardSR  uint32 // middle of the far side's last SR; 0 = none
	heardAt  time.Duration
	now      time.Duration // of the packet that is being read
	ours     uint32        // our SSRC
	ntp      uint32        // middle of our clock at now
	rtt      time.Duration
	lost     uint32
	jitterMS float64
}

func (r *reporter) update(p Params) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = p.RemoteRTCP
	r.learned = netip.AddrPort{}
}

func (r *reporter) fill(s *Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.RTTMS = float64(r.rtt) / float64(time.Millisecond)
	s.RemoteLost = uint64(r.lost)
	s.RemoteJitterMS = r.jitterMS
}

// senderReport implements rtcpVisitor.
func (r *reporter) senderReport(_ uint32, info senderInfo) {
	r.heardSR, r.heardAt = middle(info.ntp), r.now
}

// receiverReport implements rtcpVisitor.
func (r *reporter) receiverReport(b reportBlock) {
	if b.ssrc != r.ours {
		return
	}
	r.jitterMS = float64(b.jitter) / (SampleRate / 1000)
	if b.lost < 1<<23 { // 24 bits with a sign; duplicates can make it negative
		r.lost = b.lost
	}
	if b.lastSR == 0 {
		return
	}
	// RFC 3550, 6.4.1. A minute is no round trip but a made-up report.
	if trip := r.ntp - b.lastSR - b.delay; trip < 60<<16 {
		r.rtt = time.Duration(trip) * time.Second >> 16
	}
}

// heardReport takes RTCP from the hosts that RTP may come from.
func (l *Leg) heardReport(b []byte, from netip.AddrPort, now time.Duration) {
	l.in.mu.Lock()
	known := l.in.known && (l.in.proven || l.in.source.knows(from.Addr()))
	l.in.mu.Unlock()
	r := &l.report
	r.mu.Lock()
	defer r.mu.Unlock()
	if !known && from != r.told {
		return
	}
	r.now, r.ours, r.ntp = now, l.out.ssrc, middle(l.engine.ntp(now))
	if parseRTCP(b, r) {
		r.learned = from
	}
}

// knows says whether a host is the signalled or the learned one.
func (s *source) knows(host netip.Addr) bool {
	return host == s.signalled.Addr() || host == s.peer || s.rank != unlearned && host == s.addr.Addr()
}

// ntp is our wall clock as it runs since the start of the engine, so that a jump
// of the system's clock is not seen as a round trip.
func (e *Engine) ntp(now time.Duration) uint64 { return ntpTime(e.begin.Add(now)) }

// sendReport sends a report if it is time and there is something to tell.
func (l *Leg) sendReport(now time.Duration) {
	r := &l.report
	r.mu.Lock()
	due := r.next != 0 && now >= r.next
	if r.next == 0 {
		r.next = now + time.Duration((0.5+rand.Float64())*float64(reportEvery/2))
	} else if due {
		r.next = now + time.Duration((0.5+rand.Float64())*float64(reportEvery))
	}
	to, heardSR, heardAt := r.destination(), r.heardSR, r.heardAt
	r.mu.Unlock()
	if !due {
		return
	}
	out := l.out.sent(now)
	block, target := l.in.block(), l.where()
	if !to.IsValid() && target.IsValid() {
		to = netip.AddrPortFrom(target.Addr(), target.Port()+1)
	}
	if !to.IsValid() || !out.active && block == nil {
		return
	}
	if block != nil && heardSR != 0 {
		block.lastSR = heardSR
		block.delay = uint32((now - heardAt) << 16 / time.Second)
	}
	var info *senderInfo
	if out.active {
		info = &senderInfo{ntp: l.engine.ntp(now), ts: out.ts, packets: out.packets, octets: out.octets}
	}
	// The CNAME says nothing: every leg is a session of its own.
	l.carrier.sendRTCP(appendReport(nil, out.ssrc, info, block, "callcard"), to)
}

func (r *reporter) destination() netip.AddrPort {
	if r.learned.IsValid() {
		return r.learned
	}
	return r.told
}

// block reports on what we receive; nil before the first packet.
func (r *receiver) block() *reportBlock {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stream == 0 {
		return nil
	}
	return &reportBlock{
		ssrc:     r.ssrc,
		fraction: r.count.fraction(),
		lost:     uint32(min(r.count.lost(), 1<<23-1)),
		highest:  r.count.highest,
		jitter:   r.count.jitter >> 4,
	}
}

// where is the present target of our sound.
func (l *Leg) where() netip.AddrPort {
	l.in.mu.Lock()
	defer l.in.mu.Unlock()
	return l.carrier.target()
}
