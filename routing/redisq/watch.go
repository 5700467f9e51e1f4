package redisq

import (
	"context"
	"time"

	"github.com/callcard/callcard/routing"
)

const (
	probeEvery   = 250 * time.Millisecond // while Redis is away
	refreshEvery = 2 * time.Second        // of occupancies
)

// watch keeps the lease alive, frees what dead nodes have left, gives up the calls
// kept for one agent when their time is over, and brings Redis back into use.
func (d *Desk) watch(ctx context.Context) {
	beat := time.NewTicker(d.opt.Lease / 4)
	probe := time.NewTicker(probeEvery)
	refresh := time.NewTicker(refreshEvery)
	defer beat.Stop()
	defer probe.Stop()
	defer refresh.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			d.beat(ctx)
		case <-probe.C:
			d.probe(ctx)
			d.reopen(ctx)
		case <-refresh.C:
			d.mirror.refresh()
		}
	}
}

// beat renews the lease of this node and frees what lapsed nodes have held.
func (d *Desk) beat(ctx context.Context) {
	_, err := d.do(ctx, request{script: "beat", op: noOp{}, twin: func(*twin) string { return yes }})
	if err != nil {
		d.opt.Log.Error("renew the lease", "err", err)
	}
}

// probe asks a lost Redis whether it is back. The gate is held only once it has
// answered: a Redis that hangs must not hold up the twin.
func (d *Desk) probe(ctx context.Context) {
	if !d.isLocal() {
		return
	}
	ask, cancel := context.WithTimeout(ctx, d.opt.Timeout)
	defer cancel()
	if d.opt.Client.Ping(ask).Err() != nil {
		return
	}
	d.gate.Lock()
	defer d.gate.Unlock()
	if !d.local {
		return
	}
	build, cancel := context.WithTimeout(ctx, d.opt.Timeout)
	defer cancel()
	d.rebuild(build)
}

// isLocal reports whether the twin works because Redis is away.
func (d *Desk) isLocal() bool {
	d.gate.Lock()
	defer d.gate.Unlock()
	return d.local
}

// reopen gives calls whose time of being kept for one agent is over to whoever is
// free. Their stories decide again at the same moment; this is for the one that
// does not.
func (d *Desk) reopen(ctx context.Context) {
	now := d.opt.Now().UnixMilli()
	queues := map[routing.QueueName]bool{}
	d.mirror.mu.RLock()
	for _, c := range d.mirror.calls {
		if c.Waits == 1 && c.Only != "" && c.OnlyUntil <= now && c.Node == d.opt.Node && c.Queue != "" {
			queues[c.Queue] = true
		}
	}
	d.mirror.mu.RUnlock()
	for q := range queues {
		d.rematch(ctx, d.roster.of(q))
	}
}

// rematch looks for a waiting call for each agent who is free.
func (d *Desk) rematch(ctx context.Context, agents []routing.AgentID) {
	var free []routing.AgentID
	d.mirror.mu.RLock()
	for _, id := range agents {
		if s, ok := d.mirror.agents[id]; ok && s.record.free() {
			free = append(free, id)
		}
	}
	d.mirror.mu.RUnlock()
	if len(free) == 0 {
		return
	}
	_, err := d.do(ctx, request{script: "rematch", op: noOp{}, list: ids(free), twin: func(t *twin) string {
		t.rematch(free)
		return yes
	}})
	if err != nil {
		d.opt.Log.Error("match waiting calls", "err", err)
	}
}
