package office_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/callcard/callcard/crm/db/dbtest"
)

const renamed = `
offices:
  - {name: Tashkent, rename_to: Capital, timezone: Asia/Tashkent, region: UZ}
trunks:
  - {name: carrier, rename_to: beeline, hosts: ["127.0.0.2", 10.1.0.0/16, sip.example.net], region: UZ, max_calls: 30}
queues:
  - {name: sales, rename_to: sales-uz, office: Capital, agents: [anna, bek], previous_manager: {mode: last-spoken, wait: 20s}}
numbers:
  - {number: "+998712000001", queue: sales-uz, office: Capital, source: website}
`

func TestRenaming(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	before := snapshot(t, pool)
	was, _ := before.Queue("sales")
	got := apply(t, pool, renamed)
	want := []string{"~ office Capital (name: Tashkent -> Capital)", "~ trunk beeline (name: carrier -> beeline)", "~ queue sales-uz (name: sales -> sales-uz)"}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if again := apply(t, pool, renamed); len(again) != 0 {
		t.Errorf("applied again: %v", again)
	}
	s := snapshot(t, pool)
	now, ok := s.Queue("sales-uz")
	if !ok || now.ID != was.ID || !slices.Equal(now.Former, []string{"sales"}) || !slices.Equal(now.Agents, was.Agents) {
		t.Errorf("queue = %+v", now)
	}
	if old, ok := s.Queue("sales"); !ok || old.ID != was.ID {
		t.Error("a call that waits in sales has lost its queue")
	}
	if trunk, ok := s.Trunk("carrier"); !ok || trunk.Name != "beeline" {
		t.Errorf("trunk = %+v", trunk)
	}
	if n, _ := s.Number("+998712000001"); n.Queue != "sales-uz" || n.Unit != now.Unit {
		t.Errorf("number = %+v", n)
	}
	if unit, _ := s.Unit(now.Unit); unit.Name != "Capital" {
		t.Errorf("office = %+v", unit)
	}

	// The old file would make a second sales; it is told what to write instead.
	_, err := tryApply(t, pool, goodOffice, false)
	for _, word := range []string{`office "Tashkent" is called "Capital" now`, `queue "sales" is called "sales-uz" now`, `trunk "carrier" is called "beeline" now`} {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("no %q in %v", word, err)
		}
	}
	back := strings.NewReplacer("name: Tashkent, rename_to: Capital", "name: Capital, rename_to: Tashkent", "office: Capital", "office: Tashkent",
		"name: carrier, rename_to: beeline", "name: beeline, rename_to: carrier", "name: sales, rename_to: sales-uz", "name: sales-uz, rename_to: sales",
		"queue: sales-uz", "queue: sales").Replace(renamed)
	if got := apply(t, pool, back); len(got) != 3 {
		t.Errorf("renamed back: %v", got)
	}
	if got := apply(t, pool, goodOffice); len(got) != 0 {
		t.Errorf("the first office again: %v", got)
	}
	if n := count(t, pool, "audit where diff -> 'name' = '[\"sales\", \"sales-uz\"]'"); n != 1 {
		t.Errorf("%d lines of the audit tell of the new name", n)
	}
}

func TestMistakesOfRenaming(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	for file, word := range map[string]string{
		"queues:\n  - {name: sales, rename_to: night, agents: []}": `queue "night" exists already`,
		"queues:\n  - {name: no, rename_to: yes-no, agents: []}":   `there is no queue "no" to rename`,
		"queues:\n  - {name: typo, rename_to: night, agents: []}":  `there is no queue "typo" to rename`,
	} {
		if _, err := tryApply(t, pool, file, false); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", file, err)
		}
	}
	apply(t, pool, "queues:\n  - {name: sales, rename_to: sales-uz, agents: [anna]}")
	for file, word := range map[string]string{
		"queues:\n  - {name: night, rename_to: sales, agents: []}": `"sales-uz" was called "sales"`,
		"numbers:\n  - {number: \"+998712000001\", queue: sales}":  `queue "sales" is called "sales-uz" now`,
	} {
		if _, err := tryApply(t, pool, file, false); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", file, err)
		}
	}
	// With the object its former names go.
	apply(t, pool, "numbers:\n  - {number: \"+998712000001\"}\nqueues:\n  - {name: sales-uz, remove: true}")
	if got := apply(t, pool, "queues:\n  - {name: sales, agents: [anna]}"); len(got) != 1 {
		t.Errorf("%v", got)
	}
}
