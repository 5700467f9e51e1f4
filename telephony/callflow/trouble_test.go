package callflow_test

import (
	"errors"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// faulty lets a client call over a line that fails as it is told.
func (h *house) faulty(fault func(telephony.Command) error) *line {
	h.t.Helper()
	l := &line{h: h, id: crm.NewID(), heard: make(chan struct{}), legs: map[telephony.LegID]string{}, fault: fault}
	l.mu.Lock()
	defer l.mu.Unlock()
	sink, refusal := h.flow.Incoming(telephony.Incoming{ID: telephony.CallID(l.id), Line: "carrier", From: "+998901234567", To: "100"}, l)
	if refusal != nil {
		h.t.Fatalf("refused: %v", refusal)
	}
	l.opens(sink)
	return l
}

// panics fails at the first command of type C; for ever when it is to.
func panics[C telephony.Command](again bool) func(telephony.Command) error {
	done := false
	return func(c telephony.Command) error {
		if _, ok := c.(C); (ok || done) && (!done || again) {
			done = true
			panic("a fault in the program")
		}
		return nil
	}
}

func TestPanicFreesEverybody(t *testing.T) {
	for name, fault := range map[string]func(telephony.Command) error{
		"ringing":               panics[telephony.Ring](false),
		"at the talk":           panics[telephony.Connect](false),
		"at the recording":      panics[telephony.Record](false),
		"ringing, and again":    panics[telephony.Ring](true),
		"in the talk and again": panics[telephony.Connect](true),
	} {
		t.Run(name, func(t *testing.T) {
			q := sales(routing.RingAll)
			h := newHouse(t, q, "anna", "bek")
			h.state("anna", routing.Available)
			h.state("bek", routing.Available)
			l := h.faulty(fault)
			offer := await[telephony.Offer](t, h.log, l.id, 1)
			await[telephony.Ring](t, h.log, l.id, 1)
			l.say(telephony.LegAnswered{Leg: offer.Leg})
			if ended := await[crm.Ended](t, h.log, l.id, 1); ended.Reason != crm.EndFailed || ended.By != crm.System {
				t.Errorf("ended %+v", ended)
			}
			await[telephony.Hangup](t, h.log, l.id, 1)
			h.awaitState("anna", routing.Available)
			h.awaitState("bek", routing.Available)
			for stop := time.Now().Add(patience); h.flow.Live() > 0; {
				if time.Now().After(stop) {
					t.Fatal("the story does not end")
				}
			}
			next := h.call("+998901234568") // nothing is left of it
			await[telephony.Offer](t, h.log, next.id, 2)
			next.callerHangsUp()
		})
	}
}

// A caller who can't be picked up would listen to nothing for ever.
func TestCallerWhoCannotBePickedUp(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	l := h.faulty(func(c telephony.Command) error {
		if _, ok := c.(telephony.Answer); ok {
			return errors.New("no free RTP port")
		}
		return nil
	})
	if up := await[telephony.Hangup](t, h.log, l.id, 1); up.Cause != telephony.Failed {
		t.Errorf("hung up for %s", up.Cause)
	}
	l.say(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Local, Cause: telephony.Failed})
	if ended := await[crm.Ended](t, h.log, l.id, 1); ended.Reason != crm.EndFailed {
		t.Errorf("ended %+v", ended)
	}
}

// The caller has gone while an agent was chosen: nobody is rung, nobody has declined,
// and the supervisor hears of no trouble.
func TestCallerGoneBeforeTheOffer(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.state("anna", routing.Available)
	h.state("bek", routing.Available)
	l := h.faulty(func(c telephony.Command) error {
		if _, ok := c.(telephony.Offer); ok {
			return telephony.ErrGone
		}
		return nil
	})
	if o := await[crm.OfferEnded](t, h.log, l.id, 1); o.Result != crm.OfferCallerGone {
		t.Errorf("offer ended %+v", o)
	}
	l.callerHangsUp()
	if ended := await[crm.Ended](t, h.log, l.id, 1); ended.Reason != crm.EndAbandoned {
		t.Errorf("ended %+v", ended)
	}
	h.awaitState("anna", routing.Available)
	for _, x := range h.log.all() {
		if o, ok := x.what.(crm.Offered); ok && o.Agent != "anna" {
			t.Errorf("offered to %s too", o.Agent)
		}
	}
}

// Both hang up before the story gets to the recording: that is no trouble of the disk.
func TestNothingToRecord(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	h.state("anna", routing.Available)
	l := h.faulty(func(c telephony.Command) error {
		if _, ok := c.(telephony.Record); ok {
			return telephony.ErrGone
		}
		return nil
	})
	l.say(telephony.LegAnswered{Leg: await[telephony.Offer](t, h.log, l.id, 1).Leg})
	await[crm.Recorded](t, h.log, l.id, 1)
	l.callerHangsUp()
	await[crm.Ended](t, h.log, l.id, 1)
	for _, x := range h.log.all() {
		if a, ok := x.what.(alarm); ok {
			t.Errorf("alarm %s", a)
		}
	}
}

// A line that forgets LegAnswered must not leave a phone ringing in the books.
func TestLegEndsWithoutAnAnswer(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.state("anna", routing.Available)
	h.state("bek", routing.Available)
	l := h.call("+998901234567")
	first := await[telephony.Offer](t, h.log, l.id, 1)
	l.say(telephony.LegEnded{Leg: first.Leg, By: telephony.Remote, Cause: telephony.Failed})
	l.say(telephony.LegAnswered{Leg: first.Leg})
	second := await[telephony.Offer](t, h.log, l.id, 2)
	h.awaitState("anna", routing.Available)
	l.say(telephony.LegAnswered{Leg: second.Leg})
	if a := await[crm.Answered](t, h.log, l.id, 1); a.Agent != "bek" {
		t.Errorf("answered by %s", a.Agent)
	}
	l.callerHangsUp()
}

// A match that was made before the story asked again, and one that is told twice.
func TestMatchesOutOfTurn(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	l := h.call("+998901234567")
	await[telephony.Play](t, h.log, l.id, 1)
	h.flow.Matched(routing.CallID(l.id), "anna", "an old token")
	h.state("anna", routing.Available)
	offered := await[crm.Offered](t, h.log, l.id, 1)
	token := h.match.Load().(string)
	h.flow.Matched(routing.CallID(l.id), "anna", token)
	l.say(telephony.LegAnswered{Leg: telephony.LegID(offered.Leg)})
	await[crm.Answered](t, h.log, l.id, 1)
	h.flow.Matched(routing.CallID(l.id), "anna", token)
	if err := h.flow.Hold(t.Context(), l.id, "anna"); err != nil { // the match has been read
		t.Fatal(err)
	}
	h.awaitState("anna", routing.Talking)
	l.callerHangsUp()
	h.awaitState("anna", routing.Available)
	offers := 0
	for _, x := range h.log.all() {
		if _, ok := x.what.(telephony.Offer); ok {
			offers++
		}
	}
	if offers != 1 {
		t.Errorf("%d offers", offers)
	}
}

// Orders for a call that ends are answered, not left hanging.
func TestOrdersAtTheEnd(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	for range 50 {
		l := h.call("+998901234567")
		await[telephony.Play](t, h.log, l.id, 1)
		go l.callerHangsUp()
		for h.flow.Live() > 0 {
			if err := h.flow.Hangup(t.Context(), l.id, "boss"); err != nil {
				if code := crm.CodeOf(err); code != crm.Conflict && code != crm.NotFound {
					t.Fatal(err)
				}
			}
		}
		await[crm.Ended](t, h.log, l.id, 1)
	}
}

// An agent who is deleted while his phone rings may talk this once, and gets no other
// call; one who is deleted in a talk ends it like everybody.
func TestAgentIsDeletedWhileItRings(t *testing.T) {
	q := sales(routing.Linear)
	q.WrapUp = time.Hour
	h := newHouse(t, q, "anna", "bek")
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	offer := await[telephony.Offer](t, h.log, l.id, 1)
	h.dismiss("anna")
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[crm.Answered](t, h.log, l.id, 1)
	l.callerHangsUp()
	await[crm.WrapUp](t, h.log, l.id, 1)
	if err := h.flow.Agents().FinishWrapUp(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	h.state("bek", routing.Available)
	next := h.call("+998901234568")
	if o := await[crm.Offered](t, h.log, next.id, 1); o.Agent != "bek" {
		t.Errorf("offered to %s", o.Agent)
	}
	next.callerHangsUp()
	h.awaitState("bek", routing.Available)
}

// Gone before it rings: the next one is rung, and the desk keeps nobody.
func TestAgentWhoIsGoneIsNotRung(t *testing.T) {
	h := newHouse(t, sales(routing.RingAll), "anna", "bek")
	h.state("anna", routing.Available)
	h.state("bek", routing.Available)
	h.office.mu.Lock()
	delete(h.office.agents, "anna") // the desk has not heard of it yet
	h.office.mu.Unlock()
	l := h.call("+998901234567")
	offer := await[telephony.Offer](t, h.log, l.id, 1)
	if offer.To.Extension != "102" {
		t.Errorf("rang %s", offer.To.Extension)
	}
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[crm.Answered](t, h.log, l.id, 1)
	l.callerHangsUp()
	await[crm.Ended](t, h.log, l.id, 1)
	h.awaitState("bek", routing.Available)
	h.awaitState("anna", routing.Available)
}

// A manager who becomes free between the decision and the reservation gets the call,
// and the record says why.
func TestWhoBecomesFreeInBetweenIsExplained(t *testing.T) {
	h := newHouse(t, sales(routing.LeastBusy), "anna")
	h.late = func() { h.state("anna", routing.Available) }
	l := h.call("+998901234567")
	if o := await[crm.Offered](t, h.log, l.id, 1); o.Agent != "anna" || o.Reason != "least_busy" {
		t.Fatalf("offered %+v", o)
	}
}

func TestSlowDatabaseDoesNotHoldTheCall(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	h.contacts.hang = true
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	if who := await[crm.Identified](t, h.log, l.id, 1); !who.Offline {
		t.Fatalf("identified %+v", who)
	}
	await[telephony.Offer](t, h.log, l.id, 1)
	second := h.call("+998901234568") // it does not even ask
	if who := await[crm.Identified](t, h.log, second.id, 1); !who.Offline {
		t.Fatalf("identified %+v", who)
	}
	l.callerHangsUp()
	second.callerHangsUp()
}

func TestFullDiskLosesNoFact(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	offer := await[telephony.Offer](t, h.log, l.id, 1)
	h.journal.setFull(true)
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[telephony.Record](t, h.log, l.id, 1)
	if code := await[alarm](t, h.log, "", 1); code != "journal_unwritable" {
		t.Fatalf("alarm %s", code)
	}
	h.journal.setFull(false)
	await[crm.Answered](t, h.log, l.id, 1)
	l.callerHangsUp()
	await[crm.Ended](t, h.log, l.id, 1)
}
