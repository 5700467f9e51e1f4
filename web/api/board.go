package api

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/web/live"
)

// Queue is a queue one may see.
type Queue struct {
	Name     string `json:"name"`
	Office   string `json:"office"`
	Strategy string `json:"strategy"`
	Waiting  int    `json:"waiting"`
	Mine     bool   `json:"mine" doc:"The user serves it."`
}

func (a *API) listQueues(ctx context.Context, _ *struct{}) (*listOutput[Queue], error) {
	o := a.Office()
	return list(a.visibleQueues(viewer(ctx), o), "", func(q office.Queue) Queue {
		unit, _ := o.Unit(q.Unit)
		w := Queue{Name: q.Name, Office: unit.Name, Strategy: q.Strategy, Waiting: len(a.waiting(q))}
		for _, id := range q.Agents {
			w.Mine = w.Mine || id == viewer(ctx).User
		}
		return w
	}), nil
}

func (a *API) visibleQueues(v crm.Viewer, o *office.Snapshot) []office.Queue {
	var seen []office.Queue
	for _, q := range o.Queues {
		if within(v, crm.Queues, crm.Read, q.Unit) {
			seen = append(seen, q)
		}
	}
	return seen
}

// Figure is a number with the name of the formula that it comes from.
type Figure struct {
	Value   int64  `json:"value"`
	Unit    string `json:"unit" enum:"calls,agents,ms"`
	Formula string `json:"formula" enum:"waiting_now,longest_wait_now,agents_in_state_now"`
}

// Board is what is going on in a queue at this moment.
type Board struct {
	Queue       string            `json:"queue"`
	At          time.Time         `json:"at"`
	Waiting     Figure            `json:"waiting" doc:"waiting_now: callers in the queue whom nobody has answered yet."`
	LongestWait Figure            `json:"longest_wait" doc:"longest_wait_now: now minus the earliest entry among them."`
	Agents      map[string]Figure `json:"agents" doc:"State -> agents_in_state_now: agents of the queue who are in it."`
	AgentStates []live.AgentState `json:"agent_states" doc:"In the queue's order."`
	Calls       []WaitingCall     `json:"calls" doc:"Who waits, first to be served first."`
}

// WaitingCall is a caller in the queue.
type WaitingCall struct {
	Call      crm.ID    `json:"call"`
	EnteredAt time.Time `json:"entered_at"`
	WaitMS    int64     `json:"wait_ms"`
	Priority  int       `json:"priority"`
}

type queueInput struct {
	Name string `path:"name"`
}

type boardOutput struct{ Body Board }

func (a *API) board(ctx context.Context, in *queueInput) (*boardOutput, error) {
	q, ok := a.Office().Queue(in.Name)
	if !ok || !within(viewer(ctx), crm.Queues, crm.Read, q.Unit) {
		return nil, crm.Errorf(crm.NotFound, "There is no such queue.")
	}
	now := a.Now()
	b := Board{Queue: q.Name, At: now, Agents: map[string]Figure{}, AgentStates: []live.AgentState{}, Calls: []WaitingCall{}}
	var longest int64
	for _, w := range a.waiting(q) {
		wait := max(0, now.Sub(w.EnteredAt).Milliseconds())
		longest = max(longest, wait)
		b.Calls = append(b.Calls, WaitingCall{Call: w.Call, EnteredAt: w.EnteredAt, WaitMS: wait, Priority: w.Priority})
	}
	b.Waiting = Figure{int64(len(b.Calls)), "calls", "waiting_now"}
	b.LongestWait = Figure{longest, "ms", "longest_wait_now"}
	counts := map[routing.State]int64{}
	for _, id := range q.Agents {
		if state, ok := a.colleague(viewer(ctx), id); ok {
			counts[state.State]++
			b.AgentStates = append(b.AgentStates, state)
		}
	}
	for _, s := range []routing.State{routing.Available, routing.Ringing, routing.Talking, routing.WrapUp, routing.Break, routing.Offline} {
		b.Agents[string(s)] = Figure{counts[s], "agents", "agents_in_state_now"}
	}
	return &boardOutput{b}, nil
}

// waiting are the callers in a queue. Who waited while it was renamed waits under the
// former name still.
func (a *API) waiting(q office.Queue) (line []Waiting) {
	for _, name := range q.Former {
		line = append(line, a.Control.Waiting(name)...)
	}
	return append(line, a.Control.Waiting(q.Name)...)
}

// Agent is a colleague who takes calls.
type Agent struct {
	ID        crm.ID           `json:"id"`
	Login     string           `json:"login"`
	Name      string           `json:"name"`
	Office    string           `json:"office"`
	Extension string           `json:"extension,omitempty"`
	Queues    []string         `json:"queues"`
	State     *live.AgentState `json:"state,omitempty"`
}

func (a *API) listAgents(ctx context.Context, _ *struct{}) (*listOutput[Agent], error) {
	o, v := a.Office(), viewer(ctx)
	serves := map[crm.ID][]string{}
	for _, q := range o.Queues {
		for _, id := range q.Agents {
			serves[id] = append(serves[id], q.Name)
		}
	}
	var seen []office.User
	for _, u := range o.Users {
		if !u.Blocked && knows(v, u) && len(serves[u.ID]) > 0 {
			seen = append(seen, u)
		}
	}
	return list(seen, "", func(u office.User) Agent {
		unit, _ := o.Unit(u.Unit)
		w := Agent{ID: u.ID, Login: u.Login, Name: u.Name, Office: unit.Name, Extension: u.Extension, Queues: serves[u.ID]}
		if state, ok := a.colleague(v, u.ID); ok {
			w.State = &state
		}
		return w
	}), nil
}
