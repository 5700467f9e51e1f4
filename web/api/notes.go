package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/web/live"
)

// NoteInput is a note as the page saves it, again and again while it is typed.
type NoteInput struct {
	ID   string `json:"id,omitempty" format:"uuid" doc:"Chosen by the page, so that saying it again makes no second note: the newer text takes the place of the older."`
	Body string `json:"body" minLength:"1" maxLength:"20000"`
}

type addNoteInput struct {
	ByID
	Body struct {
		NoteInput
		CallID string `json:"call_id,omitempty" format:"uuid" doc:"The call that the note is about."`
	}
}

type activityOutput struct{ Body live.Activity }

func (a *API) addNote(ctx context.Context, in *addNoteInput) (*activityOutput, error) {
	v := viewer(ctx)
	n := contacts.NewNote{ID: crm.ID(in.Body.ID), Body: in.Body.Body}
	if in.Body.CallID != "" { // a call that one may not see can't be named
		c, err := a.call(ctx, crm.Read, crm.ID(in.Body.CallID))
		if err != nil {
			return nil, onField("call_id", err)
		}
		n.Call = c.ID
	}
	x, err := a.Contacts.AddNote(ctx, v, crm.ID(in.ID), n)
	return a.note(v, x, false, err)
}

// NotePath is the path of a note on a card or call.
type NotePath struct {
	ByID
	Note string `path:"note"`
}

type editNoteInput struct {
	NotePath
	Body struct {
		Body   *string `json:"body,omitempty" minLength:"1" maxLength:"20000"`
		Pinned *bool   `json:"pinned,omitempty" doc:"Stays at the top of the card."`
	}
}

func (a *API) editNote(ctx context.Context, in *editNoteInput) (*activityOutput, error) {
	v := viewer(ctx)
	x, err := a.Contacts.EditNote(ctx, v, crm.ID(in.ID), crm.ID(in.Note), contacts.NoteChange(in.Body))
	return a.note(v, x, v.Can(crm.Contacts, crm.Delete), err)
}

func (a *API) removeNote(ctx context.Context, in *NotePath) (*struct{}, error) {
	return nil, a.Contacts.RemoveNote(ctx, viewer(ctx), crm.ID(in.ID), crm.ID(in.Note))
}

// note answers with what the viewer has just changed.
func (a *API) note(v crm.Viewer, x contacts.Activity, further bool, err error) (*activityOutput, error) {
	if err != nil {
		return nil, err
	}
	return &activityOutput{a.activities(v, further)(x)}, nil
}

type addCallNoteInput struct {
	ByID
	Body NoteInput
}

// addCallNote writes about a call, whether it has a card or not.
func (a *API) addCallNote(ctx context.Context, in *addCallNoteInput) (*activityOutput, error) {
	v := viewer(ctx)
	c, err := a.call(ctx, crm.Update, crm.ID(in.ID))
	if err != nil {
		return nil, err
	}
	x, err := a.Contacts.AddCallNote(ctx, v, ofCall(v, c), contacts.NewNote{ID: crm.ID(in.Body.ID), Body: in.Body.Body})
	return a.note(v, x, within(v, crm.Calls, crm.Update, c.Unit), err)
}

func (a *API) editCallNote(ctx context.Context, in *editNoteInput) (*activityOutput, error) {
	v := viewer(ctx)
	c, err := a.call(ctx, crm.Update, crm.ID(in.ID))
	if err != nil {
		return nil, err
	}
	x, err := a.Contacts.EditCallNote(ctx, v, ofCall(v, c), crm.ID(in.Note), contacts.NoteChange(in.Body))
	return a.note(v, x, within(v, crm.Calls, crm.Update, c.Unit), err)
}

func (a *API) removeCallNote(ctx context.Context, in *NotePath) (*struct{}, error) {
	v := viewer(ctx)
	c, err := a.call(ctx, crm.Update, crm.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return nil, a.Contacts.RemoveCallNote(ctx, v, ofCall(v, c), crm.ID(in.Note))
}

func ofCall(v crm.Viewer, c calls.Call) contacts.OfCall {
	return contacts.OfCall{ID: c.ID, Contact: c.Contact, Further: within(v, crm.Calls, crm.Update, c.Unit)}
}
