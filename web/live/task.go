package live

import (
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/tasks"
)

// Task is something to do.
type Task struct {
	ID           crm.ID     `json:"id"`
	Kind         tasks.Kind `json:"kind" enum:"callback,todo"`
	Title        string     `json:"title"`
	Phone        string     `json:"phone,omitempty"`
	ContactID    crm.ID     `json:"contact_id,omitempty"`
	Calls        []crm.ID   `json:"calls" doc:"The missed calls, oldest first; of a to-do the call that it comes from."`
	Assignee     string     `json:"assignee,omitempty" doc:"Login; missing: whoever of the office takes it."`
	AssigneeID   crm.ID     `json:"assignee_id,omitempty"`
	AssigneeName string     `json:"assignee_name,omitempty"`
	OfficeID     crm.ID     `json:"office_id,omitempty"`
	DueAt        *time.Time `json:"due_at,omitempty"`
	DoneAt       *time.Time `json:"done_at,omitempty"`
	DoneBy       string     `json:"done_by,omitempty" doc:"Login; missing on a done task: it was done by itself."`
	DoneByName   string     `json:"done_by_name,omitempty"`
	Result       string     `json:"result,omitempty"`
	CreatedBy    string     `json:"created_by,omitempty" doc:"Login; missing on a call-back that a missed call has made."`
	Version      int        `json:"version"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
}

// NewTask makes the outer picture of t.
func NewTask(t tasks.Task, o *office.Snapshot) Task {
	w := Task{ID: t.ID, Kind: t.Kind, Title: t.Title, Phone: t.Phone, ContactID: t.Contact, Calls: t.Calls,
		Assignee: login(o, t.Assignee), AssigneeID: t.Assignee, AssigneeName: nameOf(o, t.Assignee), OfficeID: t.Unit,
		DueAt: t.DueAt, DoneAt: t.DoneAt, DoneBy: login(o, t.DoneBy), DoneByName: nameOf(o, t.DoneBy), Result: t.Result,
		CreatedBy: login(o, t.CreatedBy), Version: t.Version, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt}
	if w.Calls == nil {
		w.Calls = []crm.ID{}
	}
	return w
}
