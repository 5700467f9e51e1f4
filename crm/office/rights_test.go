package office_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/office"
)

// managerOf manages one office and nothing else; he may do what an agent may.
func managerOf(t *testing.T, pool *pgxpool.Pool, unit string) crm.Viewer {
	t.Helper()
	v := crm.Viewer{User: crm.NewID(), Login: "manager", Via: "ui"}
	if err := pool.QueryRow(t.Context(), `select grants from role where name = 'agent'`).Scan(&v.Grants); err != nil {
		t.Fatal(err)
	}
	v.Grants[crm.Office] = map[crm.Action]crm.Reach{crm.Read: crm.Unit, crm.Manage: crm.Unit}
	for _, u := range snapshot(t, pool).Units {
		if u.Name == unit {
			v.Unit = u.ID
		}
	}
	if _, err := pool.Exec(t.Context(), `insert into app_user (id, login, name, unit_id, role) values ($1, $2, $2, $3, 'agent')`, v.User, v.Login, v.Unit); err != nil {
		t.Fatal(err)
	}
	return v
}

// fromPage applies what a page sends.
func fromPage(t *testing.T, pool *pgxpool.Pool, passwords office.Passwords, v crm.Viewer, body string, dryRun bool) ([]office.Change, error) {
	t.Helper()
	file, err := office.ParseJSON([]byte(body), "page", good)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := office.Apply(t.Context(), pool, passwords, v, file, dryRun)
	return changes, err
}

// unasked fails when somebody asks whether a password is right. No two hashes are the same.
type unasked struct{ t *testing.T }

func (unasked) Hash(context.Context, string) (string, error) { return string(crm.NewID()), nil }

func (u unasked) Verify(context.Context, string, string) (bool, error) {
	u.t.Error("a password of the page was compared with the one in use")
	return false, nil
}

// The page must not tell whether a password is right: neither of a stranger's nor of
// one's own people.
func TestAPageIsNoOracleOfPasswords(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	manager := managerOf(t, pool, "Chilanzar")
	const anna = `{"users":[{"login":"anna","name":"Anna Karimova","role":"agent","office":"Tashkent","extension":"101","password":"GUESS"}]}`
	const bek = `{"users":[{"login":"bek","name":"Bek Aliev","role":"agent","office":"Chilanzar","extension":"0102","auto_available":true,"locale":"uz-Latn","password":"GUESS"}]}`
	for _, guess := range []string{"correct horse", "battery staple", "something else"} {
		_, err := fromPage(t, pool, unasked{t}, manager, strings.ReplaceAll(anna, "GUESS", guess), true)
		if crm.CodeOf(err) != crm.Forbidden {
			t.Errorf("anna, %s: %v", guess, err)
		}
		changes, err := fromPage(t, pool, unasked{t}, manager, strings.ReplaceAll(bek, "GUESS", guess), true)
		if err != nil || len(changes) != 1 || changes[0].String() != "~ user bek (password: changed)" {
			t.Errorf("bek, %s: %v, %v", guess, changes, err)
		}
	}
}

// Whoever manages one office gives its calls to nobody else's people and queues.
func TestAManagerGivesNoWorkToOtherOffices(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	apply(t, pool, `
queues:
  - {name: local, office: Chilanzar, agents: [anna, bek]}
numbers:
  - {number: 2000, queue: local, office: Chilanzar}
`)
	apply(t, pool, `numbers: [{number: 3000, queue: sales, office: Chilanzar}]`)
	manager := managerOf(t, pool, "Chilanzar")
	for body, forbidden := range map[string]bool{
		`{"queues":[{"name":"local","agents":["bek"]}]}`:                                        false, // anna leaves
		`{"queues":[{"name":"local","agents":["bek","anna"],"ring":"40s"}]}`:                    false, // and may stay
		`{"queues":[{"name":"local","agents":["anna","bek","boss"]}]}`:                          true,
		`{"queues":[{"name":"vip","office":"Chilanzar","agents":["bek"]}]}`:                     false,
		`{"queues":[{"name":"vip","office":"Chilanzar","agents":["boss"]}]}`:                    true,
		`{"numbers":[{"number":"2000","queue":"sales"}]}`:                                       true,
		`{"numbers":[{"number":"2001","queue":"local","office":"Chilanzar"}]}`:                  false,
		`{"numbers":[{"number":"2001","queue":"sales","office":"Chilanzar"}]}`:                  true,
		`{"numbers":[{"number":"3000","queue":"sales","office":"Chilanzar","source":"radio"}]}`: false, // it led there before
	} {
		if _, err := fromPage(t, pool, plain{}, manager, body, true); (crm.CodeOf(err) == crm.Forbidden) != forbidden || err != nil && !forbidden {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// What others have changed meanwhile is told as far as one manages it.
func TestAConflictTellsOnlyOfOnesOwnOffice(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	manager := managerOf(t, pool, "Chilanzar")
	apply(t, pool, "queues:\n  - {name: local, office: Chilanzar, agents: [bek]}")
	for i := range 101 {
		apply(t, pool, fmt.Sprintf("queues:\n  - {name: sales, agents: [anna, bek], ring: %ds}", 20+i%2))
	}
	for v, want := range map[*crm.Viewer]int{&manager: 2, {Login: "system"}: 100} {
		_, err := fromPage(t, pool, plain{}, *v, `{"base":"x-0","queues":[{"name":"local","agents":["bek"],"ring":"40s"}]}`, true)
		var conflict *crm.Error
		if !errors.As(err, &conflict) || conflict.Code != crm.Conflict {
			t.Fatalf("%s: %v", v.Login, err)
		}
		steps := conflict.Detail["changes"].([]office.Step)
		if len(steps) != want || !slices.IsSortedFunc(steps, func(a, b office.Step) int { return a.At.Compare(b.At) }) {
			t.Errorf("%s is told of %d changes: %+v", v.Login, len(steps), steps)
		}
		if last := steps[len(steps)-1]; v.Login == "system" && last.Object != "queues" || last.Action != map[bool]string{true: "create", false: "update"}[v == &manager] {
			t.Errorf("%s is told of %+v last", v.Login, last)
		}
	}
}
