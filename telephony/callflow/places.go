package callflow

import (
	"sync"
	"time"
)

// placeKept is how long a caller who was cut off may come back to his place.
const placeKept = 10 * time.Minute

type place struct {
	queue   string
	entered time.Time
	until   time.Time
}

// places remembers where callers stood whose call the server itself has cut.
type places struct {
	now func() time.Time
	mu  sync.Mutex
	by  map[string]place // by number
}

func newPlaces(now func() time.Time) *places { return &places{now: now, by: map[string]place{}} }

func (p *places) remember(norm, queue string, entered time.Time) {
	if norm == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	for k, v := range p.by {
		if now.After(v.until) {
			delete(p.by, k)
		}
	}
	p.by[norm] = place{queue, entered, now.Add(placeKept)}
}

// take gives the time norm once entered the queue, if he may have his place back.
func (p *places) take(norm, queue string) (time.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := p.by[norm]
	if !ok || v.queue != queue || p.now().After(v.until) {
		return time.Time{}, false
	}
	delete(p.by, norm)
	return v.entered, true
}
