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
	bell   chan alarm

	mu   sync.Mutex
	last map[alarm]time.Time // written
	rung map[alarm]time.Time
}

// alarm is what goes wrong, and with what ("": with the server).
type alarm struct{ code, about string }

// rungOnce is how long an alarm that goes on does not ring the bell again.
const rungOnce = time.Hour

func newAlarms(log *slog.Logger, reg prometheus.Registerer) *alarms {
	a := &alarms{log: log, bell: make(chan alarm, 16), last: map[alarm]time.Time{}, rung: map[alarm]time.Time{},
		raised: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "callcard_alarms_total", Help: "Alarms raised, by code.",
		}, []string{"code"})}
	reg.MustRegister(a.raised)
	return a
}

// Raise never waits.
func (a *alarms) Raise(code, text string) { a.RaiseFor(code, "", text) }

// RaiseFor is Raise for one of several things of a kind.
func (a *alarms) RaiseFor(code, about, text string) {
	a.raised.WithLabelValues(code).Inc()
	a.mu.Lock()
	defer a.mu.Unlock()
	now, what := time.Now(), alarm{code, about}
	if now.Sub(a.last[what]) > time.Minute {
		a.last[what] = now
		a.log.Error("alarm: "+text, "code", code, "about", about)
	}
	if now.Sub(a.rung[what]) > rungOnce {
		select {
		case a.bell <- what:
			a.rung[what] = now
		default: // so many at once: the next time it is raised
		}
	}
}

// ring brings alarms to the bell until ctx ends. One that can't be written, because the
// database is away, is in the log and rings when it is raised again.
func (a *alarms) ring(ctx context.Context, tell func(ctx context.Context, code, about string) error) error {
	const patience = 10 * time.Second
	for {
		select {
		case <-ctx.Done():
			return nil
		case what := <-a.bell:
			short, cancel := context.WithTimeout(ctx, patience)
			if err := tell(short, what.code, what.about); err != nil && ctx.Err() == nil {
				a.log.Warn("an alarm can't be shown to the administrators", "code", what.code, "err", err)
				a.mu.Lock()
				delete(a.rung, what)
				a.mu.Unlock()
			}
			cancel()
		}
	}
}
