package office

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// applyLock lets one Apply work at a time, whatever server it runs on. officeLock then
// holds off whoever else changes the office (not those who read it, sign in or call):
// between reading and writing lie seconds of hashing, and a password that somebody
// changes in them must not be written over with the old one.
const (
	applyLock  = `select pg_advisory_xact_lock(hashtextextended('callcard: apply an office file', 0))`
	officeLock = `lock table unit, app_user, trunk, queue, queue_agent, number in share row exclusive mode`
)

// errDryRun rolls a dry run back.
var errDryRun = errors.New("dry run")

// Apply brings the office in line with the file, all of it or nothing, and returns
// what it changed; no changes when the file is applied already. A dry run does the
// same and then takes it back, so that it finds the same errors. Errors: Mistakes when
// the file does not fit what the database has; crm.Forbidden with the entry that viewer
// may not change; crm.Conflict when the office is not that of file.Base any more, with
// Detail["revision"] and Detail["changes"], a list of Step.
//
// A new password costs about 25 ms of a core. So does the check of an old one, but a
// file whose passwords are all in use already is recognised by one check. In a partial
// file every password is a new one, whether it is in use or not.
func Apply(ctx context.Context, b db.Beginner, passwords Passwords, viewer crm.Viewer, file File, dryRun bool) ([]Change, error) {
	changes, _, err := applied(ctx, b, passwords, viewer, file, dryRun)
	return changes, err
}

// applied is Apply with the revision of the office as this very file has left it; of a dry
// run, the one that it was tried on.
func applied(ctx context.Context, b db.Beginner, passwords Passwords, viewer crm.Viewer, file File, dryRun bool) (changes []Change, revision string, err error) {
	err = db.Tx(ctx, b, func(tx pgx.Tx) error {
		for _, lock := range []string{applyLock, officeLock} {
			if _, err := tx.Exec(ctx, lock); err != nil {
				return fmt.Errorf("wait for the lock of the office: %w", err)
			}
		}
		have, err := read(ctx, tx)
		if err != nil {
			return err
		}
		if err := checkBase(ctx, tx, viewer, file.Base, have); err != nil {
			return err
		}
		if err := checkPasswordRights(viewer, file, have); err != nil {
			return err
		}
		hashes, err := newHashes(ctx, tx, passwords, file, have)
		if err != nil {
			return err
		}
		p, err := newPlan(file, have, hashes)
		if err != nil {
			return err
		}
		if err := p.checkRights(viewer); err != nil {
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
			revision = have.revision()
			return errDryRun
		}
		if have, err = read(ctx, tx); err != nil { // nobody else can have changed it: it is locked
			return err
		}
		revision = have.revision()
		return nil
	})
	var mistakes Mistakes
	switch {
	case err == nil || errors.Is(err, errDryRun):
		return changes, revision, nil
	case errors.As(err, &mistakes):
		return nil, "", mistakes
	}
	return nil, "", fmt.Errorf("apply %s: %w", file.Name, err)
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
