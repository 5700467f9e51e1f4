package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
)

// steerable is the call that goes on, if the viewer steers its queue: whoever may change
// the queues of its office.
func (a *API) steerable(ctx context.Context, in ByID) (call crm.ID, err error) {
	id, err := in.id("call")
	if err != nil {
		return "", err
	}
	v := viewer(ctx)
	c, ok := a.Feed.Call(id)
	switch {
	case !ok || !within(v, crm.Calls, crm.Read, c.Unit, append(c.Agents, c.Agent)...):
		return "", crm.Errorf(crm.NotFound, "There is no such call, or it is over.")
	case !within(v, crm.Queues, crm.Update, c.Unit):
		return "", crm.Errorf(crm.Forbidden, "Who gets a waiting call is for the supervisors of its queue to say.")
	}
	return id, nil
}

type assignInput struct {
	ByID
	Body struct {
		Agent  string `json:"agent,omitempty" doc:"Login or id; without it oneself."`
		Reason string `json:"reason,omitempty" maxLength:"200" doc:"For the call's story and the audit."`
	}
}

func (a *API) assignCall(ctx context.Context, in *assignInput) (*struct{}, error) {
	id, err := a.steerable(ctx, in.ByID)
	if err != nil {
		return nil, err
	}
	me := viewer(ctx).User
	agent, err := a.userID(ctx, "agent", in.Body.Agent)
	if err != nil {
		return nil, err
	}
	if agent == "" {
		agent = me
	}
	return nil, a.Control.Assign(ctx, id, agent, me, in.Body.Reason)
}

type moveInput struct {
	ByID
	Body struct {
		Queue  string `json:"queue" minLength:"1"`
		Reason string `json:"reason,omitempty" maxLength:"200" doc:"For the call's story and the audit."`
	}
}

func (a *API) moveCall(ctx context.Context, in *moveInput) (*struct{}, error) {
	id, err := a.steerable(ctx, in.ByID)
	if err != nil {
		return nil, err
	}
	v := viewer(ctx)
	q, ok := a.Office().Queue(in.Body.Queue)
	if !ok || !within(v, crm.Queues, crm.Read, q.Unit) {
		return nil, crm.InvalidField("queue", "There is no queue %q.", in.Body.Queue)
	}
	return nil, a.Control.Move(ctx, id, q.Name, v.User, in.Body.Reason)
}

type agentStateInput struct {
	ID   string `path:"id" doc:"Login or id."`
	Body struct {
		State  routing.State `json:"state" enum:"available,break,offline"`
		Reason string        `json:"reason" minLength:"1" maxLength:"100" doc:"The agent sees it, the audit keeps it."`
	}
}

// setAgentState is written down before it is done: what nobody would know of is not done.
func (a *API) setAgentState(ctx context.Context, in *agentStateInput) (*stateOutput, error) {
	v, o := viewer(ctx), a.Office()
	u, ok := o.UserByLogin(in.ID)
	if !ok {
		u, ok = o.UserByID(crm.ID(in.ID))
	}
	if !ok || !knows(v, u) {
		return nil, crm.Errorf(crm.NotFound, "There is no such agent.")
	}
	if _, serves := a.Control.Agent(u.ID); !serves {
		return nil, crm.Errorf(crm.NotFound, "%s serves no queue, so there is no state to change.", u.Name)
	}
	if !within(v, crm.Queues, crm.Update, u.Unit) {
		return nil, crm.Errorf(crm.Forbidden, "The state of a colleague is for his supervisor to change.")
	}
	if err := a.Users.RecordForcedState(ctx, v, u.ID, string(in.Body.State), in.Body.Reason); err != nil {
		return nil, err
	}
	if err := a.Control.SetState(ctx, u.ID, in.Body.State, in.Body.Reason); err != nil {
		return nil, err
	}
	state, ok := a.colleague(v, u.ID)
	if !ok {
		return nil, crm.Errorf(crm.NotFound, "%s serves no queue any more.", u.Name)
	}
	return &stateOutput{state}, nil
}
