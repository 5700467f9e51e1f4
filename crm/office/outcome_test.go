package office_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/office"
)

const withOutcomes = `
offices:
  - {name: Tashkent, timezone: Asia/Tashkent}
  - name: Chilanzar
    parent: Tashkent
    timezone: Asia/Tashkent
    outcomes:
      - {key: sold, name: Sold, names: {ru: Продажа, uz-Latn: Sotildi}, kind: positive}
      - {key: later, name: Later, requires: task}
users:
  - {login: anna, name: Anna, role: agent, office: Chilanzar}
queues:
  - {name: sales, office: Chilanzar, agents: [anna], wrap_up_until: outcome, callback_to: anna}
  - {name: service, office: Tashkent, agents: [anna], outcomes: []}
`

func keysOf(list []office.Outcome) string {
	keys := make([]string, len(list))
	for i, o := range list {
		keys[i] = o.Key
	}
	return strings.Join(keys, " ")
}

func TestOutcomesAreThoseOfTheQueueElseOfTheNearestOffice(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, withOutcomes)
	s := snapshot(t, pool)
	unit := func(name string) office.Unit {
		i := slices.IndexFunc(s.Units, func(u office.Unit) bool { return u.Name == name })
		return s.Units[i]
	}
	chilanzar, tashkent := unit("Chilanzar").ID, unit("Tashkent").ID
	if got := keysOf(s.Outcomes("sales", tashkent)); got != "sold later" {
		t.Errorf("of a queue without outcomes of its own: %s", got)
	}
	if got := keysOf(s.Outcomes("", chilanzar)); got != "sold later" {
		t.Errorf("of the office: %s", got)
	}
	if got := s.Outcomes("service", tashkent); got == nil || len(got) != 0 {
		t.Errorf("of a queue that asks for none: %v", got)
	}
	if got := keysOf(s.Outcomes("", tashkent)); got != keysOf(office.DefaultOutcomes) {
		t.Errorf("of an office that has chosen none: %s", got)
	}
	if o, ok := s.Outcome("sales", "", "sold"); !ok || o.Names["ru"] != "Продажа" || o.Kind != "positive" {
		t.Errorf("%+v, %v", o, ok)
	}
	q, _ := s.Queue("sales")
	anna, _ := s.UserByLogin("anna")
	if !q.UntilOutcome || q.WrapUp != 10*time.Minute || q.CallbackTo != anna.ID {
		t.Errorf("%+v", q)
	}
}

func TestOutcomesStayUntilTheyAreSaidAnew(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, withOutcomes)
	if changes := apply(t, pool, withOutcomes); len(changes) != 0 {
		t.Errorf("the same once more changes %v", changes)
	}
	silent := "offices:\n  - {name: Tashkent, timezone: Asia/Tashkent}\n  - {name: Chilanzar, parent: Tashkent, timezone: Asia/Tashkent"
	if changes := apply(t, pool, silent+"}\n"); len(changes) != 0 {
		t.Errorf("without a word about outcomes: %v", changes)
	}
	changes := apply(t, pool, silent+", inherit_outcomes: true}\n")
	if len(changes) != 1 || changes[0] !=
		"~ office Chilanzar (outcomes: [sold: Sold / Продажа / Sotildi (positive), later: Later (neutral, requires task)] -> none)" {
		t.Errorf("%v", changes)
	}
}

func TestWrongOutcomesAreNamed(t *testing.T) {
	_, err := office.Parse(strings.NewReader(`
offices:
  - name: T
    timezone: Asia/Tashkent
    inherit_outcomes: true
    outcomes:
      - {key: Sold, name: Sold, kind: good}
      - {key: a, name: A, requires: money}
      - {key: a, name: A, names: {de: A}}
queues:
  - {name: q, wrap_up: 0s, wrap_up_until: outcome}
`), "office.yaml", good)
	want := []string{"offices[0].inherit_outcomes: can't be true beside outcomes", "outcomes[0].key: use small letters", "outcomes[0].kind: unknown value",
		"outcomes[1].requires: unknown value", "outcomes[2].names.de: unknown field", "outcomes[2].key: outcome \"a\" stands in", "queues[0].wrap_up: must be from 1s"}
	for _, w := range want {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("no mistake like %q in\n%v", w, err)
		}
	}
}
