package callflow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

const (
	// lingerBudget is how long an agent's phone may take to let go of a leg before he
	// counts as free all the same.
	lingerBudget = 3 * time.Second
	// closeBudget is how long a line may take to close a call. It always reports in
	// time unless it is broken; then the story must not live for ever.
	closeBudget = time.Minute
)

// state is one state of a story: it takes a message and names the next state, nil
// when the story is over.
type state func(*call, message) state

// call is the story of one call. Only its own goroutine (run) touches it, except
// for facts, which a wrap-up may add later.
type call struct {
	flow  *Flow
	id    crm.ID
	in    telephony.Incoming
	line  telephony.Line
	inbox *inbox
	log   *slog.Logger

	opening func() state // the first step
	placed  *placed      // nil: a client calls

	number Number
	queue  Queue
	norm   string
	caller Caller

	entered  time.Time // when the caller took his place in the queue
	ahead    *choice   // what was chosen for a new client while his card was being made
	token    string    // of the last reservation
	refused  []routing.AgentID
	waitFor  crm.ID // the previous manager the call waits for
	pickedUp bool   // our side has answered the caller
	alerted  bool   // the caller hears that it rings
	offers   map[telephony.LegID]*offer
	talk     *talk
	handed   *handed               // the client was given away and has not been taken yet
	talked   time.Duration         // of the talks that are over
	rec      *crm.RecordingStarted // while it is open
	// queueless: an agent has placed the call and given it away, so that there is no queue
	// to which it could go back.
	queueless bool
	ended     bool
	endTold   bool // by a fact

	turn func() state // what an order makes the call do next; nil: go on

	waitUntil time.Time
	giveUpAt  time.Time
	ringUntil time.Time
	closeBy   time.Time

	facts sync.Mutex
	seq   int
	noted []crm.Fact // not committed yet
}

func newCall(f *Flow, in telephony.Incoming, line telephony.Line) *call {
	return &call{
		flow: f, id: crm.ID(in.ID), in: in, line: line, inbox: newInbox(),
		log:    f.cfg.Log.With("call_id", string(in.ID), "trunk", in.Line),
		offers: map[telephony.LegID]*offer{},
	}
}

// run tells the story.
func (c *call) run() {
	for s := c.attempt(c.opening); s != nil; {
		m := c.inbox.take(c.nextDeadline())
		s = c.attempt(func() state { return c.hear(s, m) })
	}
	for _, m := range c.inbox.close() {
		if o, ok := m.(order); ok {
			o.done <- errOver()
		}
	}
}

// hear takes one message in state s.
func (c *call) hear(s state, m message) state {
	switch m := m.(type) {
	case shutdown:
		return c.end(crm.System, crm.EndInterrupted, 0)
	case order:
		c.answer(m)
		if c.ended && c.closeBy.IsZero() {
			return c.close()
		}
		if turn := c.turn; turn != nil {
			c.turn = nil
			return turn()
		}
		return s
	}
	return s(c, m)
}

// answer does what a person wants; he hears of it whatever happens.
func (c *call) answer(o order) {
	err := error(crm.Errorf(crm.Internal, "This could not be done."))
	defer func() { o.done <- err }()
	if err = c.obey(o); errors.Is(err, telephony.ErrGone) {
		err = errOver()
	}
}

// attempt makes one step. A panic in it ends this call and no other: in the usual way,
// so that its recording is closed and everybody is free, or at once if that fails too.
func (c *call) attempt(step func() state) (next state) {
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("a call's story broke and is ended", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			next = c.broken()
		}
	}()
	return step()
}

func (c *call) broken() state {
	if !c.ended {
		contain(c.log, "alarm", func() {
			c.flow.cfg.Alarms.Raise("story_panic", "A call had to be ended because of a fault in the program; see the log.")
		})
		return c.attempt(func() state { return c.end(crm.System, crm.EndFailed, 0) })
	}
	c.abandonShip()
	return nil
}

// abandonShip leaves nothing behind: an end in the facts, no line up, no agent reserved.
func (c *call) abandonShip() {
	if !c.endTold {
		contain(c.log, "end", func() {
			c.fact(crm.Ended{By: crm.System, Reason: crm.EndFailed, TalkMS: c.talkMS()})
		})
	}
	contain(c.log, "hang up", func() { _ = c.line.Do(telephony.Hangup{Cause: telephony.Failed}) })
	if c.talk != nil {
		c.offers[c.talk.offer.leg] = c.talk.offer
		if a := c.talk.asks; a != nil {
			c.offers[a.offer.leg] = a.offer
		}
	}
	if c.placed != nil {
		c.parted()
	}
	for _, o := range c.offers {
		contain(c.log, "release", func() { c.release(o.agent, o.token, routing.Available, "fault") })
	}
	contain(c.log, "await nobody", c.awaitNobody)
	contain(c.log, "leave the desk", c.leaveDesk)
}

// contain keeps a panic within f.
func contain(log *slog.Logger, what string, f func()) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("a fault in the program", "step", what, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	f()
}

// fact commits a fact, with those that were noted before it, and shows them. The
// Shown is the last one's.
func (c *call) fact(data crm.FactData) Shown {
	c.facts.Lock()
	defer c.facts.Unlock()
	c.enter(data)
	return c.commit()
}

// note keeps a fact for the next commit: nothing may be done about it before that.
func (c *call) note(data crm.FactData) {
	c.facts.Lock()
	defer c.facts.Unlock()
	c.enter(data)
}

// commitNotes commits what is only noted.
func (c *call) commitNotes() {
	c.facts.Lock()
	defer c.facts.Unlock()
	if len(c.noted) > 0 {
		c.commit()
	}
}

func (c *call) enter(data crm.FactData) {
	c.seq++
	c.noted = append(c.noted, crm.Fact{CallID: c.id, Seq: c.seq, At: c.flow.cfg.Now().UTC(), Data: data})
}

func (c *call) commit() (last Shown) {
	c.flow.ledger.append(c.noted)
	for _, f := range c.noted {
		// Screens that fail must not end a call whose facts are safe.
		contain(c.log, "show", func() { last = c.flow.cfg.Audience.Show(f) })
	}
	clear(c.noted)
	c.noted = c.noted[:0]
	return last
}

// do tells the line something and reports whether it began. What it refuses is logged,
// the story goes on and hears of the outcome by events.
func (c *call) do(cmd telephony.Command) bool {
	err := c.line.Do(cmd)
	switch {
	case err == nil:
		return true
	case errors.Is(err, telephony.ErrGone): // somebody was faster: his event is on its way
		c.log.Debug("a command came too late", "command", fmt.Sprintf("%T", cmd), "err", err)
	default:
		c.log.Warn("the line refused a command", "command", fmt.Sprintf("%T", cmd), "err", err)
	}
	return false
}

// desk gives a context for a question to the desk.
func (c *call) desk() (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(c.flow.base, deskBudget, errDeskSlow)
}

func (c *call) leaveDesk() {
	ctx, cancel := c.desk()
	defer cancel()
	if err := c.flow.cfg.Desk.Leave(ctx, routing.CallID(c.id)); err != nil {
		c.log.Error("take the call off the desk", "err", err)
	}
}

func (c *call) release(agent crm.ID, token string, next routing.State, reason string) {
	ctx, cancel := c.desk()
	defer cancel()
	err := c.flow.cfg.Desk.Release(ctx, routing.CallID(c.id), routing.AgentID(agent), token, next, reason)
	if err != nil {
		c.log.Error("release the agent", "agent_id", string(agent), "err", err)
	}
}

func (c *call) nextDeadline() time.Time {
	var next time.Time
	for _, t := range [...]time.Time{c.waitUntil, c.giveUpAt, c.ringUntil, c.closeBy} {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if c.talk != nil && c.talk.lost != nil && !c.ended && (next.IsZero() || c.talk.lost.until.Before(next)) {
		next = c.talk.lost.until
	}
	if c.talk != nil && c.talk.asks != nil && !c.ended {
		if until := c.talk.asks.until; !until.IsZero() && (next.IsZero() || until.Before(next)) {
			next = until
		}
	}
	for _, o := range c.offers {
		if !o.letGoBy.IsZero() && (next.IsZero() || o.letGoBy.Before(next)) {
			next = o.letGoBy
		}
	}
	return next
}

func passed(t time.Time) bool { return !t.IsZero() && !time.Now().Before(t) }

func (c *call) talkMS() int64 {
	all := c.talked
	if c.talk != nil {
		all += time.Since(c.talk.since)
	}
	return all.Milliseconds()
}

func (c *call) waitMS() int64 { return max(0, time.Since(c.entered).Milliseconds()) }
