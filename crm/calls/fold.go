package calls

import (
	"slices"
	"time"

	"github.com/callcard/callcard/crm"
)

// Fold adds f to what is known of the call and reports whether it was new: a fact
// whose number is not above the last one changes nothing. A copy of the Call that was
// made before keeps its contents: nothing it points to is changed.
func Fold(c *Call, f crm.Fact) bool {
	if f.Seq <= c.Seq {
		return false
	}
	if c.Seq == 0 {
		// A call whose first facts were lost still has a beginning and a side.
		c.ID, c.StartedAt, c.State, c.Direction = f.CallID, f.At, Arrived, crm.Inbound
	}
	c.Seq = f.Seq
	c.tell(f)
	switch d := f.Data.(type) {
	case crm.Arrived:
		c.arrive(f.At, d)
	case crm.Identified:
		c.identify(d)
	case crm.Queued:
		c.queue(f.At, d)
	case crm.Dialled:
		c.Line, c.State = d.Line, Ringing
	case crm.Offered:
		c.ring(f.At, d)
	case crm.OfferEnded:
		c.ringEnded(f.At, d)
	case crm.Answered:
		c.answer(f.At, d)
	case crm.Transferred:
		c.transfer(f.At, d)
	case crm.ConsultBegan:
		c.Consult = &Consult{Agent: d.ToAgent, Number: d.ToNumber, Leg: d.Leg, Since: f.At, State: ConsultRinging}
	case crm.ConsultAnswered:
		c.consult(f.At, ConsultTalking)
	case crm.ConsultHeld:
		c.consult(f.At, ConsultHeld)
	case crm.ConsultResumed:
		c.consult(f.At, ConsultTalking)
	case crm.ConferenceBegan:
		c.consult(f.At, ConsultConference)
	case crm.ConsultEnded:
		c.Consult = nil
	case crm.AgentLost:
		c.LostAt = &f.At
	case crm.AgentBack:
		c.LostAt = nil
		c.resume(f.At, crm.Agent) // the new leg has nobody on hold
	case crm.Held:
		c.hold(f.At, d.By)
	case crm.Resumed:
		c.resume(f.At, d.By)
	case crm.RecordingStarted:
		c.keep(Recording{ID: d.Recording, Path: d.Path, StartedAt: f.At})
	case crm.Recorded:
		c.recorded(f.At, d)
	case crm.Quality:
		c.Quality = append(slices.Clip(c.Quality), d)
	case crm.Ended:
		c.end(f.At, d)
	}
	return true
}

func (c *Call) arrive(at time.Time, d crm.Arrived) {
	c.StartedAt, c.Direction, c.Node, c.Line = at, d.Direction, d.Node, d.Line
	c.From, c.FromRaw, c.Display, c.Anonymous = d.From, d.FromRaw, d.Display, d.Anonymous
	c.To, c.Diverted, c.Source, c.Queue = d.To, d.Diverted, d.Source, d.Queue
	c.Agent = d.Agent
}

func (c *Call) identify(d crm.Identified) {
	c.Contact, c.ContactName, c.CardCreated = d.Contact, d.Name, d.Created
	c.Candidates, c.Owner, c.LastAgent, c.Offline = d.Candidates, d.Owner, d.LastAgent, d.Offline
}

func (c *Call) queue(at time.Time, d crm.Queued) {
	entered := d.EnteredAt
	c.Queue, c.QueuedAt = d.Queue, &entered
	switch {
	case c.State == Arrived:
		c.State = Queued
	case c.talks(): // he is put back
		c.leave(at)
	}
}

// leave: the caller and the agent do not talk with each other any more, and the call goes on.
func (c *Call) leave(at time.Time) {
	c.State, c.LostAt, c.spokeWith = Queued, nil, c.Agent
	c.holdOver(at)
}

func (c *Call) transfer(at time.Time, d crm.Transferred) {
	if !c.talks() {
		return
	}
	c.leave(at)
	if d.ToQueue == "" {
		c.State = Ringing
	}
}

// consult gives a consultation another state; the one that others have a copy of stays.
func (c *Call) consult(at time.Time, s ConsultState) {
	if c.Consult == nil {
		return
	}
	next := *c.Consult
	next.State, next.Since = s, at
	c.Consult = &next
}

// talks reports whether the caller and an agent are in a talk, on hold or not.
func (c *Call) talks() bool { return c.State == Talking || c.State == Held }

func (c *Call) ring(at time.Time, d crm.Offered) {
	*c.offer(d.Leg) = Offer{Leg: d.Leg, Agent: d.Agent, Reason: d.Reason, At: at}
	if !c.talks() && c.State != Ended {
		c.takenBy(d.Agent)
		c.State = Ringing
	}
}

func (c *Call) ringEnded(at time.Time, d crm.OfferEnded) {
	o := c.offer(d.Leg)
	if o.At.IsZero() {
		o.Agent, o.At = d.Agent, at
	}
	o.Result, o.Code, o.EndedAt = d.Result, d.Code, &at
	if c.State != Ringing || d.Result == crm.OfferAnswered || c.rings() {
		return
	}
	c.State = Arrived
	if c.QueuedAt != nil {
		c.State = Queued
	}
}

// takenBy: a call between colleagues stays that of the one who has placed it.
func (c *Call) takenBy(agent crm.ID) {
	if c.Direction == crm.Within {
		c.Colleague = agent
	} else {
		c.Agent = agent
	}
}

func (c *Call) rings() bool {
	for _, o := range c.Route {
		if o.Result == "" {
			return true
		}
	}
	return false
}

func (c *Call) answer(at time.Time, d crm.Answered) {
	if c.wasRung(d.Leg) {
		if o := c.offer(d.Leg); o.Result == "" {
			o.Result, o.EndedAt = crm.OfferAnswered, &at
		}
	}
	if c.AnsweredAt == nil {
		c.AnsweredAt, c.WaitMS = &at, max(0, d.WaitMS)
	}
	if d.Agent != "" { // else a number that the client was given to
		c.takenBy(d.Agent)
	}
	c.State = Talking
	c.resume(at, crm.Agent) // the new leg has nobody on hold
	if c.HeldAt != nil {
		c.State = Held
	}
}

func (c *Call) hold(at time.Time, by crm.Party) {
	if slices.Contains(c.holders, by) {
		return
	}
	c.holders = append(slices.Clip(c.holders), by)
	if c.HeldAt == nil {
		c.HeldAt = &at
	}
	if c.State == Talking {
		c.State = Held
	}
}

func (c *Call) resume(at time.Time, by crm.Party) {
	c.holders = slices.DeleteFunc(slices.Clone(c.holders), func(p crm.Party) bool { return p == by })
	if len(c.holders) > 0 || c.HeldAt == nil {
		return
	}
	c.holdOver(at)
	if c.State == Held {
		c.State = Talking
	}
}

// holdOver: nobody is on hold any more.
func (c *Call) holdOver(at time.Time) {
	c.holders = nil
	if c.HeldAt != nil {
		c.HoldMS += max(0, at.Sub(*c.HeldAt).Milliseconds())
		c.HeldAt = nil
	}
}

func (c *Call) recorded(at time.Time, d crm.Recorded) {
	started := at
	for _, r := range c.recordings {
		if r.ID == d.Recording {
			started = r.StartedAt
		}
	}
	c.keep(Recording{d.Recording, d.Path, started, true, d.DurationMS, d.Bytes, d.SHA256, d.Truncated})
}

// keep puts r in the place of what was known of the file.
func (c *Call) keep(r Recording) {
	c.recordings = slices.Clone(c.recordings)
	i := slices.IndexFunc(c.recordings, func(known Recording) bool { return known.ID == r.ID })
	if i < 0 {
		i = len(c.recordings)
		c.recordings = append(c.recordings, r)
	}
	c.recordings[i] = r
	c.Recording = &c.recordings[len(c.recordings)-1]
}

func (c *Call) end(at time.Time, d crm.Ended) {
	c.holdOver(at)
	c.LostAt, c.Consult = nil, nil
	if !c.talks() && c.spokeWith != "" { // nobody else has taken it
		c.Agent = c.spokeWith
	}
	left := crm.OfferWithdrawn
	if d.By == crm.Caller {
		left = crm.OfferCallerGone
	}
	c.Route = slices.Clone(c.Route)
	for i := range c.Route {
		if c.Route[i].Result == "" {
			c.Route[i].Result, c.Route[i].EndedAt = left, &at
		}
	}
	c.State, c.EndedAt, c.EndReason, c.By, c.Code = Ended, &at, d.Reason, d.By, d.Code
	c.TalkMS = max(0, d.TalkMS)
	c.HoldMS = min(c.HoldMS, c.TalkMS)
	if !c.Talked() && c.QueuedAt != nil {
		c.WaitMS = max(0, at.Sub(*c.QueuedAt).Milliseconds())
	}
}
