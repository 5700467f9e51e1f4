// Package webtest is a small company with a real database, for the tests of the web
// packages: two offices below a head office, an agent or two in each, calls that are
// told as facts.
//
//	Head (admin) - Tashkent (boss, anna, bek; queue sales)
//	             - Samarkand (sara, farid; queue support)
package webtest

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/history"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/phone"
	"github.com/callcard/callcard/crm/tasks"
	"github.com/callcard/callcard/crm/users"
)

// Password is everybody's.
const Password = "tulip orchard 7"

const file = `
offices:
  - {name: Head, timezone: Asia/Tashkent, region: UZ}
  - {name: Tashkent, parent: Head, timezone: Asia/Tashkent, region: UZ}
  - {name: Samarkand, parent: Head, timezone: Asia/Samarkand, region: UZ}
users:
  - {login: admin, name: Admin, password: "tulip orchard 7", role: admin, office: Head}
  - {login: boss, name: Boss, password: "tulip orchard 7", role: supervisor, office: Tashkent}
  - {login: anna, name: Anna Karimova, password: "tulip orchard 7", role: agent, office: Tashkent, extension: "101"}
  - {login: bek, name: Bek Aliev, password: "tulip orchard 7", role: agent, office: Tashkent, extension: "102"}
  - {login: sara, name: Sara, password: "tulip orchard 7", role: supervisor, office: Samarkand}
  - {login: farid, name: Farid, password: "tulip orchard 7", role: agent, office: Samarkand, extension: "201"}
trunks:
  - {name: carrier, hosts: ["127.0.0.2"], region: UZ}
  - {name: provider, register: {server: "sip.example.net", user: "u1", password: "trunk-secret"}, region: RU}
queues:
  - {name: sales, office: Tashkent, agents: [anna, bek], strategy: least-busy, previous_manager: {mode: last-spoken, wait: 20s}, ring: 20s, wrap_up: 10s, record: true}
  - {name: support, office: Samarkand, agents: [farid], strategy: least-busy, ring: 20s, wrap_up: 10s}
numbers:
  - {number: "+998712000001", queue: sales, source: website}
  - {number: "+998662000001", queue: support}
`

// Office is the company and its stores.
type Office struct {
	Pool     *pgxpool.Pool
	Cache    *office.Cache
	Contacts *contacts.Store
	Calls    *calls.Store
	Tasks    *tasks.Store
	Found    func(calls.Call) // hears of cards that Store finds; may be nil
	t        testing.TB
}

// plain spares the tests the cost of hashing: one hash for all.
type plain struct{ hash string }

func (p plain) Hash(context.Context, string) (string, error)         { return p.hash, nil }
func (p plain) Verify(context.Context, string, string) (bool, error) { return true, nil }

// NewOffice makes the company in a database of its own.
func NewOffice(t testing.TB) *Office {
	t.Helper()
	return NewOfficeOn(t, dbtest.New(t))
}

// NewOfficeOn makes the company in an empty database.
func NewOfficeOn(t testing.TB, pool *pgxpool.Pool) *Office {
	t.Helper()
	hash, err := users.NewPasswords(2).Hash(t.Context(), Password)
	if err != nil {
		t.Fatal(err)
	}
	f, err := office.Parse(strings.NewReader(file), "office.yaml", users.WeakPassword)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := office.Apply(t.Context(), pool, plain{hash}, crm.SystemViewer("test"), f, false); err != nil {
		t.Fatal(err)
	}
	cache := office.NewCache(pool, slog.New(slog.DiscardHandler))
	if err := cache.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := &Office{Pool: pool, Cache: cache, Contacts: contacts.NewStore(pool, Phones), Tasks: tasks.NewStore(pool, nil), t: t}
	o.Calls = history.NewCalls(pool, o.Contacts)
	return o
}

// Phones are the rules by which everybody's numbers are read.
func Phones(crm.ID) phone.Rules { return phone.Rules{Region: "UZ", AreaCode: "71", Line: "office"} }

// ID is the id of a user.
func (o *Office) ID(login string) crm.ID {
	o.t.Helper()
	u, ok := o.Cache.Current().UserByLogin(login)
	if !ok {
		o.t.Fatalf("there is no user %q", login)
	}
	return u.ID
}

// Unit is the id of an office.
func (o *Office) Unit(name string) crm.ID {
	o.t.Helper()
	for _, u := range o.Cache.Current().Units {
		if u.Name == name {
			return u.ID
		}
	}
	o.t.Fatalf("there is no office %q", name)
	return ""
}

// Count is the number that a query gives.
func (o *Office) Count(sql string, args ...any) int {
	o.t.Helper()
	var n int
	if err := o.Pool.QueryRow(o.t.Context(), sql, args...).Scan(&n); err != nil {
		o.t.Fatal(err)
	}
	return n
}

// Store writes facts into the history, as the server's writer does.
func (o *Office) Store(facts ...crm.Fact) {
	o.t.Helper()
	w := history.NewWriter(history.Parts{
		Pool: o.Pool, Source: &book{facts: facts}, Contacts: o.Contacts, Tasks: o.Tasks, Office: o.Cache.Current, Found: o.Found,
		Gather: time.Millisecond, Log: slog.New(slog.DiscardHandler),
	})
	if err := w.Run(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

// book is a calls.Source with an end.
type book struct{ facts []crm.Fact }

func (b *book) Next(_ context.Context, dst []crm.Fact, _ int) ([]crm.Fact, error) {
	if len(b.facts) == 0 {
		return dst, io.EOF
	}
	dst, b.facts = append(dst, b.facts...), nil
	return dst, nil
}

func (b *book) Commit() error { return nil }
