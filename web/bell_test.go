package web_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

// bell is what GET /me/notifications gives.
type bell struct {
	Items  []live.Notification
	Next   string
	Unread int
}

func (w *world) bell(login, query string) (b bell) {
	w.t.Helper()
	w.do("GET", "/api/v1/me/notifications"+query, login, "").must(200).as(&b)
	return b
}

func TestTheBellRings(t *testing.T) {
	w := newWorld(t)
	s := w.scene() // anna has given herself a task, and has answered nobody's client
	if n := w.Count(`select count(*) from notification`); n != 0 {
		t.Errorf("%d notifications of one's own doing", n)
	}
	w.do("PATCH", "/api/v1/contacts/"+string(s.contact), "boss", `{"owner":"anna"}`).must(200)
	anna, another := w.tab("anna"), w.tab("anna")

	var task live.Task
	w.do("POST", "/api/v1/tasks", "boss", fmt.Sprintf(`{"title":"call the bank","assignee":"anna","contact_id":%q}`, s.contact)).must(201).as(&task)
	var n live.Notification
	for _, p := range []tab{anna, another} {
		p.hears(live.TypeNotificationAdded, &n)
		if n.Kind != "task_assigned" || n.Params["task"] != string(task.ID) || n.Params["title"] != "call the bank" || n.Params["by_name"] != "Boss" {
			t.Errorf("anna hears %+v", n)
		}
	}

	taken := webtest.NewStory("sales", "+998901234567", s.contact, "Ўткир Алиев")
	taken.Offer(w.ID("bek"))
	taken.Answer(w.ID("bek"))
	taken.End()
	w.tell(taken.Facts...)
	n = live.Notification{}
	anna.hears(live.TypeNotificationAdded, &n)
	if n.Kind != "call_taken" || n.Params["call"] != string(taken.Call) || n.Params["agent"] != "bek" || n.Params["name"] != "Ўткир Алиев" {
		t.Errorf("anna hears %+v", n)
	}

	missed := webtest.NewStory("sales", "+998901234567", s.contact, "Ўткир Алиев")
	missed.Tell(crm.Identified{Contact: s.contact, Name: "Ўткир Алиев", Owner: w.ID("anna")})
	missed.Tell(crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned})
	w.tell(missed.Facts...)
	n = live.Notification{}
	anna.hears(live.TypeNotificationAdded, &n)
	if n.Kind != "callback_assigned" || n.Params["call"] != string(missed.Call) || n.Params["phone"] != "+998901234567" {
		t.Errorf("anna hears %+v", n)
	}

	page := w.bell("anna", "?limit=2")
	if page.Unread != 3 || len(page.Items) != 2 || page.Items[0].ID != n.ID {
		t.Fatalf("the bell has %+v", page)
	}
	rest := w.bell("anna", "?limit=2&after="+page.Next)
	if len(rest.Items) != 1 || rest.Next != "" {
		t.Errorf("the rest is %+v", rest)
	}
	w.do("PUT", "/api/v1/me/notifications/read", "bek", fmt.Sprintf(`{"ids":[%q]}`, n.ID)).must(200) // not his
	var read live.NotificationsRead
	w.do("PUT", "/api/v1/me/notifications/read", "anna", fmt.Sprintf(`{"ids":[%q]}`, n.ID)).must(200).as(&read)
	if read.Unread != 2 {
		t.Errorf("%d are left", read.Unread)
	}
	another.hears(live.TypeNotificationsRead, &read)
	w.do("PUT", "/api/v1/me/notifications/read", "anna", fmt.Sprintf(`{"up_to":%q}`, n.ID)).must(200).as(&read)
	if left := w.bell("anna", "?unread=true"); left.Unread != 0 || len(left.Items) != 0 {
		t.Errorf("left is %+v", left)
	}
	if b := w.bell("bek", ""); len(b.Items) != 0 {
		t.Errorf("bek has %+v", b)
	}
}

func TestAlarmsRingForAdministrators(t *testing.T) {
	w := newWorld(t)
	admin := w.tab("admin")
	if err := w.news.Alarm(t.Context(), "trunk_down", "carrier"); err != nil {
		t.Fatal(err)
	}
	var n live.Notification
	admin.hears(live.TypeNotificationAdded, &n)
	if n.Kind != "alarm" || n.Params["code"] != "trunk_down" || n.Params["about"] != "carrier" {
		t.Errorf("the administrator hears %+v", n)
	}
	if b := w.bell("boss", ""); b.Unread != 0 {
		t.Errorf("the boss has %+v", b)
	}
}

// An alarm that the database does not take at the commit rings nobody's bell.
func TestAnAlarmThatIsNotWrittenDoesNotRing(t *testing.T) {
	w := newWorld(t)
	admin := w.tab("admin")
	exec := func(sql string) {
		t.Helper()
		if _, err := w.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec(`create function refuse_commit() returns trigger language plpgsql as $$ begin raise 'no commit today'; end $$`)
	exec(`create constraint trigger no_commit after insert on notification deferrable initially deferred for each row execute function refuse_commit()`)
	if err := w.news.Alarm(t.Context(), "trunk_down", "lost"); err == nil {
		t.Error("it says that it is written")
	}
	exec(`drop trigger no_commit on notification`)
	if err := w.news.Alarm(t.Context(), "trunk_down", "carrier"); err != nil {
		t.Fatal(err)
	}
	var n live.Notification
	admin.hears(live.TypeNotificationAdded, &n)
	if n.Params["about"] != "carrier" {
		t.Errorf("the administrator hears %+v", n)
	}
}

// What an outage has held up, or a history that is read in, rings nobody's bell.
func TestOldNewsRingsNoBell(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	w.do("PATCH", "/api/v1/contacts/"+string(s.contact), "boss", `{"owner":"anna"}`).must(200)
	old := webtest.NewStory("sales", "+998901234567", s.contact, "Ўткир Алиев")
	old.Offer(w.ID("bek"))
	old.Answer(w.ID("bek"))
	old.End()
	for i := range old.Facts {
		old.Facts[i].At = old.Facts[i].At.Add(-24 * time.Hour)
	}
	w.tell(old.Facts...)
	if b := w.bell("anna", ""); len(b.Items) != 0 {
		t.Errorf("anna has %+v", b)
	}
}
