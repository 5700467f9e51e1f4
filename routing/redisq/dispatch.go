package redisq

import (
	"sync"
	"time"

	"github.com/callcard/callcard/routing"
)

// dispatcher hands events to the owner of the Desk, in order, from one goroutine,
// without a lock held: he may call the Desk. It holds as many as there are; a slow
// listener delays only himself.
type dispatcher struct {
	onChange func(routing.Change)
	onMatch  func(Match)
	lease    func() time.Time

	mu     sync.Mutex
	queue  []event
	closed bool
	signal chan struct{}
}

func newDispatcher(o Options) *dispatcher {
	return &dispatcher{
		onChange: o.OnChange,
		onMatch:  o.OnMatch,
		lease:    func() time.Time { return o.Now().Add(o.Lease) },
		signal:   make(chan struct{}, 1),
	}
}

func (q *dispatcher) add(e event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.queue = append(q.queue, e)
	select {
	case q.signal <- struct{}{}:
	default:
	}
}

func (q *dispatcher) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.closed = true
		close(q.signal)
	}
}

// run delivers until close, and then what is left.
func (q *dispatcher) run() {
	for more := true; more; {
		_, more = <-q.signal
		q.mu.Lock()
		batch := q.queue
		q.queue = nil
		q.mu.Unlock()
		for _, e := range batch {
			q.deliver(e)
		}
	}
}

func (q *dispatcher) deliver(e event) {
	switch {
	case e.change != nil:
		q.onChange(*e.change)
	case e.match != nil:
		m := *e.match
		m.Lease = q.lease()
		q.onMatch(m)
	}
}
