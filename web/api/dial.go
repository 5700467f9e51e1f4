package api

import (
	"context"

	"github.com/callcard/callcard/crm"
)

type placeCallInput struct {
	Body struct {
		To        string `json:"to" minLength:"1" maxLength:"64" example:"+998901234567" doc:"A number as people type it, or a colleague's extension."`
		ContactID string `json:"contact_id,omitempty" format:"uuid" doc:"Whom the user has chosen to call; else the number says whose card it is."`
	}
}

// PlacedCall is a call that has just begun.
type PlacedCall struct {
	ID crm.ID `json:"id"`
}

type placedOutput struct{ Body PlacedCall }

// placeCall rings the user's own telephone and then whom he calls. The database is not
// needed for that.
func (a *API) placeCall(ctx context.Context, in *placeCallInput) (*placedOutput, error) {
	v := viewer(ctx)
	if !within(v, crm.Calls, crm.Update, v.Unit, v.User) {
		return nil, crm.Errorf(crm.Forbidden, "Placing calls is not among your rights. Ask an administrator.")
	}
	var name string
	contact := crm.ID(in.Body.ContactID)
	if contact != "" {
		card, err := a.Contacts.Get(ctx, v, contact)
		switch crm.CodeOf(err) {
		case "":
			name = card.Name
		case crm.Unavailable:
			contact = ""
		default:
			return nil, onField("contact_id", err)
		}
	}
	id, err := a.Control.Dial(ctx, v.User, in.Body.To, contact, name)
	if err != nil {
		return nil, err
	}
	return &placedOutput{PlacedCall{id}}, nil
}
