package callflow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// offer is one agent being rung for this call.
type offer struct {
	leg   telephony.LegID
	id    crm.ID // of the leg in the facts
	agent crm.ID
	token string
	// over: the offer has ended for us, but his phone has not let go of the leg yet.
	// Until it has, or letGoBy has passed, he stays reserved: a phone that is still
	// busy with the old leg must not be rung for a new call.
	over    bool
	letGoBy time.Time
	next    routing.State
	why     string
	held    bool // he belongs to a call that an agent places
}

// ring offers the call to the agents the desk has reserved.
func (c *call) ring(token string, plan routing.Plan, agents []routing.AgentID) state {
	c.waitFor, c.waitUntil = "", time.Time{}
	reasons := map[routing.AgentID]string{}
	for _, x := range plan.Candidates {
		reasons[x.Agent] = string(x.Reason)
	}
	offers := make([]*offer, 0, len(agents))
	shown := make([]Shown, 0, len(agents))
	for _, id := range agents {
		if reasons[id] == "" { // taken from the waiting list against the plan's wish to wait
			reasons[id] = string(plan.Reason)
		}
		leg := crm.NewID()
		o := &offer{leg: telephony.LegID(leg), id: leg, agent: crm.ID(id), token: token}
		offers = append(offers, o)
		c.offers[o.leg] = o
		shown = append(shown, c.fact(crm.Offered{Leg: o.id, Agent: o.agent, Reason: reasons[id], WaitMS: c.waitMS()}))
	}
	c.awaitScreens(shown)
	office, gone := c.flow.cfg.Office(), false
	for _, o := range offers {
		agent, ok := office.Agent(o.agent)
		if !ok || agent.Extension == "" {
			c.refuse(o, crm.OfferUnreachable, 0)
			continue
		}
		err := c.line.Do(telephony.Offer{
			Leg: o.leg, To: telephony.Target{Extension: agent.Extension}, From: c.shownNumber(), Display: c.caller.Name,
		})
		switch {
		case err == nil:
		case errors.Is(err, telephony.ErrGone):
			gone = true
			c.endOffer(o, crm.OfferCallerGone, 0)
		default:
			c.log.Warn("an agent's phone could not be rung", "agent_id", string(o.agent), "err", err)
			c.refuse(o, crm.OfferUnreachable, 0)
		}
	}
	if gone && len(c.offers) == 0 {
		return waiting // for the event that says so: nobody else need be rung
	}
	if !c.ringing() {
		return c.ringOrRoute()
	}
	if !c.alerted && !c.pickedUp {
		c.alerted = true
		c.do(telephony.Ring{})
	}
	c.ringUntil = time.Now().Add(c.queue.Ring)
	return ringing
}

// awaitScreens keeps the promise that the card is there before the phone rings.
func (c *call) awaitScreens(shown []Shown) {
	ctx, cancel := context.WithTimeout(c.flow.base, ShowBudget)
	defer cancel()
	for _, s := range shown {
		if s == nil {
			continue
		}
		if err := s.Wait(ctx); err != nil {
			c.log.Warn("a screen-pop was slow; the phone rings without waiting for it", "err", err)
			return
		}
	}
}

// shownNumber is what the agent's phone displays: E.164 where the number is one.
func (c *call) shownNumber() string {
	if c.placed != nil {
		return c.placed.shown
	}
	if c.norm == "" || strings.HasPrefix(c.norm, "+") {
		return c.norm
	}
	return c.in.From
}

// ringMatched offers the call to an agent who has become free. The decision is made
// again for the record: it says why him.
func (c *call) ringMatched(m matched) state {
	agents := []routing.AgentID{routing.AgentID(m.agent)}
	plan := c.planWith(agents)
	c.note(routed(plan))
	return c.ring(m.token, plan, agents)
}

// planWith is the decision as it is when the desk has just given these agents to the
// call: they are free for it and for nobody else.
func (c *call) planWith(agents []routing.AgentID) routing.Plan {
	req := c.request()
	for i := range req.Agents {
		if slices.Contains(agents, req.Agents[i].ID) {
			req.Agents[i].State, req.Agents[i].Device = routing.Available, true
		}
	}
	return routing.Decide(req)
}

// names reports whether the plan has all these agents among its candidates.
func names(plan routing.Plan, agents []routing.AgentID) bool {
	for _, id := range agents {
		if !slices.ContainsFunc(plan.Candidates, func(x routing.Candidate) bool { return x.Agent == id }) {
			return false
		}
	}
	return true
}

// decline gives back an agent whom the call has no use for, unless he is in it already
// and the match is told twice.
func (c *call) decline(m matched, why string) {
	for _, o := range c.offers {
		if o.agent == m.agent && o.token == m.token {
			return
		}
	}
	if c.talk != nil && c.talk.offer.agent == m.agent && c.talk.offer.token == m.token {
		return
	}
	c.release(m.agent, m.token, routing.Available, why)
}

func (c *call) ringing() bool {
	for _, o := range c.offers {
		if !o.over {
			return true
		}
	}
	return false
}

// ringing: at least one phone rings.
func ringing(c *call, m message) state {
	switch m := m.(type) {
	case telephony.LegAnswered:
		return c.claim(m.Leg)
	case telephony.LegRefused:
		c.legRefused(m)
	case telephony.LegEnded:
		if m.Leg == telephony.CallerLeg {
			return c.callerGone(m)
		}
		c.legRefused(telephony.LegRefused{Leg: m.Leg, Cause: m.Cause, Code: m.Code})
	case matched:
		c.decline(m, "already_ringing")
	case deadline:
		c.letGoOverdue()
		if passed(c.giveUpAt) {
			return c.farewell(crm.EndUnanswered)
		}
		if passed(c.ringUntil) {
			c.withdrawAll(telephony.NoAnswer, crm.OfferNoAnswer)
		}
	case telephony.RecordingDone:
		c.recorded(m)
	case telephony.LegQuality:
		c.quality(m)
	case telephony.LineDone:
		return c.lineDone(m)
	}
	return c.ringOrRoute()
}

// ringOrRoute looks for somebody else once nobody is rung any more and every phone
// has let go: deciding again takes the call's agents off the desk, and one whose
// phone has not heard of the CANCEL yet must not be given another call.
func (c *call) ringOrRoute() state {
	if !c.ringing() {
		c.ringUntil = time.Time{}
	}
	switch {
	case len(c.offers) > 0:
		return ringing
	case c.handed != nil:
		return c.comeBack()
	case c.queueless:
		return c.farewell(crm.EndUnanswered)
	}
	return c.route()
}

// legRefused: a phone will not take the call.
func (c *call) legRefused(m telephony.LegRefused) {
	o := c.offers[m.Leg]
	if o == nil {
		return
	}
	if o.over {
		c.letGo(m.Leg)
		return
	}
	result := crm.OfferUnreachable
	switch m.Cause {
	case telephony.Declined, telephony.BusyHere:
		result = crm.OfferDeclined
	case telephony.NoAnswer:
		result = crm.OfferNoAnswer
	}
	c.refuse(o, result, m.Code)
}

// refuse ends an offer whose phone has let go already; the agent is not offered this
// call again.
func (c *call) refuse(o *offer, result crm.OfferResult, code int) {
	c.refused = append(c.refused, routing.AgentID(o.agent))
	c.endOffer(o, result, code)
}

func (c *call) endOffer(o *offer, result crm.OfferResult, code int) {
	c.fact(crm.OfferEnded{Leg: o.id, Agent: o.agent, Result: result, Code: code})
	o.over, o.next, o.why = true, routing.Available, string(result)
	c.letGo(o.leg)
}

// withdrawAll stops ringing whoever still rings.
func (c *call) withdrawAll(cause telephony.Cause, result crm.OfferResult) {
	for _, o := range c.offers {
		if !o.over {
			c.withdraw(o, cause, result)
		}
	}
}

func (c *call) withdraw(o *offer, cause telephony.Cause, result crm.OfferResult) {
	c.fact(crm.OfferEnded{Leg: o.id, Agent: o.agent, Result: result})
	if result == crm.OfferNoAnswer || result == crm.OfferDeclined {
		c.refused = append(c.refused, routing.AgentID(o.agent))
	}
	o.over, o.next, o.why = true, routing.Available, string(result)
	o.letGoBy = time.Now().Add(lingerBudget)
	c.do(telephony.Withdraw{Leg: o.leg, Reason: cause})
}

// declinedBy is an agent's no, said through the page while his phone rings.
func (c *call) declinedBy(agent crm.ID) error {
	for _, o := range c.offers {
		if o.agent == agent && !o.over {
			c.withdraw(o, telephony.Declined, crm.OfferDeclined)
			return nil
		}
	}
	return crm.Errorf(crm.Conflict, "This call does not ring at you any more.")
}

// letGo frees the agent of a leg that is gone.
func (c *call) letGo(leg telephony.LegID) {
	o := c.offers[leg]
	if o == nil || !o.over {
		return
	}
	delete(c.offers, leg)
	c.release(o.agent, o.token, o.next, o.why)
}

// letGoOverdue frees agents whose phones don't say that they have let go.
func (c *call) letGoOverdue() {
	for leg, o := range c.offers {
		if passed(o.letGoBy) {
			c.log.Warn("a phone did not confirm the end of a leg in time", "agent_id", string(o.agent))
			c.letGo(leg)
		}
	}
}

// claim makes the agent who picked up the one who talks; of several only one wins.
func (c *call) claim(leg telephony.LegID) state {
	o := c.offers[leg]
	if o == nil || o.over {
		c.do(telephony.Hangup{Leg: leg, Cause: telephony.AnsweredElsewhere})
		return ringing
	}
	ctx, cancel := c.desk()
	defer cancel()
	ok, err := c.flow.cfg.Desk.Claim(ctx, routing.CallID(c.id), routing.AgentID(o.agent), o.token)
	if err != nil {
		c.log.Error("claim the call for the agent", "agent_id", string(o.agent), "err", err)
	}
	if !ok {
		c.fact(crm.OfferEnded{Leg: o.id, Agent: o.agent, Result: crm.OfferWithdrawn})
		o.over, o.next, o.why, o.letGoBy = true, routing.Available, "lapsed", time.Now().Add(lingerBudget)
		c.do(telephony.Hangup{Leg: leg, Cause: telephony.AnsweredElsewhere})
		return c.ringOrRoute()
	}
	return c.beginTalk(o)
}
