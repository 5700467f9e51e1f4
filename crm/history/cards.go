package history

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/tasks"
)

// cards implements calls.Cards.
type cards struct{ store *contacts.Store }

func (c cards) Identify(ctx context.Context, number string, unit crm.ID, name string) (crm.Identified, error) {
	r, err := c.store.Identify(ctx, number, unit, name)
	return crm.Identified{
		Contact: r.Contact, Name: r.Name, Created: r.Created, Candidates: r.Candidates,
		Owner: r.Owner, LastAgent: r.LastAgent, LastTalkAt: r.LastTalkAt,
	}, err
}

func (c cards) Restore(ctx context.Context, made []calls.MadeCard) error {
	list := make([]contacts.MadeCard, len(made))
	for i, m := range made {
		list[i] = contacts.MadeCard(m)
	}
	return c.store.Restore(ctx, list)
}

func (c cards) Touch(ctx context.Context, tx pgx.Tx, touches []calls.Touch) error {
	for _, t := range touches {
		if err := c.store.Touch(ctx, tx, t.Contact, t.Agent, t.At); err != nil {
			return err
		}
	}
	return nil
}

func (c cards) AddActivities(ctx context.Context, tx pgx.Tx, list []calls.Activity) (calls.After, error) {
	var all []contacts.ActivityChange
	for _, a := range list {
		status := string(a.Reason)
		if a.Missed {
			status = "missed"
		}
		changes, err := c.store.AddActivity(ctx, tx, contacts.Activity{
			ID: crm.NewID(), At: a.At, Kind: "call", Direction: string(a.Direction), Status: status,
			Contact: a.Contact, User: a.Agent, Unit: a.Unit, ExtKey: string(a.Call), Seconds: int(a.TalkMS / 1000),
			Detail: detail(a),
		})
		if err != nil {
			return nil, err
		}
		all = append(all, changes...)
	}
	return func() { c.store.Changed(all) }, nil
}

func detail(a calls.Activity) map[string]any {
	d := map[string]any{"call": a.Call, "queue": a.Queue, "recorded": a.Recorded}
	if o := a.Disposition; o != nil {
		d["outcome"] = map[string]any{"key": o.Outcome, "name": o.Name, "names": o.Names, "kind": o.Kind}
	}
	return d
}

func (c cards) MoveNotes(ctx context.Context, tx pgx.Tx, call, contact crm.ID) (calls.After, error) {
	changes, err := c.store.MoveNotes(ctx, tx, call, contact)
	return func() { c.store.Changed(changes) }, err
}

// callbacks implements calls.CallbackTasks.
type callbacks struct{ store *tasks.Store }

func (c callbacks) Settle(ctx context.Context, tx pgx.Tx, outcomes []calls.Outcome) (calls.After, error) {
	list := make([]tasks.Outcome, len(outcomes))
	for i, o := range outcomes {
		list[i] = tasks.Outcome(o)
	}
	changes, err := c.store.Settle(ctx, tx, list)
	return func() { c.store.Changed(changes) }, err
}
