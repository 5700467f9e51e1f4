package tasks

import (
	"context"
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

var morning = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

const (
	anna, bek  = crm.ID("01900000-0000-7000-8000-000000000001"), crm.ID("01900000-0000-7000-8000-000000000002")
	sales      = crm.ID("01900000-0000-7000-8000-0000000000a1")
	foreign    = crm.ID("01900000-0000-7000-8000-0000000000a2")
	number     = "+998901234567"
	otherPhone = "+998907654321"
)

func id(n int) crm.ID { return crm.ID(fmt.Sprintf("01900000-0000-7000-8000-%012d", n)) }

// TestRuleOfCallbacks reads: after these calls, these tasks. A call is a letter and a
// number: m1 missed, r2 reached, o3 another number missed; an assignee may follow.
func TestRuleOfCallbacks(t *testing.T) {
	pool := dbtest.New(t)
	for _, c := range []struct{ name, calls, want string }{
		{"one missed call", "m1", "open[1]"},
		{"three missed calls are one task", "m1 m2 m3", "open[1 2 3]"},
		{"a talk closes it", "m1 m2 r3", "done[1 2] reached"},
		{"a talk without a task", "r1", ""},
		{"missed again after the talk", "m1 r2 m3", "done[1] reached, open[3]"},
		{"another number is another task", "m1 o2 r3", "done[1] reached, open[2]"},
		{"told twice", "m1 m1 m2 m1", "open[1 2]"},
		{"told again after the talk", "m1 r2 m1 r2", "done[1] reached"},
		{"the owner has it", "m1:anna", "open[1] anna"},
		{"the first owner keeps it", "m1:anna m2:bek", "open[1 2] anna"},
		{"an owner is found later", "m1 m2:bek", "open[1 2] bek"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, together := range []bool{true, false} {
				if _, err := pool.Exec(t.Context(), "truncate task"); err != nil {
					t.Fatal(err)
				}
				s := NewStore(pool, nil)
				told := outcomes(c.calls)
				if together {
					settleAll(t, s, pool, told)
				} else {
					for _, o := range told {
						settleAll(t, s, pool, []Outcome{o})
					}
				}
				if got := state(t, s); got != c.want {
					t.Errorf("together=%v: %q, want %q", together, got, c.want)
				}
			}
		})
	}
}

func outcomes(text string) []Outcome {
	var told []Outcome
	for i, word := range strings.Fields(text) {
		call, who, _ := strings.Cut(word, ":")
		var n int
		fmt.Sscanf(call[1:], "%d", &n)
		o := Outcome{Call: id(n), Missed: call[0] != 'r', Phone: number, Unit: sales, At: morning.Add(time.Duration(i) * time.Minute)}
		if call[0] == 'o' {
			o.Phone = otherPhone
		}
		o.Assignee = map[string]crm.ID{"anna": anna, "bek": bek}[who]
		told = append(told, o)
	}
	return told
}

func settleAll(t *testing.T, s *Store, pool *pgxpool.Pool, told []Outcome) {
	t.Helper()
	err := db.Tx(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := s.Settle(t.Context(), tx, told)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// state tells all tasks, oldest first.
func state(t *testing.T, s *Store) string {
	t.Helper()
	p, err := s.List(t.Context(), crm.SystemViewer("test"), Filter{Kind: Callback})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for i := len(p.Tasks) - 1; i >= 0; i-- {
		task := p.Tasks[i]
		word := "open"
		if task.DoneAt != nil {
			word = "done"
		}
		var calls []string
		for _, c := range task.Calls {
			calls = append(calls, strings.TrimLeft(string(c[24:]), "0"))
		}
		word += fmt.Sprint(calls)
		if task.Result != "" {
			word += " " + task.Result
		}
		if task.Assignee != "" {
			word += " " + map[crm.ID]string{anna: "anna", bek: "bek"}[task.Assignee]
		}
		all = append(all, word)
	}
	return strings.Join(all, ", ")
}

func viewer(user, unit crm.ID, reach crm.Reach) crm.Viewer {
	return crm.Viewer{User: user, Login: "x", Unit: unit, Subtree: []crm.ID{unit}, Via: "api", Grants: crm.Grants{
		crm.Tasks: {crm.Read: reach, crm.Create: reach, crm.Update: reach},
	}}
}

func TestWhoSeesATask(t *testing.T) {
	pool := dbtest.New(t)
	s := NewStore(pool, nil)
	told := []Outcome{
		{Call: id(11), Missed: true, Phone: "+1", Unit: sales, Assignee: anna, At: morning},
		{Call: id(12), Missed: true, Phone: "+2", Unit: sales, Assignee: bek, At: morning},
		{Call: id(13), Missed: true, Phone: "+3", Unit: sales, At: morning},
		{Call: id(14), Missed: true, Phone: "+4", Unit: foreign, At: morning},
		{Call: id(15), Missed: true, Phone: "+5", At: morning},
	}
	settleAll(t, s, pool, told)
	byPhone := map[string]Task{}
	p, err := s.List(t.Context(), crm.SystemViewer("test"), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range p.Tasks {
		byPhone[task.Phone] = task
	}
	for _, c := range []struct {
		name   string
		viewer crm.Viewer
		mine   bool
		sees   string
	}{
		{"agent: his own and what nobody of his office has", viewer(anna, sales, crm.Own), false, "+3 +1"},
		{"agent's own list", viewer(anna, sales, crm.Own), true, "+3 +1"},
		{"supervisor: his office", viewer(bek, sales, crm.Subtree), false, "+3 +2 +1"},
		{"supervisor's own list", viewer(bek, sales, crm.Subtree), true, "+3 +2"},
		{"foreign office", viewer(anna, foreign, crm.Unit), false, "+4"},
		{"admin", viewer(anna, sales, crm.All), false, "+5 +4 +3 +2 +1"},
		{"nobody", viewer(anna, sales, crm.None), false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := s.List(t.Context(), c.viewer, Filter{Mine: c.mine, Open: true})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			seen := map[string]bool{}
			for _, task := range p.Tasks {
				got = append(got, task.Phone)
				seen[task.Phone] = true
			}
			if strings.Join(got, " ") != c.sees {
				t.Errorf("lists %v, want %s", got, c.sees)
			}
			if c.mine {
				return
			}
			for phone, task := range byPhone {
				want := crm.NotFound
				if seen[phone] {
					want = ""
				}
				if _, err := s.Get(t.Context(), c.viewer, task.ID); crm.CodeOf(err) != want {
					t.Errorf("get %s: %v", phone, err)
				}
				if seen[phone] {
					want = crm.Conflict
				}
				if _, err := s.Patch(t.Context(), c.viewer, task.ID, Change{Version: 99}); crm.CodeOf(err) != want {
					t.Errorf("patch %s: %v", phone, err)
				}
			}
		})
	}
}

func TestPatch(t *testing.T) {
	pool := dbtest.New(t)
	now := morning.Add(time.Hour)
	s := NewStore(pool, func() time.Time { return now })
	settleAll(t, s, pool, outcomes("m1"))
	v := viewer(anna, sales, crm.Own)
	p, err := s.List(t.Context(), v, Filter{Mine: true, Open: true})
	if err != nil || len(p.Tasks) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	if due := p.Tasks[0].DueAt; due == nil || !due.Equal(morning.Add(CallbackWithin)) || p.Tasks[0].Title != number {
		t.Errorf("due %v, title %q", due, p.Tasks[0].Title)
	}
	yes, no, result, tooLong := true, false, "called, will think", strings.Repeat("я", 501)
	done, err := s.Patch(t.Context(), v, p.Tasks[0].ID, Change{Version: 1, Done: &yes, Result: &result})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Get(t.Context(), v, done.ID)
	if err != nil || got.DoneAt == nil || !got.DoneAt.Equal(now) || got.DoneBy != anna || got.Assignee != anna || got.Result != result || got.Version != 2 || done.Version != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = s.Patch(t.Context(), v, done.ID, Change{Version: 1, Done: &no})
	var conflict *crm.Error
	if crm.CodeOf(err) != crm.Conflict {
		t.Errorf("an old version: %v", err)
	} else if conflict, _ = err.(*crm.Error); conflict.Detail["version"] != 2 {
		t.Errorf("the conflict tells %v", conflict.Detail)
	}
	if _, err := s.Patch(t.Context(), v, done.ID, Change{Version: 2, Result: &tooLong}); crm.CodeOf(err) != crm.Invalid {
		t.Errorf("a long result: %v", err)
	}
	settleAll(t, s, pool, outcomes("m2"))
	if _, err := s.Patch(t.Context(), v, done.ID, Change{Version: 2, Done: &no}); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("opened again beside a newer call-back: %v", err)
	}
	var lines int
	if err := pool.QueryRow(t.Context(), `select count(*) from audit where object = 'tasks' and action = 'update'`).Scan(&lines); err != nil || lines != 1 {
		t.Errorf("%d lines in the audit (%v)", lines, err)
	}
}

func TestCreateAndDue(t *testing.T) {
	s := NewStore(dbtest.New(t), func() time.Time { return morning })
	v := viewer(anna, sales, crm.Own)
	due, later := morning.Add(-time.Minute), morning.Add(time.Minute)
	for _, n := range []New{{Title: " Send the offer ", DueAt: &due}, {Title: "x", DueAt: &later}, {Title: "y"}} {
		task, err := s.Create(t.Context(), v, n)
		if err != nil {
			t.Fatal(err)
		}
		if task.Title != strings.TrimSpace(n.Title) || task.Assignee != anna || task.Unit != sales || task.CreatedBy != anna || task.Kind != Todo || task.CreatedAt.IsZero() {
			t.Errorf("%+v", task)
		}
	}
	if n, err := s.OpenDue(t.Context()); err != nil || len(n) != 1 || n[anna] != 1 {
		t.Errorf("due: %v, %v", n, err)
	}
	for name, c := range map[string]struct {
		viewer crm.Viewer
		n      New
		want   crm.Code
	}{
		"no title":    {v, New{Title: " \x00"}, crm.Invalid},
		"no right":    {viewer(anna, sales, crm.None), New{Title: "x"}, crm.Forbidden},
		"for another": {v, New{Title: "x", Assignee: bek}, crm.Forbidden},
	} {
		if _, err := s.Create(t.Context(), c.viewer, c.n); crm.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	var got []string
	for f := (Filter{Limit: 2}); ; {
		p, err := s.List(t.Context(), v, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range p.Tasks {
			got = append(got, task.Title)
		}
		if f.After = p.Next; f.After == "" {
			break
		}
	}
	if strings.Join(got, ",") != "y,x,Send the offer" {
		t.Errorf("pages give %v", got)
	}
}

// Every statement of the package is one that the migrated database understands.
func TestStatementsPrepare(t *testing.T) {
	conn, err := dbtest.New(t).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	args := saveArgs(Task{})
	args["phones"], args["id"], args["now"], args["calls"] = nil, nil, nil, nil
	args["call"] = nil
	where := scope(viewer(anna, sales, crm.Own), crm.Read, args)
	for _, sql := range []string{selectOpenCallbacks, selectListedCalls, saveTask, countOpen, hasTask, lockTaskID, selectTaken, listTasks + where + " and t.id = @id for update"} {
		text, _, err := pgx.NamedArgs(args).RewriteQuery(context.Background(), nil, sql, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Conn().Prepare(t.Context(), "", text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
}
