package web_test

import (
	"sync"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

// While PostgreSQL is away every request is answered within 3 s: 503 where the
// database is needed. Live events and acting on calls need none.
func TestTheDatabaseIsAway(t *testing.T) {
	for name, away := range map[string]func(*webtest.Proxy){
		"stopped": (*webtest.Proxy).Stop,
		"frozen":  (*webtest.Proxy).Freeze,
	} {
		t.Run(name, func(t *testing.T) {
			pool, proxy := webtest.NewPool(t)
			w := newWorldOn(t, webtest.NewOfficeOn(t, pool))
			s := w.scene()
			page := w.dial("anna", "")
			next(t, page, nil)
			w.token("boss")
			w.do("GET", "/api/v1/session", "boss", "").must(200)
			w.do("GET", "/api/v1/session", "anna", "").must(200)
			away(proxy)
			w.answersIn3s([]row{
				{method: "GET", path: "/api/v1/contacts"},
				{method: "GET", path: "/api/v1/contacts/" + string(s.contact)},
				{method: "GET", path: "/api/v1/calls"},
				{method: "GET", path: "/api/v1/calls/" + string(s.talk) + "/recording"},
				{method: "GET", path: "/api/v1/tasks"},
				{method: "POST", path: "/api/v1/session", body: signIn},
			})
			w.do("GET", "/api/v1/calls/"+string(s.ringing), "boss", "").must(200) // from memory
			w.do("GET", "/api/v1/queues/sales/board", "boss", "").must(200)
			w.do("POST", "/api/v1/calls/"+string(s.ringing)+"/hangup", "anna", "").must(204)
			call := webtest.NewStory("sales", "+998901234599", "", "")
			for _, f := range append(call.Facts, call.Offer(w.ID("anna"))) {
				w.feed.Show(f)
			}
			e := next(t, page, nil)
			for e.Type == live.TypeFloorChanged { // of what went on before
				e = next(t, page, nil)
			}
			if e.Type != live.TypeCallOffered {
				t.Errorf("the page got %s, want %s", e.Type, live.TypeCallOffered)
			}
		})
	}
}

// answersIn3s asks all at once.
func (w *world) answersIn3s(rows []row) {
	w.t.Helper()
	var all sync.WaitGroup
	for _, r := range rows {
		all.Go(func() {
			began := time.Now()
			a := w.do(r.method, r.path, "boss", r.body).must(503)
			if took := time.Since(began); took > 3*time.Second || a.code() != string(crm.Unavailable) || a.Header.Get("Retry-After") == "" {
				w.t.Errorf("%s %s: %v, %v, %s", r.method, r.path, took, a.Header, a.body)
			}
		})
	}
	all.Wait()
}
