package sip

import (
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// line is one call: the caller's leg and the agents' legs around one bridge. It
// implements telephony.Line.
//
// All of its state changes within run, under one lock. What may block or call back,
// like writing to a socket or delivering an event, is put on a list meanwhile and
// done in that order by whoever leaves run first, without the lock. So a command
// costs no hop to another goroutine, events keep their order, and a sink may give
// its next command from within Deliver.
type line struct {
	calls *calls
	in    telephony.Incoming
	log   *slog.Logger
	trunk string                // that the call counts for; guarded by calls.mu
	self  *atomic.Pointer[line] // how the caller's transaction finds us: letGo cuts it

	mu      sync.Mutex
	work    []func() // to be done without the lock, in this order
	working bool     // somebody is doing it

	sink      telephony.Sink
	caller    *leg
	agents    map[telephony.LegID]*leg
	bridge    *media.Bridge
	connected *leg // the agent leg on the bridge
	recording bool
	closing   int // media legs being closed
	open      int // client transactions under way
	ladder    ladder
	leaving   []*leg // legs that have ended and wait for the answer to our BYE
	gone      bool   // all legs are gone
	lingered  bool
	linger    *time.Timer
	mergeKey  string // of the INVITE it began with, "" when we began it
	done      bool
	broken    bool // something of this call panicked
}

// run changes the call's state. It may be called from anywhere, also from within
// something on the work list.
func (l *line) run(change func()) {
	l.mu.Lock()
	l.protect(change)
	l.finishWork()
}

// finishWork empties the work list, unless somebody is at it, and unlocks.
func (l *line) finishWork() {
	if l.working {
		l.mu.Unlock()
		return
	}
	l.working = true
	for len(l.work) > 0 {
		batch := l.work
		l.work = nil
		l.mu.Unlock()
		for _, w := range batch {
			l.attempt(w)
		}
		l.mu.Lock()
	}
	l.working = false
	l.mu.Unlock()
}

// attempt does one piece of work; its panic ends this call and no other.
func (l *line) attempt(w func()) {
	defer func() {
		if r := recover(); r != nil {
			l.mu.Lock()
			l.crash(r)
			l.mu.Unlock()
		}
	}()
	w()
}

// protect runs a change of state under the lock.
func (l *line) protect(change func()) {
	defer func() {
		if r := recover(); r != nil {
			l.crash(r)
		}
	}()
	change()
}

// later puts something on the work list.
func (l *line) later(w func()) { l.work = append(l.work, w) }

// tell delivers an event, in its order.
func (l *line) tell(e telephony.Event) {
	l.later(func() { l.sink.Deliver(e) })
}

// crash ends the call after a panic: every leg gets its BYE, CANCEL or 500.
func (l *line) crash(r any) {
	l.log.Error("call ended by a panic", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
	if l.broken {
		return
	}
	l.broken = true
	defer func() {
		if recover() != nil { // not even that worked: at least let go of everything
			for _, lg := range l.allLegs() {
				lg.state = legGone
			}
			l.settle()
		}
	}()
	l.hangupAll(telephony.Failed)
	l.settle()
}

// Do implements telephony.Line.
func (l *line) Do(c telephony.Command) (err error) {
	l.run(func() {
		if l.done || l.broken {
			err = telephony.ErrGone
		} else {
			err = l.command(c)
		}
	})
	if err != nil {
		return fmt.Errorf("%T in call %s: %w", c, l.in.ID, err)
	}
	return nil
}

func (l *line) command(c telephony.Command) error {
	switch c := c.(type) {
	case telephony.Ring:
		return l.withParty(c.Leg, (*leg).ring)
	case telephony.Answer:
		return l.withParty(c.Leg, (*leg).answer)
	case telephony.Dial:
		return l.dial(c)
	case telephony.Offer:
		return l.offer(c)
	case telephony.Withdraw:
		return l.withdraw(c)
	case telephony.Hangup:
		return l.hangup(c)
	case telephony.Record:
		return l.withCaller(func(*leg) error { return l.record(c.Path) })
	case telephony.StopRecord:
		l.stopRecord()
		return nil
	case telephony.Play:
		return l.play(c)
	case telephony.Connect:
		return l.connect(c.Leg)
	case telephony.Mix:
		return l.mix(c.Hears)
	case telephony.Stop:
		return l.withMedia(c.Leg, func(lg *leg) { l.bridge.Stop(lg.media) })
	case telephony.HoldLeg:
		return l.withMedia(c.Leg, func(lg *leg) { lg.setHold(&lg.heldByUs, true) })
	case telephony.ResumeLeg:
		return l.withMedia(c.Leg, func(lg *leg) { lg.setHold(&lg.heldByUs, false) })
	case telephony.SendDigits:
		return l.withMedia(c.Leg, func(lg *leg) { lg.media.SendDigits(c.Digits) })
	}
	return fmt.Errorf("unknown command")
}

// leg finds a leg that is not gone.
func (l *line) leg(id telephony.LegID) (*leg, error) {
	lg := l.caller
	if id != telephony.CallerLeg {
		lg = l.agents[id]
	}
	if lg == nil || lg.state == legGone {
		return nil, fmt.Errorf("%s: %w", id, telephony.ErrGone)
	}
	return lg, nil
}

// withCaller does something with the caller's leg while he is there.
func (l *line) withCaller(do func(*leg) error) error {
	lg, err := l.leg(telephony.CallerLeg)
	if err != nil {
		return err
	}
	return do(lg)
}

// withParty does something with whoever calls us on a leg; "" is the caller.
func (l *line) withParty(id telephony.LegID, do func(*leg) error) error {
	if id == "" {
		id = telephony.CallerLeg
	}
	lg, err := l.leg(id)
	if err != nil {
		return err
	}
	if lg.in == nil {
		return fmt.Errorf("%s: we call it, not it us", id)
	}
	return do(lg)
}

// callback wraps a change for the media engine. Its goroutines must not wait for us,
// because we may be waiting for them.
func (l *line) callback(change func()) func() {
	return func() { l.calls.spawn(func() { l.run(change) }) }
}

func (l *line) hangup(c telephony.Hangup) error {
	if c.Leg == "" {
		l.hangupAll(c.Cause)
		return nil
	}
	lg, err := l.leg(c.Leg)
	if err != nil {
		return err
	}
	lg.hangup(c.Cause)
	return nil
}

func (l *line) hangupAll(cause telephony.Cause) {
	for _, lg := range l.allLegs() {
		lg.hangup(cause)
	}
}

// allLegs lists the legs that are not gone, the caller's last: an agent's phone must
// not show a missed call of somebody who hung up first.
func (l *line) allLegs() []*leg {
	legs := make([]*leg, 0, len(l.agents)+1)
	for _, lg := range l.agents {
		if lg.state != legGone {
			legs = append(legs, lg)
		}
	}
	if l.caller.state != legGone {
		legs = append(legs, l.caller)
	}
	return legs
}

// settle ends the call once nothing is left of it.
func (l *line) settle() {
	if l.done || len(l.allLegs()) > 0 {
		return
	}
	if !l.gone {
		l.gone = true
		l.calls.ended(l)
		l.stopRecord()
		l.linger = time.AfterFunc(l.calls.timing.linger, l.callback(func() { l.lingered = true; l.settle() }))
	}
	if l.recording || l.closing > 0 || l.open > 0 && !l.lingered {
		return
	}
	l.done = true
	l.linger.Stop()
	if l.bridge != nil {
		l.later(l.bridge.Close)
	}
	for _, lg := range l.leaving {
		lg.tellLast()
	}
	l.tell(telephony.LineDone{Ladder: l.ladder.messages})
	l.later(func() { l.calls.forget(l) })
	l.letGo()
}

// letGo cuts the finished call off from its transactions. They live on for half a
// minute, to absorb retransmissions, and at hundreds of calls a second what they hold
// is a lot of memory.
func (l *line) letGo() {
	l.ladder = ladder{}
	l.self.Store(nil)
	for _, lg := range append(slices.Collect(maps.Values(l.agents)), l.caller) {
		if lg.out == nil {
			continue
		}
		for _, inv := range lg.out.invitations {
			if inv.ended && inv.again != nil {
				inv.again.Store(nil)
			}
		}
	}
}

// note writes a message into the ladder.
func (l *line) note(leg telephony.LegID, msg sip.Message, sent bool, peer string) {
	if !l.done {
		l.ladder.add(l.calls.now(), leg, msg, sent, peer)
	}
}
