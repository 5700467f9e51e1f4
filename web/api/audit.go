package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/audit"
)

// AuditLine is something that was done.
type AuditLine struct {
	ID       crm.ID            `json:"id"`
	At       time.Time         `json:"at"`
	User     string            `json:"user" doc:"Login; system for the server itself."`
	UserID   crm.ID            `json:"user_id,omitempty"`
	Via      string            `json:"via" doc:"ui, api, apply, telephony, …"`
	IP       string            `json:"ip,omitempty"`
	Action   string            `json:"action" doc:"create, update, delete, login, logout, revoke, listen, invite, …"`
	Object   string            `json:"object" doc:"users, sessions, units, queues, trunks, numbers, prompts, contacts, calls, tasks, …"`
	ObjectID crm.ID            `json:"object_id,omitempty"`
	Name     string            `json:"name,omitempty" doc:"Of the object, where it is known."`
	Diff     map[string][2]any `json:"diff" doc:"Field -> [old, new]; null: there was or is none. A secret is only said to have changed."`
}

type auditInput struct {
	User     string    `query:"user" doc:"Login or id of who did it."`
	Object   string    `query:"object" doc:"Kind of the object."`
	ObjectID string    `query:"object_id"`
	Action   string    `query:"action"`
	Since    time.Time `query:"since" doc:"At or after."`
	Until    time.Time `query:"until" doc:"Before."`
	Limit    int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After    string    `query:"after"`
}

func (a *API) listAudit(ctx context.Context, in *auditInput) (*listOutput[AuditLine], error) {
	if err := mayOffice(ctx, crm.Manage); err != nil {
		return nil, err
	}
	user, err := a.userID(ctx, "user", in.User)
	if err != nil {
		return nil, err
	}
	for field, id := range map[string]string{"object_id": in.ObjectID, "after": in.After} {
		if _, err := crm.ParseID(id); id != "" && err != nil {
			return nil, crm.InvalidField(field, "%q is not an id.", id)
		}
	}
	page, err := a.Audit.List(ctx, viewer(ctx), audit.Filter{User: user, Object: in.Object, ObjectID: crm.ID(in.ObjectID), Action: in.Action,
		Since: in.Since, Until: in.Until, Limit: in.Limit, After: crm.ID(in.After)})
	if err != nil {
		return nil, err
	}
	return list(page.Lines, string(page.Next), auditLine), nil
}

func auditLine(l audit.Line) AuditLine {
	w := AuditLine{ID: l.ID, At: l.At, User: l.Login, Via: l.Via, Action: l.Action, Object: l.Object, Name: l.Name, Diff: map[string][2]any{}}
	if l.UserID != nil {
		w.UserID = *l.UserID
	}
	if l.ObjectID != nil {
		w.ObjectID = *l.ObjectID
	}
	if l.IP != nil {
		w.IP = l.IP.String()
	}
	for field, values := range l.Diff {
		w.Diff[field] = [2]any{jsonOrNull(values[0]), jsonOrNull(values[1])}
	}
	return w
}

func jsonOrNull(value json.RawMessage) any {
	if value == nil {
		return nil
	}
	return value
}
