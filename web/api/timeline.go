package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/web/live"
)

// TimelinePage is a page of a contact's history.
type TimelinePage struct {
	Page[live.Activity]
	Pinned []live.Activity `json:"pinned,omitempty" doc:"On the first page: what stays at the top of the card. They stand among the items too."`
}

type timelineInput struct {
	ByID
	Kind  string `query:"kind" enum:"call,email,meeting,note,sms,chat,system"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After string `query:"after"`
}

type timelineOutput struct{ Body TimelinePage }

func (a *API) timeline(ctx context.Context, in *timelineInput) (*timelineOutput, error) {
	v := viewer(ctx)
	t, err := a.Contacts.Timeline(ctx, v, crm.ID(in.ID), contacts.TimelineFilter{Kind: in.Kind, Limit: in.Limit, After: in.After})
	if err != nil {
		return nil, err
	}
	wire := a.activities(v, t.Further)
	return &timelineOutput{TimelinePage{Page: list(t.Items, t.Next, wire).Body, Pinned: list(t.Pinned, "", wire).Body.Items}}, nil
}

// activities pictures activities for v, who may change what others have written if he
// may go further.
func (a *API) activities(v crm.Viewer, further bool) func(contacts.Activity) live.Activity {
	o := a.Office()
	return func(x contacts.Activity) live.Activity { return live.NewActivity(x, o, x.EditableBy(v, further)) }
}
