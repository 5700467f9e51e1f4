package users_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/users"
)

// clock is the time of a test; it moves only when told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a database with a tree of offices, people and a store.
//
//	Head (boss, admin) - North (super, anna, bek) - Far (farid)
//	                   - South (sara)
type world struct {
	*users.Store
	pool  *pgxpool.Pool
	clock *clock
	units map[string]crm.ID
	ids   map[string]crm.ID
	ended []crm.ID // sessions that SignedOut heard of
}

const password = "tulip orchard 7"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{pool: dbtest.New(t), clock: &clock{now: time.Now().Truncate(time.Second)}, units: map[string]crm.ID{}, ids: map[string]crm.ID{}}
	w.Store = w.store(users.CheapPasswords(2))
	for _, u := range [][2]string{{"Head", ""}, {"North", "Head"}, {"South", "Head"}, {"Far", "North"}} {
		w.units[u[0]] = crm.NewID()
		w.exec(t, `insert into unit (id, parent_id, name, timezone) values ($1, nullif($2, '')::uuid, $3, 'Asia/Tashkent')`,
			w.units[u[0]], string(w.units[u[1]]), u[0])
	}
	for _, p := range [][3]string{
		{"admin", "admin", "Head"}, {"boss", "supervisor", "Head"}, {"super", "supervisor", "North"},
		{"anna", "agent", "North"}, {"bek", "agent", "North"}, {"farid", "agent", "Far"}, {"sara", "agent", "South"},
	} {
		unit := w.units[p[2]]
		u, err := w.Create(t.Context(), crm.SystemViewer("test"), p[0], users.Edit{Name: ptr("The " + p[0]), Role: ptr(p[1]), UnitID: &unit})
		if err != nil {
			t.Fatal(err)
		}
		w.ids[p[0]] = u.ID
	}
	hash, err := users.CheapPasswords(1).Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	w.exec(t, `update app_user set password_hash = $1 where login <> 'bek'`, hash)
	return w
}

// store is another server on the same database.
func (w *world) store(passwords *users.Passwords) *users.Store {
	return users.New(w.pool, users.Options{
		Passwords: passwords, Phone: office.Phone, Now: w.clock.Now,
		SignedOut: func(_, session crm.ID) { w.ended = append(w.ended, session) },
	})
}

func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := w.pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func (w *world) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := w.pool.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// login signs in and gives the token and the viewer.
func (w *world) login(t *testing.T, login string) (string, crm.Viewer) {
	t.Helper()
	token, in, err := w.Login(t.Context(), login, password, "192.0.2.1", "test")
	if err != nil {
		t.Fatal(err)
	}
	return token, in.Viewer
}

func (w *world) try(login, password, ip string) error {
	_, _, err := w.Login(context.Background(), login, password, ip, "test")
	return err
}

func want(t *testing.T, err error, code crm.Code, field string) {
	t.Helper()
	if crm.CodeOf(err) != code {
		t.Errorf("got %v, want %s", err, code)
		return
	}
	var e *crm.Error
	if errors.As(err, &e) && e.Field != field {
		t.Errorf("%v blames %q, want %q", err, e.Field, field)
	}
}

func ptr[T any](v T) *T { return &v }
