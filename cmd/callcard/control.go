package main

import (
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

func (c control) Waiting(queue string) []api.Waiting {
	waiting := c.desk.Waiting(routing.QueueName(queue))
	list := make([]api.Waiting, len(waiting))
	for i, w := range waiting {
		list[i] = api.Waiting{Call: crm.ID(w.Call), EnteredAt: w.EnteredAt, Priority: w.Priority}
	}
	return list
}
