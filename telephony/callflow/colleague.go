package callflow

import (
	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// ringColleague rings a colleague, whatever he is doing, unless he has another call.
func (c *call) ringColleague() state {
	p, f := c.placed, c.flow
	mate, ok := f.cfg.Office().Agent(p.to.Colleague)
	if now, known := f.agents.Agent(p.to.Colleague); !ok || !known || !now.Device {
		return c.end(crm.System, crm.EndUnreachable, 0)
	}
	o := &offer{leg: telephony.CallerLeg, id: crm.NewID(), agent: mate.ID, token: string(crm.NewID()), held: true}
	ctx, cancel := c.desk()
	defer cancel()
	free, err := f.cfg.Desk.Occupy(ctx, routing.CallID(c.id), routing.AgentID(mate.ID), o.token, routing.Ringing)
	switch {
	case err != nil:
		c.log.Error("ring a colleague", "agent_id", string(mate.ID), "err", err)
		return c.end(crm.System, crm.EndFailed, 0)
	case !free:
		return c.end(crm.System, crm.EndBusy, 0)
	}
	f.agents.stopWrap(mate.ID)
	p.mate, c.offers[o.leg] = o, o
	c.awaitScreens([]Shown{c.fact(crm.Offered{Leg: o.id, Agent: mate.ID, Reason: "colleague"})})
	c.do(telephony.Dial{To: telephony.Target{Extension: mate.Extension}, From: p.agent.Extension, Display: p.agent.Name})
	return placing
}
