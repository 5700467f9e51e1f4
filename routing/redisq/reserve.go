package redisq

import (
	"context"
	"fmt"
	"time"

	"github.com/callcard/callcard/routing"
)

// shortlist is how many candidates are tried before the whole queue is sent: nearly
// always the first is free, and 300 ids with every call would be the desk's main
// cost.
const shortlist = 8

// Reserve takes the first free candidate, or all that are free. If there is none,
// anybody of the queue who has become free since the plan was made gets the call;
// else it waits (when it has a queue), and OnMatch tells when somebody is free.
// No match of the call is told before Reserve has its answer.
func (d *Desk) Reserve(ctx context.Context, r routing.Reserve) (routing.Reservation, error) {
	if r.Call == "" || r.Token == "" {
		return routing.Reservation{}, fmt.Errorf("redisq: a reservation needs a call and a token")
	}
	if r.EnteredAt.IsZero() {
		r.EnteredAt = d.opt.Now()
	}
	op := reserveOp{
		Call: r.Call, Token: r.Token, Queue: r.Queue, Priority: r.Priority, Entered: r.EnteredAt.UnixMilli(),
		Only: r.Only, Refused: join(r.Refused), All: r.All, Join: r.Queue != "",
	}
	if r.Only != "" {
		op.OnlyUntil = r.OnlyUntil.UnixMilli()
	}
	var taken []routing.AgentID
	if len(r.Candidates) > 0 && !r.All {
		first := op
		first.Join = false
		var err error
		if taken, err = d.reserve(ctx, first, r.Candidates[:min(len(r.Candidates), shortlist)]); err != nil {
			return routing.Reservation{}, err
		}
	}
	if len(taken) == 0 {
		var err error
		if taken, err = d.reserve(ctx, op, d.everybody(r)); err != nil {
			return routing.Reservation{}, err
		}
	}
	return routing.Reservation{Call: r.Call, Token: r.Token, Agents: taken, Lease: d.lease()}, nil
}

// everybody is the candidates in their order and then the rest of the queue; a call
// that is kept for one agent has no others.
func (d *Desk) everybody(r routing.Reserve) []routing.AgentID {
	if r.Only != "" || r.Queue == "" {
		if len(r.Candidates) == 0 && r.Only != "" {
			return []routing.AgentID{r.Only}
		}
		return r.Candidates
	}
	serve := d.roster.of(r.Queue)
	if len(r.Candidates) == 0 {
		return serve
	}
	list := make([]routing.AgentID, 0, len(r.Candidates)+len(serve))
	named := make(map[routing.AgentID]bool, len(r.Candidates))
	for _, id := range r.Candidates {
		named[id] = true
		list = append(list, id)
	}
	for _, id := range serve {
		if !named[id] {
			list = append(list, id)
		}
	}
	return list
}

func (d *Desk) reserve(ctx context.Context, op reserveOp, candidates []routing.AgentID) ([]routing.AgentID, error) {
	var taken []routing.AgentID
	d.mirror.ask(op.Call, op.Token)
	_, err := d.do(ctx, request{
		script: "reserve", op: op, list: ids(candidates),
		twin: func(t *twin) string { return t.reserve(op, candidates) },
		then: func(answer string) {
			taken = d.mirror.answer(op.Call, op.Token, split[routing.AgentID](answer))
		},
	})
	if err != nil {
		d.mirror.mu.Lock()
		delete(d.mirror.asking, op.Call)
		d.mirror.mu.Unlock()
		return nil, fmt.Errorf("reserve an agent for call %s: %w", op.Call, err)
	}
	return taken, nil
}

// lease is until when the reservations of this node are sure to hold.
func (d *Desk) lease() time.Time { return d.opt.Now().Add(d.opt.Lease) }

func ids(agents []routing.AgentID) []string {
	list := make([]string, len(agents))
	for i, a := range agents {
		list[i] = string(a)
	}
	return list
}
