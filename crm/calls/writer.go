package calls

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
)

// WriterOptions are what a Writer works with.
type WriterOptions struct {
	Pool   *pgxpool.Pool
	Source Source
	Cards  Cards
	Tasks  CallbackTasks
	// Unit is the office of a queue, or of the agent when the call has no queue;
	// empty when neither is known. Memory only.
	Unit func(queue string, agent crm.ID) crm.ID
	// Working reports whether a task may be given to the user. Memory only.
	Working func(user crm.ID) bool
	// CallbackTo is who calls back the clients of a queue that nobody knows; empty: whoever
	// of the office takes it. Memory only.
	CallbackTo func(queue string) crm.ID
	// Found hears of a call whose caller is known only now, because the database was away
	// or slow when he called: the call as it is stored, with its card or candidates. It
	// must not block. May be nil.
	Found  func(Call)
	Gather time.Duration // how long a batch collects facts; 50 ms if 0
	Limit  int           // most facts of a batch; 2000 if 0
	Log    *slog.Logger
}

// Writer brings the facts of the journal into PostgreSQL. There must be one for a
// journal; the lock of the journal sees to it.
type Writer struct {
	o     WriterOptions
	log   *slog.Logger
	calls map[crm.ID]*tracked
	stuck bool // the cursor can't be moved
}

// tracked is a call that the writer has in memory.
type tracked struct {
	Call
	dead    bool // its facts go to the dead letters
	touched time.Time
}

// NewWriter makes a Writer; Run starts it.
func NewWriter(o WriterOptions) *Writer {
	if o.Gather <= 0 {
		o.Gather = 50 * time.Millisecond
	}
	if o.Limit <= 0 {
		o.Limit = 2000
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Writer{o: o, log: o.Log, calls: map[crm.ID]*tracked{}}
}

// Bounds of the pause between two tries while the database is away.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
)

// Run stores facts until ctx ends or the source is exhausted. What was read and
// not stored is read again by the next Run.
func (w *Writer) Run(ctx context.Context) error {
	var batch []crm.Fact
	for {
		var err error
		batch, err = w.gather(ctx, batch[:0])
		if len(batch) > 0 {
			if !w.persist(ctx, batch) {
				return context.Cause(ctx)
			}
			w.commit()
			w.forget(time.Now())
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			w.log.Error("the journal can't be read", "error", err)
			if !pause(ctx, lastPause) {
				return context.Cause(ctx)
			}
		}
	}
}

// commit moves the cursor. When the disk refuses that, e.g. because it is full, it is
// told once: the next batches try again, and until then a restart reads facts twice.
func (w *Writer) commit() {
	err := w.o.Source.Commit()
	if err != nil && !w.stuck {
		w.log.Error("the journal's cursor can't be moved: facts will be read again after a restart", "error", err)
	}
	w.stuck = err != nil
}

// gather waits for a fact and then takes what comes within the gathering time.
func (w *Writer) gather(ctx context.Context, batch []crm.Fact) ([]crm.Fact, error) {
	batch, err := w.o.Source.Next(ctx, batch, w.o.Limit)
	if err != nil {
		return batch, err
	}
	short, cancel := context.WithTimeout(ctx, w.o.Gather)
	defer cancel()
	for len(batch) < w.o.Limit {
		batch, err = w.o.Source.Next(short, batch, w.o.Limit-len(batch))
		if err != nil {
			if ctx.Err() == nil && short.Err() != nil {
				err = nil
			}
			return batch, err
		}
	}
	return batch, nil
}

// persist stores the batch, however long the database is away; false when ctx
// ended first. A failure that is not the database's absence is tried three times:
// then the calls are stored one by one, so that the guilty one is found.
func (w *Writer) persist(ctx context.Context, batch []crm.Fact) bool {
	wait, refused, away := firstPause, 0, false
	for {
		err := w.store(ctx, batch)
		if err == nil {
			if away {
				w.log.Info("the database is back: the facts are stored", "facts", len(batch))
			}
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		if kindOf(err) == refusal {
			if refused++; refused >= 3 || isDataError(err) {
				if err = w.storeOneByOne(ctx, batch); err == nil {
					return true
				}
			}
		}
		if !away {
			w.log.Error("facts can't be stored: they wait in the journal", "facts", len(batch), "error", err)
			away = true
		}
		if !pause(ctx, wait) {
			return false
		}
		wait = min(2*wait, lastPause)
	}
}

// pause waits d; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// forget drops calls from memory that have ended and been quiet for a while. Should
// a fact come after all, the call is folded again from its table.
func (w *Writer) forget(now time.Time) {
	const quiet, most = 30 * time.Second, 20_000
	for id, c := range w.calls {
		idle := now.Sub(c.touched)
		if c.State == Ended && idle > quiet || len(w.calls) > most && idle > time.Second {
			delete(w.calls, id)
		}
	}
}
