package web

import (
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/callcard/callcard/web/api"
)

// Config of the HTTP face.
type Config struct {
	API api.Config
	// Ready is nil when the server takes calls, else it says why not.
	Ready   func() error
	Metrics http.Handler
	Log     *slog.Logger
}

// maxBody bounds what a request may send.
const maxBody = 1 << 20

// New makes the handler of everything.
func New(cfg Config) http.Handler {
	r := chi.NewRouter()
	r.Use(named, logged(cfg.Log), recovered(cfg.Log), headers(cfg.API.Gate), bounded, middleware.GetHead)
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") })
	r.Get("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := cfg.Ready(); err != nil {
			plain(w, http.StatusServiceUnavailable, err.Error()+"\n")
			return
		}
		plain(w, http.StatusOK, "ok\n")
	})
	r.Method(http.MethodGet, "/metrics", cfg.Metrics)
	var a *api.API
	r.Route("/api/v1", func(r chi.Router) {
		r.Use(middleware.Compress(5, "application/json", "application/problem+json"))
		a = api.Mount(r, cfg.API)
		r.NotFound(a.NotFound)
		r.MethodNotAllowed(a.WrongMethod)
	})
	r.Method(http.MethodGet, "/sip", newPhoneSocket(a, cfg.Log))
	r.NotFound(newPage(built, cfg.API.Demo != nil).ServeHTTP)
	return r
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	// The client may be gone; nobody else wants to know.
	_, _ = io.WriteString(w, text)
}

// Server is an http.Server with time limits that keep slow and idle clients from
// holding connections. There is no limit for a whole answer: recordings are long.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
