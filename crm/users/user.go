package users

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// User is a person who works here, as the settings show him. Secrets stay in the
// database; HasPassword and HasPhone tell whether they are set.
type User struct {
	ID            crm.ID
	Login         string
	Name          string
	UnitID        crm.ID
	Unit          string // the office's name
	Role          string
	Locale        string // BCP 47, "" = what the browser asks for
	Timezone      string // IANA, "" = the office's
	Extension     string
	HasPassword   bool // can sign in
	HasPhone      bool // a desk phone may register
	AutoAvailable bool
	BlockedAt     *time.Time
	Version       int
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

const selectUsers = `
select a.id, a.login, a.name, a.unit_id, u.name as unit, a.role, a.locale, a.timezone, coalesce(a.extension, '') as extension,
       a.password_hash <> '' as has_password, a.sip_ha1_md5 <> '' as has_phone, a.auto_available, a.blocked_at,
       a.version, a.created_at, a.updated_at
from app_user a join unit u on u.id = a.unit_id
where (@id = '' or a.id = nullif(@id, '')::uuid) and {scope}
order by a.login`

// List gives the users v may see, by login, blocked ones too.
func (s *Store) List(ctx context.Context, v crm.Viewer) ([]User, error) {
	sql, args := scoped(selectUsers, v, crm.Read)
	args["id"] = ""
	rows, err := s.pool.Query(ctx, sql, args)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", db.Translate(err))
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[User])
	if err != nil {
		return nil, fmt.Errorf("list users: %w", db.Translate(err))
	}
	return list, nil
}

// Get gives one user; crm.NotFound when v may not see him.
func (s *Store) Get(ctx context.Context, v crm.Viewer, id crm.ID) (User, error) {
	return get(ctx, s.pool, v, crm.Read, id, "")
}

func get(ctx context.Context, q db.Querier, v crm.Viewer, a crm.Action, id crm.ID, lock string) (User, error) {
	sql, args := scoped(selectUsers+lock, v, a)
	if args["id"] = string(id); id == "" {
		return User{}, errNoUser()
	}
	rows, err := q.Query(ctx, sql, args)
	if err != nil {
		return User{}, fmt.Errorf("get a user: %w", db.Translate(err))
	}
	u, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[User])
	if errors.Is(err, pgx.ErrNoRows) {
		return User{}, errNoUser()
	}
	if err != nil {
		return User{}, fmt.Errorf("get a user: %w", db.Translate(err))
	}
	return u, nil
}

func errNoUser() error { return crm.Errorf(crm.NotFound, "There is no such user.") }
