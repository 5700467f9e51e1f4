package calls_test

import (
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
)

// Of the last process' wrap-ups those are left that it did not end, as long as they were
// told to last.
func TestWrapUpsThatHaveNoEnd(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	anna, bek := id(101), id(102)
	now := time.Now().UTC().Truncate(time.Millisecond)
	open := &script{}
	open.facts = talked(now.Add(-10*time.Minute), "+998901234567", id(1), anna)
	open.call, open.at = open.facts[0].CallID, now.Add(-time.Minute)
	open.add(0, crm.WrapUp{Agent: anna, Until: now.Add(time.Minute), UntilOutcome: true})
	began := open.at
	open.add(time.Second, crm.WrapUp{Agent: anna, Until: now.Add(5 * time.Minute), UntilOutcome: true})
	over := &script{}
	over.facts = talked(now.Add(-20*time.Minute), "+998901234568", id(2), bek)
	over.call, over.at = over.facts[0].CallID, now.Add(-15*time.Minute)
	over.add(0, crm.WrapUp{Agent: bek, Until: now}).add(time.Second, crm.WrapUpEnded{Agent: bek})
	h.append(open.facts...)
	h.append(over.facts...)
	h.stored()
	left, err := calls.NewStore(pool, h.cards).WrapUps(t.Context(), []crm.ID{anna, bek})
	if err != nil || len(left) != 1 {
		t.Fatalf("%+v, %v", left, err)
	}
	w := left[0]
	if w.Agent != anna || !w.Until.Equal(now.Add(5*time.Minute)) || !w.UntilOutcome || !w.Began.Equal(began) || len(w.Facts) != len(open.facts) {
		t.Errorf("%+v", w)
	}
}
