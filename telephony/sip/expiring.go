package sip

import (
	"sync"
	"time"
)

// expiring is a bounded set of strings that forgets. When it is full, what has
// expired goes, then anything: it is a memory aid, never a proof.
type expiring struct {
	now  func() time.Time
	life time.Duration
	max  int

	mu    sync.Mutex
	until map[string]time.Time
}

func newExpiring(now func() time.Time, life time.Duration, max int) *expiring {
	return &expiring{now: now, life: life, max: max, until: make(map[string]time.Time)}
}

func (e *expiring) has(key string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	until, ok := e.until[key]
	return ok && e.now().Before(until)
}

func (e *expiring) add(key string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.until) >= e.max {
		e.shrink()
	}
	e.until[key] = e.now().Add(e.life)
}

// shrink makes room: the expired go, and a tenth of the rest if that is not enough.
func (e *expiring) shrink() {
	now := e.now()
	for key, until := range e.until {
		if !now.Before(until) {
			delete(e.until, key)
		}
	}
	for key := range e.until {
		if len(e.until) < e.max*9/10 {
			return
		}
		delete(e.until, key)
	}
}
