package callflow_test

import (
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// It is told who has ended a call: its agent, or a supervisor, and which.
func TestWhoHangsUp(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	for _, tc := range []struct {
		who    crm.ID
		talked bool
		want   crm.Ended
	}{
		{"anna", true, crm.Ended{By: crm.Agent, Reason: crm.EndCompleted}},
		{"boss", true, crm.Ended{By: crm.Supervisor, User: "boss", Reason: crm.EndCompleted}},
		{"anna", false, crm.Ended{By: crm.Agent, Reason: crm.EndUnanswered}},
		{"boss", false, crm.Ended{By: crm.Supervisor, User: "boss", Reason: crm.EndUnanswered}},
	} {
		h.state("anna", routing.Available)
		h.awaitState("anna", routing.Available)
		l := h.call("+998901234567")
		offer := await[telephony.Offer](t, h.log, l.id, 1)
		if tc.talked {
			l.say(telephony.LegAnswered{Leg: offer.Leg})
			await[crm.Answered](t, h.log, l.id, 1)
		}
		if err := h.flow.Hangup(t.Context(), l.id, tc.who); err != nil {
			t.Fatal(err)
		}
		ended := await[crm.Ended](t, h.log, l.id, 1)
		ended.TalkMS = 0
		if ended != tc.want {
			t.Errorf("%s, talked %t: %+v", tc.who, tc.talked, ended)
		}
	}
}

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
