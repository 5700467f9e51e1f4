package api

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/history"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/tasks"
)

// Outcome is what a call can come to.
type Outcome struct {
	Key      string            `json:"key" doc:"Stays when the names change."`
	Name     string            `json:"name" doc:"Where names has none for the reader's language."`
	Names    map[string]string `json:"names,omitempty" doc:"By language of the page."`
	Kind     string            `json:"kind" enum:"positive,neutral,negative"`
	Requires string            `json:"requires,omitempty" enum:"note,task" doc:"What the call must have before this can be said of it: a note, or a task that comes from it."`
}

func outcome(o office.Outcome) Outcome { return Outcome(o) }

// outcomes keeps apart a list that is empty from one that is not there.
func outcomes(of []office.Outcome) []Outcome {
	if of == nil {
		return nil
	}
	return list(of, "", outcome).Body.Items
}

type listOutcomesInput struct {
	Queue string `query:"queue" doc:"Of this queue; missing or unknown: of one's own office."`
	All   bool   `query:"all" doc:"Every outcome of the offices and queues that one may see, once by key: what calls can be filtered by."`
}

func (a *API) listOutcomes(ctx context.Context, in *listOutcomesInput) (*listOutput[Outcome], error) {
	v, o := viewer(ctx), a.Office()
	if !in.All {
		return list(o.Outcomes(in.Queue, v.Unit), "", outcome), nil
	}
	found := append([]office.Outcome{}, o.Outcomes("", v.Unit)...)
	for _, u := range o.Units {
		if within(v, crm.Queues, crm.Read, u.ID) {
			found = append(found, o.Outcomes("", u.ID)...)
		}
	}
	for _, q := range o.Queues {
		if within(v, crm.Queues, crm.Read, q.Unit) {
			found = append(found, o.Outcomes(q.Name, q.Unit)...)
		}
	}
	var once []office.Outcome
	seen := map[string]bool{}
	for _, x := range found {
		if !seen[x.Key] {
			seen[x.Key], once = true, append(once, x)
		}
	}
	return list(once, "", outcome), nil
}

// OutcomeTask is the next step that comes with an outcome.
type OutcomeTask struct {
	ID       string     `json:"id,omitempty" format:"uuid" doc:"Chosen by the page, so that saying it again makes no second task."`
	Title    string     `json:"title" minLength:"1" maxLength:"500"`
	Assignee string     `json:"assignee,omitempty" doc:"Login or id; oneself if missing."`
	DueAt    *time.Time `json:"due_at,omitempty"`
}

type setOutcomeInput struct {
	ByID
	Body struct {
		Outcome string       `json:"outcome" maxLength:"40" doc:"The key of one of the call's outcomes; empty takes back what was said."`
		Note    *NoteInput   `json:"note,omitempty" doc:"Written about the call in the same step."`
		Task    *OutcomeTask `json:"task,omitempty" doc:"Made in the same step, with the call's card and number."`
	}
}

// setOutcome is for whoever may change the call: the agent who has talked, and those who
// look after its office. The page and every program come here with the same rules.
func (a *API) setOutcome(ctx context.Context, in *setOutcomeInput) (*callOutput, error) {
	id, err := in.id("call")
	if err != nil {
		return nil, err
	}
	v := viewer(ctx)
	c, err := a.call(ctx, crm.Update, id)
	if err != nil {
		return nil, err
	}
	behind := crm.Errorf(crm.Unavailable, "The call is not stored yet. Choose again in a moment.")
	if _, going := a.Feed.Call(id); !going && c.State != calls.Ended { // it has ended just now
		return nil, behind
	}
	var said calls.Disposition
	var requires string
	if in.Body.Outcome != "" {
		o, ok := a.Office().Outcome(c.Queue, c.Unit, in.Body.Outcome)
		if !ok {
			return nil, crm.InvalidField("outcome", "There is no outcome %q for this call.", in.Body.Outcome)
		}
		said = calls.Disposition{Outcome: o.Key, Name: o.Name, Names: o.Names, Kind: o.Kind, By: v.User, At: time.Now().UTC()}
		requires = o.Requires
	}
	papers := history.Papers{Further: within(v, crm.Calls, crm.Update, c.Unit)}
	if n := in.Body.Note; n != nil {
		papers.Note = &contacts.NewNote{ID: crm.ID(n.ID), Body: n.Body}
	}
	if t := in.Body.Task; t != nil {
		assignee, err := a.userID(ctx, "task.assignee", t.Assignee)
		if err != nil {
			return nil, err
		}
		papers.Task = &tasks.New{ID: crm.ID(t.ID), Title: t.Title, Assignee: assignee, DueAt: t.DueAt}
	}
	stores := history.Stores{Calls: a.Calls, Contacts: a.Contacts, Tasks: a.Tasks}
	disposed, err := stores.Dispose(ctx, v, id, said, requires, papers)
	if crm.CodeOf(err) == crm.NotFound {
		return nil, behind
	}
	if err != nil {
		return nil, err
	}
	a.Feed.Disposed(disposed)
	if disposed.Disposition != nil {
		if err := a.Control.OutcomeGiven(ctx, id); err != nil {
			return nil, err
		}
	}
	return a.getCall(ctx, &in.ByID)
}
