package callflow

import (
	"slices"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
)

// limits counts the calls that people place, so that a stolen password is not worth much.
type limits struct {
	now    func() time.Time
	mu     sync.Mutex
	placed map[crm.ID][]time.Time // of the last hour, oldest first
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, placed: map[crm.ID][]time.Time{}}
}

// take counts a call, unless the agent has placed as many within an hour as he may.
func (l *limits) take(agent crm.ID, perHour int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	recent := slices.DeleteFunc(l.placed[agent], func(at time.Time) bool { return now.Sub(at) >= time.Hour })
	ok := len(recent) < perHour
	if ok {
		recent = append(recent, now)
	}
	l.placed[agent] = recent
	return ok
}
