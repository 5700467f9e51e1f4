package realtime

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a hub behind a real server. The snapshot is the number of events that
// were published before it.
type world struct {
	*Hub
	t         *testing.T
	server    *httptest.Server
	published atomic.Int64
	signedOut atomic.Bool
	held      chan struct{} // when set, a snapshot waits for it after pin
}

func newWorld(t *testing.T, o Options) *world {
	w := &world{Hub: New(o), t: t}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Serve(rw, r, Listener{
			User: q.Get("user"), Session: q.Get("session"), Since: ParsePlace(q.Get("since")),
			Snapshot: func(pin func()) (any, error) {
				pin()
				if w.held != nil {
					<-w.held
				}
				return w.published.Load(), nil
			},
			Confirm: func() bool { return !w.signedOut.Load() },
		})
	}))
	t.Cleanup(func() { w.Close(); w.server.Close() })
	return w
}

func (w *world) dial(user, since string, more ...string) *websocket.Conn {
	w.t.Helper()
	url := "ws" + strings.TrimPrefix(w.server.URL, "http") + "?user=" + user + "&since=" + since + strings.Join(more, "")
	c, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	return c
}

func (w *world) publish(users ...string) Ticket {
	return w.Publish(Event{Type: "count", At: time.Unix(0, 0), Data: w.published.Add(1)}, users...)
}

func read(t *testing.T, c *websocket.Conn) Envelope {
	t.Helper()
	var e Envelope
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := c.ReadJSON(&e); err != nil {
		t.Fatal(err)
	}
	return e
}

// closedWith reads until the end and returns the close code.
func closedWith(t *testing.T, c *websocket.Conn) CloseCode {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			var ce *websocket.CloseError
			if errors.As(err, &ce) {
				return CloseCode(ce.Code)
			}
			var ne net.Error
			if errors.As(err, &ne) && ne.Timeout() {
				t.Fatal("the socket was not closed in time")
			}
			return CloseLost
		}
	}
}

func wait(t *testing.T, ticket Ticket) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := ticket.Wait(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestEnvelopesComeInOrderOnEverySocket(t *testing.T) {
	w := newWorld(t, Options{})
	a, b := w.dial("anna", ""), w.dial("anna", "")
	first := read(t, a)
	if first.Type != Snapshot || first.Seq != 0 || first.Epoch == "" {
		t.Fatalf("opening = %+v, want a snapshot at seq 0", first)
	}
	read(t, b)
	for range 100 {
		w.publish("anna", "nobody")
	}
	for _, c := range []*websocket.Conn{a, b} {
		for n := uint64(1); n <= 100; n++ {
			e := read(t, c)
			var data uint64
			if err := json.Unmarshal(e.Data, &data); err != nil || e.Seq != n || data != n || e.Epoch != first.Epoch || e.Type != "count" || !e.At.Equal(time.Unix(0, 0)) {
				t.Fatalf("envelope %d = %+v (%v)", n, e, err)
			}
		}
	}
}

func TestTicketWaitsForTheWrite(t *testing.T) {
	w := newWorld(t, Options{})
	wait(t, w.publish("anna")) // nobody listens
	c := w.dial("anna", "")
	read(t, c)
	wait(t, w.publish("anna"))
	if err := c.SetReadDeadline(time.Now().Add(2 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if e := read(t, c); e.Seq != 1 {
		t.Fatalf("seq = %d", e.Seq)
	}
	c.Close()
	for range 50 { // also while and after the socket goes away
		wait(t, w.publish("anna"))
	}
}

func TestTicketGivesUpWithItsContext(t *testing.T) {
	w := newWorld(t, Options{})
	w.held = make(chan struct{})
	w.dial("anna", "")
	for w.Sockets() == 0 { // the socket is attached before its snapshot is ready
		if t.Context().Err() != nil {
			t.Fatal("never attached")
		}
	}
	ticket := w.publish("anna")
	late := errors.New("too late")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Millisecond, late)
	defer cancel()
	if err := ticket.Wait(ctx); !errors.Is(err, late) {
		t.Fatalf("Wait = %v", err)
	}
	close(w.held)
	wait(t, ticket)
}

func TestKickEndsTheSocketsOfASession(t *testing.T) {
	w := newWorld(t, Options{})
	out, in := w.dial("anna", "", "&session=s1"), w.dial("anna", "", "&session=s2")
	read(t, out)
	read(t, in)
	w.Kick("anna", "s1")
	if code := closedWith(t, out); code != CloseSignedOut {
		t.Errorf("code = %d", code)
	}
	wait(t, w.publish("anna"))
	if e := read(t, in); e.Seq != 1 {
		t.Errorf("the other session got %+v", e)
	}
	w.signedOut.Store(true)
	if code := closedWith(t, w.dial("anna", "")); code != CloseSignedOut {
		t.Errorf("a socket that raced with the log-out ended with %d", code)
	}
}

func TestASessionThatEndsElsewhereIsNoticed(t *testing.T) {
	w := newWorld(t, Options{PingEvery: 20 * time.Millisecond})
	c := w.dial("anna", "")
	read(t, c)
	w.signedOut.Store(true)
	if code := closedWith(t, c); code != CloseSignedOut {
		t.Errorf("code = %d", code)
	}
}

func TestTooManySocketsOfOneUser(t *testing.T) {
	w := newWorld(t, Options{MaxSockets: 2})
	read(t, w.dial("anna", ""))
	read(t, w.dial("anna", ""))
	if code := closedWith(t, w.dial("anna", "")); code != CloseTooMany {
		t.Errorf("code = %d", code)
	}
	read(t, w.dial("bek", ""))
}

func TestCloseEndsEverySocketAndRefusesNewOnes(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.dial("anna", "")
	read(t, c)
	w.Close()
	if code := closedWith(t, c); code != CloseGoingAway {
		t.Errorf("code = %d", code)
	}
	_, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(w.server.URL, "http"), nil)
	if err == nil || res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
		t.Errorf("dial after Close: %v", err)
	}
	w.Close()
}

func TestForeignOriginIsRefused(t *testing.T) {
	w := newWorld(t, Options{CheckOrigin: func(r *http.Request) bool { return r.Header.Get("Origin") == "https://ours.example" }})
	url := "ws" + strings.TrimPrefix(w.server.URL, "http")
	_, res, err := websocket.DefaultDialer.Dial(url, http.Header{"Origin": {"https://theirs.example"}})
	if err == nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("foreign origin: %v", err)
	}
	c, _, err := websocket.DefaultDialer.Dial(url, http.Header{"Origin": {"https://ours.example"}})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

func TestCloseCodesAreWhole(t *testing.T) {
	seen := map[CloseCode]bool{}
	for _, m := range CloseCodes() {
		if seen[m.Code] || m.Name == "" || m.Meaning == "" || m.Reconnect == "" {
			t.Errorf("row %+v", m)
		}
		if own := m.Code >= 4000; own && (m.Code < 4050) != (m.Reconnect != Never) {
			t.Errorf("code %d is in the wrong range for %q", m.Code, m.Reconnect)
		}
		seen[m.Code] = true
	}
}
