package history

import (
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/tasks"
)

// NewCalls makes the store of calls whose cards are in contacts.
func NewCalls(pool *pgxpool.Pool, c *contacts.Store) *calls.Store {
	return calls.NewStore(pool, cards{c})
}

// Parts are what the writer of history works with.
type Parts struct {
	Pool     *pgxpool.Pool // for the writer alone
	Source   calls.Source
	Contacts *contacts.Store
	Tasks    *tasks.Store
	Office   func() *office.Snapshot
	Found    func(calls.Call) // see calls.WriterOptions; may be nil
	Gather   time.Duration    // likewise; may be 0
	Log      *slog.Logger
}

// NewWriter makes the writer that brings facts into the history.
func NewWriter(p Parts) *calls.Writer {
	return calls.NewWriter(calls.WriterOptions{
		Pool: p.Pool, Source: p.Source, Cards: cards{p.Contacts}, Tasks: callbacks{p.Tasks}, Found: p.Found, Gather: p.Gather, Log: p.Log,
		Unit: func(queue string, agent crm.ID) crm.ID {
			if q, ok := p.Office().Queue(queue); ok {
				return q.Unit
			}
			u, _ := p.Office().UserByID(agent)
			return u.Unit
		},
		CallbackTo: func(queue string) crm.ID {
			q, _ := p.Office().Queue(queue)
			return q.CallbackTo
		},
		Working: func(user crm.ID) bool {
			u, ok := p.Office().UserByID(user)
			return ok && !u.Blocked
		},
	})
}
