package callflow

import (
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// end closes the call and waits until the line has closed everything.
func (c *call) end(by crm.Party, reason crm.EndReason, code int) state {
	if !c.ended {
		c.finish(crm.Ended{By: by, Reason: reason, Code: code})
	}
	return c.close()
}

// finish is the end of the call for everybody: the fact, the phones, the desk.
func (c *call) finish(e crm.Ended) {
	c.ended = true
	c.waitUntil, c.giveUpAt, c.ringUntil = time.Time{}, time.Time{}, time.Time{}
	if c.talk != nil {
		c.endAsking(crm.ConsultCallerLeft)
	}
	result := crm.OfferWithdrawn
	if e.By == crm.Caller || c.placed != nil {
		result = crm.OfferCallerGone
	}
	c.withdrawAll(telephony.Cancelled, result)
	e.TalkMS = c.talkMS()
	c.fact(e)
	c.endTold = true
	c.do(telephony.Hangup{Cause: hangupCause(e)})
	c.awaitNobody()
	if c.talk != nil {
		c.wrapUp(c.talk.offer, wrapsUp{lost: c.talk.lost != nil})
	} else if c.placed == nil && len(c.offers) == 0 {
		c.leaveDesk()
	}
	if c.placed != nil {
		c.parted()
		return
	}
	if e.Reason == crm.EndInterrupted {
		c.flow.places.remember(c.norm, c.queue.Name, c.entered)
	}
}

// hangupCause is what the telephones are told.
func hangupCause(e crm.Ended) telephony.Cause {
	switch e.Reason {
	case crm.EndUnanswered:
		return telephony.NoAnswer
	case crm.EndRejected:
		switch e.Why {
		case crm.WhyBusy:
			return telephony.BusyHere
		case crm.WhyNoNumber:
			return telephony.UnknownNumber
		}
		return telephony.NotAllowed
	case crm.EndCancelled:
		return telephony.Cancelled
	case crm.EndBusy:
		return telephony.BusyHere
	case crm.EndDeclined:
		return telephony.Declined
	case crm.EndUnknownNumber:
		return telephony.UnknownNumber
	case crm.EndUnreachable:
		return telephony.Unreachable
	case crm.EndFailed:
		return telephony.Failed
	case crm.EndInterrupted:
		return telephony.Overloaded
	case crm.EndMediaLost:
		return telephony.MediaLost
	}
	return telephony.Normal
}

// wrapsUp is how an agent comes to his wrap-up.
type wrapsUp struct {
	lost       bool // his device is gone: there is no leg that he might be busy with
	handedOver bool // the client goes on talking with somebody else, who says what came of it
}

// wrapUp gives an agent his time to finish the notes. Without it he is free as soon
// as his phone has let go of the leg.
func (c *call) wrapUp(o *offer, how wrapsUp) {
	o.over, o.next, o.why = true, routing.Available, "call_ended"
	if o.agent == "" { // a number
		return
	}
	if c.queue.WrapUp > 0 {
		o.next = routing.WrapUp
		w := c.newWrap(o.agent, c.flow.cfg.Now().Add(c.queue.WrapUp).UTC(), c.queue.UntilOutcome && !how.handedOver)
		c.flow.agents.wrapUp(o.agent, w, func() { c.release(o.agent, o.token, routing.WrapUp, o.why) })
		return
	}
	if how.lost {
		c.release(o.agent, o.token, o.next, o.why)
		return
	}
	o.letGoBy = time.Now().Add(lingerBudget)
	c.offers[o.leg] = o
}

// close waits for the line.
func (c *call) close() state {
	c.closeBy = time.Now().Add(closeBudget)
	return ending
}

// ending: the call is over; files are closed, phones let go.
func ending(c *call, m message) state {
	switch m := m.(type) {
	case telephony.LegRefused:
		c.letGo(m.Leg)
	case telephony.LegEnded:
		c.letGo(m.Leg)
	case telephony.LegAnswered:
		c.do(telephony.Hangup{Leg: m.Leg, Cause: telephony.Cancelled})
	case telephony.RecordingDone:
		c.recorded(m)
	case telephony.LegQuality:
		c.quality(m)
	case matched:
		c.decline(m, "caller_gone")
	case telephony.LineDone:
		return c.lineDone(m)
	case deadline:
		c.letGoOverdue()
		if passed(c.closeBy) {
			c.log.Error("the line did not close the call in time")
			return c.lineDone(telephony.LineDone{})
		}
	}
	return ending
}

// lineDone ends the story; whatever is still open is closed.
func (c *call) lineDone(m telephony.LineDone) state {
	if !c.ended {
		c.finish(crm.Ended{By: crm.System, Reason: crm.EndFailed})
	}
	for leg, o := range c.offers {
		o.over = true
		c.letGo(leg)
	}
	if c.rec != nil {
		c.recorded(telephony.RecordingDone{Truncated: "io_error"})
	}
	c.leaveDesk()
	c.flow.cfg.Traces.Save(c.id, m.Ladder)
	return nil
}

// recorded closes the recording that is open; the supervisor hears of one that is cut.
func (c *call) recorded(m telephony.RecordingDone) {
	if c.closeRecording(m) && m.Truncated != "" {
		c.flow.cfg.Alarms.Raise("recording_truncated", "A recording is not complete: check the disk of the recordings.")
	}
}

func (c *call) closeRecording(m telephony.RecordingDone) bool {
	rec := c.rec
	if rec == nil {
		return false
	}
	c.rec = nil
	c.fact(crm.Recorded{
		Recording: rec.Recording, Path: rec.Path, DurationMS: m.Duration.Milliseconds(),
		Bytes: m.Bytes, SHA256: m.SHA256, Truncated: m.Truncated,
	})
	return true
}

func (c *call) quality(m telephony.LegQuality) {
	q := crm.Quality{
		Party: crm.Caller, Received: m.Received, Lost: m.Lost, JitterMS: m.JitterMS, RTTMS: m.RTTMS, MOS: m.MOS,
	}
	if m.Leg != telephony.CallerLeg {
		q.Party, q.Leg = crm.Agent, crm.ID(m.Leg)
	}
	c.fact(q)
}
