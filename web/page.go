package web

import (
	"bytes"
	"crypto/rand"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/callcard/callcard/web/auth"
)

// built is the page as Vite has made it: index.html, assets with their hash in the
// name, and a few files that browsers look for by name. A program that was built
// without it holds about.txt only.
//
//go:embed all:dist
var built embed.FS

// What the build leaves in index.html for us to replace: the nonce; whether the browser
// has a session to ask about (it may be over, but without one it need not ask and be
// refused); whether this is the demo, for the same reason.
const (
	nonceMark   = "__CSP_NONCE__"
	sessionMark = "__SESSION__"
	demoMark    = "__DEMO__"
)

// policy is what the page may do: its own scripts, styles that carry the nonce of
// this very answer, and connections to this server. The socket is named apart for
// browsers that do not count ws: as 'self'.
const policy = "default-src 'none'; script-src 'self' 'nonce-%[1]s'; style-src 'self' 'nonce-%[1]s'; img-src 'self' data: blob:; " +
	"media-src 'self' blob:; font-src 'self'; connect-src 'self' %[2]s; worker-src 'self' blob:; manifest-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// page serves the browser's side. Addresses that no file has are the page's own:
// its router knows what to show.
type page struct {
	files fs.FS
	index []byte // empty: the program was built without the page
}

func newPage(built fs.FS, demo bool) *page {
	files, err := fs.Sub(built, "dist")
	if err != nil {
		files = built // only for a name that is no path
	}
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		index = nil // whoever asks is told
	}
	mark := "no"
	if demo {
		mark = "yes"
	}
	return &page{files: files, index: bytes.ReplaceAll(index, []byte(demoMark), []byte(mark))}
}

// ServeHTTP implements http.Handler.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		plain(w, http.StatusMethodNotAllowed, "This address can only be read.\n")
	case len(p.index) == 0:
		plain(w, http.StatusOK, "Callcard is running, but this program was built without its page: build it with `make build`.\n"+
			"The API is described in /api/v1/openapi.json.\n")
	case p.file(w, r, name):
	case path.Ext(name) != "":
		plain(w, http.StatusNotFound, "There is no such file.\n")
	default:
		p.show(w, r)
	}
}

// show answers with the page itself, each time with a nonce of its own.
func (p *page) show(w http.ResponseWriter, r *http.Request) {
	nonce := rand.Text()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", fmt.Sprintf(policy, nonce, sockets(r)))
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
	w.WriteHeader(http.StatusOK)
	session := "none"
	if _, err := r.Cookie(auth.CookieName); err == nil {
		session = "some"
	}
	html := bytes.ReplaceAll(p.index, []byte(nonceMark), []byte(nonce))
	// The client may be gone; nobody else wants to know.
	_, _ = w.Write(bytes.ReplaceAll(html, []byte(sessionMark), []byte(session)))
}

// sockets are the addresses of our live socket as the browser sees this server. A
// host that could break out of the policy is not repeated in it.
func sockets(r *http.Request) string {
	if strings.ContainsAny(r.Host, " ;,'\"\r\n") {
		return ""
	}
	return "ws://" + r.Host + " wss://" + r.Host
}

// file serves a built file; false when there is none of this name.
func (p *page) file(w http.ResponseWriter, r *http.Request, name string) bool {
	if name == "" || name == "index.html" || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
		return false
	}
	body, err := fs.ReadFile(p.files, name)
	if err != nil {
		return false // also a folder
	}
	h := w.Header()
	h.Set("Content-Type", contentType(name))
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable") // the name changes with the content
		for _, coding := range []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}} {
			if packed, err := fs.ReadFile(p.files, name+coding.ending); err == nil {
				h.Set("Vary", "Accept-Encoding")
				if accepts(r, coding.name) {
					h.Set("Content-Encoding", coding.name)
					body = packed
					break
				}
			}
		}
	} else {
		h.Set("Cache-Control", "public, max-age=3600")
	}
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // as above
	return true
}

// accepts reports whether the browser takes a coding (RFC 9110 section 12.5.3), with
// the one refusal that there is: q=0.
func accepts(r *http.Request, coding string) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && weight != "q=0.0" && weight != "q=0.00" && weight != "q=0.000"
		}
	}
	return false
}

// contentType does not ask the machine's own table, which may be anything.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".webmanifest":
		return "application/manifest+json"
	case ".woff2":
		return "font/woff2"
	case ".png":
		return "image/png"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".json":
		return "application/json"
	}
	return "application/octet-stream"
}
