package live

import (
	"context"
	"fmt"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/tasks"
)

// History is Cards on the stores. It looks with the agent's own rights.
type History struct {
	Contacts *contacts.Store
	Tasks    *tasks.Store
	Office   func() *office.Snapshot
}

// How much of a client's past fits on a card that pops up.
const (
	talksOnCard = 5
	tasksOnCard = 5
)

// More implements Cards.
func (h History) More(ctx context.Context, agent, contact, call crm.ID) (More, error) {
	o := h.Office()
	v := viewerOf(o, agent)
	card, err := h.Contacts.Get(ctx, v, contact)
	if err != nil {
		return More{}, fmt.Errorf("read the card: %w", err)
	}
	if err := h.Contacts.Linked(ctx, v, &card); err != nil {
		return More{}, err
	}
	// Empty says that there is nothing; missing, on an offered card, that nobody has looked yet.
	m := More{Owner: card.Owner, LastAgent: card.LastAgent, LastTalkAt: card.LastTalkAt, Talks: []LastTalk{}, Tasks: []OpenTask{}}
	if len(card.Companies) > 0 {
		m.Company = card.Companies[0].Name
	}
	for _, p := range card.Phones() {
		m.Phones = append(m.Phones, p.Norm)
	}
	past, err := h.Contacts.Timeline(ctx, v, contact, contacts.TimelineFilter{Kind: "call", Limit: talksOnCard + 1})
	if err != nil {
		return More{}, fmt.Errorf("read the timeline: %w", err)
	}
	for _, x := range past.Items {
		if x.ExtKey != string(call) && len(m.Talks) < talksOnCard {
			m.Talks = append(m.Talks, LastTalk{Call: crm.ID(x.ExtKey), At: x.At, Direction: crm.Direction(x.Direction),
				Agent: login(o, x.User), AgentName: nameOf(o, x.User), TalkMS: int64(x.Seconds) * 1000, Status: x.Status})
		}
	}
	open, err := h.Tasks.List(ctx, v, tasks.Filter{Open: true, Contact: contact, Limit: tasksOnCard})
	if err != nil {
		return More{}, fmt.Errorf("read the tasks: %w", err)
	}
	for _, t := range open.Tasks {
		m.Tasks = append(m.Tasks, OpenTask{ID: t.ID, Kind: string(t.Kind), Title: t.Title, DueAt: t.DueAt})
	}
	return m, nil
}

// viewerOf is the user with the rights that the office gives him.
func viewerOf(o *office.Snapshot, user crm.ID) crm.Viewer {
	u, ok := o.UserByID(user)
	if !ok || u.Blocked {
		return crm.Viewer{User: user}
	}
	v := crm.Viewer{User: u.ID, Login: u.Login, Unit: u.Unit, Grants: o.RoleGrants(u.Role), Via: "ui"}
	for _, unit := range o.Units {
		if under(o, unit, u.Unit) {
			v.Subtree = append(v.Subtree, unit.ID)
		}
	}
	return v
}
