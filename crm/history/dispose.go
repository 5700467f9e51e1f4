package history

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/tasks"
)

// Stores are where an outcome leaves its traces.
type Stores struct {
	Calls    *calls.Store
	Contacts *contacts.Store
	Tasks    *tasks.Store
}

// Papers are the note and the task that come with an outcome; nil: none. Of a note the
// call is filled in, of a task the call, the card and the number.
type Papers struct {
	Note    *contacts.NewNote
	Further bool // see contacts.OfCall
	Task    *tasks.New
}

// Dispose says what came of a call, with its papers, in one transaction: see
// calls.Store.Dispose. The zero Outcome takes back the one that there is.
func (s Stores) Dispose(ctx context.Context, v crm.Viewer, call crm.ID, d calls.Disposition, requires string, p Papers) (calls.Call, error) {
	return s.Calls.Dispose(ctx, v, call, calls.Given{Disposition: d, Requires: requires, Papers: papers{s, v, p}})
}

// papers implements calls.Papers.
type papers struct {
	Stores
	viewer crm.Viewer
	Papers
}

func (p papers) Leave(ctx context.Context, tx pgx.Tx, c calls.Call) (calls.After, error) {
	var lines []contacts.ActivityChange
	var changed []tasks.Changed
	if p.Note != nil {
		of := contacts.OfCall{ID: c.ID, Contact: c.Contact, Further: p.Further}
		var err error
		if lines, err = p.Contacts.AddCallNoteIn(ctx, tx, p.viewer, of, *p.Note); err != nil {
			return nil, err
		}
	}
	if p.Task != nil {
		n := *p.Task
		n.Call, n.Contact, n.Phone = c.ID, c.Contact, c.Phone()
		var err error
		if _, changed, err = p.Tasks.CreateIn(ctx, tx, p.viewer, n); err != nil {
			return nil, err
		}
	}
	return func() {
		p.Contacts.Changed(lines)
		p.Tasks.Changed(changed)
	}, nil
}

func (p papers) HasNote(ctx context.Context, tx pgx.Tx, call crm.ID) (bool, error) {
	return p.Contacts.HasNote(ctx, tx, call)
}

func (p papers) HasTask(ctx context.Context, tx pgx.Tx, call crm.ID) (bool, error) {
	return p.Tasks.HasTask(ctx, tx, call)
}
