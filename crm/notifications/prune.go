package notifications

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm/db"
)

const (
	keptFor    = 90 * 24 * time.Hour // read or not: what is older is no news
	pruneEvery = 6 * time.Hour
	pruneBatch = 5_000 // rows at once, so that nobody waits for a lock
)

const pruneOld = `
delete from notification where id in (select id from notification where created_at < @before order by created_at limit @limit)`

// KeepTidy forgets old notifications, now and every few hours, until ctx ends.
func (s *Store) KeepTidy(ctx context.Context, log *slog.Logger) error {
	t := time.NewTicker(pruneEvery)
	defer t.Stop()
	for {
		n, err := s.prune(ctx, time.Now().Add(-keptFor), pruneBatch)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			log.Warn("old notifications stay until the next try", "err", err)
		case n > 0:
			log.Info("old notifications are forgotten", "notifications", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// prune deletes what was written before, a batch at a time, and counts it.
func (s *Store) prune(ctx context.Context, before time.Time, batch int) (pruned int64, err error) {
	for {
		tag, err := s.pool.Exec(ctx, pruneOld, pgx.StrictNamedArgs{"before": before, "limit": batch})
		if err != nil {
			return pruned, fmt.Errorf("forget old notifications: %w", db.Translate(err))
		}
		pruned += tag.RowsAffected()
		if tag.RowsAffected() < int64(batch) {
			return pruned, nil
		}
	}
}
