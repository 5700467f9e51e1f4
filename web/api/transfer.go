package api

import (
	"context"

	"github.com/callcard/callcard/crm"
)

// TransferTarget is whom a client is given to, or who is asked about him.
type TransferTarget struct {
	Agent  string `json:"agent,omitempty" doc:"Login or id of a colleague."`
	Queue  string `json:"queue,omitempty" doc:"Name of a queue; only to give the client away."`
	Number string `json:"number,omitempty" maxLength:"64" doc:"A number as one types it, by the rules for calling out."`
}

// target reads whom the agent means. What he may not see does not exist.
func (a *API) target(ctx context.Context, t TransferTarget) (to Target, err error) {
	named := 0
	for _, s := range []string{t.Agent, t.Queue, t.Number} {
		if s != "" {
			named++
		}
	}
	if named != 1 {
		return Target{}, crm.InvalidField("to", "Name one of agent, queue and number.")
	}
	if to.Agent, err = a.userID(ctx, "to.agent", t.Agent); err != nil {
		return Target{}, err
	}
	if t.Queue != "" {
		q, ok := a.Office().Queue(t.Queue)
		if !ok || !within(viewer(ctx), crm.Queues, crm.Read, q.Unit) {
			return Target{}, crm.InvalidField("to.queue", "There is no queue %q.", t.Queue)
		}
		to.Queue = q.Name
	}
	to.Number = t.Number
	return to, nil
}

type transferInput struct {
	ByID
	Body struct {
		To *TransferTarget `json:"to,omitempty" doc:"Without it, to whom was asked about the client."`
	}
}

func (a *API) transfer(ctx context.Context, in *transferInput) (*struct{}, error) {
	return a.act(ctx, in.ByID, func(ctx context.Context, call, by crm.ID) error {
		if in.Body.To == nil {
			return a.Control.Transfer(ctx, call, by, nil)
		}
		to, err := a.target(ctx, *in.Body.To)
		if err != nil {
			return err
		}
		return a.Control.Transfer(ctx, call, by, &to)
	})
}

type consultInput struct {
	ByID
	Body struct {
		To TransferTarget `json:"to"`
	}
}

func (a *API) consult(ctx context.Context, in *consultInput) (*struct{}, error) {
	return a.act(ctx, in.ByID, func(ctx context.Context, call, by crm.ID) error {
		to, err := a.target(ctx, in.Body.To)
		if err != nil {
			return err
		}
		return a.Control.Consult(ctx, call, by, to)
	})
}

func (a *API) endConsult(ctx context.Context, in *ByID) (*struct{}, error) {
	return a.act(ctx, *in, a.Control.EndConsult)
}

func (a *API) swapConsult(ctx context.Context, in *ByID) (*struct{}, error) {
	return a.act(ctx, *in, a.Control.Swap)
}

func (a *API) joinConsult(ctx context.Context, in *ByID) (*struct{}, error) {
	return a.act(ctx, *in, a.Control.Join)
}
