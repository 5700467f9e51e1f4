package calls

import (
	"time"

	"github.com/callcard/callcard/crm"
)

// Fold adds f to what is known of the call and reports whether it was new: a fact
// whose number is not above the last one changes nothing.
func Fold(c *Call, f crm.Fact) bool {
	if f.Seq <= c.Seq {
		return false
	}
	if c.Seq == 0 {
		// A call whose first facts were lost still has a beginning and a side.
		c.ID, c.StartedAt, c.State, c.Direction = f.CallID, f.At, Arrived, crm.Inbound
	}
	c.Seq = f.Seq
	switch d := f.Data.(type) {
	case crm.Arrived:
		c.arrive(f.At, d)
	case crm.Identified:
		c.identify(d)
	case crm.Queued:
		c.queue(d)
	case crm.Routed:
		c.Decisions = append(c.Decisions, Decision{f.At, d})
	case crm.Offered:
		c.ring(f.At, d)
	case crm.OfferEnded:
		c.ringEnded(f.At, d)
	case crm.Answered:
		c.answer(f.At, d)
	case crm.Held:
		c.hold(f.At, d.By)
	case crm.Resumed:
		c.resume(f.At, d.By)
	case crm.RecordingStarted:
		c.Recording = &Recording{ID: d.Recording, Path: d.Path, StartedAt: f.At}
	case crm.Recorded:
		c.recorded(f.At, d)
	case crm.Quality:
		c.Quality = append(c.Quality, d)
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

func (c *Call) queue(d crm.Queued) {
	entered := d.EnteredAt
	c.Queue, c.QueuedAt = d.Queue, &entered
	if c.State == Arrived {
		c.State = Queued
	}
}

func (c *Call) ring(at time.Time, d crm.Offered) {
	c.Route = append(c.Route, Offer{Leg: d.Leg, Agent: d.Agent, Reason: d.Reason, At: at})
	if !c.Talked() {
		c.Agent = d.Agent
		c.State = Ringing
	}
}

func (c *Call) ringEnded(at time.Time, d crm.OfferEnded) {
	o := c.offer(d.Leg)
	if o == nil {
		c.Route = append(c.Route, Offer{Leg: d.Leg, Agent: d.Agent, At: at})
		o = &c.Route[len(c.Route)-1]
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

func (c *Call) rings() bool {
	for _, o := range c.Route {
		if o.Result == "" {
			return true
		}
	}
	return false
}

func (c *Call) answer(at time.Time, d crm.Answered) {
	if o := c.offer(d.Leg); o != nil && o.Result == "" {
		o.Result, o.EndedAt = crm.OfferAnswered, &at
	}
	if c.AnsweredAt == nil {
		c.AnsweredAt, c.WaitMS = &at, max(0, d.WaitMS)
	}
	c.Agent = d.Agent
	c.State = Talking
	c.resume(at, crm.Agent) // the new leg has nobody on hold
	if c.held != nil {
		c.State = Held
	}
}

func (c *Call) hold(at time.Time, by crm.Party) {
	if c.heldBy == nil {
		c.heldBy = map[crm.Party]time.Time{}
	}
	if _, twice := c.heldBy[by]; twice {
		return
	}
	c.heldBy[by] = at
	if c.held == nil {
		c.held = &at
	}
	if c.State == Talking {
		c.State = Held
	}
}

func (c *Call) resume(at time.Time, by crm.Party) {
	delete(c.heldBy, by)
	if len(c.heldBy) > 0 || c.held == nil {
		return
	}
	c.HoldMS += max(0, at.Sub(*c.held).Milliseconds())
	c.held = nil
	if c.State == Held {
		c.State = Talking
	}
}

func (c *Call) recorded(at time.Time, d crm.Recorded) {
	r := c.Recording
	if r == nil || r.ID != d.Recording {
		r = &Recording{ID: d.Recording, StartedAt: at}
		c.Recording = r
	}
	r.Path, r.DurationMS, r.Bytes, r.SHA256, r.Truncated = d.Path, d.DurationMS, d.Bytes, d.SHA256, d.Truncated
	r.Closed = true
}

func (c *Call) end(at time.Time, d crm.Ended) {
	if c.held != nil {
		c.heldBy = nil
		c.resume(at, d.By)
	}
	left := crm.OfferWithdrawn
	if d.By == crm.Caller {
		left = crm.OfferCallerGone
	}
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
