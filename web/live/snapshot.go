package live

import (
	"cmp"
	"slices"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/routing"
)

// Snapshot is what the user would know had he listened all the time. pin is called
// while nothing can be published, at the moment of which the answer tells.
func (f *Feed) Snapshot(user crm.ID, pin func()) (any, error) {
	before := f.desk()
	f.mu.Lock()
	defer f.mu.Unlock()
	pin()
	a := f.currentAudience()
	s := Snapshot{Offers: []Offer{}, Cards: []Card{}, Calls: []Call{}, Agents: []AgentState{}, Queues: []QueueLine{}}
	for _, c := range f.calls {
		if !c.going() || !c.concerns(user) && !a.watches(readsCalls, user, c.Unit) {
			continue
		}
		picture := f.picture(c)
		s.Calls = append(s.Calls, picture)
		card, told := c.cards[user]
		if !told || !c.concerns(user) {
			continue
		}
		s.Cards = append(s.Cards, card)
		for _, d := range c.offered {
			if d.Agent == user {
				s.Offers = append(s.Offers, Offer{Call: picture, Leg: d.Leg, Card: card})
			}
		}
		f.lookUp(user, card) // nobody was there to read it when it was told
	}
	slices.SortFunc(s.Calls, func(x, y Call) int { return cmp.Compare(x.ID, y.ID) })
	for _, u := range a.office.Users {
		state, known := f.agents[u.ID]
		if !known {
			state, known = before[u.ID]
		}
		if !known || u.Blocked {
			continue
		}
		state = f.completed(state)
		if u.ID == user {
			s.Me = &state
		}
		if a.watches(readsQueues, user, u.Unit) {
			if u.ID != user && !a.watches(readsCalls, user, f.unitOfTalk(state, u)) {
				state.Call = ""
			}
			s.Agents = append(s.Agents, state)
		}
	}
	for name, line := range f.queues {
		if q, ok := a.office.Queue(name); ok && len(line) > 0 && a.watches(readsQueues, user, q.Unit) {
			s.Queues = append(s.Queues, queueLine(name, line))
		}
	}
	f.settings(&s, a, user)
	return s, nil
}

// desk asks for the states of all agents, before the feed's lock is taken: the desk
// has locks of its own, under which it tells us of changes.
func (f *Feed) desk() map[crm.ID]AgentState {
	if f.cfg.Agent == nil {
		return nil
	}
	o := f.cfg.Office()
	states := make(map[crm.ID]AgentState, len(o.Users))
	for _, u := range o.Users {
		if a, ok := f.cfg.Agent(u.ID); ok {
			states[u.ID] = stateOf(o, a)
		}
	}
	return states
}

func stateOf(o *office.Snapshot, a routing.Agent) AgentState {
	id := crm.ID(a.ID)
	return AgentState{Agent: login(o, id), AgentID: id, Name: nameOf(o, id), State: a.State, Since: a.Since, Device: a.Device}
}

// State is the newest that is known of an agent: the last change, which has the
// reason too, unless a knows better.
func (f *Feed) State(a routing.Agent) AgentState {
	f.mu.Lock()
	defer f.mu.Unlock()
	told, ok := f.agents[crm.ID(a.ID)]
	if !ok || told.State != a.State || !told.Since.Equal(a.Since) {
		told = stateOf(f.cfg.Office(), a)
	}
	told.Device = a.Device
	return f.completed(told)
}

// Going is a call that goes on.
type Going struct {
	calls.Call
	Agents []crm.ID // who are on it: rung, talking
}

// Call finds a call that goes on; ok is false for one that is over or unknown.
func (f *Feed) Call(id crm.ID) (g Going, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.calls[id]
	if c == nil || c.State == calls.Ended {
		return Going{}, false
	}
	g.Call = c.Call
	g.Route, g.Decisions, g.Quality = slices.Clone(c.Route), slices.Clone(c.Decisions), slices.Clone(c.Quality)
	for _, o := range c.offered {
		g.Agents = append(g.Agents, o.Agent)
	}
	parties := []crm.ID{c.Agent, c.Colleague}
	if c.Consult != nil {
		parties = append(parties, c.Consult.Agent)
	}
	for _, id := range parties {
		if c.concerns(id) {
			g.Agents = append(g.Agents, id)
		}
	}
	return g, true
}
