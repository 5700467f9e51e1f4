package live_test

import (
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

// Who calls out has the card at once, and what comes of it.
func TestWhoCallsOutHasTheCard(t *testing.T) {
	f := newFloor(t, nil)
	anna := f.open("anna")
	card := crm.NewID()
	s := webtest.Story{Call: crm.NewID(), Leg: crm.NewID()}
	f.show(s.Tell(crm.Arrived{Direction: crm.Outbound, Agent: f.ID("anna"), From: "+998712000001", To: "+998901234567"}),
		s.Tell(crm.Identified{Contact: card, Name: "Rustam"}))
	if c := anna.change(crm.FactArrived); c.State != "arrived" || c.Agent != "anna" || c.Direction != crm.Outbound {
		t.Errorf("%+v", c)
	}
	anna.change(crm.FactIdentified)
	if got := anna.card(); got.ContactID != card || got.Name != "Rustam" || got.Phones[0] != "+998901234567" || got.Reason != "dialled" {
		t.Errorf("%+v", got)
	}
	if g, ok := f.Call(s.Call); !ok || len(g.Agents) != 1 || g.Agents[0] != f.ID("anna") {
		t.Errorf("%+v", g.Agents)
	}
	f.show(s.Tell(crm.Dialled{Line: "carrier"}))
	if c := anna.change(crm.FactDialled); c.State != "ringing" || c.Line != "carrier" {
		t.Errorf("%+v", c)
	}
	f.show(s.Tell(crm.Ended{By: crm.Caller, Reason: crm.EndBusy, Code: 486}))
	if c := anna.change(crm.FactEnded); c.EndReason != crm.EndBusy {
		t.Errorf("%+v", c)
	}
}

// A call between colleagues is both's, and stays that of the one who has placed it.
func TestACallBetweenColleagues(t *testing.T) {
	f := newFloor(t, nil)
	anna, bek := f.open("anna"), f.open("bek")
	s := webtest.Story{Call: crm.NewID(), Leg: crm.NewID()}
	f.show(s.Tell(crm.Arrived{Direction: crm.Within, Agent: f.ID("anna"), From: "101", To: "102"}))
	anna.change(crm.FactArrived)
	f.show(s.Offer(f.ID("bek")))
	var o live.Offer
	bek.next(live.TypeCallOffered, &o)
	if c := bek.change(crm.FactOffered); c.Agent != "anna" || c.State != "ringing" {
		t.Errorf("%+v", c)
	}
	f.show(s.Answer(f.ID("bek")))
	for _, p := range []*page{anna, bek} {
		if p == anna {
			p.change(crm.FactOffered)
		}
		if c := p.change(crm.FactAnswered); c.Agent != "anna" || c.State != "talking" {
			t.Errorf("%+v", c)
		}
	}
	f.show(s.Tell(crm.Held{By: crm.Caller}))
	bek.change(crm.FactHeld)
	f.show(s.End())
	bek.change(crm.FactEnded)
}
