package users

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const (
	// {scope} is crm.Scope's predicate for managing the office.
	selectSessions = `
select s.id, s.user_id, a.login, s.created_at, s.seen_at, s.expires_at, s.ip, s.user_agent
from session s join app_user a on a.id = s.user_id
where s.revoked_at is null and s.expires_at > @now and s.seen_at > @idle
  and (@user = '' or s.user_id = nullif(@user, '')::uuid) and (a.id = @me or {scope})
order by s.seen_at desc, s.id desc
limit 1000`
	revokeSession = `
update session s set revoked_at = @now from app_user a
where a.id = s.user_id and s.id = @id and s.revoked_at is null and (a.id = @me or {scope})
returning s.id, s.user_id`
	revokeSessions = `
update session set revoked_at = @now where user_id = @user and revoked_at is null and id is distinct from nullif(@keep, '')::uuid
returning id, user_id`
)

// Sessions lists the live sessions of a user, newest use first; of everybody that v
// manages when user is "". One's own are always seen.
func (s *Store) Sessions(ctx context.Context, v crm.Viewer, user crm.ID) ([]Session, error) {
	now := s.now()
	sql, args := scoped(selectSessions, v, crm.Manage)
	args["user"], args["now"], args["idle"] = string(user), now, now.Add(-idleFor)
	rows, err := s.pool.Query(ctx, sql, args)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", db.Translate(err))
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Session])
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", db.Translate(err))
	}
	return list, nil
}

// Revoke ends a session of one's own, or of somebody whom v manages; crm.NotFound
// when there is no such live session.
func (s *Store) Revoke(ctx context.Context, v crm.Viewer, session crm.ID) error {
	sql, args := scoped(revokeSession, v, crm.Manage)
	args["id"], args["now"] = session, s.now()
	n, err := s.revoke(ctx, v, sql, args)
	if err == nil && n == 0 {
		err = crm.Errorf(crm.NotFound, "There is no such session.")
	}
	return err
}

// RevokeOthers ends all sessions of v himself but keep; keep "" ends all of them.
// It returns how many were ended.
func (s *Store) RevokeOthers(ctx context.Context, v crm.Viewer, keep crm.ID) (int, error) {
	return s.revoke(ctx, v, revokeSessions, pgx.NamedArgs{"user": v.User, "keep": string(keep), "now": s.now()})
}

func (s *Store) revoke(ctx context.Context, v crm.Viewer, sql string, args pgx.NamedArgs) (int, error) {
	var revoked ended
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		revoked, err = revokeIn(ctx, tx, v, sql, args)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	s.announce(revoked)
	return len(revoked), nil
}

// revokeIn ends sessions in a transaction; announce them after its commit.
func revokeIn(ctx context.Context, tx pgx.Tx, v crm.Viewer, sql string, args pgx.NamedArgs) (ended, error) {
	rows, err := tx.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	revoked, err := collectEnded(rows)
	if err != nil {
		return nil, err
	}
	for _, e := range revoked {
		if err := db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "revoke", Object: "sessions", ID: e.ID}); err != nil {
			return nil, err
		}
	}
	return revoked, nil
}
