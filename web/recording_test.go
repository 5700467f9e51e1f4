package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/callcard/callcard/crm"
)

const audited = `select count(*) from audit where object = 'recordings' and action = $1 and login = $2`

func TestRecordingByRangeIsOneListening(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	path := "/api/v1/calls/" + string(s.talk) + "/recording"
	whole := w.do("GET", path, "anna", "").must(200)
	if len(whole.body) != 1000 || whole.Header.Get("Content-Type") != "audio/wav" || whole.Header.Get("Accept-Ranges") != "bytes" ||
		whole.Header.Get("Cache-Control") != "no-store" || whole.Header.Get("ETag") == "" {
		t.Errorf("%d bytes, %v", len(whole.body), whole.Header)
	}
	for _, tc := range []struct {
		header, body, content string
		status                int
	}{
		{"Range: bytes=10-19", "0123456789", "bytes 10-19/1000", 206},
		{"Range: bytes=995-", "56789", "bytes 995-999/1000", 206},
		{"Range: bytes=-3", "789", "bytes 997-999/1000", 206},
		{"Range: bytes=1000-", "", "bytes */1000", 416},
		{"Range: bytes=5-2", "", "", 416},
		{"If-None-Match: " + whole.Header.Get("ETag"), "", "", 304},
	} {
		a := w.do("GET", path, "anna", "", tc.header).must(tc.status)
		if tc.body != "" && string(a.body) != tc.body || tc.content != "" && a.Header.Get("Content-Range") != tc.content {
			t.Errorf("%s: %s %v", tc.header, a.body, a.Header)
		}
	}
	if n := w.Count(audited, "listen", "anna"); n != 2 { // the whole file, and again without a range (304)
		t.Errorf("%d lines in the audit", n)
	}
	// A listening that begins in the middle is one too.
	w.do("GET", path, "boss", "", "Range: bytes=44-100").must(206)
	w.do("GET", path, "boss", "", "Range: bytes=101-200").must(206)
	if n := w.Count(audited, "listen", "boss"); n != 1 {
		t.Errorf("%d lines in the audit", n)
	}
	a := w.do("GET", path+"?download=true", "boss", "").must(200)
	if !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") || w.Count(audited, "download", "boss") != 1 {
		t.Errorf("%v", a.Header)
	}
	w.do("GET", path, "sara", "").must(404)
	w.do("GET", path+"?download=true", "bek", "").must(404)
	if n := w.Count(audited, "listen", "sara") + w.Count(audited, "download", "bek"); n != 0 {
		t.Errorf("%d refusals are in the audit as listenings", n)
	}
}

func TestRevokedInTheMiddleOfPlaying(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	path := "/api/v1/calls/" + string(s.talk) + "/recording"
	w.do("GET", path, "anna", "", "Range: bytes=0-99").must(206)
	w.do("DELETE", "/api/v1/session", "anna", "").must(204)
	w.do("GET", path, "anna", "", "Range: bytes=100-199").must(401)
}

func TestRecordingsOutsideOfTheFolder(t *testing.T) {
	w := newWorld(t)
	s := w.scene()
	path := "/api/v1/calls/" + string(s.talk) + "/recording"
	if err := os.WriteFile(filepath.Join(filepath.Dir(w.folder), "secret.wav"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"../secret.wav", "/etc/passwd", "2026/../../secret.wav"} {
		if _, err := w.Pool.Exec(t.Context(), `update recording set path = $1`, to); err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{path, path + "/peaks"} {
			if a := w.do("GET", p, "admin", ""); a.StatusCode < 400 || a.has("secret") || a.has("root:") {
				t.Errorf("%s: %d %s", to, a.StatusCode, a.body)
			}
		}
	}
	if _, err := w.Pool.Exec(t.Context(), `update recording set path = 'gone.wav'`); err != nil {
		t.Fatal(err)
	}
	w.do("GET", path, "admin", "").must(404)
	w.do("GET", "/api/v1/calls/"+string(crm.NewID())+"/recording", "admin", "").must(404)
}
