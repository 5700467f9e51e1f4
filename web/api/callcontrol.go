package api

import (
	"context"

	"github.com/callcard/callcard/crm"
)

// controllable is the call that goes on, if the viewer may act on it: an agent who
// is on it, or whoever may change the calls of its office further than his own.
func (a *API) controllable(ctx context.Context, in ByID) (call, by crm.ID, err error) {
	id, err := in.id("call")
	if err != nil {
		return "", "", err
	}
	v := viewer(ctx)
	c, ok := a.Feed.Call(id)
	if !ok || !within(v, crm.Calls, crm.Update, c.Unit, c.Agents...) {
		return "", "", crm.Errorf(crm.NotFound, "There is no such call, or it is over.")
	}
	return id, v.User, nil
}

func (a *API) act(ctx context.Context, in ByID, do func(ctx context.Context, call, by crm.ID) error) (*struct{}, error) {
	call, by, err := a.controllable(ctx, in)
	if err != nil {
		return nil, err
	}
	return nil, do(ctx, call, by)
}

func (a *API) hangup(ctx context.Context, in *ByID) (*struct{}, error) {
	return a.act(ctx, *in, a.Control.Hangup)
}

// decline is for the agent at whom the call rings, and for nobody else.
func (a *API) decline(ctx context.Context, in *ByID) (*struct{}, error) {
	return a.act(ctx, *in, a.Control.Decline)
}

func (a *API) hold(ctx context.Context, in *ByID) (*struct{}, error) {
	return a.act(ctx, *in, a.Control.Hold)
}

func (a *API) resume(ctx context.Context, in *ByID) (*struct{}, error) {
	return a.act(ctx, *in, a.Control.Resume)
}

type digitsInput struct {
	ByID
	Body struct {
		Digits string `json:"digits" pattern:"^[0-9A-D*#]{1,32}$" example:"1#"`
	}
}

func (a *API) sendDigits(ctx context.Context, in *digitsInput) (*struct{}, error) {
	return a.act(ctx, in.ByID, func(ctx context.Context, call, by crm.ID) error {
		return a.Control.SendDigits(ctx, call, by, in.Body.Digits)
	})
}
