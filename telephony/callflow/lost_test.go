package callflow_test

import (
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// losesAnna lets Anna talk with a client and lose her device.
func (h *house) losesAnna() (*line, telephony.Offer) {
	h.t.Helper()
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	first := await[telephony.Offer](h.t, h.log, l.id, 1)
	l.say(telephony.LegAnswered{Leg: first.Leg})
	await[telephony.Connect](h.t, h.log, l.id, 1)
	l.loses(first.Leg)
	return l, first
}

// loses ends a leg as a page does that is gone.
func (l *line) loses(leg telephony.LegID) {
	l.mu.Lock()
	delete(l.legs, leg)
	l.mu.Unlock()
	l.say(telephony.LegEnded{Leg: leg, By: telephony.Remote, Cause: telephony.DeviceLost})
}

// noDevices makes the line refuse offers while there is no device.
func noDevices(c telephony.Command) error {
	if _, offer := c.(telephony.Offer); offer {
		return telephony.ErrGone
	}
	return nil
}

// twenty is how often a page is loaded again in one talk.
const twenty = 20

func TestTalkOutlivesThePage(t *testing.T) {
	h := newHouse(t, sales(routing.LeastBusy), "anna")
	l, first := h.losesAnna()
	leg := first.Leg
	for i := range twenty {
		if i > 0 {
			l.loses(leg)
		}
		if lost := await[crm.AgentLost](t, h.log, l.id, i+1); lost.Agent != "anna" || lost.Until.IsZero() {
			t.Fatalf("lost: %+v", lost)
		}
		if p := await[telephony.Play](t, h.log, l.id, i+1); p.Leg != telephony.CallerLeg || p.Sound != telephony.Hold || !p.Loop {
			t.Fatalf("the caller hears %+v", p)
		}
		again := await[telephony.Offer](t, h.log, l.id, i+2)
		if again.Headers["X-Callcard-Resume"] != string(l.id) || again.To != first.To || again.Leg == leg {
			t.Fatalf("her page is asked with %+v", again)
		}
		l.say(telephony.LegAnswered{Leg: again.Leg})
		if back := await[crm.AgentBack](t, h.log, l.id, i+1); back.Agent != "anna" || back.Leg != crm.ID(again.Leg) {
			t.Fatalf("back: %+v", back)
		}
		leg = again.Leg
		if c := await[telephony.Connect](t, h.log, l.id, i+2); c.Leg != leg {
			t.Fatalf("connected with %v", c)
		}
	}
	l.say(telephony.LegEnded{Leg: leg, By: telephony.Remote, Cause: telephony.Normal})
	if e := await[crm.Ended](t, h.log, l.id, 1); e.By != crm.Agent || e.Reason != crm.EndCompleted {
		t.Errorf("ended: %+v", e)
	}
	h.awaitState("anna", routing.Available)
	records, offered := 0, 0
	for _, x := range h.log.all() {
		switch x.what.(type) {
		case telephony.Record:
			records++
		case crm.Offered:
			offered++
		}
	}
	if records != 1 || offered != 1 {
		t.Errorf("%d recordings, offered %d times", records, offered)
	}
}

// A device that registers after the loss is asked, and one that registers while
// another is being asked, too.
func TestLostAgentIsAskedWhereverHeComesBack(t *testing.T) {
	h := newHouse(t, sales(routing.LeastBusy), "anna")
	h.state("anna", routing.Available)
	l := h.call("+998901234567")
	first := await[telephony.Offer](t, h.log, l.id, 1)
	l.say(telephony.LegAnswered{Leg: first.Leg})
	await[telephony.Connect](t, h.log, l.id, 1)
	l.setFault(noDevices)
	l.loses(first.Leg)
	await[telephony.Offer](t, h.log, l.id, 2) // there is nobody yet
	l.setFault(nil)
	h.flow.DevicesChanged(first.To.Extension)
	desk := await[telephony.Offer](t, h.log, l.id, 3)
	h.flow.DevicesChanged(first.To.Extension)
	if w := await[telephony.Withdraw](t, h.log, l.id, 1); w.Leg != desk.Leg {
		t.Errorf("withdrawn: %+v", w)
	}
	both := await[telephony.Offer](t, h.log, l.id, 4)
	l.say(telephony.LegAnswered{Leg: desk.Leg}) // too late
	if x := await[telephony.Hangup](t, h.log, l.id, 1); x.Leg != desk.Leg {
		t.Errorf("hung up: %+v", x)
	}
	l.say(telephony.LegAnswered{Leg: both.Leg})
	await[crm.AgentBack](t, h.log, l.id, 1)
	if err := h.flow.Hold(t.Context(), l.id, "anna"); err != nil {
		t.Errorf("after her return: %v", err)
	}
	l.callerHangsUp()
	await[crm.Ended](t, h.log, l.id, 1)
	h.awaitState("anna", routing.Available)
}

func TestCallerOfAnAgentWhoStaysAwayKeepsHisPlace(t *testing.T) {
	q := sales(routing.Linear)
	q.WrapUp = time.Hour
	h := houseThatWaits(t, 20*time.Millisecond, q, "anna", "bek")
	l, _ := h.losesAnna()
	await[crm.AgentLost](t, h.log, l.id, 1)
	before, again := await[crm.Queued](t, h.log, l.id, 1), await[crm.Queued](t, h.log, l.id, 2)
	if again.Why != crm.QueuedAgentLost || again.Queue != before.Queue || !again.EnteredAt.Equal(before.EnteredAt) {
		t.Errorf("queued %+v, then %+v", before, again)
	}
	h.awaitState("anna", routing.WrapUp) // she has talked
	if w := await[crm.WrapUp](t, h.log, l.id, 1); w.Agent != "anna" {
		t.Errorf("wrap-up: %+v", w)
	}
	await[crm.Routed](t, h.log, l.id, 2) // he waits
	later := h.call("+998907654321")     // comes after him, and waits behind him
	await[crm.Queued](t, h.log, later.id, 1)
	h.state("bek", routing.Available)
	offered := await[crm.Offered](t, h.log, l.id, 2)
	if offered.Agent != "bek" {
		t.Fatalf("offered: %+v", offered)
	}
	l.say(telephony.LegAnswered{Leg: telephony.LegID(offered.Leg)})
	if a := await[crm.Answered](t, h.log, l.id, 2); a.Agent != "bek" {
		t.Errorf("answered: %+v", a)
	}
	h.awaitState("bek", routing.Talking)
	l.callerHangsUp()
	await[crm.Ended](t, h.log, l.id, 1)
	await[crm.WrapUp](t, h.log, l.id, 2)
	later.callerHangsUp()
	await[crm.Ended](t, h.log, later.id, 1)
}

func TestAgentWhoWillNotComeBackSaysSo(t *testing.T) {
	h := newHouse(t, sales(routing.LeastBusy), "anna")
	l, _ := h.losesAnna()
	again := await[telephony.Offer](t, h.log, l.id, 2)
	l.say(telephony.LegRefused{Leg: again.Leg, Cause: telephony.Declined, Code: 603})
	await[crm.Queued](t, h.log, l.id, 2)
	l.callerHangsUp()
	if e := await[crm.Ended](t, h.log, l.id, 1); e.Reason != crm.EndAbandoned {
		t.Errorf("ended: %+v", e)
	}
	h.awaitState("anna", routing.Available)
}

func TestCallerWhoHangsUpWhileTheAgentIsAway(t *testing.T) {
	h := newHouse(t, sales(routing.LeastBusy), "anna")
	l, _ := h.losesAnna()
	await[telephony.Offer](t, h.log, l.id, 2)
	if err := h.flow.Hold(t.Context(), l.id, "anna"); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("hold without a telephone: %v", err)
	}
	l.callerHangsUp()
	if e := await[crm.Ended](t, h.log, l.id, 1); e.By != crm.Caller || e.Reason != crm.EndCompleted {
		t.Errorf("ended: %+v", e)
	}
	h.awaitState("anna", routing.Available)
	h.flow.DevicesChanged("101") // nobody waits for it any more
	await[telephony.Hangup](t, h.log, l.id, 1)
}
