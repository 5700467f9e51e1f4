package sip

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// A call gets its first answer (18x or final) within milliseconds. When the
	// smoothed time to it exceeds slowSetup, a queue has formed somewhere behind us,
	// and a further call would only lengthen it; below fewPending there is none, so
	// calls are let in again to see whether it has become better.
	slowSetup  = 300 * time.Millisecond
	fewPending = 16
	// maxPending bounds a burst that comes before anything could be measured.
	maxPending = 1024
	// The lateness of timers is the cheapest honest measure of a saturated machine:
	// when a 20 ms timer is 80 ms late, every media packet is late too. Refusing
	// starts above the first bound and ends below the second.
	lateHigh = 80 * time.Millisecond
	lateLow  = 30 * time.Millisecond
	lateTick = 20 * time.Millisecond
)

// load tells whether one more call can be served well. A call that is refused at
// once can try elsewhere; one that is accepted too late spoils the others.
type load struct {
	metrics   *metrics
	pending   atomic.Int64 // INVITEs without a first answer
	setup     atomic.Int64 // smoothed time to the first answer, ns
	saturated atomic.Bool
}

func newLoad(m *metrics) *load { return &load{metrics: m} }

// run measures until ctx ends.
func (l *load) run(ctx context.Context) {
	timer := time.NewTimer(lateTick)
	defer timer.Stop()
	var late time.Duration
	before := time.Now()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		now := time.Now()
		late = l.observe(late, now.Sub(before)-lateTick)
		before = now
		timer.Reset(lateTick)
	}
}

// observe takes one measurement and returns the smoothed lateness: an eighth of the
// new one, so that a single pause of the garbage collector or of the host does not
// refuse calls.
func (l *load) observe(smoothed, measured time.Duration) time.Duration {
	smoothed += (max(measured, 0) - smoothed) / 8
	l.metrics.lateness.Set(smoothed.Seconds())
	switch {
	case smoothed > lateHigh:
		l.saturated.Store(true)
	case smoothed < lateLow:
		l.saturated.Store(false)
	}
	return smoothed
}

// settled takes the time that one call needed to its first answer. Two calls at the
// same moment may lose a measurement; there are enough.
func (l *load) settled(took time.Duration) {
	l.pending.Add(-1)
	smoothed := l.setup.Load()
	l.setup.Store(smoothed + (int64(took)-smoothed)/8)
}

// queued reports whether calls wait behind us.
func (l *load) queued() bool {
	n := l.pending.Load()
	return n >= maxPending || n >= fewPending && time.Duration(l.setup.Load()) > slowSetup
}

// full names the reason why no further call can be taken, or "". A trunk's own limit
// is the legs' business.
func (s *Server) full() string {
	switch {
	case s.draining.Load():
		return "draining"
	case s.config.MaxCalls > 0 && s.calls.live() >= s.config.MaxCalls:
		return "max_calls"
	case s.load.queued():
		return "queued"
	case s.load.saturated.Load():
		return "saturated"
	}
	return ""
}
