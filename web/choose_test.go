package web_test

import (
	"fmt"
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

const sharedNumber = "+998712345678"

// sharers are two cards of one number.
func (w *world) sharers() (list []crm.Candidate) {
	w.t.Helper()
	for _, name := range []string{"Jasur Karimov", "Nilufar Saidova"} {
		var card struct{ ID crm.ID }
		w.do("POST", "/api/v1/contacts", "anna", fmt.Sprintf(`{"name":%q,"phones":[%q],"force":true}`, name, sharedNumber)).must(201).as(&card)
		list = append(list, crm.Candidate{Contact: card.ID, Name: name, Reason: "person"})
	}
	return list
}

// Whose the call is can be said while it rings, and is remembered.
func TestACandidateIsChosenWhileItRings(t *testing.T) {
	w := newWorld(t)
	candidates := w.sharers()
	second := candidates[1]
	anna := w.tab("anna")
	call := webtest.NewStory("sales", sharedNumber, "", "")
	call.Facts[1].Data = crm.Identified{Candidates: candidates}
	call.Offer(w.ID("anna"))
	w.tell(call.Facts...)
	w.do("PUT", fmt.Sprintf("/api/v1/calls/%s/contact", call.Call), "anna", fmt.Sprintf(`{"contact_id":%q,"remember":"always"}`, second.Contact)).must(200)
	var change live.CallChange
	for change.What != live.ChangedCard {
		anna.hears(live.TypeCallChanged, &change)
	}
	if change.Call.State != "ringing" || change.Call.ContactID != second.Contact || change.Call.ContactName != second.Name {
		t.Errorf("anna hears %+v", change.Call)
	}
	var card live.Card
	anna.hears(live.TypeCallCard, &card)
	if card.ContactID != second.Contact || card.Name != second.Name || card.Reason != "least_busy" {
		t.Errorf("anna's card is %+v", card)
	}
	w.tell(call.Answer(w.ID("anna")), call.End())
	var stored struct {
		ContactID crm.ID `json:"contact_id"`
		State     string
	}
	w.do("GET", "/api/v1/calls/"+string(call.Call), "anna", "").must(200).as(&stored)
	if stored.ContactID != second.Contact || stored.State != "ended" {
		t.Errorf("afterwards %+v", stored)
	}
	if n := w.Count(`select count(*) from activity where kind = 'call' and ext_key = $1 and contact_id = $2`, string(call.Call), second.Contact); n != 1 {
		t.Errorf("it stands %d times in the card's timeline", n)
	}
	next, err := w.Contacts.Identify(t.Context(), sharedNumber, w.Unit("Tashkent"), "")
	if err != nil || next.Contact != second.Contact || len(next.Candidates) != 0 {
		t.Errorf("the next call is %+v, %v", next, err)
	}
}

// A number that is marked while it rings is not cut off; the next time it gets no card.
func TestANumberIsMarkedWhileItRings(t *testing.T) {
	for _, hint := range []string{"spam", "internal"} {
		t.Run(hint, func(t *testing.T) {
			w := newWorld(t)
			who, err := w.Contacts.Identify(t.Context(), "+998901234577", w.Unit("Tashkent"), "")
			if err != nil {
				t.Fatal(err)
			}
			call := webtest.NewStory("sales", "+998901234577", who.Contact, who.Name)
			call.Offer(w.ID("anna"))
			w.tell(call.Facts...)
			w.do("PUT", "/api/v1/contacts/number-hint", "anna", fmt.Sprintf(`{"phone":"+998901234577","hint":%q}`, hint)).must(204)
			var now struct {
				ContactID crm.ID `json:"contact_id"`
				State     string
			}
			w.do("GET", "/api/v1/calls/"+string(call.Call), "anna", "").must(200).as(&now)
			if now.State != "ringing" || now.ContactID != who.Contact {
				t.Errorf("it goes on as %+v", now)
			}
			again, err := w.Contacts.Identify(t.Context(), "+998901234577", w.Unit("Tashkent"), "")
			if err != nil || again.Contact != "" || again.Created || string(again.Hint) != hint {
				t.Errorf("the next call is %+v, %v", again, err)
			}
			if n := w.Count(`select count(*) from audit where action = 'hint' and user_id = $1`, w.ID("anna")); n != 1 {
				t.Errorf("%d lines in the audit", n)
			}
		})
	}
}

// What can't be remembered is said before the call goes anywhere.
func TestAChoiceThatIsRefusedMovesNothing(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	var stranger struct{ ID crm.ID }
	w.do("POST", "/api/v1/contacts", "anna", `{"name":"Without this number","phones":["+998712340000"]}`).must(201).as(&stranger)
	path := fmt.Sprintf("/api/v1/calls/%s/contact", s.talk)
	refused := w.do("PUT", path, "anna", fmt.Sprintf(`{"contact_id":%q,"remember":"always"}`, stranger.ID)).must(422)
	if !refused.has(`"field":"contact_id"`) {
		t.Errorf("%s", refused.body)
	}
	var call live.Call
	w.do("GET", "/api/v1/calls/"+string(s.talk), "anna", "").must(200).as(&call)
	if call.ContactID != s.contact {
		t.Errorf("the call is on %s", call.ContactID)
	}
	w.do("PUT", path, "anna", fmt.Sprintf(`{"contact_id":%q}`, stranger.ID)).must(200)
}

// After an outage the history is behind: the call is known, and is stored in a moment.
func TestAChoiceWaitsForTheHistory(t *testing.T) {
	w := newWorld(t)
	chosen := w.sharers()[0]
	call := webtest.NewStory("sales", sharedNumber, "", "")
	call.Offer(w.ID("anna"))
	for _, f := range call.Facts {
		w.feed.Show(f)
	}
	path, body := fmt.Sprintf("/api/v1/calls/%s/contact", call.Call), fmt.Sprintf(`{"contact_id":%q,"remember":"always"}`, chosen.Contact)
	if a := w.do("PUT", path, "anna", body).must(503); a.Header.Get("Retry-After") == "" {
		t.Errorf("%v", a.Header)
	}
	w.do("PUT", path, "bek", body).must(404)
	w.Store(call.Facts...)
	w.do("PUT", path, "anna", body).must(200)
}
