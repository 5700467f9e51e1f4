package api

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
)

// Activity is a line of a contact's timeline.
type Activity struct {
	ID        crm.ID         `json:"id"`
	At        time.Time      `json:"at"`
	Kind      string         `json:"kind" doc:"call, email, meeting, note, sms, chat, system"`
	Direction string         `json:"direction,omitempty" enum:"inbound,outbound,internal"`
	Status    string         `json:"status,omitempty" doc:"The kind's own word for how it ended."`
	Subject   string         `json:"subject,omitempty"`
	Body      string         `json:"body,omitempty"`
	ContactID crm.ID         `json:"contact_id,omitempty"`
	CompanyID crm.ID         `json:"company_id,omitempty" doc:"The company that the contact spoke for."`
	User      string         `json:"user,omitempty" doc:"Login."`
	CallID    crm.ID         `json:"call_id,omitempty" doc:"Of a call."`
	Seconds   int            `json:"seconds"`
	Detail    map[string]any `json:"detail"`
}

func (a *API) activity(x contacts.Activity) Activity {
	w := Activity{ID: x.ID, At: x.At, Kind: x.Kind, Direction: x.Direction, Status: x.Status, Subject: x.Subject, Body: x.Body,
		ContactID: x.Contact, CompanyID: x.Company, Seconds: x.Seconds, Detail: x.Detail}
	if x.User != "" {
		w.User = a.login(x.User)
	}
	if x.Kind == "call" {
		w.CallID = crm.ID(x.ExtKey)
	}
	if w.Detail == nil {
		w.Detail = map[string]any{}
	}
	return w
}

type timelineInput struct {
	ByID
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After string `query:"after"`
}

func (a *API) timeline(ctx context.Context, in *timelineInput) (*listOutput[Activity], error) {
	t, err := a.Contacts.Timeline(ctx, viewer(ctx), crm.ID(in.ID), in.Limit, in.After)
	if err != nil {
		return nil, err
	}
	return list(t.Items, t.Next, a.activity), nil
}

type noteInput struct {
	ByID
	Body struct {
		Body string `json:"body" minLength:"1" maxLength:"20000"`
	}
}

type activityOutput struct{ Body Activity }

func (a *API) addNote(ctx context.Context, in *noteInput) (*activityOutput, error) {
	x, err := a.Contacts.AddNote(ctx, viewer(ctx), crm.ID(in.ID), in.Body.Body)
	if err != nil {
		return nil, err
	}
	return &activityOutput{a.activity(x)}, nil
}

type chooseInput struct {
	ByID
	Body struct {
		ContactID string `json:"contact_id" format:"uuid" doc:"One of the call's candidates, or any card one may see."`
		Remember  string `json:"remember,omitempty" enum:"chosen,always" doc:"Put this card first for the number from now on, or open it without asking."`
	}
}

// chooseContact puts a call on a card, and remembers the choice if that is asked.
func (a *API) chooseContact(ctx context.Context, in *chooseInput) (*callOutput, error) {
	id, err := in.id("call")
	if err != nil {
		return nil, err
	}
	v := viewer(ctx)
	c, err := a.Calls.Get(ctx, v, id)
	if err != nil {
		return nil, err
	}
	card, err := a.Contacts.Get(ctx, v, crm.ID(in.Body.ContactID))
	if err != nil {
		return nil, onField("contact_id", err)
	}
	if err := a.Calls.Attach(ctx, v, id, card.ID, card.Name); err != nil {
		return nil, err
	}
	if number := c.Phone(); in.Body.Remember != "" && number != "" {
		if err := a.Contacts.ChooseCandidate(ctx, v, number, card.ID, contacts.Hint(in.Body.Remember)); err != nil {
			return nil, err
		}
	}
	return a.getCall(ctx, &in.ByID)
}
