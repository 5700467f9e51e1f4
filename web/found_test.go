package web_test

import (
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

// offline is a call to Anna that came while the database did not answer.
func offline(w *world) *webtest.Story {
	s := webtest.NewStory("sales", "+998901234599", "", "")
	s.Facts[1].Data = crm.Identified{Offline: true}
	s.Offer(w.ID("anna"))
	s.Answer(w.ID("anna"))
	for _, f := range s.Facts {
		w.feed.Show(f)
	}
	return s
}

// The database comes back during the talk: the card is made, the page hears of it, and
// what was typed meanwhile is on the call and on the card.
func TestTheCardIsMadeDuringTheTalk(t *testing.T) {
	pool, proxy := webtest.NewPool(t)
	w := newWorldOn(t, webtest.NewOfficeOn(t, pool))
	w.Found = w.feed.CardFound
	page := w.dial("anna", "")
	next(t, page, nil)
	w.do("GET", "/api/v1/session", "anna", "").must(200)
	proxy.Stop()
	s := offline(w)
	note := `{"id":"01900000-0000-7000-8000-00000000aaaa","body":"wants a discount"}`
	w.do("POST", "/api/v1/calls/"+string(s.Call)+"/notes", "anna", note).must(503)
	stored := make(chan struct{})
	go func() { defer close(stored); w.Store(s.Facts...) }()
	time.AfterFunc(2*time.Second, proxy.Start)
	<-stored

	var change live.CallChange
	for change.What != crm.FactIdentified || change.Call.ContactID == "" {
		if e := next(t, page, nil); e.Type == live.TypeCallChanged {
			change = live.CallChange{}
			decode(t, e.Data, &change)
		}
	}
	if !change.Call.CardCreated || change.Call.State != "talking" {
		t.Errorf("the call is %+v", change.Call)
	}
	var card live.Card
	for card.Call == "" {
		if e := next(t, page, nil); e.Type == live.TypeCallCard {
			decode(t, e.Data, &card)
		}
	}
	if card.ContactID != change.Call.ContactID || !card.Created || card.CRMOffline || card.Reason != "least_busy" {
		t.Errorf("the card is %+v", card)
	}
	w.do("POST", "/api/v1/calls/"+string(s.Call)+"/notes", "anna", note).must(201) // the page tries again
	w.noteStands(s.Call, card.ContactID)
}

// The database was only slow: the note is saved before the call itself.
func TestANoteIsWrittenBeforeTheCardIsFound(t *testing.T) {
	w := newWorld(t)
	w.Found = w.feed.CardFound
	s := offline(w)
	note := `{"id":"01900000-0000-7000-8000-00000000aaaa","body":"wants a discount"}`
	w.do("POST", "/api/v1/calls/"+string(s.Call)+"/notes", "anna", note).must(201)
	w.Store(s.Facts...)
	var call struct {
		Contact crm.ID `json:"contact_id"`
	}
	w.do("GET", "/api/v1/calls/"+string(s.Call), "anna", "").must(200).as(&call)
	w.noteStands(s.Call, call.Contact)
	w.do("POST", "/api/v1/calls/"+string(s.Call)+"/notes", "anna", note).must(201) // typed on
	w.noteStands(s.Call, call.Contact)
}

// noteStands looks for the one note on the call and on the card.
func (w *world) noteStands(call, contact crm.ID) {
	w.t.Helper()
	var detail struct{ Notes []live.Activity }
	w.do("GET", "/api/v1/calls/"+string(call), "anna", "").must(200).as(&detail)
	if len(detail.Notes) != 1 || detail.Notes[0].ContactID != contact || contact == "" {
		w.t.Errorf("on the call: %+v", detail.Notes)
	}
	var timeline struct{ Items []live.Activity }
	w.do("GET", "/api/v1/contacts/"+string(contact)+"/timeline?kind=note", "anna", "").must(200).as(&timeline)
	if len(timeline.Items) != 1 || timeline.Items[0].CallID != call || timeline.Items[0].Body != "wants a discount" {
		w.t.Errorf("on the card: %+v", timeline.Items)
	}
}
