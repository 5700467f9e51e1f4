package realtime

import (
	"context"
	"sync/atomic"
)

// Ticket tells when a published envelope has been written. The zero Ticket is one
// that nobody had to receive.
type Ticket struct{ d *delivery }

// Wait returns nil when the envelope has been handed to the kernel for every socket
// that its users had when it was published; a socket that broke or was closed in the
// meantime does not count. It returns the context's cause if that takes too long.
func (t Ticket) Wait(ctx context.Context) error {
	if t.d == nil {
		return nil
	}
	select {
	case <-t.d.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// delivery counts the sockets that an envelope has still to be written to. It is
// born with one hold of its publisher, so that it can't finish while it is handed
// out.
type delivery struct {
	pending atomic.Int64
	done    chan struct{}
}

func newDelivery() *delivery {
	d := &delivery{done: make(chan struct{})}
	d.pending.Store(1)
	return d
}

func (d *delivery) expect(n int) { d.pending.Add(int64(n)) }

func (d *delivery) settle() {
	if d.pending.Add(-1) == 0 {
		close(d.done)
	}
}
