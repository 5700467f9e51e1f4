package users

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/text/language"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Edit is what shall be set; nil leaves a field as it is.
type Edit struct {
	Name          *string
	Password      *string // "" = can't sign in any more
	Role          *string
	UnitID        *crm.ID
	Locale        *string
	Timezone      *string
	Extension     *string // "" = no phone
	SIPPassword   *string // bound to the extension: a new extension needs it again; "" = no desk phone
	AutoAvailable *bool
	Blocked       *bool
}

// check looks at what needs no database.
func (e Edit) check() error {
	if e.Name != nil && (strings.TrimSpace(*e.Name) == "" || len(*e.Name) > 500) {
		return crm.InvalidField("name", "Give a name of at most 500 bytes.")
	}
	if e.Extension != nil && *e.Extension != "" && !extensionForm.MatchString(*e.Extension) {
		return crm.InvalidField("extension", "Use letters, digits and . _ - for the extension, at most 32 characters.")
	}
	if e.Locale != nil && *e.Locale != "" {
		if _, err := language.Parse(*e.Locale); err != nil {
			return crm.InvalidField("locale", "There is no language %q; write it like ru or uz-Latn.", *e.Locale)
		}
	}
	if e.Timezone != nil && *e.Timezone != "" {
		if _, err := time.LoadLocation(*e.Timezone); err != nil || *e.Timezone == "Local" {
			return crm.InvalidField("timezone", "There is no time zone %q; write it like Asia/Tashkent.", *e.Timezone)
		}
	}
	return nil
}

// audited replaces a secret in the audit.
const audited = "[secret]"

var (
	loginForm     = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{0,63}$`)
	extensionForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)
)

const (
	insertUser = `
insert into app_user (id, login, name, unit_id, role) values (@id, @login, '', @unit, @role)`
	updateUser = `
update app_user set name = @name, password_hash = coalesce(@hash, password_hash), unit_id = @unit, role = @role,
    locale = @locale, timezone = @timezone, extension = nullif(@extension, ''),
    sip_ha1_md5 = coalesce(@md5, sip_ha1_md5), sip_ha1_sha256 = coalesce(@sha256, sip_ha1_sha256),
    auto_available = @auto_available, blocked_at = @blocked_at, version = version + 1
where id = @id`
	selectGrants   = `select grants from role where name = @role`
	selectOnlyUnit = `select min(id::text) from unit having count(*) = 1`
	selectUnitOf   = `select id from unit a where a.id = @id`
)

// Create adds a user. e must have Name and Role; without UnitID he belongs to the
// only office there is. Errors: crm.Invalid with the field, crm.Conflict when the
// login or the extension is taken, crm.Forbidden.
func (s *Store) Create(ctx context.Context, v crm.Viewer, login string, e Edit) (User, error) {
	login, secrets, err := s.prepare(ctx, login, e)
	if err != nil {
		return User{}, err
	}
	var u User
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		u, err = s.insert(ctx, tx, v, login, e, secrets)
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("add user %s: %w", login, taken(err))
	}
	return u, nil
}

// prepare does for a new user what needs no transaction.
func (s *Store) prepare(ctx context.Context, login string, e Edit) (string, secrets, error) {
	login = strings.TrimSpace(login)
	switch {
	case !loginForm.MatchString(login):
		return "", secrets{}, crm.InvalidField("login", "Use small letters a-z, digits and . _ - @ + for the login, at most 64 characters.")
	case e.Name == nil:
		return "", secrets{}, crm.InvalidField("name", "The name is missing.")
	case e.Role == nil:
		return "", secrets{}, crm.InvalidField("role", "The role is missing.")
	}
	if err := e.check(); err != nil {
		return "", secrets{}, err
	}
	hidden, err := s.secrets(ctx, User{}, e)
	return login, hidden, err
}

// insert adds a user in a transaction.
func (s *Store) insert(ctx context.Context, tx pgx.Tx, v crm.Viewer, login string, e Edit, hidden secrets) (u User, err error) {
	if e.UnitID == nil {
		if e.UnitID, err = onlyUnit(ctx, tx); err != nil {
			return User{}, err
		}
	}
	if err := mayPut(ctx, tx, v, User{}, e); err != nil {
		return User{}, err
	}
	id := crm.NewID()
	if _, err := tx.Exec(ctx, insertUser, pgx.NamedArgs{"id": id, "login": login, "unit": *e.UnitID, "role": *e.Role}); err != nil {
		return User{}, err
	}
	blank := User{ID: id, Login: login, UnitID: *e.UnitID, Role: *e.Role}
	if err := write(ctx, tx, blank, e, hidden, s.now()); err != nil {
		return User{}, err
	}
	if u, err = get(ctx, tx, crm.SystemViewer(v.Via), crm.Read, id, ""); err != nil {
		return User{}, err
	}
	diff := differences(User{}, u, e)
	diff["login"] = [2]any{nil, login}
	return u, db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "create", Object: "users", ID: id, Diff: diff})
}

// Update changes a user; version is the one that v has seen. Errors: crm.NotFound,
// crm.Conflict with Detail["version"] and Detail["changed_at"] when somebody was
// faster, crm.Invalid with the field, crm.Forbidden.
func (s *Store) Update(ctx context.Context, v crm.Viewer, id crm.ID, version int, e Edit) (User, error) {
	before, err := get(ctx, s.pool, v, crm.Manage, id, "")
	if err != nil {
		return User{}, err
	}
	if err := e.check(); err != nil {
		return User{}, err
	}
	secrets, err := s.secrets(ctx, before, e) // slow: outside of the transaction
	if err != nil {
		return User{}, err
	}
	var after User
	var revoked ended
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		was, err := get(ctx, tx, v, crm.Manage, id, " for update of a")
		if err != nil {
			return err
		}
		if was.Version != version {
			return &crm.Error{
				Code: crm.Conflict, Message: "Somebody else has changed this user meanwhile. Look at him again.",
				Detail: map[string]any{"version": was.Version, "changed_at": was.UpdatedAt},
			}
		}
		if err := mayPut(ctx, tx, v, was, e); err != nil {
			return err
		}
		if err := write(ctx, tx, was, e, secrets, s.now()); err != nil {
			return err
		}
		if after, err = get(ctx, tx, crm.SystemViewer(v.Via), crm.Read, id, ""); err != nil {
			return err
		}
		if e.Password != nil || after.Role != was.Role || after.BlockedAt != nil {
			revoked, err = revokeIn(ctx, tx, v, revokeSessions, pgx.NamedArgs{"user": id, "keep": "", "now": s.now()})
			if err != nil {
				return err
			}
		}
		return db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "update", Object: "users", ID: id, Diff: differences(was, after, e)})
	})
	if err != nil {
		return User{}, fmt.Errorf("change user %s: %w", before.Login, taken(err))
	}
	s.known.dropUser(id)
	s.announce(revoked)
	return after, nil
}

// taken says which unique name is in use already.
func taken(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "23505" {
		return err
	}
	field := map[string]string{"app_user_login_key": "login", "app_user_extension_key": "extension"}[pg.ConstraintName]
	return &crm.Error{Code: crm.Conflict, Field: field, Message: fmt.Sprintf("This %s is taken already.", field), Err: err}
}

// onField names the field in a crm.Error.
func onField(err error, field string) error {
	var e *crm.Error
	if errors.As(err, &e) && e.Field == "" {
		named := *e
		named.Field = field
		return &named
	}
	return err
}
