package office

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Passwords hashes and checks the passwords that people sign in with. Both are slow
// by design; several goroutines may call it.
type Passwords interface {
	Hash(ctx context.Context, password string) (hash string, err error)
	Verify(ctx context.Context, password, hash string) (bool, error)
}

// applyLock lets one Apply work at a time, whatever server it runs on.
const applyLock = `select pg_advisory_xact_lock(hashtextextended('callcard: apply an office file', 0))`

// errDryRun rolls a dry run back.
var errDryRun = errors.New("dry run")

// Apply brings the office in line with the file, all of it or nothing, and returns
// what it changed; no changes when the file is applied already. A dry run does the
// same and then takes it back, so that it finds the same errors. Errors: Mistakes
// when the file does not fit what the database has; crm.Conflict when somebody
// changed the same objects meanwhile.
//
// A new password costs about 25 ms of a core, and so does the check of an old one.
func Apply(ctx context.Context, b db.Beginner, passwords Passwords, viewer crm.Viewer, file File, dryRun bool) ([]Change, error) {
	var changes []Change
	err := db.Tx(ctx, b, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, applyLock); err != nil {
			return fmt.Errorf("wait for the lock of the office: %w", err)
		}
		have, err := read(ctx, tx)
		if err != nil {
			return err
		}
		hashes, err := hashNew(ctx, passwords, file, have)
		if err != nil {
			return err
		}
		p, err := newPlan(file, have, hashes)
		if err != nil {
			return err
		}
		changes = changes[:0]
		for _, s := range p.steps {
			if err := s.run(ctx, tx, viewer, file.Name); err != nil {
				return err
			}
			changes = append(changes, s.Change)
		}
		if dryRun {
			return errDryRun
		}
		return nil
	})
	var mistakes Mistakes
	switch {
	case err == nil || errors.Is(err, errDryRun):
		return changes, nil
	case errors.As(err, &mistakes):
		return nil, mistakes
	}
	return nil, fmt.Errorf("apply %s: %w", file.Name, err)
}

func (s step) run(ctx context.Context, tx pgx.Tx, viewer crm.Viewer, file string) error {
	err := s.write(ctx, tx)
	var inUse *inUseError
	if errors.As(err, &inUse) {
		return Mistakes{{File: file, Line: s.at.line("remove"), Field: join(s.at.Path, "remove"), Message: inUse.Error()}}
	}
	if err != nil {
		return s.wrap(err)
	}
	action := map[Action]string{Added: "create", Changed: "update", Removed: "delete"}[s.Action]
	return db.Audit(ctx, tx, db.Entry{Viewer: viewer, Action: action, Object: s.audit, ID: s.id, Diff: s.diff()})
}

// hashNew hashes the passwords that differ from those in use, all cores at once.
func hashNew(ctx context.Context, passwords Passwords, file File, have rows) (map[string]string, error) {
	users := byKey(have.users, func(u userRow) string { return u.Login })
	hashes := map[string]string{}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, u := range file.Users {
		if u.Password == "" || u.Remove {
			continue
		}
		g.Go(func() error {
			if old := users[u.Login].PasswordHash; old != "" {
				same, err := passwords.Verify(ctx, string(u.Password), old)
				if err != nil || same {
					return err
				}
			}
			hash, err := passwords.Hash(ctx, string(u.Password))
			if err != nil {
				return fmt.Errorf("hash the password of %s: %w", u.Login, err)
			}
			mu.Lock()
			defer mu.Unlock()
			hashes[u.Login] = hash
			return nil
		})
	}
	return hashes, g.Wait()
}
