package media

import (
	"strings"
	"time"
)

// A key is pressed for keyBeats and followed by keyPause beats of 20 ms: 100 ms
// each, twice what ITU-T Q.24 demands of a receiver.
const (
	keyBeats = 5
	keyPause = 5
)

// keypad sends digits to a leg: as telephone-events, or as tones in the sound when
// the far side takes no events.
type keypad struct {
	leg    *Leg
	stream uint64
	digits []byte // what is left; guarded by the sender's mutex
	step   int
	ts     uint32 // of the press
}

// SendDigits presses the keys 0-9 * # A-D one after the other; other characters
// are left out. Until the last is done the leg hears nothing else.
func (l *Leg) SendDigits(digits string) {
	var known []byte
	for _, d := range []byte(strings.ToUpper(digits)) {
		if strings.IndexByte(keyNames, d) >= 0 {
			known = append(known, d)
		}
	}
	s := &l.out
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(known) == 0 || s.shut:
	case s.keys != nil:
		s.keys.digits = append(s.keys.digits, known...)
	default:
		s.keys = &keypad{leg: l, stream: l.engine.streams.Add(1), digits: known}
		l.engine.clock.add(s.keys)
	}
}

func (k *keypad) beat(now time.Duration) (more bool) {
	s := &k.leg.out
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready() {
		if s.params.DTMF != 0 {
			k.event(s, now)
		} else {
			k.tone(s, now)
		}
	}
	if k.step++; k.step == keyBeats+keyPause {
		k.step = 0
		k.digits = k.digits[1:]
	}
	if len(k.digits) == 0 || s.shut {
		s.keys, s.stream = nil, 0
		return false
	}
	return true
}

func (k *keypad) ended() {}

// event sends the packets of RFC 4733, 2.5.1.2: one per beat, the last three times.
func (k *keypad) event(s *sender, now time.Duration) {
	if k.step >= keyBeats {
		return
	}
	if k.step == 0 {
		k.ts = s.nextTS(now)
	}
	times := 1
	end := k.step == keyBeats-1
	if end {
		times = 3
	}
	b := s.buf[:rtpHeaderLen+4]
	for range times {
		event := byte(strings.IndexByte(keyNames, k.digits[0]))
		putEvent(b[rtpHeaderLen:], event, end, uint16(frameSamples*(k.step+1)))
		s.write(b, k.step == 0, s.params.DTMF, s.seq+1, k.ts, now)
	}
	s.stream = 0
}

func (k *keypad) tone(s *sender, now time.Duration) {
	b := s.buf[rtpHeaderLen:]
	law := s.params.Codec
	if k.step < keyBeats {
		pcm := KeyTone(k.digits[0], keyBeats*frameTime)[k.step*frameSamples:][:frameSamples]
		law.AppendEncoded(b[:0], pcm)
	} else {
		for i := range b {
			b[i] = law.Silence()
		}
	}
	s.own(k.stream, law.PayloadType(), now)
}
