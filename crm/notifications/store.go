package notifications

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Kind says what has happened.
type Kind string

const (
	TaskAssigned     Kind = "task_assigned"     // somebody gave me a task: task, title, contact, by
	CallbackAssigned Kind = "callback_assigned" // a client of mine did not get through: task, title, contact, phone, call
	CallTaken        Kind = "call_taken"        // somebody else has talked with a client of mine: call, contact, name, agent
	Alarm            Kind = "alarm"             // the server needs an administrator: code
)

// Notification is a line of the bell.
type Notification struct {
	ID        crm.ID            `db:"id"`
	User      crm.ID            `db:"user"`
	Kind      Kind              `db:"kind"`
	Params    map[string]string `db:"params"`
	CreatedAt time.Time         `db:"created_at"`
	ReadAt    *time.Time        `db:"read_at"` // nil: unread
}

// New is a line to be written.
type New struct {
	User   crm.ID
	Kind   Kind
	Params map[string]string // empty values are left out
}

// Store keeps notifications.
type Store struct{ pool *pgxpool.Pool }

// NewStore makes a Store.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

const addNotification = `
insert into notification (id, user_id, kind, params) values (@id, @user, @kind, @params) returning created_at`

// Add writes a line in the transaction of what it tells of.
func (s *Store) Add(ctx context.Context, tx db.Querier, n New) (Notification, error) {
	is := Notification{ID: crm.NewID(), User: n.User, Kind: n.Kind, Params: map[string]string{}}
	for key, value := range n.Params {
		if value != "" {
			is.Params[key] = strings.ReplaceAll(value, "\x00", "")
		}
	}
	err := tx.QueryRow(ctx, addNotification, pgx.StrictNamedArgs{
		"id": is.ID, "user": is.User, "kind": is.Kind, "params": is.Params}).Scan(&is.CreatedAt)
	if err != nil {
		return Notification{}, fmt.Errorf("write a notification: %w", err)
	}
	return is, nil
}

// AddAll writes lines that have no cause in the database, all of them or none.
func (s *Store) AddAll(ctx context.Context, list []New) (added []Notification, err error) {
	err = db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		added = nil
		for _, n := range list {
			one, err := s.Add(ctx, tx, n)
			if err != nil {
				return err
			}
			added = append(added, one)
		}
		return nil
	})
	if err != nil { // at the commit, perhaps: then nothing of it is there
		return nil, err
	}
	return added, nil
}

// Page is a page of notifications, newest first. Next is empty on the last one.
type Page struct {
	Items  []Notification
	Next   crm.ID
	Unread int // of all
}

// Filter chooses notifications; its zero value the newest.
type Filter struct {
	Unread bool   // only those that have not been read
	Limit  int    // 1..200; 50 if 0
	After  crm.ID // Page.Next of the page before
}

const (
	listNotifications = `
select id::text as id, user_id::text as "user", kind, params, created_at, read_at
from notification where user_id = @me and id < @after{unread} order by id desc limit @limit`
	countUnread = `select count(*)::int from notification where user_id = @me and read_at is null`

	lastID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

func ofUnread(only bool) string {
	condition := ""
	if only {
		condition = " and read_at is null"
	}
	return strings.ReplaceAll(listNotifications, "{unread}", condition)
}

// List is a page of v's own notifications.
func (s *Store) List(ctx context.Context, v crm.Viewer, f Filter) (Page, error) {
	if f.Limit == 0 {
		f.Limit = 50
	}
	if f.Limit < 1 || f.Limit > 200 {
		return Page{}, crm.InvalidField("limit", "A page has 1 to 200 notifications.")
	}
	if f.After == "" {
		f.After = lastID
	}
	if _, err := crm.ParseID(string(f.After)); err != nil {
		return Page{}, crm.InvalidField("after", "This is no place in the list: take the one that the page before gave.")
	}
	rows, err := s.pool.Query(ctx, ofUnread(f.Unread), pgx.StrictNamedArgs{"me": v.User, "after": f.After, "limit": f.Limit + 1})
	if err != nil {
		return Page{}, fmt.Errorf("list notifications: %w", db.Translate(err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Notification])
	if err != nil {
		return Page{}, fmt.Errorf("list notifications: %w", db.Translate(err))
	}
	p := Page{Items: found}
	if len(found) > f.Limit {
		p.Items, p.Next = found[:f.Limit], found[f.Limit-1].ID
	}
	p.Unread, err = s.Unread(ctx, v.User)
	return p, err
}

// Unread counts what the user has not read.
func (s *Store) Unread(ctx context.Context, user crm.ID) (n int, err error) {
	if err := s.pool.QueryRow(ctx, countUnread, pgx.StrictNamedArgs{"me": user}).Scan(&n); err != nil {
		return 0, fmt.Errorf("count notifications: %w", db.Translate(err))
	}
	return n, nil
}

const (
	readUpTo  = `update notification set read_at = now() where user_id = @me and read_at is null and id <= @up_to`
	readThese = `update notification set read_at = now() where user_id = @me and read_at is null and id = any(@ids::text[]::uuid[])`
)

// ReadUpTo marks v's notifications up to that one as read.
func (s *Store) ReadUpTo(ctx context.Context, v crm.Viewer, last crm.ID) error {
	return s.read(ctx, readUpTo, pgx.StrictNamedArgs{"me": v.User, "up_to": last})
}

// Read marks some of v's notifications as read; others' are left alone.
func (s *Store) Read(ctx context.Context, v crm.Viewer, ids []crm.ID) error {
	text := make([]string, len(ids))
	for i, id := range ids {
		text[i] = string(id)
	}
	return s.read(ctx, readThese, pgx.StrictNamedArgs{"me": v.User, "ids": text})
}

func (s *Store) read(ctx context.Context, sql string, args pgx.StrictNamedArgs) error {
	if _, err := s.pool.Exec(ctx, sql, args); err != nil {
		return fmt.Errorf("mark notifications as read: %w", db.Translate(err))
	}
	return nil
}
