package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
)

// mayOffice: that there are settings is known to everybody, so who may not see or
// change them is told so.
func mayOffice(ctx context.Context, action crm.Action) error {
	if !viewer(ctx).Can(crm.Office, action) {
		return crm.Errorf(crm.Forbidden, "The settings of the office are not yours to %s. Ask an administrator.", action)
	}
	return nil
}

// QueuePolicy is how a queue works.
type QueuePolicy struct {
	Name            string   `json:"name"`
	Office          string   `json:"office"`
	Strategy        string   `json:"strategy"`
	Agents          []string `json:"agents" doc:"Logins in configured order."`
	PreviousManager string   `json:"previous_manager" enum:"off,last-spoken,owner"`
	PreviousWaitMS  int64    `json:"previous_wait_ms"`
	RingMS          int64    `json:"ring_ms"`
	WrapUpMS        int64    `json:"wrap_up_ms"`
	MaxWaitMS       int64    `json:"max_wait_ms" doc:"0: as long as the caller likes."`
	Record          bool     `json:"record"`
	Priority        int      `json:"priority"`
}

func (a *API) listQueuePolicies(ctx context.Context, _ *struct{}) (*listOutput[QueuePolicy], error) {
	if err := mayOffice(ctx, crm.Read); err != nil {
		return nil, err
	}
	o, v := a.Office(), viewer(ctx)
	var seen []office.Queue
	for _, q := range o.Queues {
		if within(v, crm.Office, crm.Read, q.Unit) {
			seen = append(seen, q)
		}
	}
	return list(seen, "", func(q office.Queue) QueuePolicy {
		unit, _ := o.Unit(q.Unit)
		w := QueuePolicy{Name: q.Name, Office: unit.Name, Strategy: q.Strategy, Agents: make([]string, len(q.Agents)), PreviousManager: q.Previous,
			PreviousWaitMS: q.PreviousWait.Milliseconds(), RingMS: q.Ring.Milliseconds(), WrapUpMS: q.WrapUp.Milliseconds(),
			MaxWaitMS: q.MaxWait.Milliseconds(), Record: q.Record, Priority: q.Priority}
		for i, id := range q.Agents {
			w.Agents[i] = a.login(id)
		}
		return w
	}), nil
}

// Number is a number that clients dial.
type Number struct {
	Number string `json:"number"`
	Queue  string `json:"queue,omitempty"`
	Office string `json:"office"`
	Source string `json:"source,omitempty" doc:"The advertisement that it stands for."`
}

func (a *API) listNumbers(ctx context.Context, _ *struct{}) (*listOutput[Number], error) {
	if err := mayOffice(ctx, crm.Read); err != nil {
		return nil, err
	}
	o, v := a.Office(), viewer(ctx)
	var seen []office.Number
	for _, n := range o.Numbers {
		if within(v, crm.Office, crm.Read, n.Unit) {
			seen = append(seen, n)
		}
	}
	return list(seen, "", func(n office.Number) Number {
		unit, _ := o.Unit(n.Unit)
		return Number{Number: n.Number, Queue: n.Queue, Office: unit.Name, Source: n.Source}
	}), nil
}

// Trunk is a line to the world. Passwords are never shown.
type Trunk struct {
	Name     string   `json:"name"`
	Hosts    []string `json:"hosts"`
	Server   string   `json:"server,omitempty" doc:"Where we register."`
	User     string   `json:"user,omitempty"`
	Region   string   `json:"region,omitempty"`
	AreaCode string   `json:"area_code,omitempty"`
	MaxCalls int      `json:"max_calls" doc:"0: no limit."`
	Disabled bool     `json:"disabled"`
}

func (a *API) listTrunks(ctx context.Context, _ *struct{}) (*listOutput[Trunk], error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	return list(a.Office().Trunks, "", func(t office.Trunk) Trunk {
		w := Trunk{Name: t.Name, Hosts: t.Hosts, Region: t.Region, AreaCode: t.AreaCode, MaxCalls: t.MaxCalls, Disabled: t.Disabled}
		if t.Register != nil {
			w.Server, w.User = t.Register.Server, t.Register.User
		}
		if w.Hosts == nil {
			w.Hosts = []string{}
		}
		return w
	}), nil
}
