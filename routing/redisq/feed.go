package redisq

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// follow keeps the mirror up to date with what other nodes do: every script of a
// shared desk adds its changes to a stream. Own changes come back too and are known
// by their versions.
func (d *Desk) follow(ctx context.Context) {
	for ctx.Err() == nil {
		last, err := d.redis.lastFeed(ctx)
		if err == nil {
			// What was missed while the stream could not be read is read as a whole.
			d.gate.Lock()
			if !d.local {
				d.readBack(ctx)
			}
			d.gate.Unlock()
		}
		for err == nil {
			last, err = d.readFeed(ctx, last)
		}
		select {
		case <-ctx.Done():
		case <-time.After(probeEvery):
		}
	}
}

func (d *Desk) readFeed(ctx context.Context, last string) (string, error) {
	streams, err := d.opt.Client.XRead(ctx, &redis.XReadArgs{
		Streams: []string{d.redis.keys[6], last},
		Count:   100,
		Block:   time.Second,
	}).Result()
	if errors.Is(err, redis.Nil) {
		return last, nil
	}
	if err != nil {
		return last, err
	}
	for _, s := range streams {
		for _, message := range s.Messages {
			last = message.ID
			text, _ := message.Values["r"].(string)
			var words []string
			if err := json.Unmarshal([]byte(text), &words); err != nil {
				return last, err
			}
			changes, err := readChanges(words)
			if err != nil {
				return last, err
			}
			d.heard(ctx, changes)
		}
	}
	return last, nil
}

// heard applies the changes of another node, unless this one works on its own. A
// node that hears of its own death was frozen or cut off: its talks go on, so it
// does not take over that its agents are free, but says what it knows.
func (d *Desk) heard(ctx context.Context, changes []change) {
	d.gate.Lock()
	defer d.gate.Unlock()
	if d.local {
		return
	}
	if slices.ContainsFunc(changes, func(c change) bool { return c.dead == d.opt.Node }) {
		d.readBack(ctx)
		return
	}
	d.mirror.mu.Lock()
	defer d.mirror.mu.Unlock()
	d.mirror.apply(changes)
}
