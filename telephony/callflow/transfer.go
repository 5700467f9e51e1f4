package callflow

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// Target is whom a client is given to, or who is asked about him: one of these.
type Target struct {
	Agent  crm.ID
	Queue  string
	Number string // as the agent has typed it
}

// Transfer gives the client of a talk to somebody else at once, or, without a target, to
// whom the agent has asked about him. The client waits, the agent is free for his notes.
// If nobody takes the call it comes back: to the agent, else to the queue at its old place.
// Errors beside those of a call that is over: crm.Invalid, crm.DiallingDenied, crm.NoDevice,
// crm.Busy, crm.Conflict.
func (f *Flow) Transfer(ctx context.Context, call, by crm.ID, to *Target) error {
	return f.order(ctx, call, order{kind: orderTransfer, by: by, to: to})
}

// The reasons of offers that no routing decision has made.
const (
	reasonTransferred = "transferred"
	reasonConsulted   = "consulted"
	reasonCameBack    = "transfer_failed"
)

// handed is a client who was given to somebody and has not been taken yet.
type handed struct {
	by      crm.ID  // to whom he comes back
	outside *beside // the number that is rung, if it is one
}

// transfer obeys an agent who gives his client away.
func (c *call) transfer(o order) error {
	t := c.talk
	if t.asks != nil && (o.to == nil || t.asks.is(*o.to)) {
		return c.handOver(c.inPlaceOf(o.by))
	}
	switch {
	case o.to == nil:
		return crm.Errorf(crm.Conflict, "Nobody was asked: say to whom the client is to be given.")
	case o.to.Queue != "":
		return c.transferToQueue(o.to.Queue, c.inPlaceOf(o.by))
	}
	b, err := c.bring(*o.to)
	if err != nil {
		return err
	}
	c.endAsking(crm.ConsultEndedByAgent)
	c.fact(crm.Transferred{By: c.talk.offer.agent, ToAgent: b.offer.agent, ToNumber: b.to.Number, How: crm.TransferBlind, User: c.inPlaceOf(o.by)})
	c.musicFor(telephony.CallerLeg, telephony.Ringback)
	c.leaveTalk()
	c.turn = func() state { return c.ringBeside(b) }
	return nil
}

// inPlaceOf is who acts, if it is not the agent of the talk himself.
func (c *call) inPlaceOf(by crm.ID) crm.ID {
	if by == c.talk.offer.agent {
		return ""
	}
	return by
}

func (c *call) transferToQueue(name string, user crm.ID) error {
	to, ok := c.flow.cfg.Office().Queue(name)
	if !ok {
		return crm.InvalidField("to.queue", "There is no queue %q.", name)
	}
	c.endAsking(crm.ConsultEndedByAgent)
	agent := c.talk.offer.agent
	c.fact(crm.Transferred{By: agent, ToQueue: to.Name, How: crm.TransferBlind, User: user})
	c.musicFor(telephony.CallerLeg, telephony.Music)
	c.entered = time.Now()
	c.fact(crm.Queued{Queue: to.Name, Priority: to.Priority, EnteredAt: c.entered.UTC(), Why: crm.QueuedTransferred}) // before the agent is free
	c.leaveTalk()
	c.refused, c.queue, c.queueless = []routing.AgentID{routing.AgentID(agent)}, to, false
	if to.MaxWait > 0 {
		c.giveUpAt = time.Now().Add(to.MaxWait)
	}
	c.turn = c.route
	return nil
}

// bring reserves a colleague, or finds the way to a number: somebody for the call beside
// those who are on it.
func (c *call) bring(to Target) (*beside, error) {
	t := c.talk
	leg := crm.NewID()
	b := &beside{offer: &offer{leg: telephony.LegID(leg), id: leg}}
	agent, ok := c.flow.cfg.Office().Agent(t.offer.agent)
	if !ok {
		return nil, crm.Errorf(crm.Conflict, "Only a colleague can give a call away.")
	}
	colleague := to.Agent
	if to.Number != "" {
		dest, err := c.flow.destination(agent, to.Number)
		if err != nil {
			return nil, err
		}
		if colleague = dest.Colleague; colleague == "" {
			if dest.PerHour > 0 && !c.flow.limits.take(agent.ID, dest.PerHour) {
				return nil, errLimit()
			}
			b.to = dest
			return b, nil
		}
	}
	mate, ok := c.flow.cfg.Office().Agent(colleague)
	switch now, known := c.flow.agents.Agent(colleague); {
	case !ok:
		return nil, crm.InvalidField("to.agent", "There is no such colleague.")
	case mate.ID == agent.ID:
		return nil, crm.InvalidField("to.agent", "You have the call already.")
	case mate.Extension == "" || !known || !now.Device:
		return nil, crm.Errorf(crm.NoDevice, "%s has no telephone that could ring now.", mate.Name)
	}
	b.offer.agent, b.offer.token = mate.ID, string(crm.NewID())
	ctx, cancel := c.desk()
	defer cancel()
	free, err := c.flow.cfg.Desk.Occupy(ctx, routing.CallID(c.id), routing.AgentID(mate.ID), b.offer.token, routing.Ringing)
	switch {
	case err != nil:
		return nil, &crm.Error{Code: crm.Unavailable, Message: "The store of agent states does not answer. Try again in a moment.", Err: err}
	case !free:
		return nil, crm.Errorf(crm.Busy, "%s has another call.", mate.Name)
	}
	c.flow.agents.stopWrap(mate.ID)
	return b, nil
}

// leaveTalk takes the agent out of the talk: he has the time for his notes, and may wish
// for another state. What came of the call is said by who has it last.
func (c *call) leaveTalk() {
	t := c.talk
	c.talked += time.Since(t.since)
	c.do(telephony.Hangup{Leg: t.offer.leg, Cause: telephony.Normal})
	c.awaitNobody()
	c.wrapUp(t.offer, wrapsUp{lost: t.lost != nil, handedOver: true})
	c.handed = &handed{by: t.offer.agent}
	c.talk = nil
	c.noLongerPlaced()
}

// noLongerPlaced: whoever has placed the call is not on it any more, so that it is like a
// client's, but in no queue.
func (c *call) noLongerPlaced() {
	if p := c.placed; p != nil {
		c.norm, c.in.From = p.to.Number, p.shown
		p.own.held = false
		c.placed, c.pickedUp, c.queueless = nil, true, true
	}
}

// ringBeside rings for a client who waits without an agent.
func (c *call) ringBeside(b *beside) state {
	if b.offer.agent != "" {
		id := routing.AgentID(b.offer.agent)
		c.token = b.offer.token
		return c.ring(b.offer.token, routing.Plan{Candidates: []routing.Candidate{{Agent: id, Reason: reasonTransferred}}}, []routing.AgentID{id})
	}
	c.handed.outside = b
	if !c.dialBeside(b) {
		return c.comeBack()
	}
	c.ringUntil = time.Now().Add(farRing)
	return passing
}

// passing: a number is rung for a client who waits without an agent.
func passing(c *call, m message) state {
	b := c.handed.outside
	switch m := m.(type) {
	case telephony.LegAnswered:
		if m.Leg != b.offer.leg {
			c.do(telephony.Hangup{Leg: m.Leg, Cause: telephony.AnsweredElsewhere})
			break
		}
		return c.connect(b.offer, crm.Answered{Leg: b.offer.id})
	case telephony.LegRefused:
		if m.Leg != b.offer.leg {
			c.letGo(m.Leg)
			break
		}
		if !b.another(m) || !c.dialBeside(b) {
			return c.comeBack()
		}
	case telephony.LegEnded:
		if m.Leg == telephony.CallerLeg {
			return c.callerGone(m)
		}
		c.letGo(m.Leg)
	case matched:
		c.decline(m, "already_ringing")
	case deadline:
		c.letGoOverdue()
		if passed(c.ringUntil) {
			c.do(telephony.Withdraw{Leg: b.offer.leg, Reason: telephony.NoAnswer})
			b.offer.leg = "" // what it still says is of no account
			return c.comeBack()
		}
	case telephony.LegHeld, telephony.LegResumed:
	case telephony.RecordingDone:
		c.recorded(m)
	case telephony.LegQuality:
		c.quality(m)
	case telephony.LineDone:
		return c.lineDone(m)
	}
	return passing
}

// comeBack gives a client whom nobody has taken back to the agent who has given him away,
// else to the queue. A call that an agent has placed is in no queue and ends.
func (c *call) comeBack() state {
	by := c.handed.by
	c.handed, c.ringUntil = nil, time.Time{}
	if token, ok := c.takeBack(by); ok {
		c.token = token
		id := routing.AgentID(by)
		return c.ring(token, routing.Plan{Candidates: []routing.Candidate{{Agent: id, Reason: reasonCameBack}}}, []routing.AgentID{id})
	}
	if c.queueless {
		return c.farewell(crm.EndUnanswered)
	}
	c.fact(crm.Queued{Queue: c.queue.Name, Priority: c.queue.Priority, EnteredAt: c.entered.UTC(), Why: crm.QueuedTransferFailed})
	if c.queue.MaxWait > 0 {
		c.giveUpAt = time.Now().Add(c.queue.MaxWait)
	}
	return c.route()
}

// takeBack reserves the agent who has given his client away, if he has no other call.
func (c *call) takeBack(agent crm.ID) (token string, ok bool) {
	if now, known := c.flow.agents.Agent(agent); !known || !now.Device {
		return "", false
	}
	token = string(crm.NewID())
	ctx, cancel := c.desk()
	defer cancel()
	ok, err := c.flow.cfg.Desk.Occupy(ctx, routing.CallID(c.id), routing.AgentID(agent), token, routing.Ringing)
	if err != nil {
		c.log.Error("give a call back to the agent", "agent_id", string(agent), "err", err)
	}
	if ok {
		c.flow.agents.stopWrap(agent)
	}
	return token, ok
}

// musicFor lets a leg hear a sound until it is joined again.
func (c *call) musicFor(leg telephony.LegID, sound telephony.Sound) {
	c.do(telephony.Play{Leg: leg, Sound: sound, Loop: true})
}
