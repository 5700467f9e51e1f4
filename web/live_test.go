package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

func (w *world) socketURL(since string) string {
	return "ws" + strings.TrimPrefix(w.server.URL, "http") + "/api/v1/live?since=" + since
}

// dial opens a socket as a program with a token does.
func (w *world) dial(login, since string) *websocket.Conn {
	w.t.Helper()
	c, _, err := websocket.DefaultDialer.Dial(w.socketURL(since), http.Header{"Authorization": {"Bearer " + w.token(login)}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	return c
}

func next(t *testing.T, c *websocket.Conn, data any) realtime.Envelope {
	t.Helper()
	var e realtime.Envelope
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := c.ReadJSON(&e); err != nil {
		t.Fatal(err)
	}
	if data != nil {
		decode(t, e.Data, data)
	}
	return e
}

func decode(t *testing.T, text json.RawMessage, data any) {
	t.Helper()
	if err := json.Unmarshal(text, data); err != nil {
		t.Fatal(err)
	}
}

func TestSocketOrigins(t *testing.T) {
	w := newWorld(t)
	c := w.cookie()
	cookie, bearer := http.Header{"Cookie": {c.Name + "=" + c.Value}}, http.Header{"Authorization": {"Bearer " + w.token("anna")}}
	host := strings.TrimPrefix(w.server.URL, "http://")
	for _, tc := range []struct {
		who    http.Header
		origin string
		status int
	}{
		{cookie, w.server.URL, 101},
		{cookie, "", 403},
		{cookie, "null", 403},
		{cookie, "https://evil.example", 403},
		{cookie, "http://sub." + host, 403},
		{cookie, "http://" + host + "@evil.example", 403},
		{bearer, "", 101},
		{bearer, w.server.URL, 101},
		{bearer, "https://evil.example", 403},
		{http.Header{}, w.server.URL, 401},
	} {
		h := tc.who.Clone()
		if tc.origin != "" {
			h.Set("Origin", tc.origin)
		}
		c, res, err := websocket.DefaultDialer.Dial(w.socketURL(""), h)
		if res == nil {
			t.Fatal(err)
		}
		if res.StatusCode != tc.status {
			t.Errorf("cookie %t, origin %q: %d, want %d", tc.who.Get("Cookie") != "", tc.origin, res.StatusCode, tc.status)
		}
		if c != nil {
			c.Close()
		}
	}
}

// A page that comes back at any moment of a call knows what one that stayed knows.
func TestResumeEndToEnd(t *testing.T) {
	w := newWorld(t)
	s := webtest.NewStory("sales", "+998901234567", "", "Ўткир")
	s.Offer(w.ID("anna"))
	s.Answer(w.ID("anna"))
	s.End()
	first := next(t, w.dial("anna", ""), nil)
	if first.Type != realtime.Snapshot {
		t.Fatalf("opening = %+v", first)
	}
	place := func(e realtime.Envelope) string { return fmt.Sprintf("%s:%d", e.Epoch, e.Seq) }
	c := w.dial("anna", place(first))
	for _, f := range s.Facts {
		w.feed.Show(f)
	}
	var seen []string
	var last realtime.Envelope
	for len(seen) < 4 { // offered with the card, offered, answered, ended; a new socket for each
		var change live.CallChange
		last = next(t, c, &change)
		if last.Type != live.TypeFloorChanged { // it comes when half a second is over
			seen = append(seen, last.Type+" "+string(change.What))
		}
		c.Close()
		c = w.dial("anna", place(last))
	}
	if got := strings.Join(seen, ", "); got != "call.offered , call.changed offered, call.changed answered, call.changed ended" {
		t.Errorf("the page saw %s", got)
	}
	if last.Seq < 4 || last.Epoch != first.Epoch {
		t.Errorf("last = %+v", last)
	}
	boss := w.dial("boss", place(last)) // somebody else's place is nobody's
	if e := next(t, boss, nil); e.Type != realtime.Snapshot {
		t.Errorf("the boss got %+v", e)
	}
}

func TestGarbageOnTheSocket(t *testing.T) {
	w := newWorld(t)
	c := w.dial("anna", "")
	if err := c.WriteMessage(websocket.BinaryMessage, []byte{0, 1, 2}); err != nil {
		t.Fatal(err)
	}
	var err error
	for err == nil {
		_, _, err = c.ReadMessage()
	}
	if !websocket.IsCloseError(err, int(realtime.ClosePolicy)) {
		t.Errorf("the socket ended with %v", err)
	}
	w.do("GET", "/healthz", "", "").must(200)
}
