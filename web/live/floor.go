package live

import (
	"cmp"
	"slices"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/realtime"
)

// colleaguesEvery is how often those who only look at an office, and do not watch over
// it, hear of what its agents do. On a busy floor a hundred things change in a second,
// and a hundred pages would have to hear of each.
const colleaguesEvery = 500 * time.Millisecond

// news is what colleagues of an office have not been told yet: the last state of each
// agent and queue that has changed.
type news struct {
	agents map[crm.ID]AgentState
	queues map[string]QueueLine
}

// tellColleagues keeps what has changed in an office until the next telling.
func (f *Feed) tellColleagues(unit crm.ID, note func(*news)) {
	n := f.news[unit]
	if n == nil {
		n = &news{agents: map[crm.ID]AgentState{}, queues: map[string]QueueLine{}}
		f.news[unit] = n
	}
	note(n)
	if f.telling == nil && !f.closed {
		f.telling = time.AfterFunc(colleaguesEvery, f.tellNews)
	}
}

// tellNews tells every office's colleagues at once what has changed. Watchers have
// heard it already, each thing by itself.
func (f *Feed) tellNews() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.telling = nil
	if f.closed {
		return
	}
	a := f.currentAudience()
	for unit, n := range f.news {
		e := FloorChange{Agents: []AgentState{}, Queues: []QueueLine{}}
		for _, state := range n.agents {
			e.Agents = append(e.Agents, state)
		}
		for _, line := range n.queues {
			e.Queues = append(e.Queues, line)
		}
		slices.SortFunc(e.Agents, func(x, y AgentState) int { return cmp.Compare(x.Agent, y.Agent) })
		slices.SortFunc(e.Queues, func(x, y QueueLine) int { return cmp.Compare(x.Queue, y.Queue) })
		if users := without(a.watchers(readsQueues, unit), a.watchers(readsCalls, unit)); len(users) > 0 {
			f.cfg.Hub.Publish(realtime.Event{Type: TypeFloorChanged, At: f.cfg.Now(), Data: e}, users...)
		}
	}
	clear(f.news)
}
