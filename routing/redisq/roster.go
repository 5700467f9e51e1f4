package redisq

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/callcard/callcard/routing"
)

// roster is who serves which queue, from the office.
type roster struct {
	mu    sync.RWMutex
	serve map[routing.QueueName][]routing.AgentID
}

func (r *roster) of(queue routing.QueueName) []routing.AgentID {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.serve[queue] // replaced as a whole, never changed
}

func (r *roster) replace(members []Member) {
	serve := map[routing.QueueName][]routing.AgentID{}
	for _, m := range members {
		for _, q := range m.Queues {
			serve[q] = append(serve[q], m.ID)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serve = serve
}

// SetAgents says who serves which queues. An agent who comes to a queue gets its
// waiting calls at once. Who is no longer named keeps his talk and gets no calls.
func (d *Desk) SetAgents(ctx context.Context, members []Member) error {
	d.roster.replace(members)
	changed := d.mirror.reassigned(members)
	for batch := range slices.Chunk(changed, 100) {
		if err := d.setQueues(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// setQueues stores the members' queues and looks for a waiting call for each of them
// who is free.
func (d *Desk) setQueues(ctx context.Context, members []Member) error {
	list := make([]string, 0, 2*len(members))
	for _, m := range members {
		list = append(list, string(m.ID), join(m.Queues))
	}
	_, err := d.do(ctx, request{script: "setqueues", op: noOp{}, list: list, twin: func(t *twin) string {
		for _, m := range members {
			t.setQueues(m.ID, join(m.Queues))
		}
		return yes
	}})
	if err != nil {
		return fmt.Errorf("set the queues of %d agents: %w", len(members), err)
	}
	return nil
}

// reassigned takes over the names and returns the members whose queues differ from
// what is recorded; for agents who are no longer named, with none.
func (m *mirror) reassigned(members []Member) []Member {
	m.mu.Lock()
	defer m.mu.Unlock()
	var changed []Member
	named := make(map[routing.AgentID]bool, len(members))
	for _, member := range members {
		named[member.ID] = true
		s := m.seat(member.ID)
		s.view.Name = member.Name
		if s.record.Version == 0 || s.record.Queues != join(member.Queues) {
			changed = append(changed, member)
		}
	}
	for id, s := range m.agents {
		if !named[id] && s.record.Queues != "" {
			changed = append(changed, Member{ID: id})
		}
	}
	return changed
}

// SetOpenTasks says how many due tasks an agent has.
func (d *Desk) SetOpenTasks(agent routing.AgentID, n int) {
	d.mirror.mu.Lock()
	defer d.mirror.mu.Unlock()
	d.mirror.seat(agent).view.OpenTasks = n
}

// SetCallsToday sets what the history knows, after a start in the middle of the day.
func (d *Desk) SetCallsToday(agent routing.AgentID, n int) {
	d.mirror.mu.Lock()
	defer d.mirror.mu.Unlock()
	s := d.mirror.seat(agent)
	s.shift.roll(d.opt.Now())
	s.shift.calls = n
	s.view.CallsToday = n
}
