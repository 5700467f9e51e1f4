package redisq

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/callcard/callcard/routing"
)

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
		d.mirror.distrust()
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

// readBack reads everything after a script whose effects are not known, or after a
// gap in the feed. The gate is held. When it fails, the mirror without those effects
// is the truth, and Redis is told so, now or when it is back.
func (d *Desk) readBack(ctx context.Context) bool {
	err := d.reloadLocked(ctx)
	switch {
	case errors.Is(err, errGone):
		d.rebuild(ctx)
	case err != nil:
		d.goLocal(err)
	}
	return err == nil
}

// reloadLocked reads everything. The gate is held.
func (d *Desk) reloadLocked(ctx context.Context) error {
	changes, seq, err := d.redis.load(ctx, d.incarnation(d.era))
	if err != nil {
		return err
	}
	d.mirror.mu.Lock()
	defer d.mirror.mu.Unlock()
	d.mirror.apply(changes)
	d.mirror.keepOnly(changes, seq)
	return nil
}

// distrust lets the next records win, whatever their versions: after a rebuild Redis
// is right, also about agents of other nodes that this one has changed on its own.
// Replies of an earlier era are not read any more.
func (m *mirror) distrust() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.agents {
		s.record.Version = min(s.record.Version, 1)
	}
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
