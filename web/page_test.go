package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func builtPage() *page {
	return newPage(fstest.MapFS{
		"dist/index.html":       {Data: []byte(`<meta nonce="__CSP_NONCE__"><meta content="__SESSION__"><meta content="__DEMO__"><script nonce="__CSP_NONCE__">`)},
		"dist/icon.svg":         {Data: []byte("<svg/>")},
		"dist/assets/a-1.js":    {Data: []byte("plain")},
		"dist/assets/a-1.js.br": {Data: []byte("brotli")},
		"dist/assets/a-1.js.gz": {Data: []byte("gzip")},
	}, true)
}

func ask(p *page, method, target string, change ...func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, "http://office.example"+target, nil)
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(b.String(), "\r\n\r\n")
	return text
}

// Every address of the page's own router gets the page, each time with another nonce
// that its policy allows.
func TestThePageIsAllowedByItsOwnNonce(t *testing.T) {
	p := builtPage()
	seen := map[string]bool{}
	for _, target := range []string{"/", "/contacts", "/calls/01a21387-7113-7d35-a11e-8c463a3f7d30", "/settings/queues?x=1.2"} {
		r := ask(p, http.MethodGet, target)
		if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Fatalf("%s: %d %s", target, r.StatusCode, r.Header.Get("Content-Type"))
		}
		policy := r.Header.Get("Content-Security-Policy")
		nonce := regexp.MustCompile(`script-src 'self' 'nonce-([A-Z2-7]{20,})'`).FindStringSubmatch(policy)
		if nonce == nil || seen[nonce[1]] {
			t.Fatalf("%s: no fresh nonce in %q", target, policy)
		}
		seen[nonce[1]] = true
		html := body(t, r)
		if strings.Count(html, nonce[1]) != 2 || strings.Contains(html, "__") {
			t.Errorf("%s: the page does not carry the nonce of its policy: %s", target, html)
		}
		if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "connect-src 'self' ws://office.example wss://office.example;") {
			t.Errorf("%s: policy %q", target, policy)
		}
	}
}

func TestAHostCannotBreakOutOfThePolicy(t *testing.T) {
	r := ask(builtPage(), http.MethodGet, "/", func(r *http.Request) { r.Host = "x; script-src *" })
	if policy := r.Header.Get("Content-Security-Policy"); strings.Contains(policy, "*") {
		t.Errorf("policy %q", policy)
	}
}

func TestThePageKnowsWhetherThereIsASession(t *testing.T) {
	without := body(t, ask(builtPage(), http.MethodGet, "/"))
	with := body(t, ask(builtPage(), http.MethodGet, "/", func(r *http.Request) {
		r.AddCookie(&http.Cookie{Name: "callcard_session", Value: "x"})
	}))
	if !strings.Contains(without, `content="none"><meta content="yes"`) || !strings.Contains(with, `content="some"`) {
		t.Errorf("without a cookie %s, with one %s", without, with)
	}
}

func TestAssetsArePackedAndKept(t *testing.T) {
	for _, c := range []struct{ accepts, coding, text string }{
		{"gzip, deflate, br", "br", "brotli"},
		{"gzip", "gzip", "gzip"},
		{"br;q=0, gzip;q=0.5", "gzip", "gzip"},
		{"", "", "plain"},
	} {
		r := ask(builtPage(), http.MethodGet, "/assets/a-1.js", func(r *http.Request) { r.Header.Set("Accept-Encoding", c.accepts) })
		if got := body(t, r); got != c.text || r.Header.Get("Content-Encoding") != c.coding {
			t.Errorf("Accept-Encoding %q: %q in %q, want %q in %q", c.accepts, got, r.Header.Get("Content-Encoding"), c.text, c.coding)
		}
		if r.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: %v", c.accepts, r.Header)
		}
	}
}

func TestWhatThePageDoesNotServe(t *testing.T) {
	for _, c := range []struct {
		method, target string
		status         int
	}{
		{http.MethodGet, "/assets/gone-2.js", http.StatusNotFound},
		{http.MethodGet, "/assets/a-1.js.br", http.StatusNotFound},
		{http.MethodGet, "/.vite/manifest.json", http.StatusNotFound},
		{http.MethodGet, "/favicon.ico", http.StatusNotFound},
		{http.MethodPost, "/contacts", http.StatusMethodNotAllowed},
	} {
		if r := ask(builtPage(), c.method, c.target); r.StatusCode != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.target, r.StatusCode, c.status)
		}
	}
}

func TestAProgramWithoutThePageSaysSo(t *testing.T) {
	r := ask(newPage(fstest.MapFS{"dist/about.txt": {}}, false), http.MethodGet, "/")
	if text := body(t, r); r.StatusCode != http.StatusOK || !strings.Contains(text, "make build") {
		t.Errorf("%d %s", r.StatusCode, text)
	}
}
