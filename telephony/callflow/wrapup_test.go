package callflow_test

import (
	"sync"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/callflow"
)

// wishesForBreak lets Anna talk and wish for a break after it.
func (h *house) wishesForBreak() *line {
	h.t.Helper()
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	l.say(telephony.LegAnswered{Leg: await[telephony.Offer](h.t, h.log, l.id, 1).Leg})
	h.awaitState("anna", routing.Talking)
	if err := h.flow.Agents().SetState(h.t.Context(), "anna", routing.Break, "lunch"); err != nil {
		h.t.Fatal(err)
	}
	return l
}

func TestWishOfATalkComesTrueAfterTheWrapUp(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp = 50 * time.Millisecond
	h := newHouse(t, q, "anna")
	h.wishesForBreak().callerHangsUp()
	h.awaitState("anna", routing.Break)
}

func TestExplicitAvailableWinsOverTheWishOfATalk(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp = time.Hour
	h := newHouse(t, q, "anna")
	h.wishesForBreak().callerHangsUp()
	h.awaitState("anna", routing.WrapUp)
	if err := h.flow.Agents().SetState(t.Context(), "anna", routing.Available, ""); err != nil {
		t.Fatal(err)
	}
	h.awaitState("anna", routing.Available)
}

func TestWrapUpIsMadeLongerOnRequest(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp = time.Minute
	h := newHouse(t, q, "anna")
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	l.say(telephony.LegAnswered{Leg: await[telephony.Offer](t, h.log, l.id, 1).Leg})
	h.awaitState("anna", routing.Talking)
	extend := func(more time.Duration) error { return h.flow.Agents().ExtendWrapUp(t.Context(), "anna", more) }
	if err := extend(time.Minute); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("during the talk: %v", err)
	}
	l.callerHangsUp()
	first := await[crm.WrapUp](t, h.log, l.id, 1)
	for range 2 {
		if err := extend(5 * time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if third := await[crm.WrapUp](t, h.log, l.id, 3); third.Until.Sub(first.Until) != 10*time.Minute {
		t.Errorf("until %v, then %v", first.Until, third.Until)
	}
	if err := extend(24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if last := await[crm.WrapUp](t, h.log, l.id, 4); last.Until.Sub(first.Until) > 30*time.Minute {
		t.Errorf("until %v", last.Until)
	}
	if err := extend(time.Second); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("longer than the longest: %v", err)
	}
	if err := h.flow.Agents().FinishWrapUp(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	await[crm.WrapUpEnded](t, h.log, l.id, 1)
	if err := extend(time.Minute); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("after its end: %v", err)
	}
}

// Whoever sees the wrap-up may ask for more in the same moment.
func TestWrapUpIsMadeLongerAtOnce(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp = time.Minute
	h := newHouse(t, q, "anna")
	asked := make(chan error, 1)
	var once sync.Once
	h.journal.hears = func(f crm.Fact) {
		if f.Kind() == crm.FactWrapUp {
			once.Do(func() {
				began := make(chan struct{})
				go func() {
					close(began)
					asked <- h.flow.Agents().ExtendWrapUp(t.Context(), "anna", time.Minute)
				}()
				<-began
			})
		}
	}
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	l.say(telephony.LegAnswered{Leg: await[telephony.Offer](t, h.log, l.id, 1).Leg})
	h.awaitState("anna", routing.Talking)
	l.callerHangsUp()
	if err := <-asked; err != nil {
		t.Fatal(err)
	}
	first, second := await[crm.WrapUp](t, h.log, l.id, 1), await[crm.WrapUp](t, h.log, l.id, 2)
	if longer := second.Until.Sub(first.Until); longer != time.Minute {
		t.Errorf("it lasts %v longer", longer)
	}
}

// A disk that is slow to take what a wrap-up tells holds up nobody else's phone.
func TestATellingWrapUpHoldsUpNobody(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp = time.Minute
	h := newHouse(t, q, "anna")
	told := make(chan bool, 2)
	h.journal.hears = func(f crm.Fact) {
		if f.Kind() != crm.FactWrapUp {
			return
		}
		free := make(chan struct{})
		go func() {
			h.flow.Agents().DeviceUp("no such extension")
			close(free)
		}()
		select {
		case <-free:
			told <- true
		case <-time.After(10 * time.Second):
			told <- false
		}
	}
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	l.say(telephony.LegAnswered{Leg: await[telephony.Offer](t, h.log, l.id, 1).Leg})
	h.awaitState("anna", routing.Talking)
	l.callerHangsUp()
	if !<-told {
		t.Fatal("a phone waited until the beginning was told")
	}
	if err := h.flow.Agents().ExtendWrapUp(t.Context(), "anna", time.Minute); err != nil || !<-told {
		t.Errorf("a phone waited until it was told that it lasts longer: %v", err)
	}
}

// wrapsUp lets Anna talk and hang up; her wrap-up lasts until she gives an outcome.
func (h *house) wrapsUp() *line {
	h.t.Helper()
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	l.say(telephony.LegAnswered{Leg: await[telephony.Offer](h.t, h.log, l.id, 1).Leg})
	h.awaitState("anna", routing.Talking)
	l.callerHangsUp()
	h.awaitState("anna", routing.WrapUp)
	return l
}

func TestWrapUpLastsUntilTheOutcome(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp, q.UntilOutcome = time.Hour, true
	h := newHouse(t, q, "anna")
	l := h.wrapsUp()
	agents := h.flow.Agents()
	if err := agents.FinishWrapUp(t.Context(), "anna"); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("finished without an outcome: %v", err)
	}
	if err := agents.SetState(t.Context(), "anna", routing.Available, ""); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("available without an outcome: %v", err)
	}
	if err := agents.OutcomeGiven(t.Context(), crm.NewID()); err != nil {
		t.Errorf("the outcome of another call: %v", err)
	}
	if f := await[crm.WrapUp](t, h.log, l.id, 1); !f.UntilOutcome {
		t.Errorf("%+v", f)
	}
	if err := agents.OutcomeGiven(t.Context(), l.id); err != nil {
		t.Fatal(err)
	}
	await[crm.WrapUpEnded](t, h.log, l.id, 1)
	h.awaitState("anna", routing.Available)
}

// A break nobody has to earn.
func TestBreakEndsAWrapUpWithoutAnOutcome(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp, q.UntilOutcome = time.Hour, true
	h := newHouse(t, q, "anna")
	h.wrapsUp()
	if err := h.flow.Agents().SetState(t.Context(), "anna", routing.Break, "lunch"); err != nil {
		t.Fatal(err)
	}
	h.awaitState("anna", routing.Break)
}

// Nobody is stuck in a wrap-up that waits for an outcome.
func TestWrapUpUntilTheOutcomeHasAnEnd(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp, q.UntilOutcome = 50*time.Millisecond, true
	h := newHouse(t, q, "anna")
	h.wishesForBreak().callerHangsUp()
	h.awaitState("anna", routing.Break)
}

// The next process goes on with the clock of the last one, and with its facts.
func TestWrapUpOutlivesTheProcess(t *testing.T) {
	q := sales(routing.LeastBusy)
	q.WrapUp, q.UntilOutcome = time.Hour, true
	h := newHouse(t, q, "anna")
	if err := h.desk.SetState(t.Context(), "anna", routing.WrapUp, "call_ended"); err != nil {
		t.Fatal(err)
	}
	left := callflow.WrapUpLeft{Call: crm.NewID(), Seq: 7, Began: time.Now().Add(-time.Minute),
		WrapUp: crm.WrapUp{Agent: "anna", Until: time.Now().Add(time.Hour), UntilOutcome: true}}
	h.journal.remembers(left.Call, left.Seq)
	h.flow.Agents().ResumeWrapUp(left)
	if err := h.flow.Agents().FinishWrapUp(t.Context(), "anna"); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("finished without an outcome: %v", err)
	}
	if err := h.flow.Agents().OutcomeGiven(t.Context(), left.Call); err != nil {
		t.Fatal(err)
	}
	await[crm.WrapUpEnded](t, h.log, left.Call, 1)
	h.awaitState("anna", routing.Available)

	if err := h.desk.SetState(t.Context(), "anna", routing.WrapUp, "call_ended"); err != nil {
		t.Fatal(err)
	}
	left.Call, left.Until = crm.NewID(), time.Now().Add(-time.Minute)
	h.journal.remembers(left.Call, left.Seq)
	h.flow.Agents().ResumeWrapUp(left)
	await[crm.WrapUpEnded](t, h.log, left.Call, 1)
	h.awaitState("anna", routing.Available)
}
