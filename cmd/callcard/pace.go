package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Garbage is collected thriftily in memory while little is made, and thriftily in
// time while a storm of calls makes much of it: at 200 calls/s the collector would
// otherwise take a sixth of the processor, and with the lazy setting alone a quiet
// server would keep memory it does not need.
const (
	calmPercent  = 100
	stormPercent = 200
	paceEvery    = 2 * time.Second
	stormCycles  = 3 // collections in paceEvery that make a storm
)

// paceCollector follows the collector's own count of its cycles until ctx ends.
func paceCollector(ctx context.Context) error {
	cycles := []metrics.Sample{{Name: "/gc/cycles/automatic:gc-cycles"}}
	metrics.Read(cycles)
	before, storm := cycles[0].Value.Uint64(), false
	t := time.NewTicker(paceEvery)
	defer t.Stop()
	defer debug.SetGCPercent(calmPercent)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		metrics.Read(cycles)
		now := cycles[0].Value.Uint64()
		switch n := now - before; {
		case !storm && n >= stormCycles:
			storm = true
			debug.SetGCPercent(stormPercent)
		case storm && n == 0:
			storm = false
			debug.SetGCPercent(calmPercent)
		}
		before = now
	}
}
