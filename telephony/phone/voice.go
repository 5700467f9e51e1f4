package phone

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/callcard/callcard/telephony/media"
)

const (
	packetTime    = 20 * time.Millisecond
	packetSamples = media.SampleRate / 50
	// listenBlock is the stretch of sound in which a tone is looked for.
	listenBlock = media.SampleRate / 10
)

// voice is the sound of a call: it sends what is to be said in real time and listens
// to what comes back.
type voice struct {
	carrier carrier
	ssrc    uint32
	seq     uint16
	ts      uint32
	stop    chan struct{}
	once    sync.Once

	mu      sync.Mutex
	remote  session
	started bool
	said    []int16
	loop    bool
	pos     int
	silent  bool // a telephone that has stopped sending
	spoken  chan struct{}
	keys    keying // keys that are being pressed here
	pressed keypad // keys that the other side presses

	received atomic.Int64
	block    []float64
	heard    []float64 // last full block
	arrived  chan struct{}
}

func newVoice(codec media.Codec) *voice {
	return &voice{
		ssrc: rand.Uint32(), seq: uint16(rand.Uint32()) >> 1, ts: rand.Uint32(), // SRTP counts the wraps of seq
		stop: make(chan struct{}), remote: session{codec: codec},
		arrived: make(chan struct{}), spoken: make(chan struct{}), pressed: newKeypad(),
	}
}

func (v *voice) close() {
	v.once.Do(func() { close(v.stop) })
}

func (v *voice) follow(s session) {
	v.mu.Lock()
	v.remote, v.started = s, true
	v.mu.Unlock()
}

func (v *voice) lawOfPeer() media.Codec {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.remote.codec
}

// Say plays 8 kHz samples to the other side, again and again if loop. Spoken is
// closed when it has been said once.
func (c *Call) Say(pcm []int16, loop bool) (spoken <-chan struct{}) {
	v := c.voice
	v.mu.Lock()
	defer v.mu.Unlock()
	v.said, v.loop, v.pos = pcm, loop, 0
	v.spoken = make(chan struct{})
	return v.spoken
}

// Mute stops sending packets altogether, as a telephone does that has lost its
// network; Unmute sends again.
func (c *Call) Mute()   { c.voice.setSilent(true) }
func (c *Call) Unmute() { c.voice.setSilent(false) }

func (v *voice) setSilent(on bool) {
	v.mu.Lock()
	v.silent = on
	v.mu.Unlock()
	v.carrier.lose(on)
}

// speak sends a packet every 20 ms by the clock, not by the last packet. The end of the
// voice is that of its carrier too.
func (v *voice) speak() {
	defer v.carrier.close()
	t := time.NewTicker(packetTime)
	defer t.Stop()
	pcm, out := make([]int16, packetSamples), make([]byte, 12, 12+packetSamples)
	for {
		select {
		case <-v.stop:
			return
		case <-t.C:
		}
		v.mu.Lock()
		s, on := v.remote, v.started && !v.silent && v.remote.direction != "sendonly" && v.remote.direction != "inactive"
		v.next(pcm)
		v.ts += packetSamples
		event, begins, pressing := keyEvent{}, false, false
		if on && s.keys != 0 {
			event, begins, pressing = v.keys.next(v.ts)
		}
		v.mu.Unlock()
		if !on {
			v.seq++
			continue
		}
		if pressing {
			v.send(out, s.keys, begins, event.ts, event.payload(), s.remote)
			continue
		}
		v.send(out, s.codec.PayloadType(), false, v.ts, s.codec.AppendEncoded(nil, pcm), s.remote)
	}
}

// send sends one RTP packet (RFC 3550 section 5.1); out is its buffer.
func (v *voice) send(out []byte, payloadType uint8, marker bool, ts uint32, payload []byte, to netip.AddrPort) {
	v.seq++
	out = out[:12]
	out[0], out[1] = 0x80, payloadType
	if marker {
		out[1] |= 0x80
	}
	binary.BigEndian.PutUint16(out[2:], v.seq)
	binary.BigEndian.PutUint32(out[4:], ts)
	binary.BigEndian.PutUint32(out[8:], v.ssrc)
	v.carrier.send(append(out, payload...), to)
}

// next fills pcm with what comes next; silence when there is nothing to say. v.mu is
// held.
func (v *voice) next(pcm []int16) {
	for i := range pcm {
		if v.pos >= len(v.said) {
			if len(v.said) > 0 && v.pos == len(v.said) {
				v.pos++
				close(v.spoken)
			}
			if !v.loop || len(v.said) == 0 {
				pcm[i] = 0
				continue
			}
			v.pos = 0
			v.spoken = make(chan struct{})
		}
		pcm[i] = v.said[v.pos]
		v.pos++
	}
}

// hear takes one RTP packet.
func (v *voice) hear(packet []byte) {
	if len(packet) <= 12 || packet[0]>>6 != 2 {
		return
	}
	codec := media.PCMU
	switch packet[1] & 0x7f {
	case 0:
	case 8:
		codec = media.PCMA
	case keysPayload:
		v.pressed.take(binary.BigEndian.Uint32(packet[4:]), packet[12:])
		return
	default:
		return
	}
	v.received.Add(1)
	v.take(codec, packet[12:])
}

func (v *voice) take(codec media.Codec, payload []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, b := range payload {
		s := codec.Decode(b)
		v.block = append(v.block, float64(s)/32768)
		if len(v.block) == listenBlock {
			v.heard, v.block = v.block, make([]float64, 0, listenBlock)
			close(v.arrived)
			v.arrived = make(chan struct{})
		}
	}
}

// Received is the number of sound packets that have come.
func (c *Call) Received() int64 { return c.voice.received.Load() }

// Hear waits until three tenths of a second in a row are mostly a tone of hertz.
func (c *Call) Hear(ctx context.Context, hertz float64) error {
	return c.await(ctx, fmt.Sprintf("a tone of %.0f Hz", hertz), func(block []float64) bool { return share(block, hertz) > 0.5 })
}

// HearAmong waits until three tenths of a second in a row are a tone of hertz and at most
// two others as loud.
func (c *Call) HearAmong(ctx context.Context, hertz float64) error {
	return c.await(ctx, fmt.Sprintf("a tone of %.0f Hz among others", hertz), func(block []float64) bool {
		return power(block) > 1e-4 && share(block, hertz) > 0.25
	})
}

// HearSilence waits until three tenths of a second in a row are silent.
func (c *Call) HearSilence(ctx context.Context) error {
	return c.await(ctx, "silence", func(block []float64) bool { return power(block) < 1e-5 })
}

// HearElse waits until three tenths of a second in a row are sound that is not the
// tone of hertz: music, for example.
func (c *Call) HearElse(ctx context.Context, hertz float64) error {
	return c.await(ctx, fmt.Sprintf("sound other than %.0f Hz", hertz), func(block []float64) bool {
		return power(block) > 1e-4 && share(block, hertz) < 0.1
	})
}

func (c *Call) await(ctx context.Context, what string, is func([]float64) bool) error {
	v, inRow := c.voice, 0
	for {
		v.mu.Lock()
		next := v.arrived
		v.mu.Unlock()
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("did not hear %s: %w", what, context.Cause(ctx))
		case <-c.done:
			return fmt.Errorf("did not hear %s: the call is over: %s", what, c.Why())
		}
		v.mu.Lock()
		ok := is(v.heard)
		v.mu.Unlock()
		if inRow++; !ok {
			inRow = 0
		}
		if inRow == 3 {
			return nil
		}
	}
}

func power(block []float64) (p float64) {
	for _, s := range block {
		p += s * s
	}
	return p / float64(len(block))
}

// share is the part of a block's power that lies at hertz (Goertzel).
func share(block []float64, hertz float64) float64 {
	total := power(block)
	if total < 1e-5 {
		return 0
	}
	w := 2 * math.Pi * hertz / media.SampleRate
	coeff, s1, s2 := 2*math.Cos(w), 0.0, 0.0
	for _, x := range block {
		s1, s2 = x+coeff*s1-s2, s1
	}
	n := float64(len(block))
	return 2 * (s1*s1 + s2*s2 - coeff*s1*s2) / (n * n) / total
}
