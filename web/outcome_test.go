package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

type disposed struct {
	Outcome *live.CallOutcome `json:"outcome"`
	Notes   []live.Activity   `json:"notes"`
}

// The whole way of an outcome: said, seen by who watches, on the card, found, changed, taken
// back, and all of it in the audit.
func TestAnOutcomeIsSaidAndSeen(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	boss := w.tab("boss")
	path := fmt.Sprintf("/api/v1/calls/%s/outcome", s.talk)
	var said disposed
	for range 2 { // a page that has not heard the answer says it again
		w.do("PUT", path, "anna", `{"outcome":"interested"}`).must(200).as(&said)
	}
	if o := said.Outcome; o == nil || o.Key != "interested" || o.Names["ru"] == "" || o.Kind != "positive" || o.By != "anna" {
		t.Errorf("it is %+v", o)
	}
	var change live.CallChange
	for change.What != live.ChangedOutcome {
		boss.hears(live.TypeCallChanged, &change)
	}
	if o := change.Call.Outcome; o == nil || o.Key != "interested" {
		t.Errorf("the boss hears %+v", o)
	}
	if a := w.do("GET", fmt.Sprintf("/api/v1/contacts/%s/timeline?kind=call", s.contact), "anna", "").must(200); !a.has(`"key":"interested"`) {
		t.Errorf("the timeline has no outcome: %s", a.body)
	}
	for outcome, found := range map[string]bool{"interested": true, "refused": false} {
		if a := w.do("GET", "/api/v1/calls?outcome="+outcome, "anna", "").must(200); a.has(string(s.talk)) != found {
			t.Errorf("with the outcome %s: %s", outcome, a.body)
		}
	}
	w.do("PUT", path, "boss", `{"outcome":"refused"}`).must(200)
	said = disposed{}
	w.do("PUT", path, "anna", `{"outcome":""}`).must(200).as(&said)
	if said.Outcome != nil {
		t.Errorf("it was taken back, and is %+v", said.Outcome)
	}
	if n := w.Count(`select count(*) from audit where object = 'calls' and diff ? 'outcome'`); n != 3 {
		t.Errorf("%d lines in the audit", n)
	}
	if did := strings.Join(w.control.did, "; "); strings.Count(did, "outcome "+string(s.talk)) != 3 {
		t.Errorf("of the wrap-up was said: %s", did)
	}
}

// What an outcome requires may come with it, or be there already; else nothing is said.
func TestAnOutcomeRequires(t *testing.T) {
	w := newWorld(t)
	s := w.scene() // the talk has a note
	call := webtest.NewStory("sales", "+998901234567", s.contact, "")
	call.Offer(w.ID("anna"))
	call.Answer(w.ID("anna"))
	call.End()
	w.tell(call.Facts...)
	path := fmt.Sprintf("/api/v1/calls/%s/outcome", call.Call)
	for outcome, field := range map[string]string{"complaint": "note", "call-back": "task"} {
		if a := w.do("PUT", path, "anna", fmt.Sprintf(`{"outcome":%q}`, outcome)).must(422); !a.has(`"field":"` + field + `"`) {
			t.Errorf("%s", a.body)
		}
	}
	task := fmt.Sprintf(`{"outcome":"call-back","task":{"id":%q,"title":"Call back","due_at":"2030-01-01T10:00:00Z"}}`, crm.NewID())
	for range 2 {
		w.do("PUT", path, "anna", task).must(200)
	}
	if n := w.Count(`select count(*) from task where contact_id = $1 and phone = '+998901234567' and $2 = any(call_ids)`, s.contact, call.Call); n != 1 {
		t.Errorf("%d tasks", n)
	}
	var said disposed
	note := fmt.Sprintf(`{"outcome":"complaint","note":{"id":%q,"body":"The parcel is late"}}`, crm.NewID())
	for range 2 {
		w.do("PUT", path, "anna", note).must(200).as(&said)
	}
	if len(said.Notes) != 1 || said.Notes[0].Body != "The parcel is late" || said.Notes[0].ContactID != s.contact {
		t.Errorf("its notes are %+v", said.Notes)
	}
	w.do("PUT", fmt.Sprintf("/api/v1/calls/%s/outcome", s.talk), "anna", `{"outcome":"complaint"}`).must(200)
	w.do("PUT", path, "anna", `{"outcome":"won the lottery"}`).must(422)
	w.do("PUT", path, "anna", fmt.Sprintf(`{"outcome":"call-back","task":{"id":%q,"title":"Mine"}}`, s.task)).must(200) // anna's own task
}

func TestNothingComesOfACallThatGoesOnOrOfNoTalk(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	w.do("PUT", fmt.Sprintf("/api/v1/calls/%s/outcome", s.ringing), "anna", `{"outcome":"refused"}`).must(409)
	missed := webtest.NewStory("sales", "+998901234569", "", "")
	missed.Offer(w.ID("anna"))
	missed.Tell(crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned})
	w.tell(missed.Facts...)
	w.do("PUT", fmt.Sprintf("/api/v1/calls/%s/outcome", missed.Call), "anna", `{"outcome":"refused"}`).must(409)
}

// An office has its own outcomes, a queue has them before the office; one that is gone is
// still read.
func TestOutcomesAreTheOffices(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	w.do("PUT", fmt.Sprintf("/api/v1/calls/%s/outcome", s.talk), "anna", `{"outcome":"refused"}`).must(200)
	w.do("POST", "/api/v1/office/changes", "admin", `{"queues":[{"name":"sales","agents":["anna","bek"],"wrap_up_until":"outcome","callback_to":"bek",
		"outcomes":[{"key":"sold","name":"Sold","names":{"ru":"Продажа"},"kind":"positive"}]}]}`).must(200)
	var of struct{ Items []struct{ Key string } }
	w.do("GET", "/api/v1/outcomes?queue=sales", "anna", "").must(200).as(&of)
	if len(of.Items) != 1 || of.Items[0].Key != "sold" {
		t.Errorf("of the queue: %+v", of.Items)
	}
	w.do("GET", "/api/v1/outcomes", "anna", "").must(200).as(&of)
	if len(of.Items) < 2 {
		t.Errorf("of the office: %+v", of.Items)
	}
	if a := w.do("GET", "/api/v1/outcomes?all=true", "anna", "").must(200); !a.has(`"sold"`) || !a.has(`"refused"`) {
		t.Errorf("of all: %s", a.body)
	}
	if a := w.do("GET", "/api/v1/office/queues", "admin", "").must(200); !a.has(`"wrap_up_until":"outcome"`) || !a.has(`"callback_to":"bek"`) || !a.has(`"sold"`) {
		t.Errorf("%s", a.body)
	}
	var was disposed
	w.do("GET", "/api/v1/calls/"+string(s.talk), "anna", "").must(200).as(&was)
	if was.Outcome == nil || was.Outcome.Names["ru"] != "Отказ" {
		t.Errorf("what the call came to reads %+v", was.Outcome)
	}
	w.do("PUT", fmt.Sprintf("/api/v1/calls/%s/outcome", s.talk), "anna", `{"outcome":"refused"}`).must(422)
}

// A client whom nobody knows is called back by who looks after such clients of the queue.
func TestStrangersAreCalledBackByWhoTheQueueSays(t *testing.T) {
	w := newWorld(t)
	w.do("POST", "/api/v1/office/changes", "admin", `{"queues":[{"name":"sales","agents":["anna","bek"],"callback_to":"bek"}]}`).must(200)
	missed := webtest.NewStory("sales", "+998901234569", "", "")
	missed.Tell(crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned})
	w.tell(missed.Facts...)
	var of struct{ Items []live.Task }
	w.do("GET", "/api/v1/tasks?mine=true&open=true&kind=callback", "bek", "").must(200).as(&of)
	if len(of.Items) != 1 || of.Items[0].Assignee != "bek" {
		t.Errorf("%+v", of.Items)
	}
}
