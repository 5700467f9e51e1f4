package callflow

import (
	"errors"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/telephony"
)

var errDeskSlow = errors.New("the desk did not answer in time")

// message is what a story can be told: a telephony.Event or one of these.
type message any

type (
	matched struct {
		agent crm.ID
		token string
	}
	deadline struct{}
	shutdown struct{}
	// order is what a person wants of a call under way; done gets the answer.
	order struct {
		kind   orderKind
		by     crm.ID
		digits string
		agent  crm.ID // assign
		queue  string // move
		to     *Target
		why    string // what a supervisor says of it
		done   chan<- error
	}
)

type orderKind string

const (
	orderHangup  orderKind = "hangup"
	orderHold    orderKind = "hold"
	orderResume  orderKind = "resume"
	orderDigits  orderKind = "digits"
	orderDecline orderKind = "decline"
	orderAssign  orderKind = "assign"
	orderMove    orderKind = "move"

	orderTransfer   orderKind = "transfer"
	orderConsult    orderKind = "consult"
	orderConsultEnd orderKind = "consult_end"
	orderSwap       orderKind = "swap"
	orderJoin       orderKind = "join"
)

// inbox is an unbounded queue with one reader: putting never blocks, since a line
// must not wait for a story. What a call can be sent is bounded by its wire.
type inbox struct {
	mu     sync.Mutex
	queue  []message
	closed bool
	signal chan struct{}
}

func newInbox() *inbox { return &inbox{signal: make(chan struct{}, 1)} }

// put reports whether anybody will read it.
func (b *inbox) put(m message) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.queue = append(b.queue, m)
	select {
	case b.signal <- struct{}{}:
	default:
	}
	return true
}

// close refuses further messages and returns those that nobody has read.
func (b *inbox) close() []message {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := b.queue
	b.queue, b.closed = nil, true
	return left
}

func (b *inbox) pop() (message, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.queue) == 0 {
		return nil, false
	}
	m := b.queue[0]
	b.queue[0] = nil
	b.queue = b.queue[1:]
	return m, true
}

// take waits for the next message, or for at; a zero at never comes.
func (b *inbox) take(at time.Time) message {
	if m, ok := b.pop(); ok {
		return m
	}
	var ring <-chan time.Time
	if !at.IsZero() {
		t := time.NewTimer(time.Until(at))
		defer t.Stop()
		ring = t.C
	}
	for {
		select {
		case <-b.signal:
			if m, ok := b.pop(); ok {
				return m
			}
		case <-ring:
			return deadline{}
		}
	}
}

// Deliver implements telephony.Sink.
func (c *call) Deliver(e telephony.Event) { c.inbox.put(e) }
