package callflow_test

import (
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

func TestDeclinedOfferGoesToTheNextAndNeverBack(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.state("anna", routing.Available)
	h.state("bek", routing.Available)
	l := h.call("+998901234567")
	first := await[telephony.Offer](t, h.log, l.id, 1)
	l.say(telephony.LegRefused{Leg: first.Leg, Cause: telephony.Declined, Code: 603})
	second := await[telephony.Offer](t, h.log, l.id, 2)
	if first.To.Extension != "101" || second.To.Extension != "102" {
		t.Fatalf("rang %s, then %s", first.To.Extension, second.To.Extension)
	}
	l.say(telephony.LegRefused{Leg: second.Leg, Cause: telephony.BusyHere, Code: 486})
	await[telephony.Play](t, h.log, l.id, 1)
	h.awaitState("anna", routing.Available)
	l.callerHangsUp()
	if ended := await[crm.Ended](t, h.log, l.id, 1); ended.Reason != crm.EndAbandoned {
		t.Fatalf("ended %+v", ended)
	}
}

func TestAgentDeclinesThroughThePage(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.state("anna", routing.Available)
	h.state("bek", routing.Available)
	l := h.call("+998901234567")
	leg := await[telephony.Offer](t, h.log, l.id, 1).Leg
	if err := h.flow.Decline(t.Context(), crm.ID(l.id), "bek"); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("a colleague who is not rung: %v", err)
	}
	if err := h.flow.Decline(t.Context(), crm.ID(l.id), "anna"); err != nil {
		t.Fatal(err)
	}
	if w := await[telephony.Withdraw](t, h.log, l.id, 1); w.Leg != leg {
		t.Errorf("withdrawn: %+v", w)
	}
	if e := await[crm.OfferEnded](t, h.log, l.id, 1); e.Agent != "anna" || e.Result != crm.OfferDeclined {
		t.Errorf("ended: %+v", e)
	}
	if o := await[crm.Offered](t, h.log, l.id, 2); o.Agent != "bek" {
		t.Errorf("then offered to %s", o.Agent)
	}
	h.awaitState("anna", routing.Available)
	l.callerHangsUp()
}

func TestRungOutOfferIsWithdrawn(t *testing.T) {
	q := sales(routing.Linear)
	q.Ring = 30 * time.Millisecond
	h := newHouse(t, q, "anna", "bek")
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	w := await[telephony.Withdraw](t, h.log, l.id, 1)
	if w.Reason != telephony.NoAnswer {
		t.Fatalf("withdrawn for %s", w.Reason)
	}
	if o := await[crm.OfferEnded](t, h.log, l.id, 1); o.Result != crm.OfferNoAnswer {
		t.Fatalf("offer ended %+v", o)
	}
	await[telephony.Play](t, h.log, l.id, 1)
	h.awaitState("anna", routing.Available)
}

func TestRingAllHasOneWinner(t *testing.T) {
	h := newHouse(t, sales(routing.RingAll), "anna", "bek", "dina")
	for _, a := range []string{"anna", "bek", "dina"} {
		h.state(a, routing.Available)
	}
	l := h.call("+998901234567")
	offers := []telephony.Offer{}
	for n := 1; n <= 3; n++ {
		offers = append(offers, await[telephony.Offer](t, h.log, l.id, n))
	}
	for _, o := range offers {
		l.say(telephony.LegAnswered{Leg: o.Leg})
	}
	await[crm.Answered](t, h.log, l.id, 1)
	l.callerHangsUp()
	await[crm.Ended](t, h.log, l.id, 1)
	for _, a := range []string{"anna", "bek", "dina"} {
		h.awaitState(a, routing.Available)
	}
	answered := 0
	for _, x := range h.log.all() {
		if _, ok := x.what.(crm.Answered); ok {
			answered++
		}
	}
	if answered != 1 {
		t.Fatalf("%d winners", answered)
	}
}
