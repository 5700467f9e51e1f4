package web_test

import (
	"fmt"
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

func TestCallsAndCardsAreFoundWhileOneTypes(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	missed := webtest.NewStory("sales", "+998935557788", "", "")
	missed.Tell(crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned})
	w.tell(missed.Facts...)
	w.do("PATCH", "/api/v1/contacts/"+string(s.contact), "anna", `{"name":"Oʻtkir Qodirov"}`).must(200)

	for query, want := range map[string][]crm.ID{
		"q=кодиров":                {s.talk}, // as the card is called now
		"q=alijev":                 {},
		"q=%21%21%21":              {},
		"q=23456":                  {s.ringing, s.talk},
		"q=%2B99893":               {missed.Call},
		"result=missed":            {missed.Call},
		"result=abandoned":         {missed.Call},
		"result=answered":          {s.talk},
		"recorded=true":            {s.talk},
		"source=website&limit=1":   {missed.Call},
		"source=billboard":         {},
		"office=Samarkand":         {},
		"office=Tashkent&q=qodiro": {s.talk},
	} {
		var page struct{ Items []live.Call }
		w.do("GET", "/api/v1/calls?"+query, "boss", "").must(200).as(&page)
		got := []crm.ID{}
		for _, c := range page.Items {
			got = append(got, c.ID)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s finds %v, want %v", query, got, want)
		}
	}
	var found struct {
		Contacts []live.Contact
		Calls    []live.Call
	}
	w.do("GET", "/api/v1/search?q=%D2%9B%D0%BE%D0%B4%D0%B8%D1%80", "anna", "").must(200).as(&found) // қодир
	if len(found.Contacts) != 1 || len(found.Calls) != 1 || found.Calls[0].ContactName != "Oʻtkir Qodirov" || found.Calls[0].AgentName != "Anna Karimova" {
		t.Errorf("found %+v", found)
	}
	w.do("GET", "/api/v1/calls?office=Bukhara", "boss", "").must(422)
}

// A card that has gone to another office takes its news with it: who may read the call but
// not the card goes on seeing the name that he knew, and finds nothing by the new one.
func TestACallTellsNothingOfACardOutOfSight(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	var before live.Call
	w.do("GET", "/api/v1/calls/"+string(s.talk), "anna", "").must(200).as(&before)
	move := `update contact set unit_id = $1, owner_id = null where id = $2`
	if _, err := w.Pool.Exec(t.Context(), move, w.Unit("Samarkand"), s.contact); err != nil {
		t.Fatal(err)
	}
	w.do("PATCH", "/api/v1/contacts/"+string(s.contact), "admin", `{"name":"Secret Buyer"}`).must(200)
	w.do("GET", "/api/v1/contacts/"+string(s.contact), "anna", "").must(404)
	if a := w.do("GET", "/api/v1/calls", "anna", "").must(200); a.has("Secret") || !a.has(before.ContactName) {
		t.Errorf("the list: %s", a.body)
	}
	if a := w.do("GET", "/api/v1/calls/"+string(s.talk), "anna", "").must(200); a.has("Secret") || !a.has(before.ContactName) {
		t.Errorf("the call: %s", a.body)
	}
	for login, found := range map[string]bool{"anna": false, "admin": true} {
		if a := w.do("GET", "/api/v1/calls?q=secret", login, "").must(200); a.has(string(s.talk)) != found {
			t.Errorf("%s searches: %s", login, a.body)
		}
	}
}
