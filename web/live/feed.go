package live

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/routing"
)

// Config of a Feed.
type Config struct {
	Hub    *realtime.Hub
	Office func() *office.Snapshot // the newest picture, from memory
	// Agent is an agent's state from memory, for those whose state has not changed
	// since the start of the feed. May be nil.
	Agent func(crm.ID) (routing.Agent, bool)
	// Trunks are the states of the lines, from memory. May be nil.
	Trunks func() []TrunkStatus
	Cards  Cards // what call.card adds; nil: the event is never sent
	Now    func() time.Time
	Log    *slog.Logger
}

// Feed turns facts and changes into live events.
type Feed struct {
	cfg    Config
	lookup lookups

	mu       sync.Mutex // orders folding and publishing
	audience *audience
	calls    map[crm.ID]*liveCall
	agents   map[crm.ID]AgentState
	queues   map[string]map[crm.ID]time.Time // who waits, since when
	wrapUps  map[crm.ID]time.Time            // agent -> until
	devices  map[string][]DeviceKind         // by extension
	swept    time.Time
	news     map[crm.ID]*news // by office, for colleagues
	telling  *time.Timer      // until they are told; nil: nothing is new
	closed   bool
}

// liveCall is a call that goes on, or has ended a moment ago.
type liveCall struct {
	calls.Call
	identified crm.Identified
	offered    map[crm.ID]crm.Offered // by leg, while it rings
	rung       map[crm.ID]crm.Offered // by agent, the last time
	cards      map[crm.ID]Card        // by agent, as he was told last
	chosen     bool                   // a person has said whose card it is; facts do not change that
	found      bool                   // the history has found whose card it is, because the database was away at first; likewise
	wrapUps    map[crm.ID]crm.WrapUp  // by agent
}

// After its end a call is remembered for the facts that come late (the recording).
const afterEnd = 5 * time.Minute

// NewFeed makes a feed; Close it when no more facts come. ctx bounds its lookups.
func NewFeed(ctx context.Context, cfg Config) *Feed {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	f := &Feed{cfg: cfg, calls: map[crm.ID]*liveCall{}, agents: map[crm.ID]AgentState{}, queues: map[string]map[crm.ID]time.Time{}, wrapUps: map[crm.ID]time.Time{},
		devices: map[string][]DeviceKind{}, news: map[crm.ID]*news{}}
	f.lookup.begin(ctx)
	return f
}

// Close ends the lookups that are under way and returns when they are gone.
func (f *Feed) Close() {
	f.mu.Lock()
	f.closed = true
	if f.telling != nil {
		f.telling.Stop()
	}
	f.mu.Unlock()
	f.lookup.end()
}

// Show tells whoever may know that the fact has happened. It never blocks. The
// ticket of an Offered is the screen-pop's: when it is done, the agent's pages have
// the card.
func (f *Feed) Show(fact crm.Fact) realtime.Ticket {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sweep()
	c := f.calls[fact.CallID]
	if c == nil {
		if fact.Kind() != crm.FactArrived {
			return realtime.Ticket{} // late news of a call that is forgotten: the history has it
		}
		c = &liveCall{offered: map[crm.ID]crm.Offered{}, rung: map[crm.ID]crm.Offered{}, cards: map[crm.ID]Card{}, wrapUps: map[crm.ID]crm.WrapUp{}}
		f.calls[fact.CallID] = c
	}
	if fact.Kind() == crm.FactIdentified && c.found {
		fact.Data = c.identified
	}
	card, name := c.Contact, c.ContactName
	if !calls.Fold(&c.Call, fact) {
		return realtime.Ticket{}
	}
	if c.chosen {
		c.Contact, c.ContactName = card, name
	}
	concerned := c.note(fact)
	c.Unit = f.currentAudience().unitOf(c.Queue, c.Agent)
	picture := f.picture(c)
	var pop realtime.Ticket
	d, offered := fact.Data.(crm.Offered)
	if offered {
		pop = f.pop(fact.At, d, c, picture) // first of all: a phone waits for it
	}
	ticket := f.cfg.Hub.Publish(realtime.Event{Type: TypeCallChanged, At: fact.At,
		Data: CallChange{What: fact.Kind(), Call: picture}}, f.receivers(c, concerned)...)
	f.recount(c, fact.At)
	f.wrapUp(fact)
	if c.Direction == crm.Outbound && fact.Kind() == crm.FactIdentified {
		f.tellCards(c, fact.At)
	}
	if offered {
		return pop
	}
	return ticket
}

// note keeps what calls.Fold does not, and returns the agents whom this very fact
// concerns.
func (c *liveCall) note(fact crm.Fact) (concerned []crm.ID) {
	switch d := fact.Data.(type) {
	case crm.Identified:
		c.identified = d
		if c.Direction == crm.Outbound {
			c.rung[c.Agent] = crm.Offered{Agent: c.Agent, Reason: "dialled"} // he has the card like who is rung
		}
	case crm.Offered:
		c.offered[d.Leg], c.rung[d.Agent] = d, d
	case crm.OfferEnded:
		delete(c.offered, d.Leg)
		return []crm.ID{d.Agent}
	case crm.Answered:
		delete(c.offered, d.Leg)
	case crm.Ended:
		for _, o := range c.offered {
			concerned = append(concerned, o.Agent)
		}
		clear(c.offered)
	case crm.ConsultEnded:
		return []crm.ID{d.ToAgent}
	case crm.Transferred:
		return []crm.ID{d.By}
	case crm.WrapUp:
		c.wrapUps[d.Agent] = d
	case crm.WrapUpEnded:
		delete(c.wrapUps, d.Agent)
		return []crm.ID{d.Agent}
	}
	return concerned
}

// wrapUp keeps until when an agent's wrap-up lasts. When it is made longer, only this
// fact tells it: the agent's state stays as it is.
func (f *Feed) wrapUp(fact crm.Fact) {
	switch d := fact.Data.(type) {
	case crm.WrapUp:
		f.wrapUps[d.Agent] = d.Until
		if state, ok := f.agents[d.Agent]; ok && state.State == routing.WrapUp {
			f.tellState(state)
		}
	case crm.WrapUpEnded:
		delete(f.wrapUps, d.Agent)
	}
}

// receivers of a change: the agents on the call, those it concerns, the watchers.
func (f *Feed) receivers(c *liveCall, concerned []crm.ID) []string {
	watchers := f.audience.watchers(readsCalls, c.Unit)
	users := make([]string, len(watchers), len(watchers)+len(c.offered)+2)
	copy(users, watchers)
	add := func(id crm.ID) {
		if id != "" && !f.audience.watches(readsCalls, id, c.Unit) {
			users = append(users, string(id))
		}
	}
	for _, id := range concerned {
		add(id)
	}
	for _, o := range c.offered {
		add(o.Agent)
	}
	for id := range c.wrapUps {
		add(id)
	}
	if c.Talked() || c.Direction != crm.Inbound {
		add(c.Agent)
		add(c.Colleague)
	}
	if c.Consult != nil {
		add(c.Consult.Agent)
	}
	return unique(users)
}

// concerns reports whether the agent is part of the call now.
func (c *liveCall) concerns(agent crm.ID) bool {
	for _, o := range c.offered {
		if o.Agent == agent {
			return true
		}
	}
	if c.Consult != nil && c.Consult.Agent == agent && agent != "" {
		return true
	}
	_, wraps := c.wrapUps[agent]
	return wraps || (c.Agent == agent || c.Colleague == agent) && agent != "" && c.State != calls.Ended && (c.Talked() || c.Direction != crm.Inbound)
}

// going reports whether the call is still of interest to somebody.
func (c *liveCall) going() bool { return c.State != calls.Ended || len(c.wrapUps) > 0 }

func (f *Feed) picture(c *liveCall) Call {
	w := NewCall(&c.Call, f.audience.office)
	for agent, wraps := range c.wrapUps {
		w.WrapUp = &WrapUp{Agent: login(f.audience.office, agent), AgentID: agent, Name: nameOf(f.audience.office, agent), Until: wraps.Until, UntilOutcome: wraps.UntilOutcome}
	}
	return w
}

// currentAudience follows the office; a new picture of it is rare.
func (f *Feed) currentAudience() *audience {
	if o := f.cfg.Office(); f.audience == nil || f.audience.office != o {
		f.audience = newAudience(o)
	}
	return f.audience
}

// sweep forgets, once in a while, calls that have ended.
func (f *Feed) sweep() {
	now := f.cfg.Now()
	if now.Sub(f.swept) < 10*time.Second {
		return
	}
	f.swept = now
	for id, c := range f.calls {
		for agent, wraps := range c.wrapUps {
			if now.Sub(wraps.Until) > afterEnd {
				delete(c.wrapUps, agent) // its end was lost
			}
		}
		if !c.going() && c.EndedAt != nil && now.Sub(*c.EndedAt) > afterEnd {
			delete(f.calls, id)
		}
	}
}

// unique drops doubles; the lists are short.
func unique(users []string) []string {
	out := users[:0]
	for _, u := range users {
		if !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}
