package redisq

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/callcard/callcard/routing"
)

// Desk is the shared truth of who is free. See doc.go.
type Desk struct {
	opt    Options
	redis  *scripts
	mirror *mirror
	events *dispatcher

	// gate guards where the truth is. It is never held while a script of an
	// ordinary operation runs, only during a rebuild.
	gate  sync.Mutex
	local bool // Redis is away: the twin works
	era   uint64
	slots chan struct{}
	life  string // of this process, the first half of its incarnations

	roster roster
	stop   context.CancelCauseFunc
	done   sync.WaitGroup
}

var errClosed = errors.New("redisq: the desk is closed")

// Open takes over what this node has left in Redis: its calls are gone, its agents
// keep their states, and their phones must be reported anew. Redis need not be
// there; the twin works until it is. The error is about the options only.
func Open(o Options) (*Desk, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancelCause(context.Background())
	d := &Desk{
		opt:    o,
		redis:  newScripts(o),
		stop:   stop,
		life:   rand.Text(),
		events: newDispatcher(o),
		slots:  make(chan struct{}, slots),
	}
	d.mirror = newMirror(o.Node, o.Now, d.events.add)
	d.enter(ctx)
	d.done.Go(d.events.run)
	d.done.Go(func() { d.watch(ctx) })
	if o.Shared {
		d.done.Go(func() { d.follow(ctx) })
	}
	return d, nil
}

// Close stops renewing the lease, waits for the desk's goroutines, and delivers the
// events that are under way. It frees nothing: whoever closes has ended his calls.
func (d *Desk) Close() {
	d.stop(errClosed)
	d.events.close()
	d.done.Wait()
}

// Agents is a snapshot from memory of those that are known.
func (d *Desk) Agents(ids []routing.AgentID) []routing.Agent {
	return d.mirror.views(ids)
}

// LastOffered is the agent who got the last call of a queue, for RoundRobin.
func (d *Desk) LastOffered(queue routing.QueueName) routing.AgentID {
	d.mirror.mu.RLock()
	defer d.mirror.mu.RUnlock()
	return d.mirror.offered[queue]
}

// Waiting lists the calls that wait in a queue, in the order of their turns.
func (d *Desk) Waiting(queue routing.QueueName) []Waiting {
	d.mirror.mu.RLock()
	var calls []callRecord
	for _, c := range d.mirror.calls {
		if c.Waits == 1 && c.Queue == queue {
			calls = append(calls, c)
		}
	}
	d.mirror.mu.RUnlock()
	ageing := d.opt.Ageing.Milliseconds()
	slices.SortFunc(calls, func(a, b callRecord) int {
		return cmp.Or(cmp.Compare(a.rank(ageing), b.rank(ageing)), cmp.Compare(a.ID, b.ID))
	})
	list := make([]Waiting, len(calls))
	for i, c := range calls {
		list[i] = Waiting{
			Call: c.ID, Queue: c.Queue, Priority: c.Priority, EnteredAt: time.UnixMilli(c.Entered),
			Only: c.Only, OnlyUntil: time.UnixMilli(c.OnlyUntil),
		}
	}
	return list
}

// Snapshot is the present state of every agent, for a board that has just opened.
func (d *Desk) Snapshot() []routing.Change {
	d.mirror.mu.RLock()
	defer d.mirror.mu.RUnlock()
	list := make([]routing.Change, 0, len(d.mirror.agents))
	for _, s := range d.mirror.agents {
		list = append(list, s.record.change())
	}
	slices.SortFunc(list, func(a, b routing.Change) int { return cmp.Compare(a.Agent, b.Agent) })
	return list
}

// Claim makes the offer of one agent the talk. ok is false when a colleague was
// faster or the reservation is no longer his.
func (d *Desk) Claim(ctx context.Context, call routing.CallID, agent routing.AgentID, token string) (bool, error) {
	op := holdOp{Call: call, Agent: agent, Token: token}
	answer, err := d.do(ctx, request{script: "claim", op: op, twin: func(t *twin) string { return t.claim(op) }})
	if err != nil {
		return false, fmt.Errorf("claim call %s for agent %s: %w", call, agent, err)
	}
	return answer == yes, nil
}

// Release ends the agent's part in the call and puts him in next ("" = available),
// or in what he has wished to be. Wrap-up comes before his wish. A stale token
// changes nothing.
func (d *Desk) Release(ctx context.Context, call routing.CallID, agent routing.AgentID, token string, next routing.State, reason string) error {
	if next == "" {
		next = routing.Available
	}
	if err := checkWish(next); err != nil {
		return err
	}
	op := holdOp{Call: call, Agent: agent, Token: token, Next: next, Reason: reason, MaxMissed: d.opt.MaxMissed}
	_, err := d.do(ctx, request{script: "release", op: op, twin: func(t *twin) string { return t.release(op) }})
	if err != nil {
		return fmt.Errorf("release agent %s from call %s: %w", agent, call, err)
	}
	return nil
}

// Leave takes a call out of the waiting list and frees who rings for it. Who talks
// in it is released by Release.
func (d *Desk) Leave(ctx context.Context, call routing.CallID) error {
	op := holdOp{Call: call}
	_, err := d.do(ctx, request{script: "leave", op: op, twin: func(t *twin) string { return t.leave(op) }})
	if err != nil {
		return fmt.Errorf("take call %s out of the queue: %w", call, err)
	}
	return nil
}

// SetState is a wish for available, wrap_up, break or offline. While the agent rings
// or talks it is kept as Next; available then means no wish. At any other time it
// holds at once, and a wish that was kept is forgotten.
func (d *Desk) SetState(ctx context.Context, agent routing.AgentID, state routing.State, reason string) error {
	if err := checkWish(state); err != nil {
		return err
	}
	op := stateOp{Agent: agent, State: state, Reason: reason}
	_, err := d.do(ctx, request{script: "setstate", op: op, twin: func(t *twin) string { return t.setState(op) }})
	if err != nil {
		return fmt.Errorf("set agent %s to %s: %w", agent, state, err)
	}
	return nil
}

// Occupy binds an agent to a call outside of the queues: one that he places (Talking, from
// the first ring on), or a colleague's to him (Ringing, until Claim). Nothing else is
// offered to him meanwhile. ok is false when he has another call. After Release he is
// what he was before: on a break, away, or free.
func (d *Desk) Occupy(ctx context.Context, call routing.CallID, agent routing.AgentID, token string, state routing.State) (ok bool, err error) {
	if state != routing.Talking && state != routing.Ringing {
		return false, fmt.Errorf("redisq: %q binds nobody to a call", state)
	}
	op := occupyOp{Call: call, Agent: agent, Token: token, State: state}
	answer, err := d.do(ctx, request{script: "occupy", op: op, twin: func(t *twin) string { return t.occupy(op) }})
	if err != nil {
		return false, fmt.Errorf("bind agent %s to call %s: %w", agent, call, err)
	}
	return answer == yes, nil
}

// EndWrapUp says that the time of an agent's wrap-up is over: he is what he has wished
// to be (Next), else available. It changes nothing when he does not wrap up (any more).
func (d *Desk) EndWrapUp(ctx context.Context, agent routing.AgentID) error {
	op := stateOp{Agent: agent}
	_, err := d.do(ctx, request{script: "endwrapup", op: op, twin: func(t *twin) string { return t.endWrapUp(op) }})
	if err != nil {
		return fmt.Errorf("end the wrap-up of agent %s: %w", agent, err)
	}
	return nil
}

// SetDevice says whether a phone of the agent can ring. His phone is at the node
// that reported it last.
func (d *Desk) SetDevice(ctx context.Context, agent routing.AgentID, up bool) error {
	op := deviceOp{Agent: agent, Up: up}
	_, err := d.do(ctx, request{script: "setdevice", op: op, twin: func(t *twin) string { return t.setDevice(op) }})
	if err != nil {
		return fmt.Errorf("set the phone of agent %s: %w", agent, err)
	}
	return nil
}

func checkWish(s routing.State) error {
	switch s {
	case routing.Available, routing.WrapUp, routing.Break, routing.Offline:
		return nil
	}
	return fmt.Errorf("redisq: %q is not a state that can be set", s)
}
