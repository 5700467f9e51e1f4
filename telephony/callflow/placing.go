package callflow

import (
	"errors"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

const (
	// ownRing is how long the agent's own device rings before his call is given up.
	ownRing = 30 * time.Second
	// farRing is how long the other side rings.
	farRing = 90 * time.Second
)

// dialHeader names, to the agent's own device, the call that he has asked for: a page
// answers it by itself.
const dialHeader = "X-Callcard-Dial"

// begun rings the agent's own device, unless he is on it already.
func (c *call) begun() state {
	p := c.placed
	if p.phone {
		return c.dialOut()
	}
	if !c.do(telephony.Offer{
		Leg: p.own.leg, To: telephony.Target{Extension: p.agent.Extension}, From: p.shown, Display: c.caller.Name,
		Headers: map[string]string{dialHeader: string(c.id)},
	}) {
		return c.end(crm.System, crm.EndFailed, 0)
	}
	c.ringUntil = time.Now().Add(ownRing)
	return placing
}

// dialOut calls the other side, a number over the first trunk that takes the call.
func (c *call) dialOut() state {
	p := c.placed
	c.ringUntil = time.Now().Add(farRing)
	if p.to.Colleague != "" {
		return c.ringColleague()
	}
	for p.tries < len(p.to.Trunks) {
		trunk := p.to.Trunks[p.tries]
		p.tries++
		c.fact(crm.Dialled{Line: trunk})
		err := c.line.Do(telephony.Dial{To: telephony.Target{Trunk: trunk, Number: p.to.Number}, From: p.to.CallerID})
		if err == nil || errors.Is(err, telephony.ErrGone) { // then the event that says so is on its way
			return placing
		}
		c.log.Warn("a call could not leave over a trunk", "trunk", trunk, "err", err)
	}
	return c.end(crm.System, crm.EndUnreachable, 0)
}

// placing: the agent's own device is rung, then the other side.
func placing(c *call, m message) state {
	p := c.placed
	switch m := m.(type) {
	case telephony.LegRinging:
		if m.Leg == telephony.CallerLeg {
			c.farRings(m.Sound)
		}
	case telephony.LegAnswered:
		if m.Leg == p.own.leg {
			return c.dialOut()
		}
		return c.reached()
	case telephony.LegRefused:
		if m.Leg == p.own.leg {
			return c.end(crm.Agent, crm.EndCancelled, m.Code)
		}
		return c.notReached(m)
	case telephony.LegEnded:
		if m.Leg == p.own.leg {
			return c.ownGone(m)
		}
	case telephony.LegQuality:
		c.quality(m)
	case deadline:
		c.letGoOverdue()
		if passed(c.ringUntil) {
			return c.rungOut()
		}
	case telephony.LineDone:
		return c.lineDone(m)
	}
	return placing
}

// farRings lets the agent hear that it rings: what the line says itself, our own tone, or
// his phone's.
func (c *call) farRings(sound bool) {
	own := c.placed.own.leg
	switch {
	case sound:
		c.do(telephony.Connect{Leg: own})
	case c.placed.phone:
		c.do(telephony.Ring{Leg: own})
	default:
		c.do(telephony.Play{Leg: own, Sound: telephony.Ringback, Loop: true})
	}
}

// rungOut: nobody has picked up, neither the agent himself nor whom he calls.
func (c *call) rungOut() state {
	if c.placed.tries == 0 && c.placed.mate == nil {
		return c.end(crm.Agent, crm.EndCancelled, 0)
	}
	c.withdrawAll(telephony.NoAnswer, crm.OfferNoAnswer)
	return c.end(crm.System, crm.EndUnanswered, 0)
}

// ownGone: the agent has hung up before there was an answer.
func (c *call) ownGone(m telephony.LegEnded) state {
	by, reason := crm.Agent, crm.EndCancelled
	if m.By == telephony.Local {
		by, reason = crm.System, crm.EndFailed
	}
	next := c.end(by, reason, m.Code)
	c.letGo(m.Leg)
	return next
}

// reached: the other side has picked up.
func (c *call) reached() state {
	p := c.placed
	answered := crm.Answered{Leg: p.own.id, Agent: p.agent.ID, WaitMS: c.waitMS()}
	if o := p.mate; o != nil {
		ctx, cancel := c.desk()
		defer cancel()
		ok, err := c.flow.cfg.Desk.Claim(ctx, routing.CallID(c.id), routing.AgentID(o.agent), o.token)
		if err != nil || !ok || o.over {
			c.log.Warn("a colleague's answer came too late", "agent_id", string(o.agent), "err", err)
			return c.end(crm.System, crm.EndUnanswered, 0)
		}
		c.fact(crm.OfferEnded{Leg: o.id, Agent: o.agent, Result: crm.OfferAnswered, Code: 200})
		delete(c.offers, o.leg)
		answered.Leg, answered.Agent = o.id, o.agent
	}
	return c.connect(p.own, answered)
}

// notReached: the other side has not taken the call. Another trunk is tried when it was
// the trunk's fault.
func (c *call) notReached(m telephony.LegRefused) state {
	p := c.placed
	reason := endOf(m.Cause)
	if o := p.mate; o != nil {
		if o.over && o.why == string(crm.OfferDeclined) {
			reason = crm.EndDeclined
		}
		c.legRefused(m)
		return c.end(crm.Caller, reason, m.Code)
	}
	if trunkFailed(m) {
		if p.tries < len(p.to.Trunks) {
			return c.dialOut()
		}
		reason = crm.EndUnreachable
	}
	by := crm.Caller
	switch reason {
	case crm.EndUnanswered, crm.EndUnreachable, crm.EndUnknownNumber, crm.EndFailed:
		by = crm.System
	}
	return c.end(by, reason, m.Code)
}

// trunkFailed: it was the trunk's fault that a number was not reached.
func trunkFailed(m telephony.LegRefused) bool {
	return m.Cause == telephony.Overloaded || m.Cause == telephony.Unreachable && m.Code == 0 || m.Code >= 500 && m.Code < 600 && m.Cause == telephony.Failed
}

// endOf is what the refusal of a called side means for the call.
func endOf(cause telephony.Cause) crm.EndReason {
	switch cause {
	case telephony.BusyHere:
		return crm.EndBusy
	case telephony.Declined:
		return crm.EndDeclined
	case telephony.NoAnswer, telephony.Withdrawn:
		return crm.EndUnanswered
	case telephony.UnknownNumber:
		return crm.EndUnknownNumber
	case telephony.Unreachable, telephony.Overloaded:
		return crm.EndUnreachable
	}
	return crm.EndFailed
}

// parted gives back who belongs to a call that an agent has placed, once his phone has
// let go.
func (c *call) parted() {
	for _, o := range []*offer{c.placed.own, c.placed.mate} {
		if o != nil && o.held && !o.over {
			o.over, o.next, o.why = true, routing.Available, "call_ended"
			o.letGoBy = time.Now().Add(lingerBudget)
			c.offers[o.leg] = o
		}
	}
}
