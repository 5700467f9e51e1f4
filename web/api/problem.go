package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
)

// statusOf is the one map from the domain's codes to HTTP.
var statusOf = map[crm.Code]int{
	crm.Invalid:      http.StatusUnprocessableEntity,
	crm.Unauthorized: http.StatusUnauthorized,
	crm.Forbidden:    http.StatusForbidden,
	crm.NotFound:     http.StatusNotFound,
	crm.Conflict:     http.StatusConflict,
	crm.TooMany:      http.StatusTooManyRequests,
	crm.Unavailable:  http.StatusServiceUnavailable,
	crm.Internal:     http.StatusInternalServerError,

	crm.DiallingDenied: http.StatusForbidden,
	crm.NoDevice:       http.StatusConflict,
	crm.Busy:           http.StatusConflict,
}

// Codes of what goes wrong before a request reaches the domain.
const (
	malformed   crm.Code = "malformed"              // 400: the body is not JSON
	wrongMethod crm.Code = "method_not_allowed"     // 405
	unexpected  crm.Code = "not_acceptable"         // 406
	tooSlow     crm.Code = "timeout"                // 408: the body did not arrive in time
	tooLarge    crm.Code = "too_large"              // 413
	wrongType   crm.Code = "unsupported_media_type" // 415
)

var codeOf = map[int]crm.Code{
	http.StatusBadRequest:            malformed,
	http.StatusMethodNotAllowed:      wrongMethod,
	http.StatusNotAcceptable:         unexpected,
	http.StatusRequestTimeout:        tooSlow,
	http.StatusRequestEntityTooLarge: tooLarge,
	http.StatusUnsupportedMediaType:  wrongType,
}

// Problem is an error document (RFC 9457).
type Problem struct {
	Type   string         `json:"type" doc:"Always about:blank: code says what it is."`
	Title  string         `json:"title" doc:"The HTTP status in words."`
	Status int            `json:"status" doc:"The HTTP status."`
	Code   crm.Code       `json:"code" doc:"Stable name of the error, for programs." example:"not_found"`
	Detail string         `json:"detail" doc:"A sentence for people that says what to do."`
	Field  string         `json:"field,omitempty" doc:"The field to blame, in dotted form."`
	Errors []FieldProblem `json:"errors,omitempty" doc:"Every field to blame, when there are several."`
	Meta   map[string]any `json:"meta,omitempty" doc:"More for programs, e.g. what changed on a conflict."`

	retryAfter time.Duration
}

// FieldProblem is one field to blame.
type FieldProblem struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Error implements error.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((p.retryAfter+time.Second-1)/time.Second)))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer") // RFC 9110 section 15.5.2 wants one
	}
	return h
}

// problemOf makes the document for err. Only what a crm.Error says for people
// leaves the server.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var e *crm.Error
	var mistakes office.Mistakes
	switch {
	case errors.As(err, &mistakes) && len(mistakes) > 0:
		return mistaken(mistakes)
	case errors.As(err, &e):
	case broken(err):
		e = &crm.Error{Code: crm.Unavailable, Message: "A part of the server did not answer. Try again in a moment."}
	default:
		e = &crm.Error{Code: crm.Internal}
	}
	status, ok := statusOf[e.Code]
	if !ok {
		status = http.StatusInternalServerError
	}
	p = &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status,
		Code: e.Code, Detail: e.Message, Field: e.Field, Meta: e.Detail}
	switch e.Code {
	case crm.Internal:
		p.Detail, p.Meta = "Something went wrong on the server. The administrator finds the request in the log by its X-Request-Id.", nil
	case crm.Unavailable:
		p.retryAfter = 2 * time.Second
	case crm.TooMany:
		p.retryAfter = time.Second
	}
	if seconds, ok := e.Detail["retry_after"].(int); ok && seconds > 0 {
		p.retryAfter = time.Duration(seconds) * time.Second
	}
	return p
}

// broken reports whether err says that something we depend on did not answer: out
// of time, or its connection broke under the question.
func broken(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network)
}

// humaProblem replaces huma.NewError: what huma finds wrong becomes a Problem too.
// The offending values are not repeated: one of them may be a password.
func humaProblem(status int, detail string, errs ...error) huma.StatusError {
	code, ok := codeOf[status]
	if !ok {
		code = crm.Internal
		for c, s := range statusOf {
			if s == status {
				code = c
			}
		}
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if !errors.As(err, &d) {
			continue
		}
		e := d.ErrorDetail()
		p.Errors = append(p.Errors, FieldProblem{Field: fieldOf(e), Detail: e.Message})
	}
	if len(p.Errors) > 0 {
		p.Field, p.Detail = p.Errors[0].Field, p.Errors[0].Detail
	}
	return p
}

// fieldOf turns huma's "body.phones[0].number" into "phones[0].number"; of a
// missing field huma tells the name only in the sentence.
func fieldOf(d *huma.ErrorDetail) string {
	field := d.Location + "."
	for _, part := range []string{"body.", "query.", "path.", "header."} {
		field = strings.TrimPrefix(field, part)
	}
	if rest, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name, _, _ := strings.Cut(rest, " ")
		field += name
	}
	return strings.TrimSuffix(field, ".")
}

// WriteProblem answers a request outside of huma with the document for err.
func WriteProblem(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	p := problemOf(err)
	report(r.Context(), log, "", p, err)
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		log.DebugContext(r.Context(), "the client left before the answer", "error", err)
	}
}

// report logs, once, what is not the client's fault. What is goes to debug: it may
// be personal.
func report(ctx context.Context, log *slog.Logger, operation string, p *Problem, err error) {
	level := slog.LevelDebug
	switch p.Code {
	case crm.Internal:
		level = slog.LevelError
	case crm.Unavailable:
		level = slog.LevelWarn
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		level = slog.LevelDebug // the client has left: nobody waits for the answer
	}
	log.Log(ctx, level, "request failed", "request", RequestID(ctx), "operation", operation, "user", viewer(ctx).User, "code", p.Code, "error", err)
}
