package office_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/office"
)

func snapshot(t *testing.T, pool *pgxpool.Pool) *office.Snapshot {
	t.Helper()
	cache := office.NewCache(pool, nil)
	if err := cache.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return cache.Current()
}

func TestApplyMakesTheOfficeOfTheFile(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	s := snapshot(t, pool)
	anna, ok := s.UserByExtension("101")
	if !ok || anna.Login != "anna" || anna.Role != "agent" {
		t.Fatalf("extension 101: %+v", anna)
	}
	// printf 101:callcard:0123456789abcdefghij | md5sum (and sha256sum)
	if string(anna.HA1.MD5) != "84565a5bf1ca4b64e5b0c87083ccde68" ||
		string(anna.HA1.SHA256) != "0f6b1654998f3a8492f18f416f665c54ae4d8f26b74c241915e498b56c17e3a0" {
		t.Error("anna's digests are not those of her password")
	}
	bek, _ := s.UserByLogin("BEK")
	if u, ok := s.UserByID(bek.ID); !ok || u.Name != "Bek Aliev" || !u.AutoAvailable {
		t.Errorf("bek: %+v", u)
	}
	tashkent, _ := s.Unit(anna.Unit)
	chilanzar, _ := s.Unit(bek.Unit)
	if tashkent.Name != "Tashkent" || chilanzar.Parent != tashkent.ID || tashkent.Region != "UZ" {
		t.Errorf("units: %+v %+v", tashkent, chilanzar)
	}
	sales, ok := s.Queue("sales")
	if !ok || !slices.Equal(sales.Agents, []crm.ID{anna.ID, bek.ID}) || sales.Unit != tashkent.ID {
		t.Errorf("sales: %+v", sales)
	}
	for _, dialled := range []string{"+998712000001", "998712000001"} {
		if n, ok := s.Number(dialled); !ok || n.Queue != "sales" || n.Source != "website" || n.Unit != tashkent.ID {
			t.Errorf("number %s: %+v", dialled, n)
		}
	}
	provider, _ := s.Trunk("provider")
	if provider.Register == nil || string(provider.Register.Password) != "trunk-password" {
		t.Errorf("provider: %+v", provider)
	}
	if s.RoleGrants("supervisor")[crm.Recordings][crm.Listen] != crm.Subtree || s.RoleGrants("nobody") != nil {
		t.Error("grants of the roles are not those of the migration")
	}
	if _, ok := s.Number("+79990000000"); ok {
		t.Error("a stranger's number is ours")
	}
}

func TestApplyIsIdempotent(t *testing.T) {
	pool := dbtest.New(t)
	if got := apply(t, pool, goodOffice); len(got) != 11 {
		t.Errorf("first run:\n%s", strings.Join(got, "\n"))
	}
	rows := count(t, pool, "audit")
	if got := apply(t, pool, goodOffice); len(got) != 0 {
		t.Errorf("second run:\n%s", strings.Join(got, "\n"))
	}
	if now := count(t, pool, "audit"); now != rows || rows != 11 {
		t.Errorf("audit: %d rows, then %d", rows, now)
	}
}

func TestApplyTellsEachDifference(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	edit := strings.NewReplacer(
		"role: agent, office: Tashkent, extension: \"101\"", "role: supervisor, office: Tashkent, extension: \"101\"",
		"battery staple", "battery stapler",
		"0123456789abcdefghij", "0123456789abcdefghiJ",
		"ring: 20s", "ring: 1m30s", "agents: [anna, bek]", "agents: [bek]",
		", source: website", "", "trunk-password", "other-password", "max_calls: 30", "max_calls: 40",
	)
	got := apply(t, pool, edit.Replace(goodOffice)+"  - {number: 2000, queue: night}\n")
	want := []string{
		"~ user anna (role: agent -> supervisor; sip_password: changed)",
		"~ user bek (password: changed)",
		"~ trunk carrier (max_calls: 30 -> 40)",
		"~ trunk provider (register.password: changed)",
		"~ queue sales (agents: anna, bek -> bek; ring: 20s -> 1m30s)",
		"~ number +998712000001 (source: website -> none)",
		"+ number 2000 (number: 2000; queue: night; office: Tashkent)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestApplyLeavesAloneWhatTheFileDoesNotMention(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	got := apply(t, pool, "queues:\n  - {name: sales, agents: [anna, bek]}\nnumbers: []\n")
	if len(got) != 0 {
		t.Errorf("changes: %v", got)
	}
	apply(t, pool, "users:\n  - {login: anna, name: Anna Karimova, role: agent, extension: 101}\n")
	s := snapshot(t, pool)
	anna, _ := s.UserByLogin("anna")
	if u, _ := s.Unit(anna.Unit); anna.HA1.IsZero() || u.Name != "Tashkent" {
		t.Errorf("a password or an office that was left out did not stay: %+v", anna)
	}
}

// counting counts the slow work.
type counting struct {
	plain
	mu       sync.Mutex
	verified int
}

func (c *counting) Verify(ctx context.Context, password, hash string) (bool, error) {
	c.mu.Lock()
	c.verified++
	c.mu.Unlock()
	return c.plain.Verify(ctx, password, hash)
}

func TestApplyVerifiesPasswordsOnlyWhenItMust(t *testing.T) {
	pool := dbtest.New(t)
	verify := func() (verified, changes int) {
		c := &counting{}
		got, err := office.Apply(t.Context(), pool, c, systemViewer(), parse(t, goodOffice), false)
		if err != nil {
			t.Fatal(err)
		}
		return c.verified, len(got)
	}
	verify()
	if verified, changes := verify(); verified != 1 || changes != 0 {
		t.Errorf("the same file again: %d checks, %d changes", verified, changes)
	}
	if _, err := pool.Exec(t.Context(), `update app_user set password_hash = 'plain:changed by herself' where login = 'anna'`); err != nil {
		t.Fatal(err)
	}
	if verified, changes := verify(); verified != 4 || changes != 1 {
		t.Errorf("after anna changed her password: %d checks, %d changes", verified, changes)
	}
	if verified, changes := verify(); verified != 1 || changes != 0 {
		t.Errorf("and once more: %d checks, %d changes", verified, changes)
	}
}

func TestApplyRemoves(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	got := apply(t, pool, `
users:
  - {login: bek, remove: true}
trunks:
  - {name: provider, remove: true}
queues:
  - {name: night, remove: true}
numbers:
  - {number: 1000, remove: true}
`)
	want := []string{
		"~ user bek (extension: 0102 -> none; blocked: none -> yes)",
		"~ queue sales (agents: anna, bek -> anna)",
		"- number 1000",
		"- queue night",
		"- trunk provider",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
	s := snapshot(t, pool)
	if bek, ok := s.UserByLogin("bek"); !ok || !bek.Blocked {
		t.Error("a removed user must stay, blocked")
	}
	if again := apply(t, pool, "users:\n  - {login: bek, remove: true}\n"); len(again) != 0 {
		t.Errorf("second removal: %v", again)
	}
	_, err := tryApply(t, pool, "offices:\n  - {name: Tashkent, remove: true}\n", false)
	if got := mistakes(t, err); got != "office.yaml:2: offices[0].remove: cannot be removed: offices still refer to it" {
		t.Error(got)
	}
}

func TestApplyAsksTheDatabaseForNamesThatTheFileLacks(t *testing.T) {
	pool := dbtest.New(t)
	_, err := tryApply(t, pool, "users:\n  - {login: anna, name: A, role: agent}\n", false)
	if got := mistakes(t, err); got != "office.yaml:2: users[0].office: there is no office yet; add a section offices" {
		t.Error(got)
	}
	apply(t, pool, goodOffice)
	_, err = tryApply(t, pool, `
users:
  - {login: dona, name: Dona, role: agent, extension: 101}
  - login: bek
    name: Bek
    role: agent
    office: Samarkand
numbers:
  - {number: 3000, queue: salse}
`, false)
	want := "office.yaml:7: users[1].office: unknown office \"Samarkand\"\noffice.yaml:9: numbers[0].queue: unknown queue \"salse\""
	if got := mistakes(t, err); got != want {
		t.Error(got)
	}
	_, err = tryApply(t, pool, `
users:
  - {login: dona, name: Dona, role: agent, extension: 101}
  - {login: bek, name: Bek, role: agent, extension: 109}
  - {login: elena, name: E, role: agent, extension: 110, sip_password: 0123456789abcdefghij}
trunks:
  - {name: other, hosts: [127.0.0.2]}
`, false)
	want = "office.yaml:3: users[0].extension: extension 101 belongs to user anna, whom this file does not mention\n" +
		"office.yaml:7: trunks[0].hosts[0]: host 127.0.0.2 belongs to trunk carrier, which this file does not mention"
	if got := mistakes(t, err); got != want {
		t.Error(got)
	}
	_, err = tryApply(t, pool, "users:\n  - {login: anna, name: Anna, role: agent, extension: 111}\n", false)
	if got := mistakes(t, err); !strings.Contains(got, "office.yaml:2: users[0].extension: changes from 101 to 111; the phone's password is bound") {
		t.Error(got)
	}
}

func TestApplySwapsExtensions(t *testing.T) {
	pool := dbtest.New(t)
	text := `
offices: [{name: T, timezone: UTC}]
users:
  - {login: anna, name: A, role: agent, extension: 101}
  - {login: bek, name: B, role: agent, extension: 102}
`
	apply(t, pool, text)
	got := apply(t, pool, strings.NewReplacer("101", "102", "102", "101").Replace(text))
	if len(got) != 2 {
		t.Errorf("changes: %v", got)
	}
	if u, _ := snapshot(t, pool).UserByExtension("101"); u.Login != "bek" {
		t.Errorf("101 belongs to %q", u.Login)
	}
	// Anna inherits it from Bek, who leaves.
	apply(t, pool, "users:\n  - {login: anna, name: A, role: agent, extension: 101}\n  - {login: bek, remove: true}\n")
	if u, _ := snapshot(t, pool).UserByExtension("101"); u.Login != "anna" {
		t.Errorf("101 belongs to %q", u.Login)
	}
}

func TestApplyRemovesABranchOfOffices(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, `
offices:
  - {name: Room, parent: Branch, timezone: UTC}
  - {name: Branch, parent: Head, timezone: UTC}
  - {name: Head, timezone: UTC}
`)
	got := apply(t, pool, "offices:\n  - {name: Branch, remove: true}\n  - {name: Room, remove: true}\n")
	if !slices.Equal(got, []string{"- office Room", "- office Branch"}) {
		t.Errorf("%v", got)
	}
}

func TestDryRunChangesNothing(t *testing.T) {
	pool := dbtest.New(t)
	got, err := tryApply(t, pool, goodOffice, true)
	if err != nil || len(got) != 11 {
		t.Fatalf("%v, %v", got, err)
	}
	for _, table := range []string{"unit", "app_user", "queue", "trunk", "number", "audit", "setting"} {
		if n := count(t, pool, table); n != 0 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
}

func TestAuditTellsWhoAndWhatButNoSecret(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	apply(t, pool, strings.ReplaceAll(goodOffice, "correct horse", "other horse"))
	rows, err := pool.Query(t.Context(), `select login, via, action, object, coalesce(diff::text, '') as diff from audit order by id`)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByName[struct{ Login, Via, Action, Object, Diff string }])
	if err != nil {
		t.Fatal(err)
	}
	last := lines[len(lines)-1]
	if last.Login != "system" || last.Via != "apply" || last.Action != "update" || last.Object != "users" || !json.Valid([]byte(last.Diff)) ||
		!strings.Contains(last.Diff, `"password": ["[secret]", "[secret]"]`) {
		t.Errorf("last line: %+v", last)
	}
	for _, l := range lines {
		for _, secret := range []string{"horse", "0123456789abcdefghij", "trunk-password", "plain:", string(office.NewHA1("101", "0123456789abcdefghij").MD5)} {
			if strings.Contains(l.Diff, secret) {
				t.Errorf("the audit shows %q: %+v", secret, l)
			}
		}
	}
}

func TestApplySignsOutWhoseRightsChanged(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	anna, _ := snapshot(t, pool).UserByLogin("anna")
	_, err := pool.Exec(t.Context(), `insert into session (id, token_hash, user_id, created_at, seen_at, expires_at)
		values (gen_random_uuid(), 'x', $1, now(), now(), now() + interval '1 day')`, anna.ID)
	if err != nil {
		t.Fatal(err)
	}
	live := func() (n int) {
		if err := pool.QueryRow(t.Context(), `select count(*) from session where revoked_at is null`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if apply(t, pool, strings.ReplaceAll(goodOffice, "Anna Karimova", "Anna K.")); live() != 1 {
		t.Error("a new name must not sign anybody out")
	}
	if apply(t, pool, strings.Replace(goodOffice, "role: agent", "role: supervisor", 1)); live() != 0 {
		t.Error("a new role must sign out")
	}
}

func count(t *testing.T, pool *pgxpool.Pool, table string) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), "select count(*) from "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
