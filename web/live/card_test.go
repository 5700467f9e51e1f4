package live_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

func TestTheCardIsCompletedByALookup(t *testing.T) {
	f := newFloor(t, func(o *webtest.Office) live.Cards {
		return live.History{Contacts: o.Contacts, Tasks: o.Tasks, Office: o.Cache.Current}
	})
	who, err := f.Contacts.Identify(t.Context(), "+998901234567", f.Unit("Tashkent"), "Ўткир")
	if err != nil {
		t.Fatal(err)
	}
	earlier := webtest.NewStory("sales", "+998901234567", who.Contact, who.Name)
	earlier.Offer(f.ID("bek"))
	earlier.Answer(f.ID("bek"))
	earlier.End()
	f.Store(earlier.Facts...)
	missed := webtest.NewStory("sales", "+998901234567", who.Contact, who.Name)
	missed.Tell(crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned})
	f.Store(missed.Facts...)

	anna := f.open("anna")
	s := webtest.NewStory("sales", "+998901234567", who.Contact, who.Name)
	f.show(s.Facts...)
	f.Show(s.Offer(f.ID("anna")))
	var o live.Offer
	anna.next(live.TypeCallOffered, &o)
	card := anna.card()
	if len(card.LastTalks) != 2 || card.LastTalks[0].Call != missed.Call || card.LastTalks[1].Agent != "bek" || card.LastTalks[1].TalkMS != 60_000 {
		t.Errorf("last talks = %+v", card.LastTalks)
	}
	if card.Call != s.Call || card.Reason != "least_busy" || len(card.Phones) != 1 {
		t.Errorf("card = %+v", card)
	}
}

func TestTheCardIsFoundLater(t *testing.T) {
	f := newFloor(t, func(o *webtest.Office) live.Cards {
		return live.History{Contacts: o.Contacts, Tasks: o.Tasks, Office: o.Cache.Current}
	})
	who, err := f.Contacts.Identify(t.Context(), "+998901234567", f.Unit("Tashkent"), "Ўткир")
	if err != nil {
		t.Fatal(err)
	}
	f.Found = f.CardFound
	anna := f.open("anna")
	s := webtest.NewStory("sales", "+998901234567", "", "")
	s.Facts[1].Data = crm.Identified{Offline: true}
	f.show(s.Facts...)
	f.show(s.Offer(f.ID("anna")), s.Answer(f.ID("anna")))
	var o live.Offer
	anna.next(live.TypeCallOffered, &o)
	if !o.Card.CRMOffline || o.Card.ContactID != "" {
		t.Errorf("offered %+v", o.Card)
	}
	anna.change(crm.FactOffered)
	anna.change(crm.FactAnswered)
	f.Store(s.Facts...)
	if c := anna.change(crm.FactIdentified); c.ContactID != who.Contact || c.ContactName != who.Name || c.CardCreated || c.State != "talking" {
		t.Errorf("the call is %+v", c)
	}
	card := anna.card()
	if card.ContactID != who.Contact || card.CRMOffline || card.Reason != "least_busy" || card.WaitMS != 2000 {
		t.Errorf("the card is %+v", card)
	}
	if rest := anna.card(); rest.LastTalks == nil || rest.ContactID != who.Contact {
		t.Errorf("what the lookup adds: %+v", rest)
	}
	f.show(s.End())
	if c := anna.change(crm.FactEnded); c.ContactID != who.Contact {
		t.Errorf("after the end: %+v", c)
	}
}

func TestTheCardIsFoundAfterAPersonHasChosen(t *testing.T) {
	f := newFloor(t, nil)
	anna := f.open("anna")
	s := webtest.NewStory("sales", "+998901234567", "", "")
	s.Facts[1].Data = crm.Identified{Offline: true}
	f.show(s.Facts...)
	f.show(s.Offer(f.ID("anna")))
	var chosen, found calls.Call
	chosen.ID, chosen.Contact, chosen.ContactName = s.Call, crm.NewID(), "Chosen"
	found.ID, found.Contact, found.ContactName = s.Call, crm.NewID(), "Found"
	f.CardChosen(chosen)
	f.CardFound(found)
	f.show(s.Answer(f.ID("anna")))
	var o live.Offer
	anna.next(live.TypeCallOffered, &o)
	anna.change(crm.FactOffered)
	anna.change(live.ChangedCard)
	if card := anna.card(); card.ContactID != chosen.Contact {
		t.Errorf("the card is %+v", card)
	}
	if c := anna.change(crm.FactAnswered); c.ContactID != chosen.Contact {
		t.Errorf("the call is %+v", c)
	}
}

func TestSnapshotKeepsTheCardThroughTheCall(t *testing.T) {
	f := newFloor(t, func(o *webtest.Office) live.Cards {
		return live.History{Contacts: o.Contacts, Tasks: o.Tasks, Office: o.Cache.Current}
	})
	who, err := f.Contacts.Identify(t.Context(), "+998901234567", f.Unit("Tashkent"), "Ўткир")
	if err != nil {
		t.Fatal(err)
	}
	s := webtest.NewStory("sales", "+998901234567", who.Contact, who.Name)
	f.show(s.Facts...)
	f.show(s.Offer(f.ID("anna"))) // nobody looks: nothing is looked up
	anna := f.open("anna")
	if len(anna.Cards) != 1 || anna.Cards[0].LastTalks != nil || len(anna.Offers) != 1 {
		t.Fatalf("while it rings: %+v", anna.Snapshot)
	}
	told := anna.card()
	if told.LastTalks == nil || told.Reason != "least_busy" {
		t.Fatalf("the lookup adds %+v", told)
	}
	same := func(when string) live.Call {
		t.Helper()
		p := f.open("anna")
		if len(p.Cards) != 1 || len(p.Calls) != 1 {
			t.Fatalf("%s: %+v", when, p.Snapshot)
		}
		if !reflect.DeepEqual(p.Cards[0], told) {
			t.Errorf("%s: %+v, want %+v", when, p.Cards[0], told)
		}
		return p.Calls[0]
	}
	same("ringing")
	f.show(s.Answer(f.ID("anna")))
	if c := same("talking"); c.HeldAt != nil {
		t.Errorf("held since %v", c.HeldAt)
	}
	held := s.Tell(crm.Held{By: crm.Agent})
	f.show(held)
	if c := same("held"); c.HeldAt == nil || !c.HeldAt.Equal(held.At) {
		t.Errorf("held since %v, want %v", c.HeldAt, held.At)
	}
	f.show(s.End(), s.Tell(crm.WrapUp{Agent: f.ID("anna"), Until: time.Now().Add(time.Minute)}))
	if c := same("wrap-up"); c.HeldAt != nil {
		t.Errorf("held since %v", c.HeldAt)
	}
	for _, other := range []string{"bek", "boss"} {
		if p := f.open(other); len(p.Cards) != 0 {
			t.Errorf("%s sees %+v", other, p.Cards)
		}
	}
	f.show(s.Tell(crm.WrapUpEnded{Agent: f.ID("anna")}))
	if p := f.open("anna"); len(p.Cards) != 0 {
		t.Errorf("afterwards: %+v", p.Cards)
	}
}

// nobodyAsks is Cards that must be left alone.
type nobodyAsks struct{ t testing.TB }

func (c nobodyAsks) More(context.Context, crm.ID, crm.ID, crm.ID) (live.More, error) {
	c.t.Error("the rest of a card was looked up that has none")
	return live.More{}, nil
}

func TestACardThatTheCallHasMadeIsNotLookedUp(t *testing.T) {
	f := newFloor(t, func(*webtest.Office) live.Cards { return nobodyAsks{t} })
	anna := f.open("anna")
	s := webtest.NewStory("sales", "+998901234567", "", "")
	s.Facts[1].Data = crm.Identified{Contact: crm.NewID(), Name: "+998 90 123 45 67", Created: true}
	f.show(s.Facts...)
	f.show(s.Offer(f.ID("anna")))
	var o live.Offer
	anna.next(live.TypeCallOffered, &o)
	if !o.Card.Created || o.Card.ContactID == "" {
		t.Errorf("card = %+v", o.Card)
	}
	f.Close() // waits for the lookups
}
