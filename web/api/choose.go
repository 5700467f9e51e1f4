package api

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
)

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
	c, err := a.call(ctx, crm.Update, id)
	if err != nil {
		return nil, err
	}
	card, err := a.Contacts.Get(ctx, v, crm.ID(in.Body.ContactID))
	if err != nil {
		return nil, onField("contact_id", err)
	}
	// The choice is remembered first: it may be refused, and a call that has gone to
	// another card is seen by everybody at once.
	if number := c.Phone(); in.Body.Remember != "" && number != "" {
		err := a.Contacts.ChooseCandidate(ctx, v, number, card.ID, contacts.Hint(in.Body.Remember))
		if err != nil {
			return nil, err
		}
	}
	attached, err := a.Calls.Attach(ctx, v, id, card.ID, card.Name)
	if crm.CodeOf(err) == crm.NotFound { // it is known from memory: the history is behind
		return nil, crm.Errorf(crm.Unavailable, "The call is not stored yet. Choose again in a moment.")
	}
	if err != nil {
		return nil, err
	}
	a.Feed.CardChosen(attached)
	return a.getCall(ctx, &in.ByID)
}
