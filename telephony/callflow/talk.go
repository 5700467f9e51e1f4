package callflow

import (
	"errors"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/telephony"
)

// talk is the caller and an agent hearing each other.
type talk struct {
	offer *offer
	since time.Time
	held  bool  // by the agent, through the page
	lost  *loss // while the agent's device is gone
	asks  *asking
}

func (c *call) beginTalk(o *offer) state {
	c.fact(crm.OfferEnded{Leg: o.id, Agent: o.agent, Result: crm.OfferAnswered, Code: 200})
	delete(c.offers, o.leg)
	next := c.connect(o, crm.Answered{Leg: o.id, Agent: o.agent, WaitMS: c.waitMS()})
	c.withdrawAll(telephony.AnsweredElsewhere, crm.OfferWithdrawn)
	return next
}

// connect lets the agent and the other side hear each other.
func (c *call) connect(o *offer, answered crm.Answered) state {
	c.ringUntil, c.giveUpAt, c.handed = time.Time{}, time.Time{}, nil
	c.fact(answered)
	c.talk = &talk{offer: o, since: time.Now()}
	c.pickUp()
	if c.do(telephony.Connect{Leg: o.leg}) {
		c.record()
	}
	return talking
}

// record begins the recording, which lasts until the call ends, with whomever the caller
// talks. A talk that can't be recorded goes on; the supervisor is told.
func (c *call) record() {
	if !c.queue.Record || c.rec != nil {
		return
	}
	if can := c.flow.cfg.CanRecord; can != nil && !can() {
		c.log.Error("a talk is not recorded: the disk is full")
		c.flow.cfg.Alarms.Raise("recording_failed", "A talk is not recorded: free some space on the disk of the recordings.")
		return
	}
	id := crm.NewID()
	path, relative := c.flow.cfg.RecordingPath(c.flow.cfg.Now(), id)
	c.rec = &crm.RecordingStarted{Recording: id, Path: relative}
	c.fact(*c.rec)
	switch err := c.line.Do(telephony.Record{Path: path}); {
	case err == nil:
	case errors.Is(err, telephony.ErrGone): // there is nothing to record any more
		c.closeRecording(telephony.RecordingDone{Truncated: "io_error"})
	default:
		c.log.Error("a talk is not recorded", "err", err)
		c.flow.cfg.Alarms.Raise("recording_failed", "A talk can't be recorded: check the disk of the recordings.")
		c.closeRecording(telephony.RecordingDone{Truncated: "io_error"})
	}
}

// talking: the caller and the agent hear each other.
func talking(c *call, m message) state {
	switch m := m.(type) {
	case telephony.LegEnded:
		switch m.Leg {
		case telephony.CallerLeg:
			next := c.hungUp(crm.Caller, m)
			c.letGo(m.Leg)
			return next
		case c.talk.offer.leg:
			if m.Cause == telephony.DeviceLost {
				return c.agentLost()
			}
			by := crm.Agent
			if c.talk.offer.agent == "" { // a number that the client was given to
				by = crm.System
			}
			next := c.hungUp(by, m)
			c.letGo(m.Leg) // his phone is free already
			return next
		}
		c.letGo(m.Leg)
	case telephony.LegRefused:
		c.letGo(m.Leg)
	case telephony.LegAnswered:
		c.do(telephony.Hangup{Leg: m.Leg, Cause: telephony.AnsweredElsewhere})
	case telephony.LegHeld:
		c.fact(crm.Held{By: c.party(m.Leg)})
	case telephony.LegResumed:
		c.fact(crm.Resumed{By: c.party(m.Leg)})
	case telephony.RecordingDone:
		c.recorded(m)
	case telephony.LegQuality:
		c.quality(m)
	case matched:
		c.decline(m, "already_talking")
	case deadline:
		c.letGoOverdue()
	case telephony.LineDone:
		return c.lineDone(m)
	}
	return talking
}

func (c *call) party(leg telephony.LegID) crm.Party {
	if leg == telephony.CallerLeg {
		return crm.Caller
	}
	return crm.Agent
}

func (c *call) hungUp(by crm.Party, m telephony.LegEnded) state {
	reason := crm.EndCompleted
	switch m.Cause {
	case telephony.MediaLost:
		by, reason = crm.System, crm.EndMediaLost
	case telephony.Failed:
		by, reason = crm.System, crm.EndFailed
	}
	return c.end(by, reason, m.Code)
}

// isOn reports whether the agent talks on the call or is rung for it.
func (c *call) isOn(agent crm.ID) bool {
	if c.talk != nil && c.talk.asks != nil && c.talk.asks.offer.agent == agent {
		return true
	}
	if p := c.placed; p != nil && (p.agent.ID == agent || p.mate != nil && p.mate.agent == agent) {
		return true
	}
	if c.talk != nil {
		return c.talk.offer.agent == agent
	}
	for _, o := range c.offers {
		if o.agent == agent && !o.over {
			return true
		}
	}
	return false
}

func errAway() error {
	return crm.Errorf(crm.Conflict, "The agent's telephone is gone for a moment; the call comes back by itself.")
}

// givenUp is how a call ends that is hung up before anybody has talked on it.
func (c *call) givenUp() crm.EndReason {
	if c.placed != nil {
		return crm.EndCancelled
	}
	return crm.EndUnanswered
}

// obey does what a person wants of the call.
func (c *call) obey(o order) error {
	if c.ended {
		return errOver()
	}
	if o.kind == orderHangup {
		if c.talk != nil && c.talk.asks != nil && c.talk.asks.offer.agent == o.by { // he was only asked
			o.kind = orderConsultEnd
			return c.obeyInTalk(o)
		}
		e := crm.Ended{By: crm.Agent, Reason: crm.EndCompleted}
		if !c.isOn(o.by) {
			e.By, e.User = crm.Supervisor, o.by
		}
		if c.talk == nil {
			e.Reason = c.givenUp()
		}
		c.finish(e)
		return nil
	}
	if o.kind == orderDecline {
		return c.declinedBy(o.by)
	}
	if o.kind == orderAssign || o.kind == orderMove {
		return c.steer(o)
	}
	if c.talk == nil {
		return crm.Errorf(crm.Conflict, "Nobody talks on this call yet.")
	}
	switch o.kind {
	case orderTransfer, orderConsult, orderConsultEnd, orderSwap, orderJoin:
		return c.obeyInTalk(o)
	case orderHold, orderResume:
		if c.talk.lost != nil {
			return errAway()
		}
		if a := c.talk.asks; a != nil && a.stage != asksAside && a.stage != asksAll {
			return crm.Errorf(crm.Conflict, "The client waits with music already.")
		}
	}
	leg := c.talk.offer.leg
	switch o.kind {
	case orderHold:
		if c.talk.held {
			return nil
		}
		if err := c.line.Do(telephony.HoldLeg{Leg: leg}); err != nil {
			return err
		}
		c.talk.held = true
		c.fact(crm.Held{By: crm.Agent})
		return nil
	case orderResume:
		if !c.talk.held {
			return nil
		}
		if err := c.line.Do(telephony.ResumeLeg{Leg: leg}); err != nil {
			return err
		}
		c.talk.held = false
		c.fact(crm.Resumed{By: crm.Agent})
		return nil
	case orderDigits:
		to := telephony.CallerLeg
		if a := c.talk.asks; a != nil && a.stage == asksTalks {
			to = a.offer.leg
		}
		return c.line.Do(telephony.SendDigits{Leg: to, Digits: o.digits})
	}
	return crm.Errorf(crm.Invalid, "This can't be done with a call.")
}
