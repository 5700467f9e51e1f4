package live

import (
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/routing"
)

// Agent tells of an agent's new state. It never blocks.
func (f *Feed) Agent(ch routing.Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.currentAudience()
	id := crm.ID(ch.Agent)
	state := AgentState{Agent: login(a.office, id), AgentID: id, State: ch.State, Reason: ch.Reason, Since: ch.Since, Call: crm.ID(ch.Call), Next: ch.Next}
	f.agents[id] = state
	u, _ := a.office.UserByID(id)
	users := append([]string{string(id)}, a.watchers(u.Unit)...)
	f.cfg.Hub.Publish(realtime.Event{Type: TypeAgentState, At: f.cfg.Now(), Data: state}, unique(users)...)
}

// recount keeps who waits in the call's queue and tells when that has changed.
func (f *Feed) recount(c *liveCall, at time.Time) {
	waits := c.QueuedAt != nil && !c.Talked() && c.State != calls.Ended
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
	f.cfg.Hub.Publish(realtime.Event{Type: TypeQueueChanged, At: at, Data: queueLine(c.Queue, line)}, f.audience.watchers(c.Unit)...)
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
