package main

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/routing/redisq"
	"github.com/callcard/callcard/telephony/callflow"
	"github.com/callcard/callcard/web/api"
)

// control is what the API may do with calls and agents.
type control struct {
	*callflow.Flow
	*callflow.Agents
	desk *redisq.Desk
}

func (c control) Dial(ctx context.Context, agent crm.ID, to string, contact crm.ID, name string) (crm.ID, error) {
	return c.Flow.Dial(ctx, callflow.Order{Agent: agent, To: to, Client: callflow.Client{Contact: contact, Name: name}})
}

func (c control) Transfer(ctx context.Context, call, by crm.ID, to *api.Target) error {
	return c.Flow.Transfer(ctx, call, by, (*callflow.Target)(to))
}

func (c control) Consult(ctx context.Context, call, by crm.ID, to api.Target) error {
	return c.Flow.Consult(ctx, call, by, callflow.Target(to))
}

func (c control) Waiting(queue string) []api.Waiting {
	waiting := c.desk.Waiting(routing.QueueName(queue))
	list := make([]api.Waiting, len(waiting))
	for i, w := range waiting {
		list[i] = api.Waiting{Call: crm.ID(w.Call), EnteredAt: w.EnteredAt, Priority: w.Priority}
	}
	return list
}
