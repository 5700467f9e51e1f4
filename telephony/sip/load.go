package sip

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// maxPending is how many INVITEs may be without a first answer (18x or final).
	// A call takes milliseconds to get there, so hundreds mean that something
	// behind us stands still.
	maxPending = 256
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
	pending   atomic.Int64
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

// full names the reason why no further call can be taken, or "".
func (s *Server) full() string {
	switch {
	case s.draining.Load():
		return "draining"
	case s.config.MaxCalls > 0 && s.calls.live() >= s.config.MaxCalls:
		return "max_calls"
	case s.load.pending.Load() >= maxPending:
		return "pending"
	case s.load.saturated.Load():
		return "saturated"
	}
	return ""
}
