package tasks

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/callcard/callcard/crm"
)

// Kind of a task.
type Kind string

const (
	Callback Kind = "callback" // made by missed calls
	Todo     Kind = "todo"     // made by a person
)

// ResultReached is the result of a call-back that a talk has settled by itself.
const ResultReached = "reached"

// CallbackWithin is when a missed client should have been called back.
const CallbackWithin = 15 * time.Minute

// Task is something to do.
type Task struct {
	ID        crm.ID     `db:"id"`
	Kind      Kind       `db:"kind"`
	Title     string     `db:"title"`
	Phone     string     `db:"phone"` // normalised
	Contact   crm.ID     `db:"contact"`
	Calls     []crm.ID   `db:"calls"`    // the missed calls, oldest first; of a to-do the call that it comes from
	Assignee  crm.ID     `db:"assignee"` // empty: whoever of the office takes it
	Unit      crm.ID     `db:"unit"`
	DueAt     *time.Time `db:"due_at"`
	DoneAt    *time.Time `db:"done_at"`
	DoneBy    crm.ID     `db:"done_by"` // empty: open, or done by itself
	Result    string     `db:"result"`
	CreatedBy crm.ID     `db:"created_by"`
	Version   int        `db:"version"`
	CreatedAt time.Time  `db:"created_at"`
	UpdatedAt time.Time  `db:"updated_at"`
}

// New is a task that a person makes.
type New struct {
	ID       crm.ID // chosen by who asks, so that asking again makes no second task; "" makes one
	Call     crm.ID // that it comes from, if any
	Title    string
	Phone    string // normalised, may be empty
	Contact  crm.ID
	Assignee crm.ID // the maker if empty
	Unit     crm.ID // the maker's if empty
	DueAt    *time.Time
}

// Change changes a task; nil fields stay.
type Change struct {
	Version  int // what the change is based on
	Title    *string
	Assignee *crm.ID
	DueAt    *time.Time
	Done     *bool
	Result   *string
}

const longest = 500

// text checks a text that a person wrote.
func text(field, s string, required bool) (string, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\x00", ""))
	switch {
	case required && s == "":
		return "", crm.InvalidField(field, "Say what is to be done.")
	case utf8.RuneCountInString(s) > longest:
		return "", crm.InvalidField(field, "This is longer than %d characters.", longest)
	}
	return s, nil
}

// apply is t after c, made by viewer at now.
func (t Task) apply(c Change, viewer crm.Viewer, now time.Time) (Task, error) {
	var err error
	if c.Title != nil {
		if t.Title, err = text("title", *c.Title, true); err != nil {
			return t, err
		}
	}
	if c.Result != nil {
		if t.Result, err = text("result", *c.Result, false); err != nil {
			return t, err
		}
	}
	if c.Assignee != nil {
		t.Assignee = *c.Assignee
	}
	if c.DueAt != nil {
		t.DueAt = c.DueAt
	}
	if c.Done != nil && *c.Done && t.DoneAt == nil {
		t.DoneAt, t.DoneBy = &now, viewer.User
		if t.Assignee == "" {
			t.Assignee = viewer.User
		}
	}
	if c.Done != nil && !*c.Done {
		t.DoneAt, t.DoneBy = nil, ""
	}
	return t, nil
}

// diff is what the audit keeps of a change.
func diff(old, t Task) map[string][2]any {
	d := map[string][2]any{}
	note := func(field string, a, b any, same bool) {
		if !same {
			d[field] = [2]any{a, b}
		}
	}
	note("title", old.Title, t.Title, old.Title == t.Title)
	note("assignee", old.Assignee, t.Assignee, old.Assignee == t.Assignee)
	note("due_at", old.DueAt, t.DueAt, sameTime(old.DueAt, t.DueAt))
	note("done_at", old.DoneAt, t.DoneAt, sameTime(old.DoneAt, t.DoneAt))
	note("result", old.Result, t.Result, old.Result == t.Result)
	return d
}

func sameTime(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}
