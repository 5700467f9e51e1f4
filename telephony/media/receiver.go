package media

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// frame is a received packet in terms of its meaning, never of a payload type. It
// is valid only until the next read of its leg.
type frame struct {
	from   *Leg
	stream uint64 // one source of sound: changes with the SSRC or when its numbering jumps
	key    bool   // telephone-event, not sound
	law    Codec
	seq    uint16
	ts     uint32
	raw    []byte // the datagram; the payload begins at off, at least rtpHeaderLen
	off    int
	now    time.Duration
}

func (f *frame) payload() []byte { return f.raw[f.off:] }

// verdict is what became of a datagram.
type verdict struct {
	accepted bool // it came from the right source
	forward  bool // and its sound goes further
	moved    bool // and it changed where our RTP goes
}

// An SSRC other than the present one is taken when the present one has been silent
// for ssrcSilence and two packets of the new one came in a row, or at once after
// ssrcGone. So a forger who hits the source address cannot cut in.
const (
	ssrcSilence = 50 * time.Millisecond
	ssrcGone    = 500 * time.Millisecond
)

// receiver is the incoming side of a leg.
type receiver struct {
	streams *atomic.Uint64
	proven  bool // the transport has proved who sends: addresses say nothing

	mu     sync.Mutex
	known  bool // Update was called
	params Params
	source source
	keys   keyDetector

	ssrc    uint32
	stream  uint64 // 0 = no SSRC yet
	heard   time.Duration
	rival   uint32 // an SSRC on trial
	trial   bool
	count   reception
	dropped Dropped
}

func (r *receiver) update(p Params) {
	r.known = true
	r.params = p
	r.source.reset(p.Remote, p.Peer)
}

// accept checks and counts a datagram.
func (r *receiver) accept(b []byte, from netip.AddrPort, now time.Duration) (f frame, keys [2]byte, v verdict) {
	p, ok := parseRTP(b)
	if !ok || !r.known {
		r.dropped.Malformed++
		return f, keys, v
	}
	key := r.params.DTMF != 0 && p.pt == r.params.DTMF
	if !key && p.pt != r.params.Codec.PayloadType() {
		r.dropped.PayloadType++
		return f, keys, v
	}
	if !r.proven {
		ok, moved := r.source.accept(from, p.ssrc, now)
		if !ok {
			r.dropped.Source++
			return f, keys, v
		}
		v.moved = moved
	}
	if !r.follow(p.ssrc, now) {
		r.dropped.SSRC++
		return f, keys, v
	}
	switch r.count.add(p.seq) {
	case duplicate:
		r.dropped.Duplicate++
		return f, keys, v
	case outOfRange:
		return f, keys, v
	case restarted:
		r.stream = r.streams.Add(1)
	}
	v.accepted = true
	if key {
		keys = r.keys.event(p.ts, p.payload(), now)
	} else {
		keys = r.keys.sound(p.ts)
		r.count.timing(p.ts, now)
	}
	v.forward = r.params.Direction.receives() && len(p.payload()) > 0
	return frame{
		stream: r.stream, key: key, law: r.params.Codec,
		seq: p.seq, ts: p.ts, raw: p.raw, off: p.off, now: now,
	}, keys, v
}

// follow decides whether the SSRC is, or becomes, the one we listen to.
func (r *receiver) follow(ssrc uint32, now time.Duration) bool {
	if r.stream != 0 && ssrc == r.ssrc {
		r.heard, r.trial = now, false
		return true
	}
	silent := now - r.heard
	switch {
	case r.stream == 0, silent >= ssrcGone:
	case silent >= ssrcSilence && r.trial && r.rival == ssrc:
	default:
		r.rival, r.trial = ssrc, true
		return false
	}
	r.ssrc, r.heard, r.trial = ssrc, now, false
	r.stream = r.streams.Add(1)
	r.count.begin()
	r.keys = keyDetector{}
	return true
}
