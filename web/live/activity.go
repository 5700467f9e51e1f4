package live

import (
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/office"
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
	UserName  string         `json:"user_name,omitempty"`
	CallID    crm.ID         `json:"call_id,omitempty" doc:"Of a call, and of a note that was written about one."`
	Seconds   int            `json:"seconds"`
	Detail    map[string]any `json:"detail"`
	Pinned    bool           `json:"pinned"`
	EditedAt  *time.Time     `json:"edited_at,omitempty" doc:"Of a note: changed after it had been written."`
	Editable  bool           `json:"editable" doc:"A note that the user may change and take away: his own, or one of an office that he looks after."`
}

// NewActivity makes the outer picture of x.
func NewActivity(x contacts.Activity, o *office.Snapshot, editable bool) Activity {
	w := Activity{ID: x.ID, At: x.At, Kind: x.Kind, Direction: x.Direction, Status: x.Status, Subject: x.Subject, Body: x.Body,
		ContactID: x.Contact, CompanyID: x.Company, User: login(o, x.User), UserName: nameOf(o, x.User), CallID: x.Call, Seconds: x.Seconds,
		Detail: x.Detail, Pinned: x.Pinned, EditedAt: x.EditedAt, Editable: editable}
	if x.Kind == "call" {
		w.CallID = crm.ID(x.ExtKey)
	}
	if w.Detail == nil {
		w.Detail = map[string]any{}
	}
	return w
}
