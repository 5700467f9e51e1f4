package callflow_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/callflow"
)

// talking is a client who talks with anna; bek is free and at his phone.
func talking(t *testing.T, change ...func(*callflow.Queue)) (h *house, l *line, own telephony.LegID) {
	t.Helper()
	q := sales(routing.Linear)
	q.WrapUp = time.Minute
	for _, f := range change {
		f(&q)
	}
	h = newHouse(t, q, "anna", "bek", "dil")
	h.state("anna", routing.Available)
	l = h.call("+998901234567")
	offer := await[telephony.Offer](t, h.log, l.id, 1)
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[telephony.Connect](t, h.log, l.id, 1)
	h.state("bek", routing.Available)
	return h, l, offer.Leg
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// ended is the one end of a call, after which everybody is free.
func (h *house) ended(l *line, free ...string) crm.Ended {
	h.t.Helper()
	e := await[crm.Ended](h.t, h.log, l.id, 1)
	for _, who := range free {
		h.awaitIdle(who)
	}
	return e
}

// awaitIdle waits until an agent has nothing to do with any call but his notes.
func (h *house) awaitIdle(agent string) {
	h.t.Helper()
	for stop := time.Now().Add(patience); ; {
		switch s := h.desk.Agents([]routing.AgentID{routing.AgentID(agent)})[0].State; s {
		case routing.Ringing, routing.Talking:
			if time.Now().After(stop) {
				h.t.Fatalf("%s is %s", agent, s)
			}
		default:
			return
		}
	}
}

func TestBlindTransferToAColleague(t *testing.T) {
	h, l, own := talking(t)
	h.must(h.flow.Transfer(t.Context(), l.id, "anna", &callflow.Target{Agent: "bek"}))
	if got := await[crm.Transferred](t, h.log, l.id, 1); got != (crm.Transferred{By: "anna", ToAgent: "bek", How: crm.TransferBlind}) {
		t.Fatalf("%+v", got)
	}
	if gone := await[telephony.Hangup](t, h.log, l.id, 1); gone.Leg != own {
		t.Fatalf("%+v", gone)
	}
	h.awaitState("anna", routing.WrapUp)
	offer := await[telephony.Offer](t, h.log, l.id, 2)
	if offered := await[crm.Offered](t, h.log, l.id, 2); offered.Agent != "bek" || offered.Reason != "transferred" || offer.To.Extension != "102" {
		t.Fatalf("%+v, %+v", offered, offer)
	}
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	if c := await[telephony.Connect](t, h.log, l.id, 2); c.Leg != offer.Leg {
		t.Fatalf("%+v", c)
	}
	h.awaitState("bek", routing.Talking)
	l.callerHangsUp()
	if e := h.ended(l, "bek"); e.Reason != crm.EndCompleted || e.By != crm.Caller {
		t.Fatalf("%+v", e)
	}
	await[crm.WrapUp](t, h.log, l.id, 2)
	if n := count[crm.RecordingStarted](h.log, l.id); n != 1 {
		t.Errorf("%d recordings", n)
	}
}

func count[T any](r *record, call crm.ID) (n int) {
	for _, x := range r.all() {
		if _, ok := x.what.(T); ok && x.call == call {
			n++
		}
	}
	return n
}

// Nobody takes the client: he comes back to whoever has given him away, and if that one does
// not take him either, to the queue at his old place.
func TestTransferComesBack(t *testing.T) {
	h, l, _ := talking(t)
	h.must(h.flow.Transfer(t.Context(), l.id, "anna", &callflow.Target{Agent: "bek"}))
	offer := await[telephony.Offer](t, h.log, l.id, 2)
	l.say(telephony.LegRefused{Leg: offer.Leg, Cause: telephony.Declined, Code: 603})
	back := await[telephony.Offer](t, h.log, l.id, 3)
	if offered := await[crm.Offered](t, h.log, l.id, 3); offered.Agent != "anna" || offered.Reason != "transfer_failed" {
		t.Fatalf("%+v", offered)
	}
	h.state("dil", routing.Available)
	h.awaitState("dil", routing.Available)
	l.say(telephony.LegRefused{Leg: back.Leg, Cause: telephony.Declined, Code: 603})
	if offer := await[telephony.Offer](t, h.log, l.id, 4); offer.To.Extension != "103" {
		t.Fatalf("%+v", offer)
	}
	l.callerHangsUp()
	h.ended(l, "anna", "bek", "dil")
}

// He who has given the client away has another call meanwhile: the client goes to the queue.
func TestTransferComesBackToTheQueue(t *testing.T) {
	h, l, _ := talking(t, func(q *callflow.Queue) { q.WrapUp = 0 })
	first := await[crm.Queued](t, h.log, l.id, 1)
	h.must(h.flow.Transfer(t.Context(), l.id, "anna", &callflow.Target{Agent: "bek"}))
	offer := await[telephony.Offer](t, h.log, l.id, 2)
	h.awaitState("anna", routing.Available)
	other := h.call("+998907654321")
	taken := await[telephony.Offer](t, h.log, other.id, 1)
	other.say(telephony.LegAnswered{Leg: taken.Leg})
	await[crm.Answered](t, h.log, other.id, 1)
	l.say(telephony.LegRefused{Leg: offer.Leg, Cause: telephony.Declined, Code: 603})
	second := await[crm.Queued](t, h.log, l.id, 2)
	if second.Why != crm.QueuedTransferFailed || !second.EnteredAt.Equal(first.EnteredAt) || second.Queue != "sales" {
		t.Fatalf("%+v after %+v", second, first)
	}
	l.callerHangsUp()
	if e := h.ended(l, "bek"); e.Reason != crm.EndAbandoned {
		t.Fatalf("%+v", e)
	}
}

func TestTransferToAQueue(t *testing.T) {
	h, l, _ := talking(t)
	service := callflow.Queue{Name: "service", Priority: 2, Ring: time.Minute, WrapUp: time.Minute,
		Routing: routing.Queue{Name: "service", Strategy: routing.Linear, Agents: []routing.AgentID{"anna", "bek"}}}
	h.office.others = []callflow.Queue{service}
	h.must(h.flow.Transfer(t.Context(), l.id, "anna", &callflow.Target{Queue: "service"}))
	if q := await[crm.Queued](t, h.log, l.id, 2); q.Queue != "service" || q.Why != crm.QueuedTransferred || q.Priority != 2 {
		t.Fatalf("%+v", q)
	}
	offer := await[telephony.Offer](t, h.log, l.id, 2)
	if offer.To.Extension != "102" {
		t.Fatalf("%+v", offer)
	}
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[crm.Answered](t, h.log, l.id, 2)
	l.callerHangsUp()
	h.ended(l, "anna", "bek")
}

// A number outside gets the client: rung over the trunks in turn; it belongs to nobody here.
func TestTransferToANumber(t *testing.T) {
	h, l, _ := talking(t)
	if err := h.flow.Transfer(t.Context(), l.id, "anna", &callflow.Target{Number: "+19005550199"}); crm.CodeOf(err) != crm.DiallingDenied {
		t.Fatal(err)
	}
	h.must(h.flow.Transfer(t.Context(), l.id, "anna", &callflow.Target{Number: client}))
	h.awaitState("anna", routing.WrapUp)
	first := await[telephony.Dial](t, h.log, l.id, 1)
	l.say(telephony.LegRefused{Leg: first.Leg, Cause: telephony.Unreachable})
	second := await[telephony.Dial](t, h.log, l.id, 2)
	if second.Leg == first.Leg || second.To.Trunk != "spare" || second.From != "+998712000001" {
		t.Fatalf("%+v after %+v", second, first)
	}
	l.say(telephony.LegAnswered{Leg: second.Leg})
	if c := await[telephony.Connect](t, h.log, l.id, 2); c.Leg != second.Leg {
		t.Fatalf("%+v", c)
	}
	l.say(telephony.LegEnded{Leg: second.Leg, By: telephony.Remote, Cause: telephony.Normal})
	if e := h.ended(l); e.Reason != crm.EndCompleted || e.By != crm.System {
		t.Fatalf("%+v", e)
	}
	if n := count[crm.WrapUp](h.log, l.id); n != 1 {
		t.Errorf("%d wrap-ups", n)
	}
}

// consulted is a talk in which anna has asked bek, who has answered.
func consulted(t *testing.T) (h *house, l *line, own, asked telephony.LegID) {
	t.Helper()
	h, l, own = talking(t)
	h.must(h.flow.Consult(t.Context(), l.id, "anna", callflow.Target{Agent: "bek"}))
	offer := await[telephony.Offer](t, h.log, l.id, 2)
	if offered := await[crm.Offered](t, h.log, l.id, 2); offered.Agent != "bek" || offered.Reason != "consulted" {
		t.Fatalf("%+v", offered)
	}
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	await[crm.ConsultAnswered](t, h.log, l.id, 1)
	h.awaitState("bek", routing.Talking)
	return h, l, own, offer.Leg
}

// heard is what the last Mix says.
func (h *house) heard(l *line, nth int) map[telephony.LegID][]telephony.LegID {
	h.t.Helper()
	return await[telephony.Mix](h.t, h.log, l.id, nth).Hears
}

func TestAttendedTransfer(t *testing.T) {
	h, l, own, asked := consulted(t)
	want := map[telephony.LegID][]telephony.LegID{telephony.CallerLeg: nil, own: {asked}, asked: {own}}
	if got := h.heard(l, 2); !reflect.DeepEqual(got, want) {
		t.Fatalf("heard: %v, want %v", got, want)
	}
	h.must(h.flow.Transfer(t.Context(), l.id, "anna", nil))
	if got := await[crm.Transferred](t, h.log, l.id, 1); got != (crm.Transferred{By: "anna", ToAgent: "bek", How: crm.TransferAttended}) {
		t.Fatalf("%+v", got)
	}
	if c := await[telephony.Connect](t, h.log, l.id, 2); c.Leg != asked {
		t.Fatalf("%+v", c)
	}
	if a := await[crm.Answered](t, h.log, l.id, 2); a.Agent != "bek" {
		t.Fatalf("%+v", a)
	}
	h.awaitState("anna", routing.WrapUp)
	l.callerHangsUp()
	h.ended(l, "bek")
	await[crm.WrapUp](t, h.log, l.id, 2)
}

// On a desk phone the client is handed over by hanging up.
func TestHangingUpHandsOver(t *testing.T) {
	h, l, own, asked := consulted(t)
	l.say(telephony.LegEnded{Leg: own, By: telephony.Remote, Cause: telephony.Normal})
	if c := await[telephony.Connect](t, h.log, l.id, 2); c.Leg != asked {
		t.Fatalf("%+v", c)
	}
	l.say(telephony.LegEnded{Leg: asked, By: telephony.Remote, Cause: telephony.Normal})
	if e := h.ended(l, "anna", "bek"); e.By != crm.Agent || e.Reason != crm.EndCompleted {
		t.Fatalf("%+v", e)
	}
}

// While the colleague still rings, hanging up hands over too; he answers the client then.
func TestHangingUpWhileItRings(t *testing.T) {
	h, l, own := talking(t)
	h.must(h.flow.Consult(t.Context(), l.id, "anna", callflow.Target{Agent: "bek"}))
	offer := await[telephony.Offer](t, h.log, l.id, 2)
	l.say(telephony.LegEnded{Leg: own, By: telephony.Remote, Cause: telephony.Normal})
	await[crm.Transferred](t, h.log, l.id, 1)
	h.awaitState("anna", routing.WrapUp)
	l.say(telephony.LegAnswered{Leg: offer.Leg})
	if c := await[telephony.Connect](t, h.log, l.id, 2); c.Leg != offer.Leg {
		t.Fatalf("%+v", c)
	}
	l.callerHangsUp()
	h.ended(l, "bek")
}

func TestConferenceOfThree(t *testing.T) {
	h, l, own, asked := consulted(t)
	h.must(h.flow.Swap(t.Context(), l.id, "anna"))
	await[crm.ConsultHeld](t, h.log, l.id, 1)
	if c := await[telephony.Connect](t, h.log, l.id, 2); c.Leg != own {
		t.Fatalf("%+v", c)
	}
	h.must(h.flow.Swap(t.Context(), l.id, "anna"))
	await[crm.ConsultResumed](t, h.log, l.id, 1)
	h.must(h.flow.Join(t.Context(), l.id, "anna"))
	const caller = telephony.CallerLeg
	want := map[telephony.LegID][]telephony.LegID{caller: {own, asked}, own: {caller, asked}, asked: {caller, own}}
	if got := h.heard(l, 4); !reflect.DeepEqual(got, want) {
		t.Fatalf("heard: %v", got)
	}
	if err := h.flow.Swap(t.Context(), l.id, "anna"); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("swap in a conference: %v", err)
	}
	if err := h.flow.Transfer(t.Context(), l.id, "bek", nil); crm.CodeOf(err) != crm.Forbidden {
		t.Errorf("who was asked gives the client away: %v", err)
	}
	// The colleague leaves; he has talked with the client and has his notes to write.
	l.say(telephony.LegEnded{Leg: asked, By: telephony.Remote, Cause: telephony.Normal})
	if e := await[crm.ConsultEnded](t, h.log, l.id, 1); e.Why != crm.ConsultLeft {
		t.Fatalf("%+v", e)
	}
	await[telephony.Connect](t, h.log, l.id, 3)
	h.awaitState("bek", routing.WrapUp)
	l.callerHangsUp()
	h.ended(l, "anna", "bek")
}

// However a consultation ends, the client is with somebody or the call is over, and nobody
// is kept.
func TestConsultationEnds(t *testing.T) {
	refused := func(cause telephony.Cause) func(*house, *line, telephony.LegID, telephony.LegID) {
		return func(_ *house, l *line, _, asked telephony.LegID) {
			l.say(telephony.LegRefused{Leg: asked, Cause: cause, Code: 480})
		}
	}
	for name, tc := range map[string]struct {
		answered bool
		do       func(h *house, l *line, own, asked telephony.LegID)
		why      crm.ConsultEnd
		over     bool // the call
	}{
		"declined":               {false, refused(telephony.Declined), crm.ConsultRefused, false},
		"no answer":              {false, refused(telephony.NoAnswer), crm.ConsultNoAnswer, false},
		"taken back":             {false, func(h *house, l *line, _, _ telephony.LegID) { h.must(h.flow.EndConsult(h.t.Context(), l.id, "anna")) }, crm.ConsultEndedByAgent, false},
		"ended":                  {true, func(h *house, l *line, _, _ telephony.LegID) { h.must(h.flow.EndConsult(h.t.Context(), l.id, "anna")) }, crm.ConsultEndedByAgent, false},
		"the colleague's button": {true, func(h *house, l *line, _, _ telephony.LegID) { h.must(h.flow.Hangup(h.t.Context(), l.id, "bek")) }, crm.ConsultLeft, false},
		"declined by the page":   {false, func(h *house, l *line, _, _ telephony.LegID) { h.must(h.flow.Decline(h.t.Context(), l.id, "bek")) }, crm.ConsultRefused, false},
		"the client, ringing":    {false, func(_ *house, l *line, _, _ telephony.LegID) { l.callerHangsUp() }, crm.ConsultCallerLeft, true},
		"the client, talking":    {true, func(_ *house, l *line, _, _ telephony.LegID) { l.callerHangsUp() }, crm.ConsultCallerLeft, true},
		"hung up by the agent":   {true, func(h *house, l *line, _, _ telephony.LegID) { h.must(h.flow.Hangup(h.t.Context(), l.id, "anna")) }, crm.ConsultCallerLeft, true},
	} {
		t.Run(name, func(t *testing.T) {
			h, l, own := talking(t)
			h.must(h.flow.Consult(t.Context(), l.id, "anna", callflow.Target{Agent: "bek"}))
			offer := await[telephony.Offer](t, h.log, l.id, 2)
			if tc.answered {
				l.say(telephony.LegAnswered{Leg: offer.Leg})
				await[crm.ConsultAnswered](t, h.log, l.id, 1)
			}
			tc.do(h, l, own, offer.Leg)
			if e := await[crm.ConsultEnded](t, h.log, l.id, 1); e.Why != tc.why {
				t.Errorf("ended: %+v, want %s", e, tc.why)
			}
			if tc.over {
				h.ended(l, "anna", "bek")
				return
			}
			if c := await[telephony.Connect](t, h.log, l.id, 2); c.Leg != own {
				t.Errorf("%+v", c)
			}
			h.awaitState("bek", routing.Available)
			h.awaitState("anna", routing.Talking)
			l.callerHangsUp()
			h.ended(l, "anna")
		})
	}
}

// An agent whose device is lost while he asks gets his client back, not the colleague.
func TestDeviceLostWhileAsking(t *testing.T) {
	h, l, own, _ := consulted(t)
	l.say(telephony.LegEnded{Leg: own, By: telephony.Remote, Cause: telephony.DeviceLost})
	if e := await[crm.ConsultEnded](t, h.log, l.id, 1); e.Why != crm.ConsultAgentLost {
		t.Fatalf("%+v", e)
	}
	await[crm.AgentLost](t, h.log, l.id, 1)
	back := await[telephony.Offer](t, h.log, l.id, 3)
	l.say(telephony.LegAnswered{Leg: back.Leg})
	await[crm.AgentBack](t, h.log, l.id, 1)
	h.awaitState("bek", routing.Available)
	l.callerHangsUp()
	h.ended(l, "anna")
}

// A call that an agent has placed is given away like any other; it is in no queue, so it
// ends when nobody wants it.
func TestTransferOfAPlacedCall(t *testing.T) {
	for _, taken := range []bool{true, false} {
		h := newHouse(t, sales(routing.Linear), "anna", "bek")
		h.state("anna", routing.Available)
		h.state("bek", routing.Available)
		id, err := h.flow.Dial(t.Context(), callflow.Order{Agent: "anna", To: client})
		h.must(err)
		l := h.opened
		own := await[telephony.Offer](t, h.log, id, 1)
		l.say(telephony.LegAnswered{Leg: own.Leg})
		await[telephony.Dial](t, h.log, id, 1)
		l.say(telephony.LegAnswered{Leg: telephony.CallerLeg})
		await[crm.Answered](t, h.log, id, 1)
		h.must(h.flow.Transfer(t.Context(), id, "anna", &callflow.Target{Agent: "bek"}))
		offer := await[telephony.Offer](t, h.log, id, 2)
		if offer.From != client {
			t.Errorf("bek is shown %q", offer.From)
		}
		h.awaitState("anna", routing.Available)
		if taken {
			l.say(telephony.LegAnswered{Leg: offer.Leg})
			await[crm.Answered](t, h.log, id, 2)
			l.callerHangsUp()
			if e := h.ended(l, "anna", "bek"); e.Reason != crm.EndCompleted {
				t.Errorf("%+v", e)
			}
			continue
		}
		l.say(telephony.LegRefused{Leg: offer.Leg, Cause: telephony.Declined, Code: 603})
		back := await[telephony.Offer](t, h.log, id, 3)
		l.say(telephony.LegRefused{Leg: back.Leg, Cause: telephony.Declined, Code: 603})
		if e := h.ended(l, "anna", "bek"); e.Reason != crm.EndUnanswered || e.By != crm.System {
			t.Errorf("%+v", e)
		}
	}
}

// There is no client in a talk between colleagues.
func TestNoTransferBetweenColleagues(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek", "dil")
	l, own := h.dial("102")
	l.say(telephony.LegAnswered{Leg: own})
	await[telephony.Dial](t, h.log, l.id, 1)
	l.say(telephony.LegAnswered{Leg: telephony.CallerLeg})
	await[crm.Answered](t, h.log, l.id, 1)
	for _, to := range []*callflow.Target{{Agent: "dil"}, {Queue: "sales"}, {Number: client}, nil} {
		if err := h.flow.Transfer(t.Context(), l.id, "anna", to); crm.CodeOf(err) != crm.Conflict {
			t.Errorf("%+v: %v", to, err)
		}
	}
	l.callerHangsUp()
	h.ended(l, "anna", "bek")
}

// What can't be done is said and changes nothing.
func TestTransferRefused(t *testing.T) {
	h, l, _ := talking(t)
	if err := h.desk.SetDevice(t.Context(), "dil", false); err != nil {
		t.Fatal(err)
	}
	h.awaitDevice("dil", false)
	for _, tc := range []struct {
		to   *callflow.Target
		want crm.Code
	}{
		{nil, crm.Conflict},
		{&callflow.Target{Agent: "anna"}, crm.Invalid},
		{&callflow.Target{Agent: "ghost"}, crm.Invalid},
		{&callflow.Target{Agent: "dil"}, crm.NoDevice},
		{&callflow.Target{Queue: "nowhere"}, crm.Invalid},
		{&callflow.Target{Number: "+79001234567"}, crm.DiallingDenied},
	} {
		if err := h.flow.Transfer(t.Context(), l.id, "anna", tc.to); crm.CodeOf(err) != tc.want {
			t.Errorf("%+v: %v, want %s", tc.to, err, tc.want)
		}
	}
	for _, do := range []func() error{
		func() error { return h.flow.EndConsult(t.Context(), l.id, "anna") },
		func() error { return h.flow.Swap(t.Context(), l.id, "anna") },
		func() error { return h.flow.Join(t.Context(), l.id, "anna") },
	} {
		if err := do(); crm.CodeOf(err) != crm.Conflict {
			t.Errorf("without anybody asked: %v", err)
		}
	}
	h.must(h.flow.Consult(t.Context(), l.id, "anna", callflow.Target{Agent: "bek"}))
	if err := h.flow.Hold(t.Context(), l.id, "anna"); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("hold while the client waits: %v", err)
	}
	second := h.call("+998907654321")
	await[telephony.Play](t, h.log, second.id, 1)
	if slices.ContainsFunc(h.log.all(), func(x row) bool { _, ok := x.what.(telephony.Offer); return ok && x.call == second.id }) {
		t.Error("a reserved agent is rung for another call")
	}
	l.callerHangsUp()
	if offer := await[telephony.Offer](t, h.log, second.id, 1); offer.To.Extension != "102" {
		t.Errorf("free again: %+v", offer)
	}
}
