package callflow_test

import (
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/callflow"
)

// A supervisor gives a caller who waits to an agent on a break; he talks with him and is
// on his break again afterwards.
func TestAssignWaiting(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.state("bek", routing.Break)
	l := h.call("+998901234567")
	await[telephony.Play](t, h.log, l.id, 1)
	if err := h.flow.Assign(t.Context(), l.id, "bek", "boss", "he knows the client"); err != nil {
		t.Fatal(err)
	}
	if got := await[crm.Assigned](t, h.log, l.id, 1); got != (crm.Assigned{Agent: "bek", By: "boss", Why: "he knows the client"}) {
		t.Fatalf("%+v", got)
	}
	offer := await[telephony.Offer](t, h.log, l.id, 1)
	if offered := await[crm.Offered](t, h.log, l.id, 1); offered.Agent != "bek" || offered.Reason != "assigned" {
		t.Fatalf("%+v", offered)
	}
	h.state("anna", routing.Available) // she must not get it as well
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[crm.Answered](t, h.log, l.id, 1)
	h.awaitState("anna", routing.Available)
	l.callerHangsUp()
	await[crm.Ended](t, h.log, l.id, 1)
	h.awaitState("bek", routing.Break)
}

// Who is rung when the supervisor decides hears no more of the call; if the chosen one
// does not want it, it goes on as before, but not to him.
func TestAssignRinging(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	first := await[telephony.Offer](t, h.log, l.id, 1)
	if err := h.flow.Assign(t.Context(), l.id, "bek", "boss", ""); err != nil {
		t.Fatal(err)
	}
	if got := await[telephony.Withdraw](t, h.log, l.id, 1); got.Leg != first.Leg {
		t.Fatalf("%+v", got)
	}
	second := await[telephony.Offer](t, h.log, l.id, 2)
	if second.To.Extension != "102" {
		t.Fatalf("%+v", second)
	}
	l.say(telephony.LegRefused{Leg: second.Leg, Cause: telephony.Declined, Code: 603})
	if third := await[telephony.Offer](t, h.log, l.id, 3); third.To.Extension != "101" {
		t.Fatalf("%+v", third)
	}
}

// What can't be done changes nothing.
func TestAssignRefused(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.state("anna", routing.Available)
	talks := h.call("+998901234567")
	offer := await[telephony.Offer](t, h.log, talks.id, 1)
	talks.say(telephony.LegAnswered{Leg: offer.Leg})
	await[crm.Answered](t, h.log, talks.id, 1)
	waits := h.call("+998901234568")
	await[telephony.Play](t, h.log, waits.id, 1)
	if err := h.desk.SetDevice(t.Context(), "bek", false); err != nil {
		t.Fatal(err)
	}
	h.awaitDevice("bek", false)
	for _, tc := range []struct {
		what  string
		call  crm.ID
		agent crm.ID
		want  crm.Code
	}{
		{"a call that is talked on", talks.id, "bek", crm.Conflict},
		{"an agent with a call", waits.id, "anna", crm.Busy},
		{"an agent without a telephone", waits.id, "bek", crm.NoDevice},
		{"nobody", waits.id, "ghost", crm.Invalid},
	} {
		if err := h.flow.Assign(t.Context(), tc.call, tc.agent, "boss", ""); crm.CodeOf(err) != tc.want {
			t.Errorf("%s: %v", tc.what, err)
		}
	}
	if err := h.flow.Move(t.Context(), waits.id, "nowhere", "boss", ""); crm.CodeOf(err) != crm.Invalid {
		t.Errorf("an unknown queue: %v", err)
	}
	if err := h.flow.Move(t.Context(), waits.id, "sales", "boss", ""); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("its own queue while it waits: %v", err)
	}
	talks.callerHangsUp()
	if next := await[telephony.Offer](t, h.log, waits.id, 1); next.To.Extension != "101" {
		t.Fatalf("the one who waited is not served: %+v", next)
	}
}

// A caller who is put into another queue keeps the time that he has waited.
func TestMove(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	service := callflow.Queue{Name: "service", Priority: 3, Ring: sales(routing.Linear).Ring,
		Routing: routing.Queue{Name: "service", Strategy: routing.Linear, Agents: []routing.AgentID{"bek"}}}
	h.office.others = []callflow.Queue{service}
	h.office.queue.Routing.Agents = []routing.AgentID{"anna"}
	h.state("bek", routing.Available)
	l := h.call("+998901234567")
	first := await[crm.Queued](t, h.log, l.id, 1)
	if err := h.flow.Move(t.Context(), l.id, "service", "boss", "wrong number"); err != nil {
		t.Fatal(err)
	}
	if got := await[crm.Moved](t, h.log, l.id, 1); got != (crm.Moved{From: "sales", Queue: "service", By: "boss", Why: "wrong number"}) {
		t.Fatalf("%+v", got)
	}
	second := await[crm.Queued](t, h.log, l.id, 2)
	if second.Queue != "service" || second.Priority != 3 || !second.EnteredAt.Equal(first.EnteredAt) || second.Why != crm.QueuedMoved {
		t.Fatalf("%+v after %+v", second, first)
	}
	if offer := await[telephony.Offer](t, h.log, l.id, 1); offer.To.Extension != "102" {
		t.Fatalf("%+v", offer)
	}
}

// A call that rings at one who does not take it is sent on within its queue.
func TestMoveOn(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	if offer := await[telephony.Offer](t, h.log, l.id, 1); offer.To.Extension != "101" {
		t.Fatalf("%+v", offer)
	}
	h.state("bek", routing.Available)
	h.awaitState("bek", routing.Available)
	if err := h.flow.Move(t.Context(), l.id, "sales", "boss", ""); err != nil {
		t.Fatal(err)
	}
	if offer := await[telephony.Offer](t, h.log, l.id, 2); offer.To.Extension != "102" {
		t.Fatalf("%+v", offer)
	}
	h.awaitState("anna", routing.Available)
}
