package media

import (
	"sync"
	"time"
)

// frameTime is the beat of what we send ourselves.
const frameTime = 20 * time.Millisecond

// maxCatchUp bounds the burst after the process has not run for a while: a
// listener's jitter buffer holds some 60 ms.
const maxCatchUp = 3

// beater is something that sends 20 ms at each beat until it has ended.
type beater interface {
	beat(now time.Duration) (more bool)
	ended()
}

// clock beats for all prompts and digits of an engine, in one goroutine that runs
// only while there are any.
type clock struct {
	pulse pulse
	now   func() time.Duration

	mu      sync.Mutex
	beaters map[beater]struct{}
	next    time.Duration // when the next beat is due; 0 = standing still
	batch   []beater      // of the goroutine
}

func (c *clock) add(b beater) {
	c.mu.Lock()
	if c.beaters == nil {
		c.beaters = map[beater]struct{}{}
	}
	c.beaters[b] = struct{}{}
	c.mu.Unlock()
	c.pulse.wake()
}

func (c *clock) remove(b beater) {
	c.mu.Lock()
	delete(c.beaters, b)
	c.mu.Unlock()
}

// tick gives the beats that are due: by the time that passed, not by the ticks of
// a timer, which come late and get lost.
func (c *clock) tick() (more bool) {
	now, due := c.now(), 0
	if c.next == 0 {
		c.next = now
	}
	// Half a beat early is in time: the ticker and our count drift apart.
	for ; c.next <= now+frameTime/2; due++ {
		c.next += frameTime
	}
	for range min(due, maxCatchUp) {
		c.mu.Lock()
		c.batch = c.batch[:0]
		for b := range c.beaters {
			c.batch = append(c.batch, b)
		}
		c.mu.Unlock()
		for _, b := range c.batch {
			if !b.beat(now) {
				c.remove(b)
				b.ended()
			}
		}
	}
	clear(c.batch)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.beaters) == 0 {
		c.next = 0
	}
	return len(c.beaters) > 0
}

// player is a sound on its way to one leg.
type player struct {
	leg    *Leg
	bridge *Bridge
	sound  *sound
	loop   bool
	done   func()
	stream uint64

	at int // next sample; of the clock's goroutine
}

func (p *player) beat(now time.Duration) (more bool) {
	p.leg.out.play(p, now)
	p.at += frameSamples
	if p.at < p.sound.samples() {
		return true
	}
	p.at %= p.sound.samples()
	return p.loop
}

func (p *player) ended() { p.bridge.played(p) }

// fill copies the 20 ms at the player's place, going round or ending in silence.
func (p *player) fill(out []byte, law Codec) {
	data := p.sound.encoded[law]
	n := copy(out, data[p.at:])
	for n < len(out) {
		if p.loop {
			n += copy(out[n:], data)
			continue
		}
		out[n] = law.Silence()
		n++
	}
}
