package web_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web"
	"github.com/callcard/callcard/web/api"
)

func TestHealth(t *testing.T) {
	w := newWorld(t)
	w.do("GET", "/healthz", "", "").must(200)
	w.do("GET", "/readyz", "", "").must(200)
	w.ready = errors.New("the server is draining")
	if a := w.do("GET", "/readyz", "", "").must(503); !a.has("draining") {
		t.Errorf("%s", a.body)
	}
	w.do("GET", "/healthz", "", "").must(200)
	if a := w.do("GET", "/metrics", "", "").must(200); !a.has("go_goroutines") {
		t.Error("no metrics")
	}
	if a := w.do("GET", "/api/v1/openapi.json", "", "").must(200); !a.has("LiveEvent") {
		t.Error("the document has no live events")
	}
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/healthz", "/api/v1/session", "/api/v1/contacts", "/nothing"} {
		h := w.do("GET", path, "anna", "").Header
		if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" || h.Get("X-Request-Id") == "" ||
			h.Get("Server") != "" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestWrongRequests(t *testing.T) {
	w := newWorld(t)
	for _, tc := range []struct {
		method, path, body string
		status             int
		code, field        string
	}{
		{"POST", "/api/v1/contacts", `{"name":`, 400, "malformed", ""},
		{"POST", "/api/v1/contacts", `{}`, 422, "invalid", "name"},
		{"POST", "/api/v1/contacts", `{"name":"X","surname":"Y"}`, 422, "invalid", "surname"},
		{"POST", "/api/v1/contacts", `{"name":"X","phones":["hello"]}`, 422, "invalid", "channels.0.raw"},
		{"POST", "/api/v1/contacts", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "too_large", ""},
		{"PUT", "/api/v1/me/state", `{"state":"talking"}`, 422, "invalid", "state"},
		{"GET", "/api/v1/calls?limit=1000", "", 422, "invalid", "limit"},
		{"GET", "/api/v1/calls?since=yesterday", "", 422, "invalid", "since"},
		{"GET", "/api/v1/calls?after=zzz", "", 422, "invalid", "after"},
		{"GET", "/api/v1/calls?contact=x", "", 422, "invalid", "contact"},
		{"GET", "/api/v1/tasks?after=x", "", 422, "invalid", "after"},
		{"GET", "/api/v1/nothing", "", 404, "not_found", ""},
		{"PUT", "/api/v1/contacts", "{}", 405, "method_not_allowed", ""},
		{"POST", "/api/v1/calls/" + string(crm.NewID()) + "/digits", `{"digits":"1;drop"}`, 422, "invalid", "digits"},
	} {
		a := w.do(tc.method, tc.path, "boss", tc.body).must(tc.status)
		var p api.Problem
		a.as(&p)
		if string(p.Code) != tc.code || p.Field != tc.field || p.Status != tc.status || p.Detail == "" || p.Title == "" {
			t.Errorf("%s %.60s %.60s: %s", tc.method, tc.path, tc.body, a.body)
		}
	}
}

func TestConflictTellsWhatChanged(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	path := "/api/v1/contacts/" + string(s.contact)
	w.do("PATCH", path, "anna", `{"version":1,"name":"Ўткир А."}`).must(200)
	var p api.Problem
	w.do("PATCH", path, "bek", `{"version":1,"name":"Utkir"}`).must(409).as(&p)
	if p.Code != crm.Conflict || p.Meta["changed"] == nil || p.Meta["version"] != 2.0 {
		t.Errorf("problem = %+v", p)
	}
	w.do("POST", "/api/v1/contacts", "bek", `{"name":"Again","phones":["90 123-45-67"]}`).must(409).as(&p)
	if p.Meta["existing"] == nil {
		t.Errorf("problem = %+v", p)
	}
}

func TestAPanicStaysInItsRequest(t *testing.T) {
	w := newWorld(t, func(c *web.Config) {
		c.API.Peaks = func(string, int) ([][][2]float32, error) { panic("broken file +998901234567") }
		c.Ready = func() error { return nil }
	})
	s := w.scene()
	a := w.do("GET", "/api/v1/calls/"+string(s.talk)+"/recording/peaks", "anna", "").must(500)
	if a.code() != "internal" || a.has("broken") || !strings.Contains(w.log.String(), a.Header.Get("X-Request-Id")) {
		t.Errorf("%s, log: %s", a.body, w.log)
	}
	w.do("GET", "/healthz", "", "").must(200)
}

// The log of a day's work must not hold what identifies a client.
func TestTheLogHasNoPersonalData(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	for _, r := range rows(s) {
		for _, login := range people {
			w.do(r.method, r.path, login, r.body)
		}
	}
	for _, secret := range []string{"901234567", "998901234567", "Ўткир", w.token("anna")} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log has %q: %s", secret, w.log)
		}
	}
}

func TestServerLimits(t *testing.T) {
	s := web.Server(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	ts := httptest.NewUnstartedServer(s.Handler)
	ts.Config = s
	ts.Start()
	defer ts.Close()
	req, err := http.NewRequestWithContext(t.Context(), "GET", ts.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Big", strings.Repeat("x", 100<<10))
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status = %d", res.StatusCode)
	}
}
