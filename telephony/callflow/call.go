package callflow

import (
	"context"
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

	number Number
	queue  Queue
	norm   string
	caller Caller

	entered  time.Time // when the caller took his place in the queue
	ahead    *choice   // what was chosen for a new client while his card was being made
	refused  []routing.AgentID
	waitFor  crm.ID // the previous manager the call waits for
	pickedUp bool   // our side has answered the caller
	alerted  bool   // the caller hears that it rings
	offers   map[telephony.LegID]*offer
	talk     *talk
	ended    bool

	waitUntil time.Time
	giveUpAt  time.Time
	ringUntil time.Time
	closeBy   time.Time

	facts sync.Mutex
	seq   int
	noted []crm.Fact // not committed yet
}

func newCall(f *Flow, in telephony.Incoming, line telephony.Line, number Number, queue Queue) *call {
	return &call{
		flow: f, id: crm.ID(in.ID), in: in, line: line, inbox: newInbox(),
		log:    f.cfg.Log.With("call_id", string(in.ID), "trunk", in.Line),
		number: number, queue: queue, offers: map[telephony.LegID]*offer{},
	}
}

// run tells the story. A panic in it ends this call and no other.
func (c *call) run() {
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("a call's story broke and was ended", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			c.flow.cfg.Alarms.Raise("story_panic", "A call had to be ended because of a fault in the program; see the log.")
			c.abandonShip()
		}
	}()
	for s := c.arrive(); s != nil; {
		m := c.inbox.take(c.nextDeadline())
		switch m := m.(type) {
		case shutdown:
			s = c.end(crm.System, crm.EndInterrupted, 0)
		case order:
			m.done <- c.obey(m)
			if c.ended && c.closeBy.IsZero() {
				s = c.close()
			}
		default:
			s = s(c, m)
		}
	}
}

// abandonShip leaves nothing behind: no agent reserved, no line up, an end in the
// facts.
func (c *call) abandonShip() {
	if !c.ended {
		c.fact(crm.Ended{By: crm.System, Reason: crm.EndFailed, TalkMS: c.talkMS()})
	}
	_ = c.line.Do(telephony.Hangup{Cause: telephony.Failed})
	c.leaveDesk()
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
		last = c.flow.cfg.Audience.Show(f)
	}
	clear(c.noted)
	c.noted = c.noted[:0]
	return last
}

// do tells the line something; what it refuses is logged, the story goes on and
// hears of the outcome by events.
func (c *call) do(cmd telephony.Command) {
	if err := c.line.Do(cmd); err != nil {
		c.log.Warn("the line refused a command", "command", fmt.Sprintf("%T", cmd), "err", err)
	}
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
	for _, o := range c.offers {
		if !o.letGoBy.IsZero() && (next.IsZero() || o.letGoBy.Before(next)) {
			next = o.letGoBy
		}
	}
	return next
}

func passed(t time.Time) bool { return !t.IsZero() && !time.Now().Before(t) }

func (c *call) talkMS() int64 {
	if c.talk == nil {
		return 0
	}
	return time.Since(c.talk.since).Milliseconds()
}

func (c *call) waitMS() int64 { return max(0, time.Since(c.entered).Milliseconds()) }
