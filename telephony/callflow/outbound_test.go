package callflow_test

import (
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/callflow"
)

const client = "+998901234567"

// dial lets anna call; her own telephone rings.
func (h *house) dial(to string) (*line, telephony.LegID) {
	h.t.Helper()
	id, err := h.flow.Dial(h.t.Context(), callflow.Order{Agent: "anna", To: to})
	if err != nil {
		h.t.Fatal(err)
	}
	own := await[telephony.Offer](h.t, h.log, id, 1)
	if own.To.Extension != "101" || own.Headers["X-Callcard-Dial"] != string(id) {
		h.t.Fatalf("rung: %+v", own)
	}
	return h.opened, own.Leg
}

// dials lets anna dial on her phone.
func (h *house) dials(to string) (*line, telephony.LegID) {
	h.t.Helper()
	l := &line{h: h, id: crm.NewID(), heard: make(chan struct{}), legs: map[telephony.LegID]string{"own": "101"}}
	sink, refusal := h.flow.Incoming(telephony.Incoming{ID: telephony.CallID(l.id), Agent: "101", Leg: "own", To: to}, l)
	if refusal != nil {
		h.t.Fatal(refusal)
	}
	l.opens(sink)
	return l, "own"
}

func wrapping() callflow.Queue {
	q := sales(routing.Linear)
	q.WrapUp = time.Minute
	return q
}

// The agent's own telephone rings first, then the client; they talk, it is recorded, and
// the agent has his time afterwards.
func TestAgentCallsAClient(t *testing.T) {
	h := newHouse(t, wrapping(), "anna")
	h.state("anna", routing.Available)
	l, own := h.dial(client)
	h.awaitState("anna", routing.Talking)
	if a := await[crm.Arrived](t, h.log, l.id, 1); a.Direction != crm.Outbound || a.Agent != "anna" || a.To != client || a.From != "+998712000001" || a.Queue != "" {
		t.Errorf("%+v", a)
	}
	if who := await[crm.Identified](t, h.log, l.id, 1); who.Contact != "card of "+client {
		t.Errorf("%+v", who)
	}
	l.say(telephony.LegAnswered{Leg: own})
	d := await[telephony.Dial](t, h.log, l.id, 1)
	if d.To.Trunk != "carrier" || d.To.Number != client || d.From != "+998712000001" || d.Headers != nil {
		t.Errorf("%+v", d)
	}
	l.say(telephony.LegRinging{Leg: telephony.CallerLeg})
	if p := await[telephony.Play](t, h.log, l.id, 1); p.Leg != own || p.Sound != telephony.Ringback {
		t.Errorf("%+v", p)
	}
	l.say(telephony.LegAnswered{Leg: telephony.CallerLeg})
	await[telephony.Record](t, h.log, l.id, 1)
	if c := await[telephony.Connect](t, h.log, l.id, 1); c.Leg != own {
		t.Errorf("%+v", c)
	}
	l.callerHangsUp()
	if e := await[crm.Ended](t, h.log, l.id, 1); e.Reason != crm.EndCompleted || e.By != crm.Caller {
		t.Errorf("%+v", e)
	}
	h.awaitState("anna", routing.WrapUp)
	await[crm.Recorded](t, h.log, l.id, 1)
}

// The page of who has called is lost, comes back, is lost again and stays away: the client
// has no queue to go to.
func TestTheOneWhoHasCalledIsLost(t *testing.T) {
	h := houseThatWaits(t, 50*time.Millisecond, wrapping(), "anna")
	h.state("anna", routing.Available)
	l, own := h.dial(client)
	l.say(telephony.LegAnswered{Leg: own})
	await[telephony.Dial](t, h.log, l.id, 1)
	l.say(telephony.LegAnswered{Leg: telephony.CallerLeg})
	await[telephony.Connect](t, h.log, l.id, 1)
	l.say(telephony.LegEnded{Leg: own, By: telephony.Remote, Cause: telephony.DeviceLost})
	again := await[telephony.Offer](t, h.log, l.id, 2)
	if again.From != client || again.Headers["X-Callcard-Resume"] != string(l.id) {
		t.Errorf("asked back: %+v", again)
	}
	l.say(telephony.LegAnswered{Leg: again.Leg})
	await[crm.AgentBack](t, h.log, l.id, 1)
	l.say(telephony.LegEnded{Leg: again.Leg, By: telephony.Remote, Cause: telephony.DeviceLost})
	if e := await[crm.Ended](t, h.log, l.id, 1); e.Reason != crm.EndMediaLost || e.By != crm.System {
		t.Errorf("%+v", e)
	}
	h.awaitState("anna", routing.WrapUp)
}

// Whatever comes of it, the agent is afterwards what he was.
func TestClientIsNotReached(t *testing.T) {
	for _, tc := range []struct {
		refused telephony.LegRefused
		want    crm.EndReason
		trunks  int
	}{
		{telephony.LegRefused{Cause: telephony.BusyHere, Code: 486}, crm.EndBusy, 1},
		{telephony.LegRefused{Cause: telephony.NoAnswer, Code: 480}, crm.EndUnanswered, 1},
		{telephony.LegRefused{Cause: telephony.Declined, Code: 603}, crm.EndDeclined, 1},
		{telephony.LegRefused{Cause: telephony.UnknownNumber, Code: 404}, crm.EndUnknownNumber, 1},
		{telephony.LegRefused{Cause: telephony.Unreachable, Code: 480}, crm.EndUnreachable, 1},
		{telephony.LegRefused{Cause: telephony.Unreachable}, crm.EndUnreachable, 2},
		{telephony.LegRefused{Cause: telephony.Overloaded, Code: 503}, crm.EndUnreachable, 2},
	} {
		h := newHouse(t, wrapping(), "anna")
		h.state("anna", routing.Break)
		l, own := h.dial(client)
		l.say(telephony.LegAnswered{Leg: own})
		tc.refused.Leg = telephony.CallerLeg
		for n := range tc.trunks {
			if d := await[telephony.Dial](t, h.log, l.id, n+1); d.To.Trunk != []string{"carrier", "spare"}[n] {
				t.Errorf("%s: over %s", tc.want, d.To.Trunk)
			}
			l.say(tc.refused)
		}
		if e := await[crm.Ended](t, h.log, l.id, 1); e.Reason != tc.want || e.Code != tc.refused.Code {
			t.Errorf("%+v: %+v", tc.refused, e)
		}
		h.awaitState("anna", routing.Break)
	}
}

// An agent's phone hears what the line says, and gets his answer with the client's.
func TestAgentDialsOnHisPhone(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	h.state("anna", routing.Available)
	l, own := h.dials(client)
	await[telephony.Dial](t, h.log, l.id, 1)
	l.say(telephony.LegRinging{Leg: telephony.CallerLeg})
	if r := await[telephony.Ring](t, h.log, l.id, 1); r.Leg != own {
		t.Errorf("%+v", r)
	}
	l.say(telephony.LegRinging{Leg: telephony.CallerLeg, Sound: true})
	await[telephony.Connect](t, h.log, l.id, 1)
	l.say(telephony.LegAnswered{Leg: telephony.CallerLeg})
	if a := await[telephony.Answer](t, h.log, l.id, 1); a.Leg != own {
		t.Errorf("%+v", a)
	}
	await[telephony.Record](t, h.log, l.id, 1)
	l.say(telephony.LegEnded{Leg: own, By: telephony.Remote, Cause: telephony.Normal})
	if e := await[crm.Ended](t, h.log, l.id, 1); e.By != crm.Agent || e.Reason != crm.EndCompleted {
		t.Errorf("%+v", e)
	}
	h.awaitState("anna", routing.Available)
}

// What may not be dialled rings nobody, and the history says why.
func TestRefusedBeforeAnythingRings(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna", "bek")
	h.office.perHour = 1
	_, err := h.flow.Dial(t.Context(), callflow.Order{Agent: "anna", To: "+442079460958"})
	if crm.CodeOf(err) != crm.DiallingDenied || h.opened != nil {
		t.Fatalf("%v", err)
	}
	why := func(to string, want crm.DialWhy, cause telephony.Cause) {
		t.Helper()
		l, _ := h.dials(to)
		if e := await[crm.Ended](t, h.log, l.id, 1); e.Reason != crm.EndRejected || e.Why != want {
			t.Errorf("%s: %+v", to, e)
		}
		if up := await[telephony.Hangup](t, h.log, l.id, 1); up.Cause != cause {
			t.Errorf("%s: %+v", to, up)
		}
		if a := await[crm.Arrived](t, h.log, l.id, 1); a.To != to || a.Agent != "anna" {
			t.Errorf("%+v", a)
		}
	}
	why("+442079460958", crm.WhyNotOpened, telephony.NotAllowed)
	l, _ := h.dials(client)
	await[telephony.Dial](t, h.log, l.id, 1)
	why(client, crm.WhyBusy, telephony.BusyHere)
	if _, err := h.flow.Dial(t.Context(), callflow.Order{Agent: "anna", To: client}); crm.CodeOf(err) != crm.Busy {
		t.Errorf("%v", err)
	}
	if err := h.flow.Hangup(t.Context(), l.id, "anna"); err != nil {
		t.Fatal(err)
	}
	if e := await[crm.Ended](t, h.log, l.id, 1); e.Reason != crm.EndCancelled || e.By != crm.Agent {
		t.Errorf("%+v", e)
	}
	h.awaitState("anna", routing.Offline)
	why(client, crm.WhyLimit, telephony.NotAllowed)
	await[alarm](t, h.log, "", 1)
	h.awaitState("anna", routing.Offline)
	l, _ = h.dials("112") // help is never limited
	await[telephony.Dial](t, h.log, l.id, 1)
	l.say(telephony.LegEnded{Leg: "own", By: telephony.Remote, Cause: telephony.Cancelled})
	await[crm.Ended](t, h.log, l.id, 1)
	if err := h.desk.SetDevice(t.Context(), "anna", false); err != nil {
		t.Fatal(err)
	}
	h.awaitDevice("anna", false)
	if _, err := h.flow.Dial(t.Context(), callflow.Order{Agent: "anna", To: "112"}); crm.CodeOf(err) != crm.NoDevice {
		t.Errorf("%v", err)
	}
}

// Colleagues call each other by extension: no card, no recording, no wrap-up.
func TestAgentCallsAColleague(t *testing.T) {
	h := newHouse(t, wrapping(), "anna", "bek")
	h.state("anna", routing.Available)
	h.state("bek", routing.Break)
	begin := func() *line {
		l, own := h.dial("102")
		l.say(telephony.LegAnswered{Leg: own})
		if d := await[telephony.Dial](t, h.log, l.id, 1); d.To.Extension != "102" || d.From != "101" || d.Display != "anna" {
			t.Errorf("%+v", d)
		}
		h.awaitState("bek", routing.Ringing)
		return l
	}
	l := begin()
	if a := await[crm.Arrived](t, h.log, l.id, 1); a.Direction != crm.Within || a.From != "101" || a.To != "102" || a.Display != "anna" {
		t.Errorf("%+v", a)
	}
	l.say(telephony.LegAnswered{Leg: telephony.CallerLeg})
	offered := await[crm.Offered](t, h.log, l.id, 1)
	if a := await[crm.Answered](t, h.log, l.id, 1); a.Agent != "bek" || a.Leg != offered.Leg {
		t.Errorf("%+v", a)
	}
	h.awaitState("bek", routing.Talking)
	await[telephony.Connect](t, h.log, l.id, 1)
	l.callerHangsUp()
	await[crm.Ended](t, h.log, l.id, 1)
	h.awaitState("bek", routing.Break)
	h.awaitState("anna", routing.Available)

	l = begin()
	if err := h.flow.Decline(t.Context(), l.id, "bek"); err != nil {
		t.Fatal(err)
	}
	if e := await[crm.Ended](t, h.log, l.id, 1); e.Reason != crm.EndDeclined {
		t.Errorf("%+v", e)
	}
	h.awaitState("bek", routing.Break)
	h.awaitState("anna", routing.Available)

	l = begin()
	if err := h.flow.Hangup(t.Context(), l.id, "anna"); err != nil {
		t.Fatal(err)
	}
	if o := await[crm.OfferEnded](t, h.log, l.id, 1); o.Agent != "bek" || o.Result != crm.OfferCallerGone {
		t.Errorf("%+v", o)
	}
	h.awaitState("bek", routing.Break)
	h.awaitState("anna", routing.Available)
	for _, x := range h.log.all() {
		switch x.what.(type) {
		case telephony.Record, crm.WrapUp, crm.Identified:
			t.Errorf("%+v", x)
		}
	}
}
