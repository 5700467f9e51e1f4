package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/callcard/callcard/web/live"
)

type changed struct {
	Changes []struct {
		Action, Object, Name, Text string
		Fields                     []struct{ Field, From, To string }
	}
	Applied  bool
	Revision string
}

func (w *world) changes(body string, dryRun bool) (c changed) {
	w.t.Helper()
	w.do("POST", fmt.Sprintf("/api/v1/office/changes?dry_run=%v", dryRun), "admin", body).must(200).as(&c)
	return c
}

const slowerSales = `{"queues":[{"name":"sales","office":"Tashkent","agents":["anna","bek"],"ring":"30s"}]}`

func TestThePageShowsWhatApplyWouldPrint(t *testing.T) {
	w := newWorld(t)
	c := w.changes(slowerSales, true)
	if c.Applied || len(c.Changes) != 1 || c.Changes[0].Text != "~ queue sales (ring: 20s -> 30s)" || c.Changes[0].Action != "update" ||
		len(c.Changes[0].Fields) != 1 || c.Changes[0].Fields[0].From != "20s" || c.Changes[0].Fields[0].To != "30s" {
		t.Fatalf("%+v", c)
	}
	if list := w.do("GET", "/api/v1/office/queues", "admin", "").must(200); !list.has(`"ring_ms":20000`) || !list.has(c.Revision) {
		t.Errorf("a dry run left something behind: %s", list.body)
	}
	done := w.changes(slowerSales, false)
	if !done.Applied || done.Revision == c.Revision || done.Changes[0].Text != c.Changes[0].Text {
		t.Errorf("%+v", done)
	}
	list := w.do("GET", "/api/v1/office/queues", "admin", "").must(200)
	if !list.has(`"ring_ms":30000`) || !list.has(done.Revision) {
		t.Errorf("the next question is answered by the old office: %s", list.body)
	}
	if again := w.changes(slowerSales, false); len(again.Changes) != 0 || again.Revision != done.Revision {
		t.Errorf("%+v", again)
	}
	var diff string
	err := w.Pool.QueryRow(t.Context(), `select diff::text from audit where object = 'queues' and action = 'update' and user_id = $1 and via = 'ui' and ip is not null`,
		w.ID("admin")).Scan(&diff)
	if err != nil || diff != `{"ring": ["20s", "30s"]}` {
		t.Errorf("the audit says %s, %v", diff, err)
	}
}

func TestMistakesNameEntryAndField(t *testing.T) {
	w := newWorld(t)
	a := w.do("POST", "/api/v1/office/changes", "admin",
		`{"queues":[{"name":"sales","ring":"soon","agents":["nobody"]},{"name":"vip","strategy":"best"}],"numbers":[{"number":"call me"}],"color":"red"}`).must(422)
	var p struct {
		Code, Detail, Field string
		Errors              []struct{ Field, Detail string }
	}
	a.as(&p)
	var fields []string
	for _, e := range p.Errors {
		fields = append(fields, e.Field)
	}
	if got := strings.Join(fields, " "); got != "color numbers[0].number queues[0].ring queues[1].strategy" {
		t.Errorf("blames %s", got)
	}
	if p.Field != "color" || p.Code != "invalid" || strings.Contains(string(a.body), "line ") {
		t.Errorf("%s", a.body)
	}
	w.do("POST", "/api/v1/office/changes", "admin", `{"queues":[{"name":"sales","agents":["nobody"]}]}`).must(422)
	for _, body := range []string{`[]`, `"x"`, `null`} {
		w.do("POST", "/api/v1/office/changes", "admin", body).must(422)
	}
	w.do("POST", "/api/v1/office/changes", "admin", `{"queues":`).must(422)
	used := w.do("POST", "/api/v1/office/changes", "admin", `{"queues":[{"name":"sales","remove":true}]}`).must(422)
	if !used.has("queues[0].remove") || !used.has("numbers still refer to it") {
		t.Errorf("%s", used.body)
	}
}

func TestTwoAdministratorsAtOnce(t *testing.T) {
	w := newWorld(t)
	var list struct{ Revision string }
	w.do("GET", "/api/v1/office/numbers", "admin", "").must(200).as(&list)
	w.changes(slowerSales, false)
	mine := fmt.Sprintf(`{"base":%q,"numbers":[{"number":"+998712000001","queue":"sales","source":"radio"}]}`, list.Revision)
	a := w.do("POST", "/api/v1/office/changes?dry_run=true", "admin", mine).must(409)
	var p struct {
		Code string
		Meta struct {
			Revision string
			Changes  []struct {
				Login, Action, Object string
				Diff                  map[string][2]any
			}
		}
	}
	a.as(&p)
	last := p.Meta.Changes[len(p.Meta.Changes)-1]
	if p.Code != "conflict" || last.Login != "admin" || last.Object != "queues" || last.Diff["ring"] != [2]any{"20s", "30s"} {
		t.Errorf("%s", a.body)
	}
	now := strings.Replace(mine, list.Revision, p.Meta.Revision, 1)
	w.do("POST", "/api/v1/office/changes", "admin", now).must(200)
	w.do("POST", "/api/v1/office/changes", "admin", strings.Replace(mine, list.Revision, "nonsense", 1)).must(409)
}

func TestATrunksPasswordStaysWithItsServer(t *testing.T) {
	w := newWorld(t)
	same := `{"trunks":[{"name":"provider","register":{"server":"sip.example.net","user":"u1"},"region":"UZ"}]}`
	if c := w.changes(same, false); len(c.Changes) != 1 || c.Changes[0].Text != "~ trunk provider (region: RU -> UZ)" {
		t.Errorf("%+v", c)
	}
	if n := w.Count(`select count(*) from trunk where register->>'password' = 'trunk-secret'`); n != 1 {
		t.Error("the password is lost")
	}
	stolen := `{"trunks":[{"name":"provider","register":{"server":"evil.example.net","user":"u1"}}]}`
	if a := w.do("POST", "/api/v1/office/changes", "admin", stolen).must(422); !a.has("trunks[0].register.password") {
		t.Errorf("%s", a.body)
	}
	c := w.changes(strings.Replace(same, `"user":"u1"`, `"user":"u1","password":"other-secret"`, 1), false)
	if text, _ := json.Marshal(c); strings.Contains(string(text), "secret\"") && strings.Contains(string(text), "other-secret") {
		t.Errorf("a secret is shown: %s", text)
	}
	if n := w.Count(`select count(*) from audit where diff::text like '%other-secret%'`); n != 0 {
		t.Error("a secret is in the audit")
	}
}

func TestAManagerOfOneOfficeKeepsToIt(t *testing.T) {
	w := newWorld(t)
	for _, sql := range []string{
		`insert into role (name, grants) select 'local-admin', grants || '{"office": {"read": "subtree", "manage": "subtree"}}' from role where name = 'supervisor'`,
		`update app_user set role = 'local-admin' where login = 'boss'`,
	} {
		if _, err := w.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Cache.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	for body, status := range map[string]int{
		slowerSales: 200,
		`{"queues":[{"name":"vip","office":"Tashkent"}]}`:                                                                                  200,
		`{"offices":[{"name":"Tashkent","parent":"Head","timezone":"Asia/Tashkent"}]}`:                                                     200,
		`{"offices":[{"name":"Chilanzar","parent":"Tashkent","timezone":"Asia/Tashkent"}],"queues":[{"name":"vip","office":"Chilanzar"}]}`: 200,
		`{"users":[{"login":"gul","name":"Gul","role":"agent","office":"Tashkent"}]}`:                                                      200,
		`{"queues":[{"name":"support","agents":["farid"],"ring":"25s"}]}`:                                                                  403,
		`{"queues":[{"name":"sales","office":"Samarkand"}]}`:                                                                               403,
		`{"numbers":[{"number":"+998662000001","remove":true}]}`:                                                                           403,
		`{"offices":[{"name":"Tashkent","timezone":"Asia/Tashkent"}]}`:                                                                     403,
		`{"offices":[{"name":"Bukhara","parent":"Head","timezone":"Asia/Tashkent"}]}`:                                                      403,
		`{"trunks":[{"name":"carrier","remove":true}]}`:                                                                                    403,
		`{"users":[{"login":"mole","name":"M","role":"admin","office":"Tashkent"}]}`:                                                       403,
		`{"users":[{"login":"admin","name":"A","role":"agent","office":"Tashkent"}]}`:                                                      403,
	} {
		w.do("POST", "/api/v1/office/changes?dry_run=true", "boss", body).must(status)
	}
}

func TestThoseWhoMayKnowHearOfANewOffice(t *testing.T) {
	w := newWorld(t)
	w.trunks = []live.TrunkStatus{{Name: "provider", State: "up", Registers: true, Registered: true}}
	admin, boss, anna := w.dial("admin", ""), w.dial("boss", ""), w.dial("anna", "")
	defer admin.Close()
	defer boss.Close()
	defer anna.Close()
	next := func(c interface{ ReadJSON(any) error }) (e struct {
		Type string
		Data json.RawMessage
	}) {
		t.Helper()
		if err := c.ReadJSON(&e); err != nil {
			t.Fatal(err)
		}
		return e
	}
	first := [3]string{string(next(admin).Data), string(next(boss).Data), string(next(anna).Data)}
	for i, s := range first {
		if strings.Contains(s, "office_revision") != (i < 2) || strings.Contains(s, "provider") != (i < 1) {
			t.Errorf("snapshot %d: %s", i, s)
		}
	}
	done := w.changes(slowerSales, false)
	w.feed.OfficeChanged()
	w.feed.TrunkChanged("provider")
	w.do("POST", "/api/v1/me/tokens", "anna", `{"name":"x"}`).must(201)
	if e := next(admin); e.Type != "office.changed" || !strings.Contains(string(e.Data), done.Revision) {
		t.Errorf("admin heard %+v", e)
	}
	if e := next(boss); e.Type != "office.changed" {
		t.Errorf("boss heard %+v", e)
	}
	if e := next(admin); e.Type != "trunk.changed" || !strings.Contains(string(e.Data), `"registered":true`) {
		t.Errorf("admin heard %+v", e)
	}
	w.feed.OfficeChanged() // the next thing that boss hears: nothing of trunks came between
	if e := next(boss); e.Type != "office.changed" {
		t.Errorf("boss heard %+v", e)
	}
}

// History keeps the name that the queue had, and is found by the new one.
func TestCallsOfARenamedQueueAreFound(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	w.changes(`{"queues":[{"name":"sales","rename_to":"sales-uz","agents":["anna","bek"]}]}`, false)
	for _, name := range []string{"sales", "sales-uz"} {
		if a := w.do("GET", "/api/v1/calls?queue="+name, "admin", "").must(200); !a.has(string(s.talk)) || !a.has(`"queue":"sales"`) {
			t.Errorf("calls of %s: %s", name, a.body)
		}
		w.do("GET", "/api/v1/queues/"+name+"/board", "admin", "").must(200)
	}
	if a := w.do("GET", "/api/v1/office/queues", "admin", "").must(200); !a.has(`"former_names":["sales"]`) {
		t.Errorf("%s", a.body)
	}
}
