package redisq

import (
	"slices"
	"sync"
	"time"

	"github.com/callcard/callcard/routing"
)

// mirror is this process's copy of the records, with what routing wants to know of
// an agent kept ready beside them. It is the twin's store while Redis is away and
// what Redis is rebuilt from.
//
// Replies arrive in any order; each record has a version from one counter, and an
// older one never replaces a newer one.
type mirror struct {
	node string
	now  func() time.Time

	mu     sync.RWMutex
	agents map[routing.AgentID]*seat
	calls  map[routing.CallID]callRecord
	// gone keeps the version at which a call was removed, so that a late reply does
	// not bring it back.
	gone    map[routing.CallID]tombstone
	seq     int64
	offered map[routing.QueueName]routing.AgentID
	// told holds, for each call of this node, whom its story has been told of.
	told map[routing.CallID]told

	emit func(event)
	// asking holds the tokens of the Reserves that are under way: their answers tell
	// the stories, so no match is emitted before.
	asking map[routing.CallID]string
}

// seat is an agent as the mirror holds him.
type seat struct {
	record agentRecord
	view   routing.Agent
	shift  shift
}

type tombstone struct {
	version int64
	at      time.Time
}

// told is whom a call's story knows of under a token.
type told struct {
	token  string
	agents []routing.AgentID
}

// event is a change or a match for the owner of the Desk.
type event struct {
	change *routing.Change
	match  *Match
}

func newMirror(node string, now func() time.Time, emit func(event)) *mirror {
	return &mirror{
		node: node, now: now, emit: emit,
		agents:  map[routing.AgentID]*seat{},
		calls:   map[routing.CallID]callRecord{},
		gone:    map[routing.CallID]tombstone{},
		offered: map[routing.QueueName]routing.AgentID{},
		told:    map[routing.CallID]told{},
		asking:  map[routing.CallID]string{},
	}
}

// seat returns the agent's place, made on first sight.
func (m *mirror) seat(id routing.AgentID) *seat {
	s, ok := m.agents[id]
	if !ok {
		s = &seat{record: newAgent(id), view: routing.Agent{ID: id, State: routing.Offline}}
		m.agents[id] = s
	}
	return s
}

// setAgent takes over a record unless a newer one is known.
func (m *mirror) setAgent(r agentRecord) {
	m.seq = max(m.seq, r.Version)
	s := m.seat(r.ID)
	if r.Version <= s.record.Version {
		return
	}
	before := s.record
	s.record = r
	if before.State != r.State || before.Version == 0 {
		s.shift.enter(r.State, r.Since)
	}
	if r.State == routing.Talking && (before.State != routing.Talking || before.Call != r.Call) {
		s.shift.answered(m.now())
	}
	m.look(s)
	if c := r.change(); c != before.change() {
		m.emit(event{change: &c})
	}
}

// look brings the seat's view up to date.
func (m *mirror) look(s *seat) {
	now := m.now()
	s.shift.roll(now)
	v, r := &s.view, s.record
	v.ID, v.State, v.Since, v.Device = r.ID, r.State, time.UnixMilli(r.Since), r.Device == 1
	v.LiveCalls = 0
	if r.Call != "" {
		v.LiveCalls = 1
	}
	v.IdleSince, v.SignedInAt = time.UnixMilli(r.Idle), time.UnixMilli(r.SignedIn)
	v.Occupancy = s.shift.occupancy(now.UnixMilli())
	v.CallsToday = s.shift.calls
}

// refresh recomputes what changes by the mere passing of time.
func (m *mirror) refresh() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.agents {
		m.look(s)
	}
	limit := m.now().Add(-time.Minute)
	for id, t := range m.gone {
		if t.at.Before(limit) {
			delete(m.gone, id)
		}
	}
}

// setCall takes over a record unless a newer one, or the call's end, is known.
func (m *mirror) setCall(c callRecord) {
	m.seq = max(m.seq, c.Version)
	if old, ok := m.calls[c.ID]; ok && c.Version <= old.Version {
		return
	}
	if t, ok := m.gone[c.ID]; ok && c.Version <= t.version {
		return
	}
	m.calls[c.ID] = c
	reserved := split[routing.AgentID](c.Agents)
	if n := len(reserved); n > 0 && c.Claimed == "" && m.serves(reserved[n-1], c.Queue) {
		m.offered[c.Queue] = reserved[n-1]
	}
	if c.Node == m.node {
		m.tell(c, reserved)
	}
}

// serves reports whether an agent has a place in the round of a queue; a client's
// previous manager may have none.
func (m *mirror) serves(agent routing.AgentID, queue routing.QueueName) bool {
	s, known := m.agents[agent]
	return known && slices.Contains(split[routing.QueueName](s.record.Queues), queue)
}

// tell gives the story of a call the agents it has not heard of under this token, as
// matches, unless the answer of its Reserve is still to come.
func (m *mirror) tell(c callRecord, reserved []routing.AgentID) {
	if m.asking[c.ID] == c.Token {
		return
	}
	for _, a := range m.news(c.ID, c.Token, reserved) {
		m.emit(event{match: &Match{Call: c.ID, Agent: a, Token: c.Token}})
	}
}

// news are those of the agents whom the story of the call has not heard of, and
// notes that it has now.
func (m *mirror) news(call routing.CallID, token string, reserved []routing.AgentID) []routing.AgentID {
	t := m.told[call]
	if t.token != token {
		t = told{token: token}
	}
	var news []routing.AgentID
	for _, a := range reserved {
		if !slices.Contains(t.agents, a) {
			t.agents = append(t.agents, a)
			news = append(news, a)
		}
	}
	m.told[call] = t
	return news
}

// ask begins a Reserve.
func (m *mirror) ask(call routing.CallID, token string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asking[call] = token
}

// answer ends a Reserve: whom the call has now, which can be more recent than what
// the script said. The mirror is locked.
func (m *mirror) answer(call routing.CallID, token string, said []routing.AgentID) []routing.AgentID {
	delete(m.asking, call)
	if c, ok := m.calls[call]; ok && c.Token == token {
		said = split[routing.AgentID](c.Agents)
	}
	if len(said) > 0 {
		m.news(call, token, said)
	}
	return said
}

// dropCall forgets a call that has been removed at a version.
func (m *mirror) dropCall(id routing.CallID, version int64) {
	m.seq = max(m.seq, version)
	if old, ok := m.calls[id]; ok && old.Version > version {
		return
	}
	delete(m.calls, id)
	delete(m.told, id)
	m.gone[id] = tombstone{version: version, at: m.now()}
}

// views are the agents asked for, those that are known.
func (m *mirror) views(ids []routing.AgentID) []routing.Agent {
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := make([]routing.Agent, 0, len(ids))
	for _, id := range ids {
		if s, ok := m.agents[id]; ok {
			list = append(list, s.view)
		}
	}
	return list
}
