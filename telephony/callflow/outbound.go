package callflow

import (
	"context"
	"errors"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// placed is what a call that an agent places has more than a client's.
type placed struct {
	agent  Agent
	client Client // whom he has chosen to call; zero: whose the number is
	to     Destination
	shown  string // on his own device: the number, or the colleague's extension
	own    *offer // his own leg, and his reservation
	mate   *offer // the colleague's, in a call within the company
	phone  bool   // he dials on his phone: its leg is there, and hears what happens
	tries  int    // of the trunks
}

// Client is whose card a call is placed from.
type Client struct {
	Contact crm.ID
	Name    string
}

// Order is a call that an agent wants to place.
type Order struct {
	Agent  crm.ID
	To     string // a number as he has typed it, or a colleague's extension
	Client Client // zero: the card is found by the number
}

// Dial places a call: the agent's own device rings first, then the other side. Errors:
// crm.Invalid for what is no number, crm.DiallingDenied, crm.NoDevice, crm.Busy.
func (f *Flow) Dial(ctx context.Context, o Order) (crm.ID, error) {
	agent, ok := f.cfg.Office().Agent(o.Agent)
	if !ok || agent.Extension == "" {
		return "", crm.Errorf(crm.NoDevice, "You have no extension to call from. An administrator can give you one.")
	}
	c := f.newPlaced(telephony.Incoming{ID: telephony.CallID(crm.NewID())}, agent)
	c.placed.client, c.pickedUp = o.Client, true // nobody calls us
	to, err := f.destination(agent, o.To)
	if err != nil {
		return "", err
	}
	if now, ok := f.agents.Agent(agent.ID); !ok || !now.Device {
		return "", crm.Errorf(crm.NoDevice, "No telephone of yours is connected: open the page's one, or switch on the one on your desk.")
	}
	if err := c.admit(ctx, to); err != nil {
		return "", err
	}
	if c.line, err = f.cfg.Lines.Open(c.in.ID, c); err == nil {
		if f.begin(c) {
			return c.id, nil
		}
		err = c.line.Do(telephony.Hangup{})
	}
	c.release(agent.ID, c.placed.own.token, routing.Available, "no_line")
	return "", &crm.Error{Code: crm.Unavailable, Message: "No call can begin at this moment. Try again soon.", Err: err}
}

// dialled opens the story of an agent who dials on his phone.
func (f *Flow) dialled(in telephony.Incoming, line telephony.Line) (telephony.Sink, *telephony.Refusal) {
	agent, ok := f.cfg.Office().AgentByExtension(in.Agent)
	if !ok {
		return nil, &telephony.Refusal{Cause: telephony.NotAllowed}
	}
	c := f.newPlaced(in, agent)
	c.line, c.placed.phone, c.placed.own.leg = line, true, in.Leg
	if !f.begin(c) {
		return nil, &telephony.Refusal{Cause: telephony.Overloaded, RetryAfter: 5 * time.Second}
	}
	return c, nil
}

func (f *Flow) newPlaced(in telephony.Incoming, agent Agent) *call {
	c := newCall(f, in, nil)
	leg := crm.NewID()
	c.opening = c.place
	c.placed = &placed{agent: agent, own: &offer{leg: telephony.LegID(leg), id: leg, agent: agent.ID, token: string(crm.NewID())}}
	return c
}

// destination says whom the agent reaches, if the rules allow it.
func (f *Flow) destination(agent Agent, dialled string) (Destination, error) {
	to, err := f.cfg.Office().Dial(agent.ID, dialled)
	if err == nil && to.Colleague == agent.ID {
		err = crm.InvalidField("to", "This is your own extension.")
	}
	return to, err
}

// admit makes the agent busy with his call, unless he has another one, or has placed too
// many. What he wrapped up is finished.
func (c *call) admit(ctx context.Context, to Destination) error {
	p, f := c.placed, c.flow
	p.to = to
	ok, err := f.cfg.Desk.Occupy(ctx, routing.CallID(c.id), routing.AgentID(p.agent.ID), p.own.token, routing.Talking)
	switch {
	case err != nil:
		return &crm.Error{Code: crm.Unavailable, Message: "The store of agent states does not answer. Try again in a moment.", Err: err}
	case !ok:
		return crm.Errorf(crm.Busy, "You have another call. Finish it first.")
	}
	if to.PerHour > 0 && !f.limits.take(p.agent.ID, to.PerHour) {
		c.release(p.agent.ID, p.own.token, routing.Available, "limit")
		f.cfg.Alarms.Raise("dialling_limit", "Somebody has placed as many calls within an hour as he may; the log says who. If it was not he, change his passwords.")
		c.log.Warn("a call is refused: too many within an hour", "agent_id", string(p.agent.ID), "per_hour", to.PerHour)
		return errLimit()
	}
	p.own.held = true
	f.agents.stopWrap(p.agent.ID)
	return nil
}

func errLimit() error {
	return &crm.Error{Code: crm.DiallingDenied, Detail: map[string]any{"why": crm.WhyLimit},
		Message: "You have placed as many calls within an hour as you may. Wait a while, or ask an administrator."}
}

// place opens the story of a call that an agent places.
func (c *call) place() state {
	p := c.placed
	c.entered = time.Now()
	var err error
	if p.phone {
		if p.to, err = c.flow.destination(p.agent, c.in.To); err == nil {
			ctx, cancel := c.desk()
			err = c.admit(ctx, p.to)
			cancel()
		}
	}
	c.fact(c.leaves())
	if err != nil {
		return c.refusePlaced(err)
	}
	if p.to.Colleague != "" {
		return c.begun()
	}
	c.queue, p.shown = c.flow.cfg.Office().Policy(p.agent.ID), p.to.Number
	if p.to.Emergency {
		c.log.Warn("an emergency number is called", "agent_id", string(p.agent.ID))
		c.flow.cfg.Alarms.Raise("emergency_call", "Somebody calls an emergency number; the history of calls says who.")
	}
	c.fact(c.whoIsCalled())
	return c.begun()
}

// leaves says whom the agent calls, and as whom.
func (c *call) leaves() crm.Arrived {
	p := c.placed
	a := crm.Arrived{Direction: crm.Outbound, Node: c.flow.cfg.Node, Agent: p.agent.ID, FromRaw: p.agent.Extension,
		From: p.to.CallerID, To: p.to.Number, Region: p.to.Region}
	if mate, ok := c.flow.cfg.Office().Agent(p.to.Colleague); ok {
		a.Direction, a.From, a.To, a.Display = crm.Within, p.agent.Extension, mate.Extension, p.agent.Name
		p.shown, c.caller.Name = mate.Extension, mate.Name
	}
	if a.To == "" {
		a.To = c.in.To // refused
	}
	return a
}

// whoIsCalled finds the card of who is called, or makes it; a service number has none.
func (c *call) whoIsCalled() crm.Identified {
	p := c.placed
	c.norm = p.to.Number
	switch {
	case p.client.Contact != "":
		c.caller = Caller{Contact: p.client.Contact, Name: p.client.Name}
		return crm.Identified{Contact: p.client.Contact, Name: p.client.Name}
	case !p.to.Public:
		return crm.Identified{}
	case c.flow.rest.resting():
		return crm.Identified{Offline: true}
	}
	ctx, cancel := context.WithTimeoutCause(c.flow.base, IdentifyBudget, errOffline)
	defer cancel()
	found, err := c.flow.cfg.Contacts.Identify(ctx, c.norm, p.agent.Unit, "", func() {})
	if err != nil {
		c.flow.rest.begin()
		c.log.Warn("who is called could not be identified in time; his card will be made when the call is stored", "err", err)
		return crm.Identified{Offline: true}
	}
	c.caller = found
	return known(found)
}

// refusePlaced ends a call that the agent may not place; his phone hears of it.
func (c *call) refusePlaced(err error) state {
	e := crm.Ended{By: crm.System, Reason: crm.EndRejected, Code: 403, Why: crm.WhyNoNumber}
	switch crm.CodeOf(err) {
	case crm.DiallingDenied:
		var denied *crm.Error
		errors.As(err, &denied)
		e.Why, _ = denied.Detail["why"].(crm.DialWhy)
	case crm.Invalid:
		e.Code = 404
	case crm.Busy:
		e.Code, e.Why = 486, crm.WhyBusy
	default:
		e = crm.Ended{By: crm.System, Reason: crm.EndFailed}
		c.log.Error("an agent's call could not begin", "err", err)
	}
	c.log.Warn("an agent's call is refused", "agent_id", string(c.placed.agent.ID), "why", string(e.Why))
	c.finish(e)
	return c.close()
}
