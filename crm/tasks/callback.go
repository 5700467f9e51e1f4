package tasks

import (
	"slices"
	"time"

	"github.com/callcard/callcard/crm"
)

// Outcome is how a call with a client ended: missed, or reached.
type Outcome struct {
	Call     crm.ID
	Missed   bool // else the client was reached
	Phone    string
	Contact  crm.ID
	Name     string // of the card, may be empty
	Unit     crm.ID
	Assignee crm.ID // owner of the card, else who spoke with the client last; empty: the office
	Agent    crm.ID // who reached the client
	At       time.Time
}

// settle is the rule of call-backs: what an outcome makes of the open call-back of
// its number (nil: there is none). It returns nil when nothing changes. seen says
// that the call is listed on some task already, open or done.
func settle(open *Task, o Outcome, seen bool) *Task {
	switch {
	case o.Missed && seen, !o.Missed && open == nil:
		return nil
	case o.Missed && open == nil:
		due := o.At.Add(CallbackWithin)
		title := o.Name
		if title == "" {
			title = o.Phone
		}
		return &Task{
			ID: crm.NewID(), Kind: Callback, Title: title, Phone: o.Phone, Contact: o.Contact, Calls: []crm.ID{o.Call},
			Assignee: o.Assignee, Unit: o.Unit, DueAt: &due, Version: 1,
		}
	case o.Missed:
		t := *open
		t.Calls = append(slices.Clone(t.Calls), o.Call)
		if t.Contact == "" {
			t.Contact = o.Contact
		}
		if t.Assignee == "" {
			t.Assignee = o.Assignee
		}
		if t.Unit == "" {
			t.Unit = o.Unit
		}
		return &t
	}
	t := *open
	at := o.At
	t.DoneAt, t.Result = &at, ResultReached
	if t.Assignee == "" {
		t.Assignee = o.Agent
	}
	return &t
}
