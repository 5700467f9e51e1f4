package live

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/notifications"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/tasks"
)

// News is what rings the bell: it hears of changes as Feed does, and writes a
// notification for whom it concerns. It implements contacts.Listener and
// tasks.Listener.
type News struct {
	*Feed
	Bell *notifications.Store
}

// stale is how old something may be and still be news: what an outage has held up
// for longer, and a history that is read in, ring nobody's bell.
const stale = time.Hour

// TaskChanging implements tasks.Listener: whoever gets a task is told by whom, or that
// a client of his did not get through.
func (n News) TaskChanging(ctx context.Context, tx pgx.Tx, c tasks.Changed) (func(), error) {
	t := c.Is
	late := t.Kind == tasks.Callback && t.DueAt != nil && n.cfg.Now().Sub(*t.DueAt) > stale
	if t.DoneAt != nil || t.Assignee == "" || t.Assignee == c.Was.Assignee || t.Assignee == c.By || late {
		return nil, nil
	}
	o := n.cfg.Office()
	note := notifications.New{User: t.Assignee, Kind: notifications.TaskAssigned, Params: map[string]string{
		"task": string(t.ID), "title": t.Title, "contact": string(t.Contact), "by": login(o, c.By), "by_name": nameOf(o, c.By)}}
	if c.By == "" && len(t.Calls) > 0 {
		note.Kind = notifications.CallbackAssigned
		note.Params["phone"] = t.Phone
		note.Params["call"] = string(t.Calls[len(t.Calls)-1])
	}
	return n.ring(ctx, tx, note)
}

// ActivityAdding implements contacts.Listener: the owner of a card is told when
// somebody else has answered his client.
func (n News) ActivityAdding(ctx context.Context, tx db.Querier, c contacts.ActivityChange) (func(), error) {
	x := c.Activity
	answered := x.Kind == "call" && x.Direction == string(crm.Inbound) && x.Status == string(crm.EndCompleted)
	if !answered || c.Owner == "" || x.User == "" || x.User == c.Owner || n.cfg.Now().Sub(x.At) > stale {
		return nil, nil
	}
	o := n.cfg.Office()
	return n.ring(ctx, tx, notifications.New{User: c.Owner, Kind: notifications.CallTaken, Params: map[string]string{
		"call": x.ExtKey, "contact": string(x.Contact), "name": c.Card, "agent": login(o, x.User), "agent_name": nameOf(o, x.User)}})
}

// ring writes a notification, and gives what shows it once it is committed.
func (n News) ring(ctx context.Context, tx db.Querier, note notifications.New) (func(), error) {
	if u, ok := n.cfg.Office().UserByID(note.User); !ok || u.Blocked {
		return nil, nil
	}
	added, err := n.Bell.Add(ctx, tx, note)
	return func() { n.Rang(added) }, err
}

// Rang shows a notification that was written.
func (f *Feed) Rang(x notifications.Notification) {
	f.tell(TypeNotificationAdded, NewNotification(x), []string{string(x.User)})
}

// Alarm tells the administrators that the server needs one of them; about names what
// is wrong, if there are several of it.
func (n News) Alarm(ctx context.Context, code, about string) error {
	var list []notifications.New
	for _, admin := range administrators(n.cfg.Office()) {
		list = append(list, notifications.New{User: admin, Kind: notifications.Alarm, Params: map[string]string{"code": code, "about": about}})
	}
	added, err := n.Bell.AddAll(ctx, list)
	if err != nil {
		return err
	}
	for _, x := range added {
		n.Rang(x)
	}
	return nil
}

func administrators(o *office.Snapshot) (ids []crm.ID) {
	for _, u := range o.Users {
		if !u.Blocked && o.RoleGrants(u.Role)[crm.Office][crm.Manage] == crm.All {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

// Notification is a line of the bell as the outer world sees it.
type Notification struct {
	ID        crm.ID             `json:"id"`
	Kind      notifications.Kind `json:"kind" enum:"task_assigned,callback_assigned,call_taken,alarm"`
	Params    map[string]string  `json:"params" doc:"task_assigned: task, title, contact, by, by_name; callback_assigned: task, title, contact, phone, call; call_taken: call, contact, name, agent, agent_name; alarm: code (disk_full, disk_low, journal_unwritable, recording_failed, recording_truncated, desk_unavailable, trunk_down, story_panic, dialling_limit, emergency_call), about (name of the trunk). What is not known is missing."`
	CreatedAt time.Time          `json:"created_at"`
	ReadAt    *time.Time         `json:"read_at,omitempty" doc:"Missing: unread."`
}

// NewNotification makes the outer picture of x.
func NewNotification(x notifications.Notification) Notification {
	return Notification{ID: x.ID, Kind: x.Kind, Params: x.Params, CreatedAt: x.CreatedAt, ReadAt: x.ReadAt}
}

// NotificationsWereRead tells the user's other tabs.
func (f *Feed) NotificationsWereRead(user crm.ID, e NotificationsRead) {
	f.tell(TypeNotificationsRead, e, []string{string(user)})
}
