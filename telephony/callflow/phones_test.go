package callflow_test

import (
	"testing"

	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

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
