package live

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm/tasks"
)

// News tells people of what others, or their clients, have done.
type News struct{ *Feed }

// TaskChanging implements tasks.Listener.
func (n News) TaskChanging(context.Context, pgx.Tx, tasks.Changed) error { return nil }
