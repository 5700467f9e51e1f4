package callflow_test

import (
	"errors"
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony/callflow"
)

// While a stranger's card is being made an agent is reserved for him, and the arrival
// is the first fact all the same.
func TestStrangerHasHisAgentBeforeHisCard(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	h.state("anna", routing.Available)
	h.contacts.ask = func() (callflow.Caller, error) {
		h.awaitState("anna", routing.Ringing)
		return callflow.Caller{Created: true}, nil
	}
	l := h.call("+998901234567")
	if o := await[crm.Offered](t, h.log, l.id, 1); o.Agent != "anna" || o.Reason != "linear" {
		t.Errorf("offered %+v", o)
	}
	if _, first := h.log.all()[0].what.(crm.Arrived); !first {
		t.Errorf("the first fact is %T", h.log.all()[0].what)
	}
	l.callerHangsUp()
	h.awaitState("anna", routing.Available)
}

// Nothing that goes wrong while the card is being made keeps anybody reserved, and
// the arrival of the call is told.
func TestReservedAheadIsGivenBack(t *testing.T) {
	for name, trouble := range map[string]func(*line) (callflow.Caller, error){
		"the caller gives up": func(l *line) (callflow.Caller, error) {
			l.callerHangsUp()
			return callflow.Caller{Created: true}, nil
		},
		"he gives up and the database fails": func(l *line) (callflow.Caller, error) {
			l.callerHangsUp()
			return callflow.Caller{}, errors.New("the database is away")
		},
		"a fault": func(*line) (callflow.Caller, error) { panic("a fault in the program") },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, sales(routing.Linear), "anna", "bek")
			h.state("anna", routing.Available)
			calling := make(chan *line, 1)
			h.contacts.ask = func() (callflow.Caller, error) {
				h.awaitState("anna", routing.Ringing)
				return trouble(<-calling)
			}
			l := h.call("+998901234567")
			calling <- l
			await[crm.Arrived](t, h.log, l.id, 1)
			await[crm.Ended](t, h.log, l.id, 1)
			h.awaitState("anna", routing.Available)
			if w := h.desk.Waiting("sales"); len(w) > 0 {
				t.Errorf("still waiting: %+v", w)
			}
		})
	}
}

// A fault in the decision, which is made ahead and beside the story, ends the call.
func TestFaultAtTheDecision(t *testing.T) {
	h := newHouse(t, sales(routing.Linear), "anna")
	h.state("anna", routing.Available)
	h.decide = func() { panic("a fault in the program") }
	l := h.call("+998901234567")
	if ended := await[crm.Ended](t, h.log, l.id, 1); ended.Reason != crm.EndFailed {
		t.Errorf("ended %+v", ended)
	}
	h.awaitState("anna", routing.Available)
}
