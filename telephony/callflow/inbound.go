package callflow

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// arrive opens the story of a client's call: who is it?
func (c *call) arrive() state {
	norm, anonymous := c.flow.cfg.Office().ReadNumber(c.in.From, c.in.Region, c.in.Line)
	anonymous = anonymous || c.in.Anonymous
	c.norm = norm
	if anonymous {
		c.norm = ""
	}
	c.entered = time.Now()
	if entered, ok := c.flow.places.take(c.norm, c.queue.Name); ok {
		c.entered = entered
	}
	c.fact(crm.Arrived{
		Direction: crm.Inbound, Node: c.flow.cfg.Node, Line: c.in.Line, Region: c.in.Region,
		From: c.norm, FromRaw: c.in.From, Display: c.in.Display, Anonymous: anonymous,
		To: c.number.E164, Diverted: c.in.Diverted, Source: c.number.Source, Queue: c.queue.Name,
	})
	switch {
	case anonymous, c.fromColleague():
		return c.identified(crm.Identified{})
	case c.flow.rest.resting():
		return c.identified(crm.Identified{Offline: true})
	}
	return c.identify()
}

// fromColleague: the line has given an extension of ours, say another exchange of the
// company. Colleagues are no clients and get no card.
func (c *call) fromColleague() bool {
	digits, short := strings.CutPrefix(c.norm, "raw:"+c.in.Line+":")
	if !short {
		return false
	}
	_, ours := c.flow.cfg.Office().AgentByExtension(digits)
	return ours
}

// identify waits for the card, but not for long. Who has no card has no previous
// manager either: while the database is asked, it is decided who would get a stranger,
// and while his card is being made, that manager is reserved already.
func (c *call) identify() state {
	ctx, cancel := context.WithCancelCause(c.flow.base)
	defer cancel(nil)
	budget := time.AfterFunc(IdentifyBudget, func() { cancel(errOffline) })
	defer budget.Stop()
	stranger := c.planAhead()
	caller, err := c.flow.cfg.Contacts.Identify(ctx, c.norm, c.queue.Unit, c.in.Display, func() {
		budget.Stop() // the database has answered; the desk's time is not its fault
		if plan, ok := <-stranger; ok {
			ahead := c.reserve(plan)
			c.ahead = &ahead
		}
		budget.Reset(IdentifyBudget)
	})
	for range stranger { // nobody reads the call any more when it goes on
	}
	if err != nil {
		c.flow.rest.begin()
		c.log.Warn("the caller could not be identified in time; his card will be made when the call is stored", "err", err)
		return c.identified(crm.Identified{Offline: true})
	}
	c.caller = caller
	return c.identified(known(caller))
}

func known(c Caller) crm.Identified {
	return crm.Identified{
		Contact: c.Contact, Name: c.Name, Created: c.Created, Candidates: c.Candidates,
		Owner: c.Owner, LastAgent: c.LastAgent, LastTalkAt: c.LastTalkAt,
	}
}

// identified puts the caller in the queue and looks for a manager.
func (c *call) identified(who crm.Identified) state {
	c.note(who)
	c.note(crm.Queued{Queue: c.queue.Name, Priority: c.queue.Priority, EnteredAt: c.entered.UTC()})
	if c.queue.MaxWait > 0 {
		c.giveUpAt = time.Now().Add(c.queue.MaxWait)
	}
	if c.ahead == nil {
		return c.route()
	}
	return c.follow(*c.ahead)
}

// planAhead decides for a caller without a card, in the background: the story must not
// change the call before the channel is closed. A panic leaves the channel empty; the
// story will meet it when it decides by itself.
func (c *call) planAhead() <-chan routing.Plan {
	plan := make(chan routing.Plan, 1)
	go func() {
		defer close(plan)
		contain(c.log, "plan ahead", func() { plan <- routing.Decide(c.request()) })
	}()
	return plan
}

// choice is a decision and what the desk made of it.
type choice struct {
	plan routing.Plan
	got  routing.Reservation
	err  error
}

// route decides whom to ring, and takes him or waits.
func (c *call) route() state { return c.follow(c.reserve(routing.Decide(c.request()))) }

// reserve takes whom the plan wants, as far as he is free.
func (c *call) reserve(plan routing.Plan) choice {
	r := routing.Reserve{
		Call: routing.CallID(c.id), Token: string(crm.NewID()), All: plan.All,
		Queue: c.queue.Routing.Name, Priority: c.queue.Priority, EnteredAt: c.entered,
		Only: plan.WaitFor, OnlyUntil: plan.WaitUntil, Refused: c.refused,
	}
	c.token = r.Token
	for _, candidate := range plan.Candidates {
		r.Candidates = append(r.Candidates, candidate.Agent)
	}
	ctx, cancel := c.desk()
	defer cancel()
	got, err := c.flow.cfg.Desk.Reserve(ctx, r)
	return choice{plan, got, err}
}

// follow does what was chosen.
func (c *call) follow(x choice) state {
	if !names(x.plan, x.got.Agents) { // somebody has become free since it was made
		x.plan = c.planWith(x.got.Agents)
	}
	c.note(routed(x.plan))
	c.waitFor, c.waitUntil = crm.ID(x.plan.WaitFor), x.plan.WaitUntil
	if x.err != nil {
		c.log.Error("reserve an agent", "err", x.err)
		c.flow.cfg.Alarms.Raise("desk_unavailable", "A call could not be given to an agent because the store of agent states does not answer.")
		return c.farewell(crm.EndFailed)
	}
	if len(x.got.Agents) == 0 {
		return c.wait()
	}
	return c.ring(x.got.Token, x.plan, x.got.Agents)
}

func (c *call) request() routing.Request {
	office, q := c.flow.cfg.Office(), c.queue.Routing
	q.LastOffered = c.flow.cfg.Desk.LastOffered(q.Name)
	ids := slices.Clip(q.Agents) // appending copies
	for _, id := range []crm.ID{c.caller.LastAgent, c.caller.Owner} {
		if id != "" && q.Previous != routing.PreviousOff && !slices.Contains(ids, routing.AgentID(id)) {
			ids = append(ids, routing.AgentID(id))
		}
	}
	agents := c.flow.cfg.Desk.Agents(ids)
	for i := range agents {
		if _, ok := office.Agent(crm.ID(agents[i].ID)); !ok {
			agents[i].Deleted = true
		}
	}
	seed := fnv.New64a()
	seed.Write([]byte(c.id))
	return routing.Request{
		Call:   routing.CallID(c.id),
		Caller: routing.Caller{LastAgent: routing.AgentID(c.caller.LastAgent), Owner: routing.AgentID(c.caller.Owner)},
		Queue:  q, Agents: agents, Tried: c.refused, Now: time.Now(), EnteredAt: c.entered, Seed: seed.Sum64() + uint64(len(c.refused)),
	}
}

// A decision names so many agents; the rest of a large team is only counted, since
// the fact is written, sent and stored for every call.
const (
	namedCandidates = 10
	namedExcluded   = 20
)

func routed(p routing.Plan) crm.Routed {
	out := crm.Routed{WaitFor: crm.ID(p.WaitFor), Reason: string(p.Reason)}
	if !p.WaitUntil.IsZero() {
		until := p.WaitUntil.UTC()
		out.WaitUntil = &until
	}
	out.MoreCandidates = max(0, len(p.Candidates)-namedCandidates)
	for _, x := range p.Candidates[:len(p.Candidates)-out.MoreCandidates] {
		out.Candidates = append(out.Candidates, crm.RouteCandidate{Agent: crm.ID(x.Agent), Reason: string(x.Reason), Score: x.Score})
	}
	out.MoreExcluded = max(0, len(p.Excluded)-namedExcluded)
	for _, x := range p.Excluded[:len(p.Excluded)-out.MoreExcluded] {
		out.Excluded = append(out.Excluded, crm.RouteExclusion{Agent: crm.ID(x.Agent), Why: string(x.Why)})
	}
	return out
}

// wait lets the caller listen to music until somebody is free. He is picked up for
// it: many carriers cut early media after a minute.
func (c *call) wait() state {
	c.commitNotes()
	c.pickUp()
	c.do(telephony.Play{Leg: telephony.CallerLeg, Sound: telephony.Music, Loop: true})
	return waiting
}

func (c *call) pickUp() {
	if !c.pickedUp {
		c.pickedUp = true
		answer := telephony.Answer{}
		if c.placed != nil {
			answer.Leg = c.placed.own.leg
		}
		if !c.do(answer) {
			c.do(telephony.Hangup{Cause: telephony.Failed}) // no port: he would wait for ever
		}
	}
}

// waiting: nobody is rung.
func waiting(c *call, m message) state {
	switch m := m.(type) {
	case matched:
		if m.token == c.token {
			return c.ringMatched(m)
		}
		c.decline(m, "outdated")
	case recheck:
		if c.waitFor == m.agent {
			return c.route()
		}
	case deadline:
		c.letGoOverdue()
		switch {
		case passed(c.giveUpAt):
			return c.farewell(crm.EndUnanswered)
		case passed(c.waitUntil):
			return c.route()
		}
	case telephony.LegRefused:
		c.letGo(m.Leg)
	case telephony.LegEnded:
		if m.Leg == telephony.CallerLeg {
			return c.callerGone(m)
		}
		c.letGo(m.Leg)
	case telephony.RecordingDone:
		c.recorded(m)
	case telephony.LegQuality:
		c.quality(m)
	case telephony.LineDone:
		return c.lineDone(m)
	}
	return waiting
}

// callerGone: the caller gave up before anybody talked with him.
func (c *call) callerGone(m telephony.LegEnded) state {
	reason := crm.EndAbandoned
	switch m.Cause {
	case telephony.MediaLost:
		reason = crm.EndMediaLost
	case telephony.Failed, telephony.NoCodec:
		reason = crm.EndFailed
	}
	by := crm.Caller
	if m.By == telephony.Local {
		by = crm.System
	}
	return c.end(by, reason, m.Code)
}

// farewell ends a call that nobody could take.
func (c *call) farewell(reason crm.EndReason) state {
	return c.end(crm.System, reason, 0)
}
