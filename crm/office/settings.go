package office

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
)

// Settings changes the office on behalf of people.
type Settings struct {
	Pool      *pgxpool.Pool
	Passwords Passwords
	Cache     *Cache
	Log       *slog.Logger
}

// reloadTime is what the picture of an office that was changed just now may take, within
// the time that is left of the request.
const reloadTime = 2 * time.Second

// Apply is Apply for a page. When it returns, Cache has what was changed, so that the
// next question is answered by it; revision is the one after the change, or for a dry
// run the one that it was tried on.
func (s *Settings) Apply(ctx context.Context, v crm.Viewer, file File, dryRun bool) (changes []Change, revision string, err error) {
	changes, revision, err = applied(ctx, s.Pool, s.Passwords, v, file, dryRun)
	if err != nil {
		return nil, "", err
	}
	if !dryRun && len(changes) > 0 {
		ctx, cancel := context.WithTimeout(ctx, reloadTime)
		defer cancel()
		if err := s.Cache.Load(ctx); err != nil { // it is changed all the same, and the watch on the office will load it
			s.Log.WarnContext(ctx, "load the office after a change", "error", err)
		}
	}
	return changes, revision, nil
}
