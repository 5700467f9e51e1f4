package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// alarms writes alarms to the log, each kind once a minute at most, counts them, and
// rings the bell of the administrators.
type alarms struct {
	log    *slog.Logger
	raised *prometheus.CounterVec
	bell   chan string // codes

	mu   sync.Mutex
	last map[string]time.Time // written
	rung map[string]time.Time
}

// rungOnce is how long an alarm that goes on does not ring the bell again.
const rungOnce = time.Hour

func newAlarms(log *slog.Logger, reg prometheus.Registerer) *alarms {
	a := &alarms{log: log, bell: make(chan string, 16), last: map[string]time.Time{}, rung: map[string]time.Time{},
		raised: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "callcard_alarms_total", Help: "Alarms raised, by code.",
		}, []string{"code"})}
	reg.MustRegister(a.raised)
	return a
}

// Raise never waits.
func (a *alarms) Raise(code, text string) {
	a.raised.WithLabelValues(code).Inc()
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if now.Sub(a.last[code]) > time.Minute {
		a.last[code] = now
		a.log.Error("alarm: "+text, "code", code)
	}
	if now.Sub(a.rung[code]) > rungOnce {
		select {
		case a.bell <- code:
			a.rung[code] = now
		default: // so many at once: the next time it is raised
		}
	}
}

// ring brings alarms to the bell until ctx ends. One that can't be written, because the
// database is away, is in the log and rings when it is raised again.
func (a *alarms) ring(ctx context.Context, tell func(ctx context.Context, code string) error) error {
	const patience = 10 * time.Second
	for {
		select {
		case <-ctx.Done():
			return nil
		case code := <-a.bell:
			short, cancel := context.WithTimeout(ctx, patience)
			if err := tell(short, code); err != nil && ctx.Err() == nil {
				a.log.Warn("an alarm can't be shown to the administrators", "code", code, "err", err)
				a.mu.Lock()
				delete(a.rung, code)
				a.mu.Unlock()
			}
			cancel()
		}
	}
}
