package callflow_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

func TestNewClientIsServedAndRecorded(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp = time.Hour
	h := newHouse(t, q, "anna", "bek")
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	offer := await[telephony.Offer](t, h.log, l.id, 1)
	if offer.To.Extension != "101" || offer.From != "+998901234567" {
		t.Fatalf("offered %+v", offer)
	}
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[telephony.Record](t, h.log, l.id, 1)
	h.awaitState("anna", routing.Talking)
	l.callerHangsUp()
	ended := await[crm.Ended](t, h.log, l.id, 1)
	if ended.By != crm.Caller || ended.Reason != crm.EndCompleted {
		t.Fatalf("ended %+v", ended)
	}
	if rec := await[crm.Recorded](t, h.log, l.id, 1); rec.DurationMS != 1000 || rec.Truncated != "" {
		t.Fatalf("recorded %+v", rec)
	}
	h.awaitState("anna", routing.WrapUp)
	if err := h.flow.Agents().FinishWrapUp(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	await[crm.WrapUpEnded](t, h.log, l.id, 1)
	h.awaitState("anna", routing.Available)
	inOrder(t, h.log, l.id, "crm.Arrived", "crm.Identified", "crm.Queued", "crm.Routed", "crm.Offered", "telephony.Offer",
		"telephony.Ring", "crm.OfferEnded", "crm.Answered", "telephony.Answer", "telephony.Connect", "crm.RecordingStarted",
		"telephony.Record", "crm.Ended", "telephony.Hangup", "crm.WrapUp", "crm.Recorded", "crm.WrapUpEnded")
}

// inOrder checks what happened to a call, nothing more and nothing less.
func inOrder(t *testing.T, r *record, call crm.ID, want ...string) {
	t.Helper()
	var got []string
	for _, x := range r.all() {
		if x.call == call {
			got = append(got, fmt.Sprintf("%T", x.what))
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("happened\n%v\nwant\n%v", got, want)
	}
}

func TestNobodyFreeWaitsWithMusic(t *testing.T) {
	h := newHouse(t, sales(routing.LongestIdle), "anna")
	l := h.call("+998901234567")
	if play := await[telephony.Play](t, h.log, l.id, 1); play.Sound != telephony.Music || !play.Loop {
		t.Fatalf("hears %+v", play)
	}
	await[telephony.Answer](t, h.log, l.id, 1)
	h.state("anna", routing.Available)
	offer := await[telephony.Offer](t, h.log, l.id, 1)
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[crm.Answered](t, h.log, l.id, 1)
	l.say(telephony.LegEnded{Leg: offer.Leg, By: telephony.Remote, Cause: telephony.Normal})
	if ended := await[crm.Ended](t, h.log, l.id, 1); ended.By != crm.Agent {
		t.Fatalf("ended %+v", ended)
	}
	h.awaitState("anna", routing.Available)
}

func TestUnknownNumberIsRefused(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	_, refusal := h.flow.Incoming(telephony.Incoming{ID: "x", To: "999"}, nil)
	if refusal == nil || refusal.Cause != telephony.UnknownNumber {
		t.Fatalf("refusal %+v", refusal)
	}
}

func TestColleagueOverATrunkGetsNoCard(t *testing.T) {
	h := newHouse(t, sales(routing.LeastBusy), "anna", "bek")
	h.state("anna", routing.Available)
	for from, card := range map[string]crm.ID{"raw:carrier:102": "", "raw:carrier:103": "card of raw:carrier:103", "raw:other:102": "card of raw:other:102"} {
		l := h.call(from)
		if who := await[crm.Identified](t, h.log, l.id, 1); who.Contact != card || who.Offline {
			t.Errorf("%s: %+v", from, who)
		}
		await[telephony.Offer](t, h.log, l.id, 1)
		l.callerHangsUp()
		await[crm.Ended](t, h.log, l.id, 1)
		h.awaitState("anna", routing.Available)
	}
}

func TestPreviousManagerIsWaitedFor(t *testing.T) {
	q := sales(routing.Linear)
	h := newHouse(t, q, "anna", "bek")
	h.state("anna", routing.Available)
	busy := h.call("+998900000001")
	offer := await[telephony.Offer](t, h.log, busy.id, 1)
	busy.say(telephony.LegAnswered{Leg: offer.Leg})
	h.awaitState("anna", routing.Talking)
	h.state("bek", routing.Available)

	h.contacts.mu.Lock()
	h.contacts.caller.LastAgent = "anna"
	h.contacts.mu.Unlock()
	l := h.call("+998901234567")
	if r := await[crm.Routed](t, h.log, l.id, 1); r.WaitFor != "anna" || r.Reason != "previous_talking_wait" {
		t.Fatalf("routed %+v", r)
	}
	busy.callerHangsUp()
	if o := await[crm.Offered](t, h.log, l.id, 1); o.Agent != "anna" {
		t.Fatalf("offered to %s", o.Agent)
	}
}

func TestPreviousManagerWhoLeavesIsNotWaitedForAnyLonger(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.state("anna", routing.WrapUp)
	h.state("bek", routing.Available)
	h.contacts.caller.LastAgent = "anna"
	l := h.call("+998901234567")
	await[crm.Routed](t, h.log, l.id, 1)
	await[telephony.Play](t, h.log, l.id, 1)
	h.state("anna", routing.Break)
	if o := await[crm.Offered](t, h.log, l.id, 1); o.Agent != "bek" {
		t.Fatalf("offered to %s", o.Agent)
	}
}
