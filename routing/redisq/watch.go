package redisq

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// probe asks a lost Redis whether it is back.
func (d *Desk) probe(ctx context.Context) {
	d.gate.Lock()
	defer d.gate.Unlock()
	if !d.local {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, d.opt.Timeout)
	defer cancel()
	if d.opt.Client.Ping(ctx).Err() == nil {
		d.rebuild(ctx)
	}
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
	var free []Member
	d.mirror.mu.RLock()
	for _, id := range agents {
		if s, ok := d.mirror.agents[id]; ok && s.record.free() {
			free = append(free, Member{ID: id, Queues: split[routing.QueueName](s.record.Queues)})
		}
	}
	d.mirror.mu.RUnlock()
	if len(free) == 0 {
		return
	}
	if err := d.setQueues(ctx, free); err != nil {
		d.opt.Log.Error("match waiting calls", "err", err)
	}
}

// goLocal makes the twin the truth. The gate is held.
func (d *Desk) goLocal(cause error) {
	if d.local {
		return
	}
	d.local = true
	d.era++
	d.opt.Log.Warn("redis is away, working without it", "err", cause)
}

// rebuild writes the mirror into Redis and makes that the truth. The gate is held,
// so nothing changes meanwhile; it takes a few milliseconds. When it fails the twin
// goes on.
func (d *Desk) rebuild(ctx context.Context) {
	d.era++
	records, err := d.mirror.dump()
	if err == nil {
		_, err = d.redis.run(ctx, "restore", d.incarnation(d.era), d.floor(), noOp{}, records)
	}
	if err == nil {
		err = d.reloadLocked(ctx)
	}
	if err != nil {
		if !d.local {
			d.goLocal(err)
		}
		return
	}
	if d.local {
		d.opt.Log.Info("redis is back in use")
	}
	d.local = false
}

// dump is every record as the pairs that restore.lua reads.
func (m *mirror) dump() ([]string, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := make([]string, 0, 2*(len(m.agents)+len(m.calls)))
	for _, s := range m.agents {
		text, err := json.Marshal(s.record)
		if err != nil {
			return nil, fmt.Errorf("encode agent %s: %w", s.record.ID, err)
		}
		list = append(list, "a", string(text))
	}
	for _, c := range m.calls {
		text, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("encode call %s: %w", c.ID, err)
		}
		list = append(list, "c", string(text))
	}
	return list, nil
}

// enter takes over what an earlier process of this node has left in Redis.
func (d *Desk) enter(ctx context.Context) {
	d.gate.Lock()
	defer d.gate.Unlock()
	_, err := d.redis.run(ctx, "enter", d.incarnation(d.era), 0, noOp{}, nil)
	if err == nil {
		err = d.reloadLocked(ctx)
	}
	if err != nil {
		d.goLocal(err)
	}
}

// reload reads everything back after a script whose effects are not known.
func (d *Desk) reload(ctx context.Context) {
	d.gate.Lock()
	defer d.gate.Unlock()
	if d.local {
		return
	}
	if err := d.reloadLocked(ctx); err != nil && !errors.Is(err, errGone) {
		d.goLocal(err)
	}
}

func (d *Desk) reloadLocked(ctx context.Context) error {
	changes, seq, err := d.redis.load(ctx)
	if err != nil {
		return err
	}
	d.mirror.mu.Lock()
	defer d.mirror.mu.Unlock()
	d.mirror.apply(changes)
	d.mirror.keepOnly(changes, seq)
	return nil
}

// keepOnly drops the calls that were not among the changes, which are complete up
// to seq.
func (m *mirror) keepOnly(changes []change, seq int64) {
	known := map[routing.CallID]bool{}
	for _, c := range changes {
		if c.call != nil {
			known[c.call.ID] = true
		}
	}
	for id, c := range m.calls {
		if !known[id] && c.Version <= seq {
			m.dropCall(id, seq)
		}
	}
}
