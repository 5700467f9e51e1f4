package audit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/db/dbtest"
)

// world is two offices with a person in each.
type world struct {
	*Store
	pool                     *pgxpool.Pool
	north, south, anna, sara crm.ID
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{pool: dbtest.New(t), north: crm.NewID(), south: crm.NewID(), anna: crm.NewID(), sara: crm.NewID()}
	w.Store = NewStore(w.pool)
	w.exec(t, `insert into unit (id, name, timezone) values ($1, 'North', 'UTC'), ($2, 'South', 'UTC')`, w.north, w.south)
	w.exec(t, `insert into app_user (id, login, name, unit_id, role) values ($1, 'anna', 'Anna', $2, 'agent'), ($3, 'sara', 'Sara', $4, 'agent')`,
		w.anna, w.north, w.sara, w.south)
	return w
}

func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := w.pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func (w *world) note(t *testing.T, e db.Entry) {
	t.Helper()
	if err := db.Audit(t.Context(), w.pool, e); err != nil {
		t.Fatal(err)
	}
}

// manager manages the office as far as reach goes, and reads what objects name.
func manager(reach crm.Reach, unit crm.ID, objects ...crm.Object) crm.Viewer {
	v := crm.Viewer{User: crm.NewID(), Login: "manager", Unit: unit, Subtree: []crm.ID{unit}, Grants: crm.Grants{crm.Office: {crm.Manage: reach}}}
	for _, o := range objects {
		v.Grants[o] = map[crm.Action]crm.Reach{crm.Read: crm.All, crm.Listen: crm.All}
	}
	return v
}

func (w *world) list(t *testing.T, v crm.Viewer, f Filter) (lines []string, p Page) {
	t.Helper()
	p, err := w.List(t.Context(), v, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range p.Lines {
		lines = append(lines, fmt.Sprintf("%s %s %s %s", l.Login, l.Action, l.Object, l.Name))
	}
	return lines, p
}

func TestWhoSeesWhichLines(t *testing.T) {
	w := newWorld(t)
	anna, sara := crm.Viewer{User: w.anna, Login: "anna", Via: "ui", IP: "192.0.2.1"}, crm.Viewer{User: w.sara, Login: "sara", Via: "api"}
	w.note(t, db.Entry{Viewer: anna, Action: "update", Object: "users", ID: w.sara, Diff: map[string][2]any{"name": {"S", "Sara"}}})
	w.note(t, db.Entry{Viewer: sara, Action: "update", Object: crm.Contacts, ID: crm.NewID(), Diff: map[string][2]any{"name": {"A", "B"}}})
	w.note(t, db.Entry{Viewer: crm.SystemViewer("apply"), Action: "delete", Object: "queues", ID: crm.NewID(), Diff: map[string][2]any{"name": {"old", nil}}})
	for _, c := range []struct {
		what string
		v    crm.Viewer
		f    Filter
		want []string
	}{
		{"all", manager(crm.All, w.north, crm.Contacts), Filter{}, []string{"system delete queues old", "sara update contacts B", "anna update users Sara"}},
		{"no cards", manager(crm.All, w.north), Filter{}, []string{"system delete queues old", "anna update users Sara"}},
		{"north", manager(crm.Subtree, w.north, crm.Contacts), Filter{}, []string{"anna update users Sara"}},
		{"south", manager(crm.Unit, w.south, crm.Contacts), Filter{}, []string{"sara update contacts B"}},
		{"nobody", manager(crm.None, w.north, crm.Contacts), Filter{}, nil},
		{"of anna", manager(crm.All, w.north), Filter{User: w.anna}, []string{"anna update users Sara"}},
		{"deleted", manager(crm.All, w.north), Filter{Action: "delete"}, []string{"system delete queues old"}},
		{"people", manager(crm.All, w.north), Filter{Object: "users", ObjectID: w.sara}, []string{"anna update users Sara"}},
		{"tomorrow", manager(crm.All, w.north), Filter{Since: time.Now().Add(time.Hour)}, nil},
		{"today", manager(crm.All, w.north), Filter{Since: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour)}, []string{"system delete queues old", "anna update users Sara"}},
		{"yesterday", manager(crm.All, w.north), Filter{Until: time.Now().Add(-time.Hour)}, nil},
	} {
		got, _ := w.list(t, c.v, c.f)
		if strings.Join(got, "; ") != strings.Join(c.want, "; ") {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	_, p := w.list(t, manager(crm.All, w.north), Filter{User: w.anna})
	if l := p.Lines[0]; l.IP == nil || l.IP.String() != "192.0.2.1" || l.Via != "ui" || string(l.Diff["name"][0]) != `"S"` {
		t.Errorf("line = %+v", l)
	}
}

func TestPagesByKey(t *testing.T) {
	w := newWorld(t)
	for i := range 7 {
		w.note(t, db.Entry{Viewer: crm.SystemViewer("test"), Action: fmt.Sprint(i), Object: "queues"})
	}
	var got []string
	f := Filter{Limit: 3}
	for {
		lines, p := w.list(t, manager(crm.All, w.north), f)
		got = append(got, lines...)
		if f.After = p.Next; p.Next == "" {
			break
		}
	}
	if len(got) != 7 || !strings.HasPrefix(got[0], "system 6") || !strings.HasPrefix(got[6], "system 0") {
		t.Errorf("%q", got)
	}
}

// A page of a large audit is read off an index, whatever narrows it.
func TestPlans(t *testing.T) {
	w := newWorld(t)
	// ids in the order of time, as the program makes them; one rare user, action, object
	w.exec(t, `
insert into audit (id, at, user_id, action, object, object_id)
select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, to_timestamp(n), case when n % 5000 = 0 then $1::uuid else $2::uuid end,
       case when n % 5000 = 1 then 'rare' else 'update' end, case when n % 5000 = 2 then 'rares' else 'contacts' end, gen_random_uuid()
from generate_series(1, 60000) n`, w.anna, w.sara)
	w.exec(t, `vacuum analyze audit`)
	w.exec(t, `vacuum analyze app_user`)
	for what, c := range map[string]struct {
		f     Filter
		index string
	}{
		"everything": {Filter{}, "audit_pkey"},
		"a time":     {Filter{Until: time.UnixMilli(30000 << 16)}, "audit_pkey"},
		"a user":     {Filter{User: w.anna}, "audit_page_by_user"},
		"an action":  {Filter{Action: "rare"}, "audit_page_by_action"},
		"a kind":     {Filter{Object: "rares"}, "audit_page_by_object"},
		"an object":  {Filter{ObjectID: crm.NewID()}, "audit_page_of_object"},
	} {
		where, args := conditions(manager(crm.All, w.north, crm.Contacts, crm.Calls, crm.Recordings, crm.Tasks), c.f)
		args["limit"] = 51
		rows, err := w.pool.Query(t.Context(), "explain (analyze, buffers) "+selectLines+where+newestFirst, pgx.QueryExecModeCacheDescribe, args)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(plan, "\n"); !strings.Contains(text, c.index) || strings.Contains(text, "Seq Scan on audit") {
			t.Errorf("%s does not go by %s:\n%s", what, c.index, text)
		}
	}
}
