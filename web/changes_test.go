package web_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

// tab is an open page that has taken its snapshot.
type tab struct {
	*websocket.Conn
	w     *world
	login string
}

func (w *world) tab(login string) tab {
	w.t.Helper()
	c := w.dial(login, "")
	next(w.t, c, nil)
	return tab{c, w, login}
}

// hears reads up to the next event of the kind.
func (p tab) hears(kind string, data any) {
	p.w.t.Helper()
	for {
		e := next(p.w.t, p.Conn, nil)
		if e.Type != kind {
			continue
		}
		if err := json.Unmarshal(e.Data, data); err != nil {
			p.w.t.Fatal(err)
		}
		return
	}
}

// heardNothing checks that the next thing the page hears of is what it is told now.
func (p tab) heardNothing() {
	p.w.t.Helper()
	since := time.Now()
	p.w.feed.Agent(routing.Change{Agent: routing.AgentID(p.w.ID(p.login)), State: routing.Break, Since: since})
	var state live.AgentState
	e := next(p.w.t, p.Conn, &state)
	if e.Type != live.TypeAgentState || !state.Since.Equal(since) {
		p.w.t.Errorf("%s heard of %s: %s", p.login, e.Type, e.Data)
	}
}

func TestNotesAreSeenByWhoSeesTheCard(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	notes := fmt.Sprintf("/api/v1/contacts/%s/notes", s.contact)
	anna, another, bek, farid := w.tab("anna"), w.tab("anna"), w.tab("bek"), w.tab("farid")
	id := crm.NewID()
	w.do("POST", notes, "anna", fmt.Sprintf(`{"id":%q,"body":"call back on","call_id":%q}`, id, s.talk)).must(201)
	for _, p := range []tab{anna, another, bek} {
		var e live.ActivityChange
		p.hears(live.TypeActivityChanged, &e)
		if e.ContactID != s.contact || e.CallID != s.talk || e.Activity.ID != id || e.Activity.Body != "call back on" ||
			e.Activity.UserName != "Anna Karimova" || e.Activity.Editable != (p.login == "anna") || e.Removed {
			t.Errorf("%s hears %+v", p.login, e)
		}
	}
	// Typing goes on: the same POST once more, then changes, none of which is an edit.
	w.do("POST", notes, "anna", fmt.Sprintf(`{"id":%q,"body":"call back on Friday","call_id":%q}`, id, s.talk)).must(201)
	w.do("PATCH", notes+"/"+string(id), "anna", `{"body":"call back on Friday at 10"}`).must(200)
	w.do("POST", notes, "bek", fmt.Sprintf(`{"id":%q,"body":"mine"}`, id)).must(409)
	var e live.ActivityChange
	bek.hears(live.TypeActivityChanged, &e)
	bek.hears(live.TypeActivityChanged, &e)
	if e.Activity.Body != "call back on Friday at 10" || e.Activity.EditedAt != nil {
		t.Errorf("bek hears %+v", e)
	}
	if n := w.Count(`select count(*) from audit where action like 'note%' and object_id = $1 and login = 'anna'`, s.contact); n != 3 {
		t.Errorf("%d lines in the audit", n) // one for each note, two of which are the scene's, none for the typing
	}
	// Later it is an edit, and the audit keeps what stood there.
	if _, err := w.Pool.Exec(t.Context(), `update activity set saved_at = saved_at - interval '1 hour' where id = $1`, id); err != nil {
		t.Fatal(err)
	}
	w.do("PATCH", notes+"/"+string(id), "anna", `{"body":"done","pinned":true}`).must(200)
	bek.hears(live.TypeActivityChanged, &e)
	if !e.Activity.Pinned || e.Activity.EditedAt == nil {
		t.Errorf("bek hears %+v", e)
	}
	if n := w.Count(`select count(*) from audit where action = 'note_edit' and diff->('note.' || $1) = '["call back on Friday at 10", "done"]'`, string(id)); n != 1 {
		t.Errorf("%d lines in the audit", n)
	}
	var page struct {
		Items, Pinned []live.Activity
	}
	w.do("GET", fmt.Sprintf("/api/v1/contacts/%s/timeline?kind=note&limit=1", s.contact), "bek", "").must(200).as(&page)
	if len(page.Items) != 1 || page.Items[0].ID != id || len(page.Pinned) != 1 || page.Pinned[0].ID != id || page.Pinned[0].Editable {
		t.Errorf("timeline = %+v", page)
	}
	w.do("DELETE", notes+"/"+string(id), "anna", "").must(204)
	bek.hears(live.TypeActivityChanged, &e)
	if e.Activity.ID != id || !e.Removed {
		t.Errorf("bek hears %+v", e)
	}
	farid.heardNothing()
}

func TestNotesGoWithTheirCall(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	call := webtest.NewStory("sales", "", "", "")
	call.Offer(w.ID("anna"))
	call.Answer(w.ID("anna"))
	w.tell(call.Facts...)
	anna, boss, bek, farid := w.tab("anna"), w.tab("boss"), w.tab("bek"), w.tab("farid")
	w.do("POST", fmt.Sprintf("/api/v1/calls/%s/notes", call.Call), "anna", `{"body":"hides his number"}`).must(201)
	var e live.ActivityChange
	for _, p := range []tab{anna, boss} {
		p.hears(live.TypeActivityChanged, &e)
		if e.ContactID != "" || e.CallID != call.Call || !e.Activity.Editable {
			t.Errorf("%s hears %+v", p.login, e)
		}
	}
	var detail struct{ Notes []live.Activity }
	w.do("PUT", fmt.Sprintf("/api/v1/calls/%s/contact", call.Call), "anna", fmt.Sprintf(`{"contact_id":%q}`, s.contact)).must(200).as(&detail)
	if len(detail.Notes) != 1 || detail.Notes[0].ContactID != s.contact {
		t.Errorf("the call's notes are %+v", detail.Notes)
	}
	bek.hears(live.TypeActivityChanged, &e) // he sees the card, not the call
	if e.ContactID != s.contact || e.Activity.Body != "hides his number" {
		t.Errorf("bek hears %+v", e)
	}
	var change live.CallChange
	anna.hears(live.TypeCallChanged, &change)
	if change.What != live.ChangedCard || change.Call.ContactID != s.contact || change.Call.ContactName != "Ўткир Алиев" {
		t.Errorf("anna hears %+v", change)
	}
	var card live.Card
	anna.hears(live.TypeCallCard, &card)
	if card.ContactID != s.contact || card.Name != "Ўткир Алиев" {
		t.Errorf("anna's card is %+v", card)
	}
	w.tell(call.End()) // what the line tells later does not take the choice away
	anna.hears(live.TypeCallChanged, &change)
	if change.What != crm.FactEnded || change.Call.ContactID != s.contact {
		t.Errorf("anna hears %+v", change)
	}
	bek.hears(live.TypeActivityChanged, &e)
	if e.Activity.Kind != "call" || e.CallID != call.Call || e.ContactID != s.contact {
		t.Errorf("bek hears %+v", e)
	}
	farid.heardNothing()
}

func TestChangesOfACardAreSeen(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	anna, farid := w.tab("anna"), w.tab("farid")
	card := fmt.Sprintf("/api/v1/contacts/%s", s.contact)
	w.do("PATCH", card, "bek", `{"name":"Ўткир Алиев, MCHJ","lang":"uz"}`).must(200)
	var e live.ContactChange
	anna.hears(live.TypeContactChanged, &e)
	if e.ID != s.contact || e.Version != 2 || e.By != "bek" || fmt.Sprint(e.Fields) != "[lang name]" || e.Contact == nil || e.Contact.Lang != "uz" {
		t.Errorf("anna hears %+v", e)
	}
	farid.heardNothing()
	// The card moves to the other office: there it appears, here it is gone.
	w.do("PATCH", card, "admin", fmt.Sprintf(`{"office_id":%q}`, w.Unit("Samarkand"))).must(200)
	var came, gone live.ContactChange
	farid.hears(live.TypeContactChanged, &came)
	anna.hears(live.TypeContactChanged, &gone)
	if came.Contact == nil || came.Removed || gone.Contact != nil || !gone.Removed || gone.ID != s.contact {
		t.Errorf("farid hears %+v, anna %+v", came, gone)
	}
	w.do("DELETE", card, "sara", "").must(204)
	farid.hears(live.TypeContactChanged, &gone)
	if !gone.Removed {
		t.Errorf("farid hears %+v", gone)
	}
}

func TestChangesOfATaskAreSeen(t *testing.T) {
	w := newWorld(t)
	anna, bek, farid := w.tab("anna"), w.tab("bek"), w.tab("farid")
	var task live.Task
	w.do("POST", "/api/v1/tasks", "boss", `{"title":"send the offer","assignee":"anna"}`).must(201).as(&task)
	var e live.TaskChange
	anna.hears(live.TypeTaskChanged, &e)
	if e.Task == nil || e.Task.ID != task.ID || e.By != "boss" || e.Task.AssigneeName != "Anna Karimova" {
		t.Errorf("anna hears %+v", e)
	}
	w.do("PATCH", "/api/v1/tasks/"+string(task.ID), "boss", fmt.Sprintf(`{"version":%d,"assignee":"bek"}`, task.Version)).must(200)
	var gone live.TaskChange
	bek.hears(live.TypeTaskChanged, &e)
	anna.hears(live.TypeTaskChanged, &gone)
	if e.Task == nil || e.Task.Assignee != "bek" || e.Version != 2 || !gone.Removed || gone.Task != nil {
		t.Errorf("bek hears %+v, anna %+v", e, gone)
	}
	missed := webtest.NewStory("sales", "+998901234599", "", "")
	missed.Tell(crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned})
	w.tell(missed.Facts...)
	var back live.TaskChange
	anna.hears(live.TypeTaskChanged, &back) // nobody has it yet: everybody of the office may take it
	if back.Task == nil || back.Task.Kind != "callback" || back.By != "" || back.Task.CreatedAt.IsZero() {
		t.Errorf("anna hears %+v", back)
	}
	farid.heardNothing()
}

func TestAgentsSeeEachOtherAtAGlance(t *testing.T) {
	w := newWorld(t)
	call := webtest.NewStory("sales", "+998901234567", "", "")
	call.Offer(w.ID("anna"))
	w.tell(call.Facts...)
	bek, boss, farid := w.tab("bek"), w.tab("boss"), w.tab("farid")
	w.feed.Agent(routing.Change{Agent: routing.AgentID(w.ID("anna")), State: routing.Ringing, Call: routing.CallID(call.Call), Since: time.Now()})
	var state live.AgentState
	boss.hears(live.TypeAgentState, &state)
	if state.Call != call.Call {
		t.Errorf("the boss hears %+v", state)
	}
	w.tell(call.Answer(w.ID("anna")))
	var line live.QueueLine
	boss.hears(live.TypeQueueChanged, &line)
	if line.Queue != "sales" || line.Waiting != 0 {
		t.Errorf("the boss hears %+v", line)
	}
	var ringing, answered bool // told in one, or in two when half a second passed between them
	for !ringing || !answered {
		var floor live.FloorChange
		bek.hears(live.TypeFloorChanged, &floor)
		for _, a := range floor.Agents {
			ringing = ringing || a.Name == "Anna Karimova" && a.State == routing.Ringing && a.Call == ""
		}
		for _, q := range floor.Queues {
			answered = answered || q.Queue == "sales" && q.Waiting == 0
		}
	}
	farid.heardNothing()
}

// On a busy floor colleagues hear of many changes at once, of each the last.
func TestABusyFloorIsToldInOne(t *testing.T) {
	w := newWorld(t)
	bek := w.tab("bek")
	for i := range 200 {
		state := routing.Available
		if i%2 == 0 {
			state = routing.Break
		}
		w.feed.Agent(routing.Change{Agent: routing.AgentID(w.ID("anna")), State: state, Since: time.Now()})
	}
	heard := 0
	var floor live.FloorChange
	for len(floor.Agents) == 0 || floor.Agents[0].State != routing.Available {
		bek.hears(live.TypeFloorChanged, &floor)
		heard++
	}
	if heard > 5 {
		t.Errorf("bek heard %d times of 200 changes", heard)
	}
}
