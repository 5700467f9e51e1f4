package api

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/tasks"
	"github.com/callcard/callcard/web/live"
)

func (a *API) task(t tasks.Task) live.Task { return live.NewTask(t, a.Office()) }

type listTasksInput struct {
	Mine    bool   `query:"mine" doc:"Assigned to oneself, or to nobody of one's office."`
	Open    bool   `query:"open" doc:"Not done yet."`
	Kind    string `query:"kind" enum:"callback,todo"`
	Contact string `query:"contact" doc:"Id of a card."`
	Phone   string `query:"phone" doc:"A number in any form."`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After   string `query:"after"`
}

func (a *API) listTasks(ctx context.Context, in *listTasksInput) (*listOutput[live.Task], error) {
	for field, id := range map[string]string{"contact": in.Contact, "after": in.After} {
		if _, err := crm.ParseID(id); id != "" && err != nil {
			return nil, crm.InvalidField(field, "%q is not an id.", id)
		}
	}
	norm, err := a.norm(ctx, in.Phone)
	if err != nil {
		return nil, err
	}
	page, err := a.Tasks.List(ctx, viewer(ctx), tasks.Filter{Mine: in.Mine, Open: in.Open, Kind: tasks.Kind(in.Kind),
		Contact: crm.ID(in.Contact), Phone: norm, Limit: in.Limit, After: crm.ID(in.After)})
	if err != nil {
		return nil, err
	}
	return list(page.Tasks, string(page.Next), a.task), nil
}

type taskOutput struct{ Body live.Task }

func (a *API) getTask(ctx context.Context, in *ByID) (*taskOutput, error) {
	t, err := a.Tasks.Get(ctx, viewer(ctx), crm.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return &taskOutput{a.task(t)}, nil
}

type createTaskInput struct {
	Body struct {
		Title     string     `json:"title" minLength:"1" maxLength:"500"`
		Phone     string     `json:"phone,omitempty" maxLength:"50"`
		ContactID string     `json:"contact_id,omitempty" format:"uuid"`
		CallID    string     `json:"call_id,omitempty" format:"uuid" doc:"The call that it comes from."`
		Assignee  string     `json:"assignee,omitempty" doc:"Login or id; oneself if missing."`
		DueAt     *time.Time `json:"due_at,omitempty"`
	}
}

func (a *API) createTask(ctx context.Context, in *createTaskInput) (*taskOutput, error) {
	assignee, err := a.userID(ctx, "assignee", in.Body.Assignee)
	if err != nil {
		return nil, err
	}
	if in.Body.ContactID != "" { // a card that one may not see can't be named
		if _, err := a.Contacts.Get(ctx, viewer(ctx), crm.ID(in.Body.ContactID)); err != nil {
			return nil, onField("contact_id", err)
		}
	}
	if in.Body.CallID != "" { // nor a call
		if _, err := a.call(ctx, crm.Read, crm.ID(in.Body.CallID)); err != nil {
			return nil, onField("call_id", err)
		}
	}
	norm, err := a.norm(ctx, in.Body.Phone)
	if err != nil {
		return nil, err
	}
	t, err := a.Tasks.Create(ctx, viewer(ctx), tasks.New{Call: crm.ID(in.Body.CallID), Title: in.Body.Title, Phone: norm,
		Contact: crm.ID(in.Body.ContactID), Assignee: assignee, DueAt: in.Body.DueAt})
	if err != nil {
		return nil, err
	}
	return &taskOutput{a.task(t)}, nil
}

type patchTaskInput struct {
	ByID
	Body struct {
		Version  int        `json:"version" minimum:"1" doc:"The version that the change is based on."`
		Title    *string    `json:"title,omitempty" maxLength:"500"`
		Assignee *string    `json:"assignee,omitempty" doc:"Login or id; empty: whoever of the office takes it."`
		DueAt    *time.Time `json:"due_at,omitempty"`
		Done     *bool      `json:"done,omitempty"`
		Result   *string    `json:"result,omitempty" maxLength:"500"`
	}
}

func (a *API) patchTask(ctx context.Context, in *patchTaskInput) (*taskOutput, error) {
	change := tasks.Change{Version: in.Body.Version, Title: in.Body.Title, DueAt: in.Body.DueAt, Done: in.Body.Done, Result: in.Body.Result}
	if in.Body.Assignee != nil {
		id, err := a.userID(ctx, "assignee", *in.Body.Assignee)
		if err != nil {
			return nil, err
		}
		change.Assignee = &id
	}
	t, err := a.Tasks.Patch(ctx, viewer(ctx), crm.ID(in.ID), change)
	if err != nil {
		return nil, err
	}
	return &taskOutput{a.task(t)}, nil
}

// onField blames a field of the request for an object that it names and that is not
// there.
func onField(field string, err error) error {
	if crm.CodeOf(err) != crm.NotFound {
		return err
	}
	return crm.InvalidField(field, "There is no such record.")
}
