package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/webtest"
)

// scene is a client of Tashkent with a talk that anna had, a call that rings at her,
// a note on the card, one on the call, and a task; bek has been sent a link.
type scene struct {
	contact, company, talk, ringing, task, note, callNote, anna, invitation crm.ID
	link                                                                    string
}

func (w *world) scene() scene {
	w.t.Helper()
	who, err := w.Contacts.Identify(w.t.Context(), "+998901234567", w.Unit("Tashkent"), "Ўткир Алиев")
	if err != nil {
		w.t.Fatal(err)
	}
	talk := webtest.NewStory("sales", "+998901234567", who.Contact, who.Name)
	talk.Tell(crm.Routed{Reason: "least_busy", Candidates: []crm.RouteCandidate{{Agent: w.ID("anna"), Reason: "least_busy", Score: 0.42}},
		Excluded: []crm.RouteExclusion{{Agent: w.ID("bek"), Why: "offline"}}})
	talk.Offer(w.ID("anna"))
	talk.Answer(w.ID("anna"))
	rec := crm.NewID()
	path := "2026/11/22/" + string(rec) + ".wav"
	talk.Tell(crm.RecordingStarted{Recording: rec, Path: path})
	talk.End()
	talk.Tell(crm.Recorded{Recording: rec, Path: path, DurationMS: 60_000, Bytes: 1000, SHA256: strings.Repeat("ab", 32)})
	w.record(path, []byte(strings.Repeat("0123456789", 100)))
	w.tell(talk.Facts...)
	ringing := webtest.NewStory("sales", "+998901234568", "", "")
	ringing.Offer(w.ID("anna"))
	w.tell(ringing.Facts...)
	var task struct{ ID crm.ID }
	w.do("POST", "/api/v1/tasks", "anna", fmt.Sprintf(`{"title":"send the offer","contact_id":%q}`, who.Contact)).must(201).as(&task)
	var company struct{ ID crm.ID }
	w.do("POST", "/api/v1/contacts", "anna", `{"kind":"company","name":"Orient Tour"}`).must(201).as(&company)
	note, callNote := crm.NewID(), crm.NewID()
	w.do("POST", fmt.Sprintf("/api/v1/contacts/%s/notes", who.Contact), "anna", fmt.Sprintf(`{"id":%q,"body":"likes coffee"}`, note)).must(201)
	w.do("POST", fmt.Sprintf("/api/v1/calls/%s/notes", talk.Call), "anna", fmt.Sprintf(`{"id":%q,"body":"asked for coffee"}`, callNote)).must(201)
	if _, err := w.Pool.Exec(w.t.Context(), `insert into call_trace (call_id, messages) values ($1, '[{"head":"INVITE sip:x SIP/2.0"}]')`, talk.Call); err != nil {
		w.t.Fatal(err)
	}
	link, invitation, err := w.users.InviteAgain(w.t.Context(), crm.SystemViewer("test"), w.ID("bek"))
	if err != nil {
		w.t.Fatal(err)
	}
	return scene{contact: who.Contact, company: company.ID, talk: talk.Call, ringing: ringing.Call, task: task.ID, note: note, callNote: callNote,
		anna: w.ID("anna"), invitation: invitation.ID, link: link}
}

// row is a route asked by everybody. want gives the status for guest, anna (the
// agent), bek (her colleague), boss (her supervisor), farid and sara (agent and
// supervisor of another office) and admin.
type row struct {
	method, path, body string
	want               [7]int
	has                string // in every 2xx
	never              string // in no answer to another office or to a guest
}

var people = [7]string{"", "anna", "bek", "boss", "farid", "sara", "admin"}

const (
	client = "Ўткир"
	number = "901234567"
)

func rows(s scene) []row {
	id := func(format string, x crm.ID) string { return "/api/v1" + fmt.Sprintf(format, x) }
	return []row{
		{"GET", "/api/v1/session", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"login"`, ""},
		{"POST", "/api/v1/session", `{"login":"nobody","password":"no"}`, [7]int{401, 401, 401, 401, 401, 429, 429}, "", ""},
		{"POST", "/api/v1/invitation/look", fmt.Sprintf(`{"token":%q}`, s.link), [7]int{200, 200, 200, 200, 200, 200, 200}, `"bek"`, ""},
		{"POST", "/api/v1/invitation", `{"token":"made up","password":"lilac meadow 9"}`, [7]int{404, 404, 404, 404, 404, 404, 404}, "", ""},
		{"PATCH", "/api/v1/me", `{"locale":"ru"}`, [7]int{401, 200, 200, 200, 200, 200, 200}, `"ru"`, ""},
		{"POST", "/api/v1/me/phone", "", [7]int{401, 200, 200, 404, 200, 404, 404}, `"password"`, ""},
		{"POST", "/api/v1/me/sip-password", "", [7]int{401, 200, 200, 404, 200, 404, 404}, `"password"`, ""},
		{"GET", "/sip", "", [7]int{401, 400, 400, 404, 400, 404, 404}, "", ""}, // no upgrade
		{"GET", "/api/v1/me/state", "", [7]int{401, 200, 200, 404, 200, 404, 404}, `"state"`, ""},
		{"PUT", "/api/v1/me/state", `{"state":"break","reason":"tea"}`, [7]int{401, 200, 200, 404, 200, 404, 404}, `"break"`, ""},
		{"POST", "/api/v1/me/wrap-up", `{"seconds":60}`, [7]int{401, 200, 200, 404, 200, 404, 404}, `"state"`, ""},
		{"DELETE", "/api/v1/me/wrap-up", "", [7]int{401, 204, 204, 404, 204, 404, 404}, "", ""},
		{"GET", "/api/v1/me/notifications", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"unread"`, client},
		{"PUT", "/api/v1/me/notifications/read", fmt.Sprintf(`{"ids":[%q]}`, s.talk), [7]int{401, 200, 200, 200, 200, 200, 200}, `"unread"`, ""},
		{"GET", "/api/v1/me/sessions", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"current":true`, ""},
		{"DELETE", id("/me/sessions/%s", s.talk), "", [7]int{401, 404, 404, 404, 404, 404, 404}, "", ""},
		{"GET", "/api/v1/me/tokens", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, ""},
		{"POST", "/api/v1/me/tokens", `{"name":"report","scopes":["calls:read"]}`, [7]int{401, 201, 201, 201, 201, 201, 201}, `"callcard_`, ""},
		{"DELETE", id("/me/tokens/%s", s.talk), "", [7]int{401, 404, 404, 404, 404, 404, 404}, "", ""},
		{"PUT", "/api/v1/me/password", `{"old_password":"no","new_password":"lilac meadow 9"}`, [7]int{401, 422, 422, 422, 422, 422, 422}, "", ""},
		{"DELETE", "/api/v1/me/sessions", "", [7]int{401, 204, 204, 204, 204, 204, 204}, "", ""},
		{"GET", "/api/v1/live", "", [7]int{401, 400, 400, 400, 400, 400, 400}, "", ""}, // no upgrade

		{"GET", "/api/v1/search?q=utkir", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"contacts"`, client},
		{"GET", "/api/v1/search?q=1234567", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"calls"`, number},

		{"GET", "/api/v1/contacts", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, client},
		{"GET", "/api/v1/contacts?phone=%2B998901234567", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, client},
		{"GET", "/api/v1/contacts?q=utkir", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, client},
		{"POST", "/api/v1/contacts", `{"name":"New","phones":["90 765 43 21"],"force":true}`, [7]int{401, 201, 201, 201, 201, 201, 201}, `"+998907654321"`, ""},
		{"GET", id("/contacts/%s", s.contact), "", [7]int{401, 200, 200, 200, 404, 404, 200}, client, client},
		{"PATCH", id("/contacts/%s", s.contact), `{"lang":"uz"}`, [7]int{401, 200, 200, 200, 404, 404, 200}, client, client},
		{"PUT", id("/contacts/%s", s.contact) + "/companies/" + string(s.company), `{"position":"director"}`, [7]int{401, 200, 200, 200, 404, 404, 200}, `"director"`, client},
		{"GET", id("/contacts/%s", s.company), "", [7]int{401, 200, 200, 200, 404, 404, 200}, client, client},
		{"DELETE", id("/contacts/%s", s.contact) + "/companies/" + string(s.company), "", [7]int{401, 200, 404, 404, 404, 404, 404}, `"version"`, client},
		{"GET", id("/contacts/%s/timeline", s.contact), "", [7]int{401, 200, 200, 200, 404, 404, 200}, string(s.talk), number},
		{"POST", id("/contacts/%s/notes", s.contact), `{"body":"likes tea"}`, [7]int{401, 201, 201, 201, 404, 404, 201}, "likes tea", "tea"},
		{"PATCH", id("/contacts/%s", s.contact) + "/notes/" + string(s.note), `{"body":"likes black coffee"}`, [7]int{401, 200, 403, 200, 404, 404, 200}, "black coffee", "coffee"},
		{"PATCH", id("/contacts/%s", s.contact) + "/notes/" + string(s.note), `{"pinned":true}`, [7]int{401, 200, 200, 200, 404, 404, 200}, `"pinned":true`, "coffee"},
		{"DELETE", id("/contacts/%s", s.contact) + "/notes/" + string(s.note), "", [7]int{401, 204, 404, 404, 404, 404, 404}, "", "coffee"},
		{"PUT", "/api/v1/contacts/number-hint", `{"phone":"+998901234567","hint":"ask"}`, [7]int{401, 204, 204, 204, 404, 404, 204}, "", ""},

		{"GET", "/api/v1/calls", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, number},
		{"GET", "/api/v1/calls?q=utkir&source=website&result=answered&recorded=true&office=Tashkent", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, number},
		{"GET", "/api/v1/calls?agent=anna&queue=sales&phone=901234567", "", [7]int{401, 200, 200, 200, 422, 422, 200}, `"items"`, number},
		{"POST", "/api/v1/calls", `{"to":"901234567"}`, [7]int{401, 201, 201, 201, 201, 201, 201}, `"id"`, ""},
		{"POST", "/api/v1/calls", fmt.Sprintf(`{"to":"901234567","contact_id":%q}`, s.contact), [7]int{401, 201, 201, 201, 422, 422, 201}, `"id"`, ""},
		{"GET", id("/calls/%s", s.talk), "", [7]int{401, 200, 404, 200, 404, 404, 200}, `"least_busy"`, number},
		{"PUT", id("/calls/%s/contact", s.talk), fmt.Sprintf(`{"contact_id":%q,"remember":"chosen"}`, s.contact), [7]int{401, 200, 404, 200, 404, 404, 200}, string(s.contact), number},
		{"GET", "/api/v1/outcomes", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"call-back"`, ""},
		{"GET", "/api/v1/calls?outcome=refused", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, number},
		{"PUT", id("/calls/%s/outcome", s.talk), `{"outcome":"refused"}`, [7]int{401, 200, 404, 200, 404, 404, 200}, `"refused"`, number},
		{"POST", id("/calls/%s/notes", s.ringing), `{"body":"wants tea"}`, [7]int{401, 201, 404, 201, 404, 404, 201}, "wants tea", "tea"},
		{"PATCH", id("/calls/%s", s.talk) + "/notes/" + string(s.callNote), `{"body":"asked for black coffee"}`, [7]int{401, 200, 404, 200, 404, 404, 200}, "black coffee", "coffee"},
		{"DELETE", id("/calls/%s", s.talk) + "/notes/" + string(s.callNote), "", [7]int{401, 204, 404, 404, 404, 404, 404}, "", "coffee"},
		{"GET", id("/calls/%s/recording", s.talk), "", [7]int{401, 200, 404, 200, 404, 404, 200}, "0123456789", "0123456789"},
		{"GET", id("/calls/%s/recording/peaks", s.talk), "", [7]int{401, 200, 404, 200, 404, 404, 200}, `"channels"`, "channels"},
		{"GET", id("/calls/%s/trace", s.talk), "", [7]int{401, 404, 404, 404, 404, 404, 200}, "INVITE", "INVITE"},
		{"POST", id("/calls/%s/hangup", s.ringing), "", [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/decline", s.ringing), "", [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/hold", s.ringing), "", [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/resume", s.ringing), "", [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/digits", s.ringing), `{"digits":"12#"}`, [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/transfer", s.ringing), `{"to":{"agent":"bek"}}`, [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/transfer", s.ringing), `{"to":{"agent":"bek","queue":"sales"}}`, [7]int{401, 422, 404, 422, 404, 404, 422}, "", ""},
		{"POST", id("/calls/%s/transfer", s.ringing), `{"to":{"agent":"farid"}}`, [7]int{401, 422, 404, 422, 404, 404, 204}, "", ""}, // of another office
		{"POST", id("/calls/%s/transfer", s.ringing), `{}`, [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/consult", s.ringing), `{"to":{"number":"901234567"}}`, [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/consult/end", s.ringing), "", [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/consult/swap", s.ringing), "", [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/consult/join", s.ringing), "", [7]int{401, 204, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/assign", s.ringing), `{"agent":"anna"}`, [7]int{401, 403, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/move", s.ringing), `{"queue":"sales"}`, [7]int{401, 403, 404, 204, 404, 404, 204}, "", ""},
		{"POST", id("/calls/%s/hangup", s.talk), "", [7]int{401, 404, 404, 404, 404, 404, 404}, "", ""}, // over

		{"GET", "/api/v1/tasks", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, "send the offer"},
		{"POST", "/api/v1/tasks", `{"title":"call the bank","assignee":"anna"}`, [7]int{401, 201, 403, 201, 422, 422, 201}, "call the bank", ""},
		{"GET", id("/tasks/%s", s.task), "", [7]int{401, 200, 404, 200, 404, 404, 200}, "send the offer", "send the offer"},
		{"PATCH", id("/tasks/%s", s.task), `{"version":99,"done":true}`, [7]int{401, 409, 404, 409, 404, 404, 409}, "", "offer"},

		{"GET", "/api/v1/queues", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, "sales"},
		{"GET", "/api/v1/queues/sales/board", "", [7]int{401, 200, 200, 200, 404, 404, 200}, `"waiting_now"`, "waiting_now"},
		{"GET", "/api/v1/agents", "", [7]int{401, 200, 200, 200, 200, 200, 200}, `"items"`, "Anna"},
		{"PUT", id("/agents/%s/state", s.anna), `{"state":"break","reason":"training"}`, [7]int{401, 403, 403, 200, 404, 404, 200}, `"break"`, "Anna"},

		// No demo runs here.
		{"GET", "/api/v1/demo", "", [7]int{404, 404, 404, 404, 404, 404, 404}, "", ""},
		{"POST", "/api/v1/demo/calls", `{"from":"new"}`, [7]int{401, 404, 404, 404, 404, 404, 404}, "", ""},
		{"POST", "/api/v1/demo/language", `{"language":"ru"}`, [7]int{401, 404, 404, 404, 404, 404, 404}, "", ""},
		{"POST", "/api/v1/demo/phones", `{"login":"anna","auto":false}`, [7]int{401, 404, 404, 404, 404, 404, 404}, "", ""},

		{"GET", "/api/v1/office/users", "", [7]int{401, 403, 403, 200, 403, 200, 200}, `"login"`, "Anna"},
		{"POST", "/api/v1/office/users", `{"login":"dilnoza","name":"Dilnoza","role":"agent"}`, [7]int{401, 403, 403, 403, 403, 403, 422}, "", ""}, // no office named
		{"PATCH", id("/office/users/%s", s.anna), `{"version":99,"role":"admin"}`, [7]int{401, 404, 404, 404, 404, 404, 409}, "", "Anna"},
		{"POST", id("/office/users/%s/sip-password", s.anna), "", [7]int{401, 403, 403, 403, 403, 403, 200}, `"extension":"101"`, "101"},
		{"GET", "/api/v1/office/roles", "", [7]int{401, 403, 403, 200, 403, 200, 200}, `"supervisor"`, ""},
		{"GET", "/api/v1/office/audit?object=users", "", [7]int{401, 403, 403, 403, 403, 403, 200}, `"name":"Bek Aliev"`, "Bek"},
		{"GET", "/api/v1/office/prompts", "", [7]int{401, 403, 403, 200, 403, 200, 200}, `"music"`, ""},
		{"PUT", "/api/v1/office/prompts/music", "RIFF mine", [7]int{401, 403, 403, 403, 403, 403, 200}, `"custom":true`, ""},
		{"GET", "/api/v1/office/prompts/music/audio", "", [7]int{401, 403, 403, 200, 403, 200, 200}, "RIFF mine", ""},
		{"DELETE", "/api/v1/office/prompts/music", "", [7]int{401, 403, 403, 403, 403, 403, 200}, `"custom":false`, ""},
		{"GET", "/api/v1/office/invitations", "", [7]int{401, 403, 403, 403, 403, 403, 200}, `"login":"bek"`, "bek"},
		{"POST", "/api/v1/office/invitations", fmt.Sprintf(`{"user_id":%q}`, s.anna), [7]int{401, 403, 403, 403, 403, 403, 201}, "/invite#", "invite#"},
		{"POST", id("/office/invitations/%s/renew", s.invitation), "", [7]int{401, 403, 403, 403, 403, 403, 200}, "/invite#", "invite#"},
		{"DELETE", id("/office/invitations/%s", s.invitation), "", [7]int{401, 403, 403, 403, 403, 403, 204}, "", ""},
		{"GET", "/api/v1/office/sessions", "", [7]int{401, 403, 403, 403, 403, 403, 200}, `"login":"anna"`, "anna"},
		{"POST", "/api/v1/office/changes?dry_run=true", `{"queues":[{"name":"sales","agents":["anna"]}]}`, [7]int{401, 403, 403, 403, 403, 403, 200}, `"applied":false`, "sales"},
		{"GET", "/api/v1/office/offices", "", [7]int{401, 403, 403, 200, 403, 200, 200}, `"revision"`, "Tashkent"},
		{"GET", "/api/v1/office/queues", "", [7]int{401, 403, 403, 200, 403, 200, 200}, `"strategy"`, "sales"},
		{"GET", "/api/v1/office/numbers", "", [7]int{401, 403, 403, 200, 403, 200, 200}, `"number"`, "+998712000001"},
		{"GET", "/api/v1/office/trunks", "", [7]int{401, 403, 403, 403, 403, 403, 200}, `"provider"`, "provider"},

		{"DELETE", id("/contacts/%s", s.contact), "", [7]int{401, 404, 404, 204, 404, 404, 404}, "", ""},
		{"DELETE", "/api/v1/session", "", [7]int{401, 204, 204, 204, 204, 204, 204}, "", ""}, // last: it ends the sessions
	}
}

func TestEveryRouteAsEverybody(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	for _, r := range rows(s) {
		for i, login := range people {
			a := w.do(r.method, r.path, login, r.body)
			name := fmt.Sprintf("%s %s as %q", r.method, r.path, login)
			if a.StatusCode != r.want[i] {
				t.Errorf("%s = %d, want %d: %s", name, a.StatusCode, r.want[i], a.body)
				continue
			}
			if a.StatusCode < 300 && login != "farid" && login != "sara" && !a.has(r.has) {
				t.Errorf("%s has no %q: %s", name, r.has, a.body)
			}
			if foreign := login == "" || login == "farid" || login == "sara"; foreign && r.never != "" && a.has(r.never) {
				t.Errorf("%s leaks %q: %s", name, r.never, a.body)
			}
			if a.StatusCode >= 400 && a.StatusCode != http.StatusBadRequest && a.code() == "" {
				t.Errorf("%s is no problem document: %s", name, a.body)
			}
			if a.has("trunk-secret") || a.has("$argon2id") {
				t.Errorf("%s shows a secret", name)
			}
		}
	}
}

// The table must have every operation of the document, so that a new route can't be
// forgotten.
func TestTheTableHasEveryRoute(t *testing.T) {
	b, err := os.ReadFile("api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]json.RawMessage // path -> method
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	const any = crm.ID("01900000-0000-7000-8000-000000000001")
	const note = crm.ID("01900000-0000-7000-8000-000000000002")
	const company = crm.ID("01900000-0000-7000-8000-000000000003")
	var asked []string
	for _, r := range rows(scene{any, company, any, any, any, note, note, any, any, ""}) {
		path, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/api/v1"), "?")
		path = strings.NewReplacer(string(any), "{id}", string(note), "{note}", string(company), "{company}", "/sales/", "/{name}/", "/prompts/music", "/prompts/{name}").Replace(path)
		asked = append(asked, r.method+" "+path)
	}
	for path, methods := range doc.Paths {
		for method := range methods {
			if op := strings.ToUpper(method) + " " + path; !slices.Contains(asked, op) {
				t.Errorf("nobody asks %s", op)
			}
		}
	}
}

// An unknown object and one that is out of sight must look the same.
func TestForbiddenLooksLikeUnknown(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	unknown := string(crm.NewID())
	for _, path := range []string{"/contacts/", "/calls/", "/tasks/"} {
		known := map[string]crm.ID{"/contacts/": s.contact, "/calls/": s.talk, "/tasks/": s.task}[path]
		a := w.do("GET", "/api/v1"+path+string(known), "farid", "").must(404)
		b := w.do("GET", "/api/v1"+path+unknown, "farid", "").must(404)
		c := w.do("GET", "/api/v1"+path+"..%2f", "farid", "").must(404)
		if string(a.body) != string(b.body) || string(a.body) != string(c.body) {
			t.Errorf("%s: %s, %s and %s", path, a.body, b.body, c.body)
		}
	}
	began := time.Now()
	w.do("GET", "/api/v1/queues/no%20such/board", "farid", "").must(404)
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %v", took)
	}
}
