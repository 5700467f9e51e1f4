package api

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/audit"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/notifications"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/phone"
	"github.com/callcard/callcard/crm/tasks"
	"github.com/callcard/callcard/crm/users"
	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/web/auth"
	"github.com/callcard/callcard/web/live"
)

// Config is what the API works with. All fields but Demo and Now are needed to serve; none is
// needed to make the OpenAPI document.
type Config struct {
	Gate          *auth.Gate
	Hub           *realtime.Hub
	Feed          *live.Feed
	Office        func() *office.Snapshot // the newest picture, from memory
	Settings      *office.Settings
	Audit         *audit.Store
	Users         *users.Store
	Contacts      *contacts.Store
	Calls         *calls.Store
	Tasks         *tasks.Store
	Notifications *notifications.Store
	Control       Control
	// Trunks are the states of the lines, from memory.
	Trunks func() []live.TrunkStatus
	// Softphone is where the page speaks SIP, ICEServers whom browsers ask for a way.
	Softphone  Softphone
	ICEServers []ICEServer
	Demo       Demo // nil: this is no demo
	Prompts    Prompts
	// Phones are the rules by which numbers that people of a unit type are read.
	Phones func(unit crm.ID) phone.Rules
	// Recordings is the folder that recordings' paths are relative to.
	Recordings string
	// Peaks reads a WAV file and gives, for each channel, the lowest and highest
	// sample (-1..1) of each of the given number of equal stretches.
	Peaks   func(path string, buckets int) ([][][2]float32, error)
	Version string
	Now     func() time.Time
	Log     *slog.Logger
}

// requestTime bounds a request, so that its answer is there within 3 s.
const requestTime = 2500 * time.Millisecond

var errRequestTime = errors.New("the request took too long")

// API serves the resources.
type API struct {
	Config
	huma    huma.API
	listens *listens
}

// settings of huma are variables of its package; they are set once for all.
var settings sync.Once

// Mount puts the API on a router whose root is /api/v1.
func Mount(r chi.Router, cfg Config) *API {
	settings.Do(func() {
		huma.DefaultArrayNullable = false
		huma.NewError = humaProblem
	})
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	a := &API{Config: cfg, listens: newListens(cfg.Now)}
	a.huma = humachi.New(r, document(cfg.Version))
	a.huma.UseMiddleware(a.admit)
	a.routes()
	describe(a.huma.OpenAPI())
	return a
}

// open marks an operation that needs no sign-in, upload one whose body is a file.
const (
	open   = "open"
	upload = "upload"
)

// uploadTime is what a large file takes over a bad line.
const uploadTime = 3 * time.Minute

// admit gives the request its deadline and finds out who sends it.
func (a *API) admit(hctx huma.Context, next func(huma.Context)) {
	r, w := humachi.Unwrap(hctx)
	patience := requestTime
	if hctx.Operation().Metadata[upload] != nil {
		patience = uploadTime
	}
	ctx, cancel := context.WithTimeoutCause(hctx.Context(), patience, errRequestTime)
	defer cancel()
	if hctx.Operation().Metadata[open] == nil {
		who, err := a.Gate.Identify(r.WithContext(ctx))
		if err != nil {
			WriteProblem(w, r, a.Log, err)
			return
		}
		ctx = auth.With(ctx, who)
	}
	next(huma.WithContext(hctx, ctx))
}

// viewer is who sends the request.
func viewer(ctx context.Context) crm.Viewer { return identity(ctx).Viewer }

func identity(ctx context.Context) auth.Identity {
	id, _ := auth.From(ctx)
	return id
}

// register adds a route whose errors become problems.
func register[I, O any](a *API, op huma.Operation, handler func(context.Context, *I) (*O, error), options ...func(*huma.Operation)) {
	for _, option := range options {
		option(&op)
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err == nil {
			return out, nil
		}
		p := problemOf(err)
		report(ctx, a.Log, op.OperationID, p, err)
		return nil, p
	})
}

type requestKey struct{}

// WithRequestID keeps the name of the request for the log.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestID is the name that WithRequestID kept.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}
