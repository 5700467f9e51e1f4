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

// Revised is a list of what the office has, with the revision that changes of it are
// based on.
type Revised[T any] struct {
	Items    []T    `json:"items"`
	Revision string `json:"revision" doc:"Give it as base to POST /office/changes. It changes with any office, queue, trunk or number."`
}

type revisedOutput[T any] struct{ Body Revised[T] }

// revised lists those of the office's objects whose office the viewer may see.
func revised[From, To any](ctx context.Context, o *office.Snapshot, all []From, unit func(From) crm.ID, wire func(From) To) *revisedOutput[To] {
	out := &revisedOutput[To]{Revised[To]{Items: []To{}, Revision: o.Revision}}
	for _, x := range all {
		if within(viewer(ctx), crm.Office, crm.Read, unit(x)) {
			out.Body.Items = append(out.Body.Items, wire(x))
		}
	}
	return out
}

// OfficeUnit is an office: what people, queues and numbers belong to.
type OfficeUnit struct {
	ID       crm.ID `json:"id"`
	Name     string `json:"name"`
	Parent   string `json:"parent,omitempty" doc:"Name of the office above."`
	ParentID crm.ID `json:"parent_id,omitempty"`
	Timezone string `json:"timezone" doc:"IANA name."`
	Region   string `json:"region,omitempty" doc:"ISO 3166, by whose rules numbers are read."`

	Outcomes  []Outcome `json:"outcomes,omitzero" doc:"Its own, in order; missing: those of the office above."`
	Effective []Outcome `json:"effective_outcomes" doc:"Those that count for it."`

	Dialling          *Dialling `json:"dialling,omitempty" doc:"Its own rules for calls out; missing: those of the office above."`
	EffectiveDialling *Dialling `json:"effective_dialling,omitempty" doc:"Those that count for it; missing: everything but colleagues and emergency numbers is closed."`
}

func (a *API) listOffices(ctx context.Context, _ *struct{}) (*revisedOutput[OfficeUnit], error) {
	if err := mayOffice(ctx, crm.Read); err != nil {
		return nil, err
	}
	o := a.Office()
	return revised(ctx, o, o.Units, func(u office.Unit) crm.ID { return u.ID }, func(u office.Unit) OfficeUnit {
		parent, _ := o.Unit(u.Parent)
		return OfficeUnit{ID: u.ID, Name: u.Name, Parent: parent.Name, ParentID: u.Parent, Timezone: u.Timezone, Region: u.Region,
			Outcomes: outcomes(u.Outcomes), Effective: outcomes(o.Outcomes("", u.ID)),
			Dialling: dialling(u.Dialling), EffectiveDialling: dialling(o.DiallingOf(u.ID))}
	}), nil
}

// QueuePolicy is how a queue works.
type QueuePolicy struct {
	ID              crm.ID    `json:"id"`
	Name            string    `json:"name"`
	Former          []string  `json:"former_names,omitempty" doc:"History before it was renamed has these."`
	Office          string    `json:"office"`
	OfficeID        crm.ID    `json:"office_id"`
	Strategy        string    `json:"strategy" enum:"least-busy,longest-idle,round-robin,linear,ring-all,random,fewest-calls"`
	Agents          []string  `json:"agents" doc:"Logins in configured order, without blocked ones."`
	PreviousManager string    `json:"previous_manager" enum:"off,last-spoken,owner"`
	PreviousWaitMS  int64     `json:"previous_wait_ms"`
	RingMS          int64     `json:"ring_ms"`
	WrapUpMS        int64     `json:"wrap_up_ms"`
	WrapUpUntil     string    `json:"wrap_up_until" enum:"time,outcome" doc:"outcome: it lasts until somebody says what came of the call, wrap_up_ms at most."`
	CallbackTo      string    `json:"callback_to,omitempty" doc:"Login of who calls back the clients that nobody knows; missing: whoever of the office takes it."`
	Outcomes        []Outcome `json:"outcomes,omitzero" doc:"Its own, in order; missing: those of its office."`
	MaxWaitMS       int64     `json:"max_wait_ms" doc:"0: as long as the caller likes."`
	Record          bool      `json:"record"`
	Priority        int       `json:"priority" doc:"-100 to 100; higher is served first."`
}

func (a *API) listQueuePolicies(ctx context.Context, _ *struct{}) (*revisedOutput[QueuePolicy], error) {
	if err := mayOffice(ctx, crm.Read); err != nil {
		return nil, err
	}
	o := a.Office()
	return revised(ctx, o, o.Queues, func(q office.Queue) crm.ID { return q.Unit }, func(q office.Queue) QueuePolicy {
		unit, _ := o.Unit(q.Unit)
		w := QueuePolicy{ID: q.ID, Name: q.Name, Former: q.Former, Office: unit.Name, OfficeID: q.Unit, Strategy: q.Strategy,
			Agents: make([]string, len(q.Agents)), PreviousManager: q.Previous, PreviousWaitMS: q.PreviousWait.Milliseconds(),
			RingMS: q.Ring.Milliseconds(), WrapUpMS: q.WrapUp.Milliseconds(), WrapUpUntil: "time", CallbackTo: a.login(q.CallbackTo), Outcomes: outcomes(q.Outcomes), MaxWaitMS: q.MaxWait.Milliseconds(), Record: q.Record, Priority: q.Priority}
		if q.UntilOutcome {
			w.WrapUpUntil = "outcome"
		}
		for i, id := range q.Agents {
			w.Agents[i] = a.login(id)
		}
		return w
	}), nil
}

// Number is a number that clients dial.
type Number struct {
	ID       crm.ID `json:"id"`
	Number   string `json:"number"`
	Queue    string `json:"queue,omitempty" doc:"Missing: it leads nowhere."`
	Office   string `json:"office"`
	OfficeID crm.ID `json:"office_id"`
	Source   string `json:"source,omitempty" doc:"The advertisement that it stands for."`
}

func (a *API) listNumbers(ctx context.Context, _ *struct{}) (*revisedOutput[Number], error) {
	if err := mayOffice(ctx, crm.Read); err != nil {
		return nil, err
	}
	o := a.Office()
	return revised(ctx, o, o.Numbers, func(n office.Number) crm.ID { return n.Unit }, func(n office.Number) Number {
		unit, _ := o.Unit(n.Unit)
		return Number{ID: n.ID, Number: n.Number, Queue: n.Queue, Office: unit.Name, OfficeID: n.Unit, Source: n.Source}
	}), nil
}
