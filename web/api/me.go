package api

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/web/live"
)

type stateOutput struct{ Body live.AgentState }

func (a *API) myState(ctx context.Context, _ *struct{}) (*stateOutput, error) {
	state, ok := a.agentState(viewer(ctx).User)
	if !ok {
		return nil, noAgent()
	}
	return &stateOutput{state}, nil
}

func noAgent() error {
	return crm.Errorf(crm.NotFound, "You serve no queue, so you have no state. An administrator can put you into one.")
}

type setStateInput struct {
	Body struct {
		State  routing.State `json:"state" enum:"available,break,offline"`
		Reason string        `json:"reason,omitempty" maxLength:"100" doc:"Of a break."`
	}
}

func (a *API) setMyState(ctx context.Context, in *setStateInput) (*stateOutput, error) {
	me := viewer(ctx).User
	if _, ok := a.Control.Agent(me); !ok {
		return nil, noAgent()
	}
	if err := a.Control.SetState(ctx, me, in.Body.State, in.Body.Reason); err != nil {
		return nil, err
	}
	return a.myState(ctx, nil)
}

func (a *API) finishWrapUp(ctx context.Context, _ *struct{}) (*struct{}, error) {
	me := viewer(ctx).User
	if _, ok := a.Control.Agent(me); !ok {
		return nil, noAgent()
	}
	return nil, a.Control.FinishWrapUp(ctx, me)
}

type extendWrapUpInput struct {
	Body struct {
		Seconds int `json:"seconds" minimum:"1" maximum:"1800" doc:"So much longer; 30 minutes from its beginning at most."`
	}
}

func (a *API) extendWrapUp(ctx context.Context, in *extendWrapUpInput) (*stateOutput, error) {
	me := viewer(ctx).User
	if _, ok := a.Control.Agent(me); !ok {
		return nil, noAgent()
	}
	if err := a.Control.ExtendWrapUp(ctx, me, time.Duration(in.Body.Seconds)*time.Second); err != nil {
		return nil, err
	}
	return a.myState(ctx, nil)
}

// agentState is the newest that is known of an agent: what the live feed was told
// last, which has the reason too, else what the desk says.
func (a *API) agentState(id crm.ID) (live.AgentState, bool) {
	agent, ok := a.Control.Agent(id)
	if !ok {
		return live.AgentState{}, false
	}
	return a.Feed.State(agent), true
}

// colleague is the state of an agent as the viewer may see it: the call only if he may
// see that.
func (a *API) colleague(v crm.Viewer, id crm.ID) (live.AgentState, bool) {
	state, ok := a.agentState(id)
	if ok && state.Call != "" && id != v.User {
		if c, going := a.Feed.Call(state.Call); !going || !within(v, crm.Calls, crm.Read, c.Unit, c.Agents...) {
			state.Call = ""
		}
	}
	return state, ok
}
