package media

import (
	"net/netip"
	"sync"
	"time"
)

// sender is the outgoing side of a leg: one SSRC, one run of sequence numbers and
// timestamps, whatever the source of the sound.
type sender struct {
	carrier transport
	ssrc    uint32

	mu     sync.Mutex
	shut   bool
	params Params
	target netip.AddrPort
	feed   any     // who may send: a *Leg, a *player, a *mixer, or nil
	keys   *keypad // digits on their way keep everybody else quiet

	seq uint16        // last sent
	ts  uint32        // furthest sent
	at  time.Duration // when

	stream   uint64 // whose numbers the shifts fit; 0 = nobody's
	seqShift uint16
	tsShift  uint32
	high     uint16 // furthest number of the stream
	since    uint16 // how many numbers of the stream lie behind high

	packets uint32
	octets  uint32
	buf     [rtpHeaderLen + frameSamples]byte // of what we make ourselves
}

func (s *sender) update(p Params, target netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.params, s.target = p, target
}

func (s *sender) setTarget(a netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.target = a
}

// setFeed makes one source the only one that is heard; nil = nobody.
func (s *sender) setFeed(feed any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.feed != feed {
		s.feed, s.stream = feed, 0
	}
}

func (s *sender) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut = true
	s.feed = nil
}

// ready says whether anything may be sent now: never to a side on hold.
func (s *sender) ready() bool {
	return !s.shut && s.params.Direction.sends() && s.target.IsValid()
}

// relay sends on a packet of the peer. It writes into the frame's buffer.
func (s *sender) relay(f *frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.feed != any(f.from) {
		return
	}
	if !s.ready() || s.keys != nil {
		s.stream = 0
		return
	}
	marker := f.raw[1]&0x80 != 0
	if f.stream != s.stream {
		s.adopt(f)
		marker = true
	} else if !s.follow(f.seq) {
		return
	}
	pt := s.params.Codec.PayloadType()
	if f.key {
		if pt = s.params.DTMF; pt == 0 {
			s.seqShift-- // the listener must not take it for a loss
			return
		}
	} else {
		translate(f.payload(), f.law, s.params.Codec)
	}
	out := f.raw[f.off-rtpHeaderLen:]
	s.write(out, marker, pt, f.seq+s.seqShift, f.ts+s.tsShift, f.now)
}

// adopt finds the shifts for a new stream: its numbers go on from ours, its time
// from the time that has passed.
func (s *sender) adopt(f *frame) {
	s.stream = f.stream
	s.seqShift = s.seq + 1 - f.seq
	s.tsShift = s.nextTS(f.now) - f.ts
	s.high, s.since = f.seq, 0
}

// follow keeps the highest number of the stream; false for a packet older than the
// change of source, whose number we have used already.
func (s *sender) follow(seq uint16) bool {
	step := int16(seq - s.high)
	if step <= 0 {
		return uint16(-step) <= s.since
	}
	s.high = seq
	s.since = min(s.since+uint16(step), maxMisorder)
	return true
}

// nextTS is the timestamp of a packet that begins something new now.
func (s *sender) nextTS(now time.Duration) uint32 {
	if s.packets == 0 {
		return s.ts
	}
	return s.ts + uint32(max(frameSamples, samples(now-s.at)))
}

// play sends 20 ms of a player's sound.
func (s *sender) play(p *player, now time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.feed != any(p) {
		return
	}
	if !s.ready() || s.keys != nil {
		s.stream = 0
		return
	}
	p.fill(s.buf[rtpHeaderLen:], s.params.Codec)
	s.own(p.stream, s.params.Codec.PayloadType(), now)
}

// mix sends the 20 ms that a mixer has added up.
func (s *sender) mix(m *mixer, now time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.feed != any(m) {
		return
	}
	if !s.ready() || s.keys != nil {
		s.stream = 0
		return
	}
	m.fill(s.buf[rtpHeaderLen:], s.params.Codec)
	s.own(m.stream, s.params.Codec.PayloadType(), now)
}

// own sends what lies in buf as the next 20 ms of a stream of ours.
func (s *sender) own(stream uint64, pt uint8, now time.Duration) {
	marker := stream != s.stream
	ts := s.ts + frameSamples
	if marker {
		s.stream = stream
		ts = s.nextTS(now)
	}
	s.write(s.buf[:], marker, pt, s.seq+1, ts, now)
}

func (s *sender) write(b []byte, marker bool, pt uint8, seq uint16, ts uint32, now time.Duration) {
	putRTP(b, marker, pt, seq, ts, s.ssrc)
	if int16(seq-s.seq) > 0 {
		s.seq = seq
	}
	if s.packets == 0 || int32(ts-s.ts) > 0 {
		s.ts = ts
	}
	s.at = now
	s.packets++
	s.octets += uint32(len(b) - rtpHeaderLen)
	s.carrier.sendRTP(b, s.target)
}

// sent is what a sender report tells (RFC 3550, 6.4.1).
type sent struct {
	ssrc, ts, packets, octets uint32
	active                    bool
}

func (s *sender) sent(now time.Duration) sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sent{
		ssrc: s.ssrc, ts: s.ts + uint32(samples(now-s.at)), packets: s.packets, octets: s.octets,
		active: s.packets > 0 && !s.shut,
	}
}
