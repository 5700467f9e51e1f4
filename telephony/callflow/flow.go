package callflow

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// Budgets of the way from the caller's INVITE to the agent's.
const (
	IdentifyBudget = 150 * time.Millisecond // for the database to name the caller
	ShowBudget     = 25 * time.Millisecond  // for the screen-pop to leave
	deskBudget     = 2 * time.Second        // for the desk to answer, Redis or its twin
)

// AwayBudget is how long a caller waits for the agent he talks with whose device is gone,
// before he is given to somebody else: a page that is loaded again needs a few seconds,
// another network some more.
const AwayBudget = 30 * time.Second

// Config is what the stories need.
type Config struct {
	Node     string // name of this process among others
	Journal  Journal
	Audience Audience
	Contacts Contacts
	Office   func() Office // the office as it is now
	Desk     Desk
	Lines    telephony.Lines // on which agents call
	Traces   Traces
	Alarms   Alarms
	// RecordingPath gives the path of a new recording and the same relative to the
	// recordings folder.
	RecordingPath func(at time.Time, recording crm.ID) (path, relative string)
	// CanRecord is false while the disk has no room for another recording; nil means
	// always.
	CanRecord func() bool
	Away      time.Duration // in place of AwayBudget, if not 0
	Now       func() time.Time
	Log       *slog.Logger
}

// Flow runs the stories of all calls of this process.
type Flow struct {
	base   context.Context
	cfg    Config
	ledger *ledger
	rest   rest
	places *places
	limits *limits
	agents *Agents

	mu     sync.Mutex
	calls  map[crm.ID]*call
	away   map[crm.ID]*call // by agent: the talk that waits for a device of his
	closed bool
	wg     sync.WaitGroup
}

// New makes a Flow; Close ends it. ctx carries values only: a flow outlives the
// wish to stop until its talks have ended.
func New(ctx context.Context, cfg Config) *Flow {
	ctx = context.WithoutCancel(ctx)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Away == 0 {
		cfg.Away = AwayBudget
	}
	f := &Flow{
		base:   ctx,
		cfg:    cfg,
		ledger: newLedger(cfg.Journal, cfg.Alarms, cfg.Log),
		places: newPlaces(cfg.Now),
		limits: newLimits(cfg.Now),
		calls:  map[crm.ID]*call{},
		away:   map[crm.ID]*call{},
	}
	f.agents = newAgents(f)
	return f
}

// Agents is the part of the flow that looks after people rather than calls.
func (f *Flow) Agents() *Agents { return f.agents }

// Live is the number of calls that have not ended.
func (f *Flow) Live() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.calls)
}

// Incoming implements telephony.Stories.
func (f *Flow) Incoming(in telephony.Incoming, line telephony.Line) (telephony.Sink, *telephony.Refusal) {
	if in.Agent != "" {
		return f.dialled(in, line)
	}
	office := f.cfg.Office()
	number, ok := office.Number(in.To, in.Region, in.Line)
	if !ok {
		f.cfg.Log.Warn("a call for a number that is not ours was refused: add the number to the office", "trunk", in.Line)
		return nil, &telephony.Refusal{Cause: telephony.UnknownNumber}
	}
	queue, ok := office.Queue(number.Queue)
	if !ok {
		f.cfg.Log.Error("a number leads to a queue that does not exist", "trunk", in.Line, "queue", number.Queue)
		return nil, &telephony.Refusal{Cause: telephony.Unreachable}
	}
	c := newCall(f, in, line)
	c.number, c.queue, c.opening = number, queue, c.arrive
	if !f.begin(c) {
		return nil, &telephony.Refusal{Cause: telephony.Overloaded, RetryAfter: 5 * time.Second}
	}
	return c, nil
}

// begin lets a story be told; false: no more begin.
func (f *Flow) begin(c *call) bool {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return false
	}
	f.calls[c.id] = c
	f.wg.Add(1)
	f.mu.Unlock()
	go func() {
		defer f.wg.Done()
		defer f.forget(c)
		c.run()
	}()
	return true
}

// Matched tells the story that the desk has reserved an agent for a call that was
// waiting. A call that is not here any more gives the agent back.
func (f *Flow) Matched(call routing.CallID, agent routing.AgentID, token string) {
	f.mu.Lock()
	c := f.calls[crm.ID(call)]
	f.mu.Unlock()
	if c == nil || !c.inbox.put(matched{agent: crm.ID(agent), token: token}) {
		ctx, cancel := context.WithTimeoutCause(f.base, deskBudget, errDeskSlow)
		defer cancel()
		if err := f.cfg.Desk.Release(ctx, call, agent, token, routing.Available, "caller_gone"); err != nil {
			f.cfg.Log.Error("give an agent back", "call_id", string(call), "agent_id", string(agent), "err", err)
		}
	}
}

// RememberPlace lets a caller whose call was cut come back to his old place in the
// queue within ten minutes.
func (f *Flow) RememberPlace(norm, queue string, entered time.Time) {
	f.places.remember(norm, queue, entered)
}

// Close ends every call at once and waits until their stories are told.
func (f *Flow) Close() {
	f.mu.Lock()
	f.closed = true
	calls := make([]*call, 0, len(f.calls))
	for _, c := range f.calls {
		calls = append(calls, c)
	}
	f.mu.Unlock()
	for _, c := range calls {
		c.inbox.put(shutdown{})
	}
	f.wg.Wait()
	f.agents.close()
	f.ledger.close()
}

func (f *Flow) forget(c *call) {
	f.mu.Lock()
	delete(f.calls, c.id)
	f.mu.Unlock()
}

func (f *Flow) find(id crm.ID) (*call, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.calls[id]
	if !ok {
		return nil, crm.Errorf(crm.NotFound, "There is no such call under way.")
	}
	return c, nil
}
