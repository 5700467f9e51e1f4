package callflow

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/callcard/callcard/crm"
)

const (
	// identifyPatience ends a lookup whose call has long gone on without it, so that
	// a frozen database can't pile up goroutines.
	identifyPatience = 3 * time.Second
	// restAfterTimeout is how long nobody is asked after an answer was too late:
	// callers should not each wait for a database that is known to be away.
	restAfterTimeout = time.Second
)

var errOffline = errors.New("the database did not name the caller in time")

// identifier asks Contacts, but never lets a call wait for it: the answer comes to
// the inbox, late or not at all.
type identifier struct {
	contacts Contacts
	log      *slog.Logger
	restTill atomic.Int64 // unix nanoseconds
	ctx      context.Context
	cancel   context.CancelCauseFunc
	wg       sync.WaitGroup
}

func newIdentifier(ctx context.Context, c Contacts, log *slog.Logger) *identifier {
	ctx, cancel := context.WithCancelCause(ctx)
	return &identifier{contacts: c, log: log, ctx: ctx, cancel: cancel}
}

// resting reports that the database was too slow a moment ago.
func (i *identifier) resting() bool { return time.Now().UnixNano() < i.restTill.Load() }

func (i *identifier) tooLate() { i.restTill.Store(time.Now().Add(restAfterTimeout).UnixNano()) }

// ask finds the card of norm, or makes it, and puts the answer into c's inbox. That
// the number is new is told as soon as it is known.
func (i *identifier) ask(c *call, norm string, unit crm.ID, name string) {
	i.wg.Add(1)
	go func() {
		defer i.wg.Done()
		ctx, cancel := context.WithTimeoutCause(i.ctx, identifyPatience, errOffline)
		defer cancel()
		caller, err := i.contacts.Identify(ctx, norm, unit, name, func() { c.inbox.put(stranger{}) })
		if err != nil {
			i.tooLate()
			i.log.Warn("the caller could not be identified; his card will be made when the call is stored", "call_id", string(c.id), "err", err)
		}
		c.inbox.put(identified{caller, err})
	}()
}

func (i *identifier) close() {
	i.cancel(errors.New("the server stops"))
	i.wg.Wait()
}
