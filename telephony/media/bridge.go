package media

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/callcard/callcard/telephony"
)

// Bridge joins a caller's leg and those of agents, decides what each hears, and records
// them. Two who talk hear each other's packets as they come; whoever hears several has a
// mixer. Its methods may be called from any goroutine.
type Bridge struct {
	engine *Engine

	mu     sync.Mutex
	shut   bool
	caller *Leg
	agent  *Leg              // of the last Connect
	legs   map[*Leg]struct{} // all that the bridge feeds
	rec    *recording
}

// hearing is what a bridge lets a leg hear besides its peer.
type hearing struct {
	legs  []*Leg  // that it hears, by Connect or Mix
	mixer *mixer  // that adds them up, when they are several
	sound *player // asked for by Play: before all else
	music *player // because whoever it hears is on hold
	held  bool    // this leg is on hold
}

// ErrNoSound says that no prompt has that name.
var ErrNoSound = errors.New("no such sound")

// NewBridge makes a bridge around a caller's leg. He hears nothing yet.
func (e *Engine) NewBridge(caller *Leg) *Bridge {
	b := &Bridge{engine: e, caller: caller, legs: map[*Leg]struct{}{}}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.adopt(caller)
	return b
}

// SetCaller puts another leg in the caller's place: that of the device which has
// answered, if he is the one whom we call. It hears what the bridge lets him hear from
// now on; a sound of Play ends.
func (b *Bridge) SetCaller(caller *Leg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shut || b.caller == caller {
		return
	}
	old := b.caller
	held, legs := old.hears.held, old.hears.legs
	for l := range b.legs {
		if i := slices.Index(l.hears.legs, old); i >= 0 {
			l.hears.legs[i] = caller
		}
	}
	b.release(old)
	b.caller = caller
	b.adopt(caller)
	b.hold(caller, held)
	if caller.hears.legs = legs; len(legs) > 0 {
		caller.arm()
	}
	b.settle()
}

func (b *Bridge) adopt(l *Leg) {
	b.legs[l] = struct{}{}
	l.bridge.Store(b)
}

// Connect lets the caller and the agent hear each other; whatever sound either
// heard stops, and so does a hold. Nobody else hears them any more, and an agent who was
// connected before hears nothing.
func (b *Bridge) Connect(agent *Leg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shut || agent == nil {
		return
	}
	if b.agent != nil && b.agent != agent {
		b.release(b.agent)
	}
	b.agent = agent
	b.adopt(agent)
	for _, l := range []*Leg{b.caller, agent} {
		b.mute(l)
		b.silence(&l.hears.sound)
		b.hold(l, false)
		l.arm()
	}
	b.caller.hears.legs, agent.hears.legs = []*Leg{agent}, []*Leg{b.caller}
	b.settle()
}

// Mix says who hears whom: a leg that is named hears the legs that it is given with, all
// at once, instead of those that it has heard before. What Play lets a leg hear stays
// before all else, and a hold stays a hold.
func (b *Bridge) Mix(hears map[*Leg][]*Leg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shut {
		return
	}
	for l, from := range hears {
		b.adopt(l)
		l.arm()
		l.hears.legs = slices.Clone(from)
		for _, other := range from {
			b.adopt(other)
			other.arm()
		}
	}
	b.settle()
}

// mute makes nobody hear the leg.
func (b *Bridge) mute(l *Leg) {
	for x := range b.legs {
		x.hears.legs = slices.DeleteFunc(x.hears.legs, func(other *Leg) bool { return other == l })
	}
}

// Disconnect takes the agent out. The caller hears what Play asked for, or nothing.
func (b *Bridge) Disconnect() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.agent == nil {
		return
	}
	b.release(b.agent)
	b.agent = nil
	b.settle()
}

// Play makes a leg hear a sound instead of the other party, until Stop, Connect or
// another Play. done is called once if the sound came to its end, from a goroutine
// that it must not hold up. ErrNoSound: the library has no such sound.
func (b *Bridge) Play(leg *Leg, name telephony.Sound, loop bool, done func()) error {
	s, ok := b.engine.sound(name)
	if !ok {
		return fmt.Errorf("play %q: %w", name, ErrNoSound)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shut || leg.closing.Load() {
		return fmt.Errorf("play %q: %w", name, ErrClosed)
	}
	b.adopt(leg)
	b.silence(&leg.hears.sound)
	leg.hears.sound = b.player(leg, s, loop, done)
	b.settle()
	return nil
}

// Stop ends what Play began.
func (b *Bridge) Stop(leg *Leg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.silence(&leg.hears.sound)
	b.settle()
}

// Hold lets the other party hear music. The leg itself hears nothing, and nothing
// of it is heard or recorded.
func (b *Bridge) Hold(leg *Leg) { b.setHold(leg, true) }

// Resume undoes Hold.
func (b *Bridge) Resume(leg *Leg) { b.setHold(leg, false) }

func (b *Bridge) setHold(leg *Leg, held bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ours := b.legs[leg]; b.shut || !ours {
		return
	}
	b.hold(leg, held)
	b.settle()
}

func (b *Bridge) hold(leg *Leg, held bool) {
	leg.hears.held = held
	leg.held.Store(held)
}

// Record begins a stereo file: the caller left, whomever he hears right, in the law of
// the caller's codec. The file's folder is made; an existing file is never
// overwritten. done is called once when the file is complete, which may be before
// StopRecord if the disk fails; from a goroutine that it must not hold up.
func (b *Bridge) Record(path string, done func(telephony.RecordingDone)) error {
	b.mu.Lock()
	law := b.caller.codec()
	b.mu.Unlock()
	// The disk may be slow, and the bridge must not wait for it.
	rec, err := b.engine.disk.record(path, law, done)
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shut || b.rec != nil {
		rec.discard()
		return errors.New("record: the bridge is closed or records already")
	}
	b.rec = rec
	b.settle()
	return nil
}

// StopRecord ends the recording; done follows. The next Record needs a new path.
func (b *Bridge) StopRecord() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopRecord()
	b.settle()
}

func (b *Bridge) stopRecord() {
	if b.rec != nil {
		b.rec.stop()
		b.rec = nil
	}
}

// Close ends the recording, silences all legs and leaves them to their owner.
func (b *Bridge) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shut = true
	b.stopRecord()
	for l := range b.legs {
		b.release(l)
	}
}

// drop is called by a leg that closes.
func (b *Bridge) drop(l *Leg) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.release(l)
	if b.agent == l {
		b.agent = nil
	}
	if !b.shut {
		b.settle()
	}
}

// release lets go of a leg: it hears and feeds nothing.
func (b *Bridge) release(l *Leg) {
	b.mute(l)
	l.hears.legs = nil
	b.silence(&l.hears.sound)
	b.silence(&l.hears.music)
	b.setMixer(l, false, nil)
	b.hold(l, false)
	l.out.setFeed(nil)
	l.route.Store(nil)
	delete(b.legs, l)
	l.bridge.Store(nil)
}

func (b *Bridge) player(l *Leg, s *sound, loop bool, done func()) *player {
	p := &player{leg: l, bridge: b, sound: s, loop: loop, done: done, stream: b.engine.streams.Add(1)}
	b.engine.clock.add(p)
	return p
}

func (b *Bridge) silence(p **player) {
	if *p != nil {
		b.engine.clock.remove(*p)
		*p = nil
	}
}

// played is called by the clock when a sound has come to its end.
func (b *Bridge) played(p *player) {
	b.mu.Lock()
	current := p.leg.hears.sound == p
	if current {
		p.leg.hears.sound = nil
		b.settle()
	}
	b.mu.Unlock()
	if current && p.done != nil {
		p.done()
	}
}

// settle puts into force what the state says: one source for each leg, and where
// its own sound goes.
func (b *Bridge) settle() {
	for l := range b.legs {
		b.feed(l)
	}
	for l := range b.legs {
		l.route.Store(b.routeOf(l))
	}
}

// speaking are the legs that l hears and that are not on hold.
func (b *Bridge) speaking(l *Leg) (from []*Leg, held bool) {
	for _, other := range l.hears.legs {
		if !other.hears.held {
			from = append(from, other)
		}
	}
	return from, len(from) == 0 && len(l.hears.legs) > 0
}

// alone is the leg that l hears as it comes, without a mixer: the only one that l hears.
// Of several who hear only that one it is the caller, or the agent, if any.
func (b *Bridge) alone(l *Leg) *Leg {
	if len(l.hears.legs) != 1 {
		return nil
	}
	other := l.hears.legs[0]
	for x := range b.legs {
		if x != l && len(x.hears.legs) == 1 && x.hears.legs[0] == other && (b.talks(x) || !b.talks(l)) {
			return nil
		}
	}
	return other
}

func (b *Bridge) talks(l *Leg) bool { return l == b.caller || l == b.agent }

func (b *Bridge) feed(l *Leg) {
	h := &l.hears
	from, held := b.speaking(l)
	if wanted := h.sound == nil && held; !wanted {
		b.silence(&h.music)
	} else if h.music == nil {
		music, _ := b.engine.sound(telephony.Music) // built in
		h.music = b.player(l, music, true, nil)
	}
	alone := b.alone(l)
	mixes := len(from) > 0 && alone == nil && h.sound == nil && !h.held
	b.setMixer(l, mixes, from)
	switch {
	case h.sound != nil:
		l.out.setFeed(h.sound)
	case h.music != nil:
		l.out.setFeed(h.music)
	case h.mixer != nil:
		l.out.setFeed(h.mixer)
	case alone != nil && !h.held:
		l.out.setFeed(alone)
	default:
		l.out.setFeed(nil)
	}
}

// setMixer gives a leg a mixer of these legs, or takes it away.
func (b *Bridge) setMixer(l *Leg, wanted bool, from []*Leg) {
	h := &l.hears
	switch {
	case !wanted && h.mixer != nil:
		b.engine.clock.remove(h.mixer)
		h.mixer = nil
	case wanted && h.mixer == nil:
		h.mixer = &mixer{leg: l, begin: b.engine.now(), stream: b.engine.streams.Add(1)}
		h.mixer.set(from)
		b.engine.clock.add(h.mixer)
	case wanted:
		h.mixer.set(from)
	}
	if h.mixer != nil && l == b.caller {
		h.mixer.record(b.rec)
	}
}

func (b *Bridge) routeOf(l *Leg) *route {
	r := &route{}
	if l.hears.held {
		return r
	}
	for x := range b.legs {
		switch {
		case x.hears.mixer != nil:
			if in := x.hears.mixer.input(l); in != nil {
				r.mix = append(r.mix, in)
			}
		case x.hears.sound == nil && !x.hears.held && b.alone(x) == l:
			r.to = x
		}
	}
	switch {
	case l == b.caller:
		r.rec, r.lane = b.rec, callerLane
	case b.caller.hears.sound == nil && b.alone(b.caller) == l:
		r.rec, r.lane = b.rec, agentLane
	}
	return r
}
