package live

import (
	"slices"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/tasks"
	"github.com/callcard/callcard/realtime"
)

var (
	readsContacts   = right{crm.Contacts, crm.Read}
	deletesContacts = right{crm.Contacts, crm.Delete}
	updatesCalls    = right{crm.Calls, crm.Update}
	readsTasks      = right{crm.Tasks, crm.Read}
)

// ask gives the audience of this moment to f. What it tells is published after that:
// changes of people have a version and need no common order with calls.
func (f *Feed) ask(question func(*audience)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	question(f.currentAudience())
}

func (f *Feed) tell(kind string, data any, users []string) {
	if len(users) > 0 {
		f.cfg.Hub.Publish(realtime.Event{Type: kind, At: f.cfg.Now(), Data: data}, unique(users)...)
	}
}

// ContactChanged implements contacts.Listener. Whoever can't see the card any more
// hears that, and nothing else.
func (f *Feed) ContactChanged(c contacts.Change) {
	var before, now []string
	e := ContactChange{ID: c.Is.ID, Version: c.Is.Version, Fields: c.Fields}
	f.ask(func(a *audience) {
		if c.Was.ID != "" {
			before = a.who(readsContacts, c.Was.Unit, c.Was.Owner)
		}
		e.By, e.ByName = login(a.office, c.By), nameOf(a.office, c.By)
		if c.Is.ID != "" {
			now = a.who(readsContacts, c.Is.Unit, c.Is.Owner)
			picture := NewContact(c.Is, a.office)
			e.Contact = &picture
			f.rename(c.Is.ID, c.Is.Name)
		}
	})
	if c.Is.ID != "" {
		f.tell(TypeContactChanged, e, now)
	}
	f.tell(TypeContactChanged, ContactChange{ID: c.Was.ID, Version: c.Was.Version + 1, Removed: true}, without(before, now))
}

// rename gives calls that go on the name that their client has now: what is told of them
// from here on has it.
func (f *Feed) rename(contact crm.ID, name string) {
	for _, c := range f.calls {
		if c.Contact != contact {
			continue
		}
		c.ContactName = name
		for agent, card := range c.cards {
			if card.ContactID == contact {
				card.Name = name
				c.cards[agent] = card
			}
		}
	}
}

// ActivityChanged implements contacts.Listener. A note about a call is on the call's
// page too, for those who may see that.
func (f *Feed) ActivityChanged(c contacts.ActivityChange) {
	var all, editors []string
	var e ActivityChange
	f.ask(func(a *audience) {
		if c.Activity.Contact != "" {
			all = a.who(readsContacts, c.Unit, c.Owner)
			editors = a.who(deletesContacts, c.Unit, c.Owner)
		}
		if c.Activity.Call != "" {
			all = append(all, a.who(readsCalls, c.CallUnit, c.Agent)...)
			if c.Activity.Contact == "" {
				editors = a.watchers(updatesCalls, c.CallUnit)
			}
		}
		e = ActivityChange{ContactID: c.Activity.Contact, Activity: NewActivity(c.Activity, a.office, false), Removed: c.Removed}
		e.CallID = e.Activity.CallID
	})
	if c.Activity.Kind == contacts.Note {
		editors = append(slices.Clone(editors), string(c.Activity.User))
		editors = slices.DeleteFunc(editors, func(u string) bool { return !slices.Contains(all, u) })
		own := e
		own.Activity.Editable = true
		f.tell(TypeActivityChanged, own, editors)
		all = without(all, editors)
	}
	f.tell(TypeActivityChanged, e, all)
}

// TaskChanged tells of a task. Whoever can't see it any more hears that, and nothing
// else.
func (f *Feed) TaskChanged(c tasks.Changed) {
	var before, now []string
	var e TaskChange
	f.ask(func(a *audience) {
		if c.Was.ID != "" {
			before = taskReaders(a, c.Was)
		}
		now = taskReaders(a, c.Is)
		picture := NewTask(c.Is, a.office)
		e = TaskChange{ID: c.Is.ID, Version: c.Is.Version, By: login(a.office, c.By), ByName: nameOf(a.office, c.By), Task: &picture}
	})
	f.tell(TypeTaskChanged, e, now)
	f.tell(TypeTaskChanged, TaskChange{ID: c.Is.ID, Version: c.Is.Version, Removed: true}, without(before, now))
}

// taskReaders follow the rule of tasks.Store: what nobody has yet is seen by everybody
// of its office who sees tasks of his own.
func taskReaders(a *audience, t tasks.Task) []string {
	users := a.who(readsTasks, t.Unit, t.Assignee)
	if t.Assignee != "" {
		return users
	}
	for id := range a.of(readsTasks).own {
		if u, ok := a.office.UserByID(id); ok && u.Unit == t.Unit {
			users = append(users, string(id))
		}
	}
	return users
}
