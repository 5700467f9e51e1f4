package callflow

import (
	"log/slog"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
)

// maxPending bounds what is kept in memory while the journal can't write: an hour of
// a busy office.
const maxPending = 200_000

// ledger commits facts. When the journal can't take them (disk full), the talk goes
// on, an alarm is raised, and the facts are kept in order and written as soon as
// there is room.
type ledger struct {
	journal Journal
	alarms  Alarms
	log     *slog.Logger

	mu      sync.Mutex
	pending []crm.Fact
	lost    int
	stop    chan struct{}
	wg      sync.WaitGroup
}

func newLedger(j Journal, a Alarms, log *slog.Logger) *ledger {
	return &ledger{journal: j, alarms: a, log: log, stop: make(chan struct{})}
}

func (l *ledger) append(facts []crm.Fact) {
	l.mu.Lock()
	waiting := len(l.pending) > 0
	if waiting {
		l.keep(facts)
	}
	l.mu.Unlock()
	if waiting {
		return
	}
	if err := l.journal.Append(facts...); err != nil {
		l.fail(facts, err)
	}
}

func (l *ledger) fail(facts []crm.Fact, err error) {
	l.mu.Lock()
	first := len(l.pending) == 0
	l.keep(facts)
	l.mu.Unlock()
	if !first {
		return
	}
	l.log.Error("the journal can't be written; facts are kept in memory until it can", "err", err)
	l.alarms.Raise("journal_unwritable", "Calls can't be saved to disk right now. Free some space; nothing is lost while the server keeps running.")
	l.wg.Add(1)
	go func() {
		defer l.wg.Done()
		l.retry()
	}()
}

func (l *ledger) keep(facts []crm.Fact) {
	if len(l.pending)+len(facts) > maxPending {
		l.lost += len(facts)
		return
	}
	l.pending = append(l.pending, facts...)
}

func (l *ledger) retry() {
	t := time.NewTicker(500 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-l.stop:
			if !l.flush() {
				l.log.Error("the server stops while the journal can't be written: facts of calls are lost", "facts", len(l.pending)+l.lost)
			}
			return
		case <-t.C:
			if l.flush() {
				return
			}
		}
	}
}

// flush writes what is pending, in order; it reports whether nothing is left.
func (l *ledger) flush() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.pending {
		if err := l.journal.Append(f); err != nil {
			l.pending = l.pending[i:]
			return false
		}
	}
	l.log.Info("the journal can be written again", "written", len(l.pending), "lost", l.lost)
	l.pending, l.lost = nil, 0
	return true
}

func (l *ledger) close() {
	close(l.stop)
	l.wg.Wait()
}
