package contacts_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/phone"
)

func uz(crm.ID) phone.Rules {
	return phone.Rules{Region: "UZ", AreaCode: "71", Line: "office", Regions: []string{"RU"}}
}

// office is a company with two offices that know nothing of each other.
type office struct {
	*contacts.Store
	pool          *pgxpool.Pool
	anna, bek     crm.Viewer // agents of the first office
	boss          crm.Viewer // its supervisor
	stranger      crm.Viewer // supervisor of the other office
	unit, another crm.ID
}

func newOffice(t testing.TB) office {
	t.Helper()
	pool := dbtest.New(t)
	o := office{Store: contacts.NewStore(pool, uz), pool: pool, unit: crm.NewID(), another: crm.NewID()}
	for id, name := range map[crm.ID]string{o.unit: "Tashkent", o.another: "Samarqand"} {
		o.exec(t, `insert into unit (id, name, timezone, region) values ($1, $2, 'Asia/Tashkent', 'UZ')`, string(id), name)
	}
	o.anna, o.bek = o.user(t, "anna", o.unit, crm.Unit), o.user(t, "bek", o.unit, crm.Unit)
	o.boss = o.user(t, "boss", o.unit, crm.Subtree)
	o.stranger = o.user(t, "stranger", o.another, crm.Subtree)
	return o
}

func (o office) user(t testing.TB, login string, unit crm.ID, reach crm.Reach) crm.Viewer {
	t.Helper()
	id := crm.NewID()
	o.exec(t, `insert into app_user (id, login, name, unit_id, role) values ($1, $2, $2, $3, 'agent')`, string(id), login, string(unit))
	rights := map[crm.Action]crm.Reach{crm.Read: reach, crm.Create: reach, crm.Update: reach, crm.Delete: reach}
	return crm.Viewer{
		User: id, Login: login, Unit: unit, Subtree: []crm.ID{unit}, Via: "api", IP: "127.0.0.1",
		Grants: crm.Grants{crm.Contacts: rights},
	}
}

func (o office) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := o.pool.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (o office) number(t testing.TB, sql string, args ...any) (n int) {
	t.Helper()
	if err := o.pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// card makes a card of the first office with the given phones.
func (o office) card(t testing.TB, kind contacts.Kind, name string, phones ...string) contacts.Contact {
	t.Helper()
	n := contacts.New{Kind: kind, Name: name, Force: true}
	for _, p := range phones {
		n.Channels = append(n.Channels, contacts.ChannelInput{Raw: p})
	}
	c, err := o.Create(context.Background(), o.anna, n)
	if err != nil {
		t.Fatalf("make the card of %s: %v", name, err)
	}
	return c
}

// wantCode fails unless err carries the code and names the field.
func wantCode(t testing.TB, err error, code crm.Code, field string) *crm.Error {
	t.Helper()
	if crm.CodeOf(err) != code {
		t.Fatalf("got %v, want an error of code %s", err, code)
	}
	e := asError(err)
	if e.Field != field {
		t.Errorf("the error %v blames the field %q, want %q", err, e.Field, field)
	}
	return e
}
