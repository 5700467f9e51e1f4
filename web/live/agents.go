package live

import (
	"slices"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/routing"
)

// readsQueues is the right to see, of an office, who waits and what its agents do.
var readsQueues = right{crm.Queues, crm.Read}

// Agent tells of an agent's new state. It never blocks.
func (f *Feed) Agent(ch routing.Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.currentAudience()
	id := crm.ID(ch.Agent)
	state := AgentState{Agent: login(a.office, id), AgentID: id, Name: nameOf(a.office, id), State: ch.State, Reason: ch.Reason,
		Since: ch.Since, Call: crm.ID(ch.Call), Next: ch.Next, Device: ch.Device}
	f.agents[id] = state
	f.tellState(state)
}

// tellState tells the agent and those who see his calls at once, and soon, without the
// call, those who see what he does.
func (f *Feed) tellState(state AgentState) {
	state = f.completed(state)
	u, _ := f.audience.office.UserByID(state.AgentID)
	seers := unique(append([]string{string(state.AgentID)}, f.audience.watchers(readsCalls, f.unitOfTalk(state, u))...))
	f.cfg.Hub.Publish(realtime.Event{Type: TypeAgentState, At: f.cfg.Now(), Data: state}, seers...)
	state.Call = ""
	f.tell(TypeAgentState, state, without(f.audience.watchers(readsCalls, u.Unit), seers))
	f.tellColleagues(u.Unit, func(n *news) { n.agents[state.AgentID] = state })
}

// unitOfTalk is the office of the call that the agent is on, else his own.
func (f *Feed) unitOfTalk(state AgentState, u office.User) crm.ID {
	if c := f.calls[state.Call]; c != nil {
		return c.Unit
	}
	return u.Unit
}

// completed says how long the agent's wrap-up is to last, and which devices he has.
func (f *Feed) completed(state AgentState) AgentState {
	if until, ok := f.wrapUps[state.AgentID]; ok && state.State == routing.WrapUp {
		state.Until = &until
	}
	if u, ok := f.cfg.Office().UserByID(state.AgentID); ok && u.Extension != "" {
		state.Devices = f.devices[u.Extension]
	}
	return state
}

// Devices tells which kinds of devices an extension has from now on. It never blocks.
func (f *Feed) Devices(extension string, kinds []DeviceKind) {
	u, ok := f.cfg.Office().UserByExtension(extension)
	var known bool
	var now routing.Agent
	if ok && f.cfg.Agent != nil {
		now, known = f.cfg.Agent(u.ID) // before the lock: see desk
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if slices.Equal(f.devices[extension], kinds) {
		return
	}
	f.devices[extension] = kinds
	if len(kinds) == 0 {
		delete(f.devices, extension)
	}
	if !known {
		return
	}
	a := f.currentAudience()
	state, told := f.agents[u.ID]
	if !told {
		state = stateOf(a.office, now)
	}
	state.Device = now.Device
	f.tellState(state)
}

// recount keeps who waits in the call's queue and tells when that has changed.
func (f *Feed) recount(c *liveCall, at time.Time) {
	waits := c.QueuedAt != nil && (c.State == calls.Queued || c.State == calls.Ringing)
	line := f.queues[c.Queue]
	if since, waited := line[c.ID]; waits == waited && (!waits || since.Equal(*c.QueuedAt)) {
		return
	}
	if line == nil {
		line = map[crm.ID]time.Time{}
		f.queues[c.Queue] = line
	}
	if waits {
		line[c.ID] = *c.QueuedAt
	} else {
		delete(line, c.ID)
	}
	now := queueLine(c.Queue, line)
	watchers := f.audience.watchers(readsCalls, c.Unit)
	f.cfg.Hub.Publish(realtime.Event{Type: TypeQueueChanged, At: at, Data: now}, watchers...)
	f.tellColleagues(c.Unit, func(n *news) { n.queues[c.Queue] = now })
}

func queueLine(name string, line map[crm.ID]time.Time) QueueLine {
	q := QueueLine{Queue: name, Waiting: len(line)}
	for _, since := range line {
		if q.LongestSince == nil || since.Before(*q.LongestSince) {
			q.LongestSince = &since
		}
	}
	return q
}
