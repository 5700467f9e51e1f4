package callflow_test

import (
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

func TestControl(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	offer := await[telephony.Offer](t, h.log, l.id, 1)
	if err := h.flow.Hold(t.Context(), l.id, "anna"); crm.CodeOf(err) != crm.Conflict {
		t.Fatalf("hold before the talk: %v", err)
	}
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[crm.Answered](t, h.log, l.id, 1)
	for _, do := range []func() error{
		func() error { return h.flow.Hold(t.Context(), l.id, "anna") },
		func() error { return h.flow.Resume(t.Context(), l.id, "anna") },
		func() error { return h.flow.SendDigits(t.Context(), l.id, "anna", "12#") },
		func() error { return h.flow.Hangup(t.Context(), l.id, "anna") },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	await[telephony.HoldLeg](t, h.log, l.id, 1)
	await[telephony.ResumeLeg](t, h.log, l.id, 1)
	await[telephony.SendDigits](t, h.log, l.id, 1)
	if ended := await[crm.Ended](t, h.log, l.id, 1); ended.By != crm.Agent || ended.Reason != crm.EndCompleted {
		t.Fatalf("ended %+v", ended)
	}
	if err := h.flow.SendDigits(t.Context(), l.id, "anna", "x"); crm.CodeOf(err) != crm.Invalid {
		t.Fatalf("a wrong key: %v", err)
	}
}
