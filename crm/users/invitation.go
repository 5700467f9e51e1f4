package users

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// invitedFor is how long a link is good: over a weekend, not over a holiday.
const invitedFor = 72 * time.Hour

const (
	invitationColumns = `
i.id, i.user_id, a.login, a.name, a.role, a.unit_id, u.name as unit, a.locale, i.created_at, i.expires_at,
coalesce((select b.login from app_user b where b.id = i.invited_by), '') as invited_by,
coalesce((select b.name from app_user b where b.id = i.invited_by), '') as invited_by_name`
	invitationTables  = `invitation i join app_user a on a.id = i.user_id join unit u on u.id = a.unit_id`
	selectInvitations = `
select ` + invitationColumns + ` from ` + invitationTables + `
where (@id = '' or i.id = nullif(@id, '')::uuid) and {scope}
order by i.created_at desc, i.id desc`
	upsertInvitation = `
insert into invitation (id, user_id, token_hash, invited_by, created_at, expires_at)
values (@id, @user, @hash, @by, @now, @expires)
on conflict (user_id) do update set token_hash = excluded.token_hash, invited_by = excluded.invited_by,
    created_at = excluded.created_at, expires_at = excluded.expires_at
returning id`
	deleteInvitation = `
delete from invitation i using app_user a where a.id = i.user_id and i.id = @id and {scope} returning i.user_id`
)

// Invitation is a link that somebody has not used yet. It may have expired: then it
// waits to be renewed.
type Invitation struct {
	ID        crm.ID
	UserID    crm.ID
	Login     string
	Name      string
	Role      string
	UnitID    crm.ID
	Unit      string // the office's name
	Locale    string
	CreatedAt time.Time
	ExpiresAt time.Time
	InvitedBy string // login, "" = the server

	InvitedByName string
}

// Invite adds a user who has no password and makes the link by which he sets one.
// token is nowhere else. Errors are those of Create.
func (s *Store) Invite(ctx context.Context, v crm.Viewer, login string, e Edit) (token string, i Invitation, err error) {
	e.Password = nil
	login, secrets, err := s.prepare(ctx, login, e)
	if err != nil {
		return "", Invitation{}, err
	}
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		u, err := s.insert(ctx, tx, v, login, e, secrets)
		if err != nil {
			return err
		}
		token, i, err = s.invite(ctx, tx, v, u)
		return err
	})
	if err != nil {
		return "", Invitation{}, fmt.Errorf("invite %s: %w", login, taken(err))
	}
	return token, i, nil
}

// InviteAgain makes a link for a user who is there already: he has lost his password,
// or never set one. His old password holds until he uses the link; an older link is
// dead at once. Errors: crm.NotFound, crm.Conflict when he is blocked, crm.Forbidden
// when he has more rights than v.
func (s *Store) InviteAgain(ctx context.Context, v crm.Viewer, user crm.ID) (token string, i Invitation, err error) {
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		u, err := get(ctx, tx, v, crm.Manage, user, " for update of a")
		if err != nil {
			return err
		}
		if u.BlockedAt != nil {
			return crm.Errorf(crm.Conflict, "%s is blocked. Let him in again first.", u.Name)
		}
		// Who holds the link comes in as the user, so it takes the right to make him.
		if err := mayPut(ctx, tx, v, u, Edit{}); err != nil {
			return err
		}
		token, i, err = s.invite(ctx, tx, v, u)
		return err
	})
	if err != nil {
		return "", Invitation{}, fmt.Errorf("invite again: %w", err)
	}
	return token, i, nil
}

// Renew makes a new link in place of the old one, which is dead.
func (s *Store) Renew(ctx context.Context, v crm.Viewer, id crm.ID) (token string, i Invitation, err error) {
	old, err := invitation(ctx, s.pool, v, id)
	if err != nil {
		return "", Invitation{}, err
	}
	return s.InviteAgain(ctx, v, old.UserID)
}

// invite makes the link of u in a transaction.
func (s *Store) invite(ctx context.Context, tx pgx.Tx, v crm.Viewer, u User) (token string, i Invitation, err error) {
	token = newToken("")
	h, now := hashOf(token), s.now()
	var id crm.ID
	err = tx.QueryRow(ctx, upsertInvitation, pgx.NamedArgs{"id": crm.NewID(), "user": u.ID, "hash": h[:], "by": idOrNull(v.User),
		"now": now, "expires": now.Add(invitedFor)}).Scan(&id)
	if err != nil {
		return "", Invitation{}, fmt.Errorf("store an invitation: %w", err)
	}
	if i, err = invitation(ctx, tx, crm.SystemViewer(v.Via), id); err != nil {
		return "", Invitation{}, err
	}
	err = db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "invite", Object: "users", ID: u.ID,
		Diff: map[string][2]any{"expires_at": {nil, i.ExpiresAt}}})
	return token, i, err
}

// Withdraw makes a link dead; the user stays.
func (s *Store) Withdraw(ctx context.Context, v crm.Viewer, id crm.ID) error {
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		sql, args := scoped(deleteInvitation, v, crm.Manage)
		args["id"] = id
		var user crm.ID
		err := tx.QueryRow(ctx, sql, args).Scan(&user)
		if errors.Is(err, pgx.ErrNoRows) {
			return errNoInvitation()
		}
		if err != nil {
			return err
		}
		return db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "withdraw_invitation", Object: "users", ID: user})
	})
	if err != nil {
		return fmt.Errorf("withdraw an invitation: %w", err)
	}
	return nil
}

// Invitations lists the links of everybody whom v manages, newest first.
func (s *Store) Invitations(ctx context.Context, v crm.Viewer) ([]Invitation, error) {
	return invitations(ctx, s.pool, v, "")
}

func invitations(ctx context.Context, q db.Querier, v crm.Viewer, id crm.ID) ([]Invitation, error) {
	sql, args := scoped(selectInvitations, v, crm.Manage)
	args["id"] = string(id)
	rows, err := q.Query(ctx, sql, args)
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", db.Translate(err))
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Invitation])
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", db.Translate(err))
	}
	return list, nil
}

func invitation(ctx context.Context, q db.Querier, v crm.Viewer, id crm.ID) (Invitation, error) {
	if strings.TrimSpace(string(id)) == "" {
		return Invitation{}, errNoInvitation()
	}
	list, err := invitations(ctx, q, v, id)
	if err == nil && len(list) == 0 {
		err = errNoInvitation()
	}
	if err != nil {
		return Invitation{}, err
	}
	return list[0], nil
}

func errNoInvitation() error { return crm.Errorf(crm.NotFound, "There is no such invitation.") }
