package callflow

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// What a supervisor does with a caller to whom nobody talks yet: he gives him to an
// agent of his choice, or puts him into another queue, or back into the same.

// Assign rings the agent for a call that waits or rings, whatever he is doing unless it is
// another call. If he does not take it, the call goes on as it would have without. by is
// the supervisor, why what he says of it.
func (f *Flow) Assign(ctx context.Context, call, agent, by crm.ID, why string) error {
	return f.order(ctx, call, order{kind: orderAssign, by: by, agent: agent, why: why})
}

// Move puts a call that waits or rings into a queue, with the time that it has waited. In
// its own queue it stops ringing where it rings and goes to somebody else.
func (f *Flow) Move(ctx context.Context, call crm.ID, queue string, by crm.ID, why string) error {
	return f.order(ctx, call, order{kind: orderMove, by: by, queue: queue, why: why})
}

// reasonAssigned is why the agent of Assign is rung.
const reasonAssigned = "assigned"

// steer obeys a supervisor. What the call does next is left in c.turn.
func (c *call) steer(o order) error {
	if c.placed != nil || c.talk != nil || c.entered.IsZero() {
		return crm.Errorf(crm.Conflict, "This call does not wait in a queue any more.")
	}
	if o.kind == orderMove {
		return c.moveTo(o)
	}
	return c.assignTo(o)
}

func (c *call) assignTo(o order) error {
	agent, ok := c.flow.cfg.Office().Agent(o.agent)
	if !ok {
		return crm.InvalidField("agent", "There is no such agent.")
	}
	if now, known := c.flow.agents.Agent(agent.ID); agent.Extension == "" || !known || !now.Device {
		return crm.Errorf(crm.NoDevice, "%s has no telephone that could ring now.", agent.Name)
	}
	token := string(crm.NewID())
	ctx, cancel := c.desk()
	defer cancel()
	free, err := c.flow.cfg.Desk.Occupy(ctx, routing.CallID(c.id), routing.AgentID(agent.ID), token, routing.Ringing)
	switch {
	case err != nil:
		return &crm.Error{Code: crm.Unavailable, Message: "The store of agent states does not answer. Try again in a moment.", Err: err}
	case !free:
		return crm.Errorf(crm.Busy, "%s has a call already.", agent.Name)
	}
	c.flow.agents.stopWrap(agent.ID)
	c.note(crm.Assigned{Agent: agent.ID, By: o.by, Why: o.why})
	if len(c.offers) == 0 {
		c.leaveDesk() // nobody else is to be found for it meanwhile
	}
	c.withdrawAll(telephony.Cancelled, crm.OfferWithdrawn)
	id := routing.AgentID(agent.ID)
	plan := routing.Plan{Candidates: []routing.Candidate{{Agent: id, Reason: reasonAssigned}}, Reason: reasonAssigned}
	c.token = token
	c.turn = func() state { return c.ring(token, plan, []routing.AgentID{id}) }
	return nil
}

func (c *call) moveTo(o order) error {
	to, ok := c.flow.cfg.Office().Queue(o.queue)
	if !ok {
		return crm.InvalidField("queue", "There is no queue %q.", o.queue)
	}
	again := to.Name == c.queue.Name
	if again && !c.ringing() {
		return crm.Errorf(crm.Conflict, "The call waits in this queue already.")
	}
	for _, x := range c.offers {
		if again && !x.over {
			c.refused = append(c.refused, routing.AgentID(x.agent))
		}
	}
	c.note(crm.Moved{From: c.queue.Name, Queue: to.Name, By: o.by, Why: o.why})
	c.withdrawAll(telephony.Cancelled, crm.OfferWithdrawn)
	if !again {
		c.refused, c.queue = nil, to
		c.note(crm.Queued{Queue: to.Name, Priority: to.Priority, EnteredAt: c.entered.UTC(), Why: crm.QueuedMoved})
		c.giveUpAt = time.Time{}
		if to.MaxWait > 0 {
			c.giveUpAt = time.Now().Add(to.MaxWait)
		}
	}
	c.commitNotes()
	c.turn = c.ringOrRoute
	return nil
}
