package callflow_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
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

// A phone that changes its network in the middle of a talk registers anew. That must not
// send its owner home when the talk is over.
func TestPhoneThatComesBackDuringTheTalk(t *testing.T) {
	h := newHouse(t, sales(routing.LeastBusy), "anna")
	anna := h.office.agents["anna"]
	anna.AutoAvailable = true
	h.office.agents["anna"] = anna
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	l.say(telephony.LegAnswered{Leg: await[telephony.Offer](t, h.log, l.id, 1).Leg})
	h.awaitState("anna", routing.Talking)
	h.flow.Agents().DeviceDown("101")
	h.awaitDevice("anna", false)
	h.flow.Agents().DeviceUp("101")
	h.awaitDevice("anna", true)
	l.callerHangsUp()
	h.awaitState("anna", routing.Available)
}

func TestPhoneThatGoesDuringTheTalkTakesItsOwnerAlong(t *testing.T) {
	h := newHouse(t, sales(routing.LeastBusy), "anna")
	anna := h.office.agents["anna"]
	anna.AutoAvailable = true
	h.office.agents["anna"] = anna
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	l.say(telephony.LegAnswered{Leg: await[telephony.Offer](t, h.log, l.id, 1).Leg})
	h.awaitState("anna", routing.Talking)
	h.flow.Agents().DeviceDown("101")
	h.awaitDevice("anna", false)
	l.callerHangsUp()
	h.awaitState("anna", routing.Offline)
	h.flow.Agents().DeviceUp("101")
	h.awaitState("anna", routing.Available)
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

func TestUnknownNumberIsRefused(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	_, refusal := h.flow.Incoming(telephony.Incoming{ID: "x", To: "999"}, nil)
	if refusal == nil || refusal.Cause != telephony.UnknownNumber {
		t.Fatalf("refusal %+v", refusal)
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

// TestRandomSchedules plays a busy office in which everything happens at random, and
// looks at what must never be: a call without an end or with two, an agent in two
// talks, an agent who is stuck.
func TestRandomSchedules(t *testing.T) {
	const agents, calls = 12, 200
	q := sales(routing.LeastBusy)
	q.Ring = 20 * time.Millisecond
	names := make([]string, agents)
	for i := range names {
		names[i] = fmt.Sprintf("agent%02d", i)
	}
	h := newHouse(t, q, names...)
	for _, n := range names {
		h.state(n, routing.Available)
	}
	var done sync.WaitGroup
	chance := func(n int) bool { return rand.IntN(n) == 0 }
	pause := func(most time.Duration) <-chan time.Time { return time.After(rand.N(most)) }
	phones := func(l *line, c telephony.Command) {
		o, ok := c.(telephony.Offer)
		if !ok {
			return
		}
		<-pause(5 * time.Millisecond)
		switch {
		case chance(5):
			l.say(telephony.LegRefused{Leg: o.Leg, Cause: telephony.Declined, Code: 603})
		case chance(8): // lets it ring
		default:
			l.say(telephony.LegAnswered{Leg: o.Leg})
			if chance(3) {
				<-pause(5 * time.Millisecond)
				l.say(telephony.LegEnded{Leg: o.Leg, By: telephony.Remote, Cause: telephony.Normal})
			}
		}
	}
	ids := make([]crm.ID, calls)
	for i := range calls {
		l := &line{h: h, id: crm.NewID(), legs: map[telephony.LegID]string{}, auto: phones}
		ids[i] = l.id
		done.Add(1)
		go func() {
			defer done.Done()
			<-pause(200 * time.Millisecond)
			l.mu.Lock()
			sink, refusal := h.flow.Incoming(telephony.Incoming{ID: telephony.CallID(l.id), Line: "carrier", From: fmt.Sprintf("+99890%07d", i), To: "100"}, l)
			l.sink = sink
			l.mu.Unlock()
			if refusal != nil {
				t.Errorf("call %d was refused: %v", i, refusal)
				return
			}
			<-pause(300 * time.Millisecond)
			l.callerHangsUp()
			await[crm.Ended](t, h.log, l.id, 1)
		}()
	}
	done.Wait()
	for _, n := range names {
		if s := h.desk.Agents([]routing.AgentID{routing.AgentID(n)})[0].State; s == routing.Break {
			h.state(n, routing.Available) // sent there for missed offers, as it should be
		}
		h.awaitState(n, routing.Available)
	}
	checkInvariants(t, h.log.all(), ids)
}

func checkInvariants(t *testing.T, rows []row, ids []crm.ID) {
	t.Helper()
	ends, talksIn := map[crm.ID]int{}, map[crm.ID]crm.ID{}
	inTalk := map[crm.ID]crm.ID{} // agent -> call
	for _, x := range rows {
		switch f := x.what.(type) {
		case crm.Answered:
			if other, ok := inTalk[f.Agent]; ok {
				t.Errorf("%s talks in call %s and in %s", f.Agent, other, x.call)
			}
			inTalk[f.Agent], talksIn[x.call] = x.call, f.Agent
		case crm.Ended:
			ends[x.call]++
			delete(inTalk, talksIn[x.call])
		}
	}
	for _, id := range ids {
		if ends[id] != 1 {
			t.Errorf("call %s has %d ends", id, ends[id])
		}
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
