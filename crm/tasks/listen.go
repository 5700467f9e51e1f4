package tasks

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// Listener hears of changes of tasks.
type Listener interface {
	// TaskChanging hears of a change within its transaction, to which it may add; an
	// error undoes the change. committed, if not nil, is called after the commit.
	TaskChanging(ctx context.Context, tx pgx.Tx, c Changed) (committed func(), err error)
	// TaskChanged hears of it after the commit. It must not wait.
	TaskChanged(c Changed)
}

// Changed is a task that was made or changed.
type Changed struct {
	Was Task // zero for a new one
	Is  Task
	By  crm.ID // empty: by a call that was missed, or that reached the client

	committed func()
}

// Listen makes l hear of every change from now on. Call it before the store is used.
func (s *Store) Listen(l Listener) { s.listener = l }

func (s *Store) changing(ctx context.Context, tx pgx.Tx, c *Changed) (err error) {
	if s.listener != nil {
		c.committed, err = s.listener.TaskChanging(ctx, tx, *c)
	}
	return err
}

// Changed tells of changes that have been committed.
func (s *Store) Changed(list []Changed) {
	if s.listener == nil {
		return
	}
	for _, c := range list {
		s.listener.TaskChanged(c)
		if c.committed != nil {
			c.committed()
		}
	}
}
