package callflow

import (
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/telephony"
)

// resumeHeader tells a page that it is in this call already and answers at once.
const resumeHeader = "X-Callcard-Resume"

// loss is the time in which the device of the agent who talks is gone: his page is being
// loaded again, his network changes, his laptop is closed. He keeps the call and his
// reservation, the caller hears that somebody will be back.
type loss struct {
	until time.Time
	leg   telephony.LegID // of the devices that are asked to take the call back; "" while none is
}

// devicesChanged tells a talk that devices of its lost agent have come or gone.
type devicesChanged struct{}

// DevicesChanged tells that devices of an extension have come or gone.
func (f *Flow) DevicesChanged(extension string) {
	agent, ok := f.cfg.Office().AgentByExtension(extension)
	if !ok {
		return
	}
	f.mu.Lock()
	c := f.away[agent.ID]
	f.mu.Unlock()
	if c != nil {
		c.inbox.put(devicesChanged{})
	}
}

// awaitAgent makes the call hear of the devices of the agent who is lost.
func (c *call) awaitAgent(agent crm.ID) {
	c.flow.mu.Lock()
	defer c.flow.mu.Unlock()
	c.flow.away[agent] = c
}

func (c *call) awaitNobody() {
	c.flow.mu.Lock()
	defer c.flow.mu.Unlock()
	if c.talk != nil && c.flow.away[c.talk.offer.agent] == c {
		delete(c.flow.away, c.talk.offer.agent)
	}
}

// agentLost: the device of the agent who talks is gone without a word. The caller, the
// recording and the reservation stay; whatever device of his is there, or comes, is asked
// to take the call back.
func (c *call) agentLost() state {
	t := c.talk
	t.lost = &loss{until: time.Now().Add(c.flow.cfg.Away)}
	c.fact(crm.AgentLost{Agent: t.offer.agent, Until: c.flow.cfg.Now().Add(c.flow.cfg.Away).UTC()})
	c.do(telephony.Play{Leg: telephony.CallerLeg, Sound: telephony.Hold, Loop: true})
	c.awaitAgent(t.offer.agent)
	c.callBackAgent()
	return away
}

// callBackAgent rings every device that the lost agent has now.
func (c *call) callBackAgent() {
	t := c.talk
	c.stopCallingBack()
	agent, ok := c.flow.cfg.Office().Agent(t.offer.agent)
	if !ok || agent.Extension == "" {
		return
	}
	leg := telephony.LegID(crm.NewID())
	err := c.line.Do(telephony.Offer{
		Leg: leg, To: telephony.Target{Extension: agent.Extension}, From: c.shownNumber(), Display: c.caller.Name,
		Headers: map[string]string{resumeHeader: string(c.id)},
	})
	if err != nil {
		c.log.Debug("no device of the lost agent can be asked yet", "agent_id", string(agent.ID), "err", err)
		return
	}
	t.lost.leg = leg
}

func (c *call) stopCallingBack() {
	if l := c.talk.lost; l.leg != "" {
		c.do(telephony.Withdraw{Leg: l.leg, Reason: telephony.Cancelled})
		l.leg = ""
	}
}

// away: the caller waits for the agent he talks with.
func away(c *call, m message) state {
	lost := c.talk.lost
	switch m := m.(type) {
	case devicesChanged:
		c.callBackAgent()
	case telephony.LegAnswered:
		if m.Leg == lost.leg {
			return c.agentBack()
		}
		c.do(telephony.Hangup{Leg: m.Leg, Cause: telephony.AnsweredElsewhere})
	case telephony.LegRefused:
		if m.Leg != lost.leg {
			c.letGo(m.Leg)
			break
		}
		lost.leg = ""
		if m.Cause == telephony.Declined {
			return c.agentStaysAway()
		}
	case telephony.LegEnded:
		switch m.Leg {
		case telephony.CallerLeg:
			next := c.hungUp(crm.Caller, m)
			c.letGo(m.Leg)
			return next
		case lost.leg:
			lost.leg = ""
		default:
			c.letGo(m.Leg)
		}
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
		if passed(lost.until) {
			return c.agentStaysAway()
		}
	case telephony.LineDone:
		return c.lineDone(m)
	}
	return away
}

// agentBack: he has the call again. A hold that he had begun before is over.
func (c *call) agentBack() state {
	c.awaitNobody()
	t := c.talk
	t.offer.leg, t.lost, t.held = t.lost.leg, nil, false
	c.fact(crm.AgentBack{Agent: t.offer.agent, Leg: crm.ID(t.offer.leg)})
	c.do(telephony.Connect{Leg: t.offer.leg})
	return talking
}

// agentStaysAway gives the caller to somebody else, at his old place in the queue; a call
// that the agent has placed is over. The agent gets the time for his notes, for he has
// talked.
func (c *call) agentStaysAway() state {
	c.stopCallingBack()
	if c.placed != nil || c.queueless {
		return c.end(crm.System, crm.EndMediaLost, 0)
	}
	c.awaitNobody()
	c.do(telephony.Play{Leg: telephony.CallerLeg, Sound: telephony.Music, Loop: true})
	c.fact(crm.Queued{Queue: c.queue.Name, Priority: c.queue.Priority, EnteredAt: c.entered.UTC(), Why: crm.QueuedAgentLost}) // before the agent is free
	c.talked += time.Since(c.talk.since)
	c.wrapUp(c.talk.offer, wrapsUp{lost: true})
	c.talk = nil
	if c.queue.MaxWait > 0 {
		c.giveUpAt = time.Now().Add(c.queue.MaxWait)
	}
	return c.route()
}
