package realtime

import (
	"bytes"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// consistent serves like the world's own handler, with a snapshot that is taken
// under the lock that publishing holds.
func consistent(w *world, order interface {
	Lock()
	Unlock()
}) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.Serve(rw, r, Listener{
			User: r.URL.Query().Get("user"), Since: ParsePlace(r.URL.Query().Get("since")),
			Snapshot: func(pin func()) (any, error) {
				order.Lock()
				defer order.Unlock()
				pin()
				return w.published.Load(), nil
			},
		})
	})
}

func TestASlowSocketIsClosedAndDelaysNobody(t *testing.T) {
	w := newWorld(t, Options{Ring: 64, WriteTimeout: 4 * time.Second})
	slow, quick := w.dial("anna", ""), w.dial("anna", "")
	if tcp, ok := slow.NetConn().(*net.TCPConn); ok {
		if err := tcp.SetReadBuffer(256 << 10); err != nil {
			t.Fatal(err)
		}
	}
	read(t, quick)
	big := strings.Repeat("x", 32<<10)
	var worst time.Duration
	for n := range 2000 { // 64 MB: more than any kernel buffers
		began := time.Now()
		w.Publish(Event{Type: "big", Data: big}, "anna")
		if e := read(t, quick); e.Seq != uint64(n+1) {
			t.Fatalf("seq %d, want %d", e.Seq, n+1)
		}
		worst = max(worst, time.Since(began))
		if w.Sockets() == 1 {
			break
		}
	}
	if w.Sockets() != 1 {
		t.Error("the slow socket is still attached")
	}
	if worst > 2*time.Second { // waiting for the slow one would have taken WriteTimeout
		t.Errorf("the quick socket waited %v", worst)
	}
	wait(t, w.Publish(Event{Type: "small", Data: 1}, "anna"))
	if code := closedWith(t, slow); code != CloseSlow && code != CloseLost {
		t.Errorf("code = %d", code)
	}
}

func TestWhatAListenerMustNotSend(t *testing.T) {
	cases := map[string]struct {
		send func(*websocket.Conn) error
		want CloseCode
	}{
		"no JSON":      {func(c *websocket.Conn) error { return c.WriteMessage(websocket.TextMessage, []byte("{]")) }, ClosePolicy},
		"another word": {func(c *websocket.Conn) error { return c.WriteJSON(map[string]string{"type": "subscribe"}) }, ClosePolicy},
		"binary": {func(c *websocket.Conn) error {
			return c.WriteMessage(websocket.BinaryMessage, []byte(`{"type":"ping"}`))
		}, ClosePolicy},
		"1 MB": {func(c *websocket.Conn) error {
			return c.WriteMessage(websocket.TextMessage, bytes.Repeat([]byte("a"), 1<<20))
		}, CloseTooBig},
		"no frames": {func(c *websocket.Conn) error {
			_, err := c.NetConn().Write([]byte("GET / HTTP/1.1\r\n\r\n"))
			return err
		}, CloseProtocol},
		"1,000 pings": {func(c *websocket.Conn) error {
			for range 1000 {
				if err := c.WriteJSON(map[string]string{"type": "ping"}); err != nil {
					return nil // closed in between: that is what we want
				}
			}
			return nil
		}, ClosePolicy},
		"1,000 control frames": {func(c *websocket.Conn) error {
			for range 1000 {
				if err := c.WriteControl(websocket.PongMessage, nil, time.Now().Add(time.Second)); err != nil {
					return nil
				}
			}
			return nil
		}, ClosePolicy},
	}
	w := newWorld(t, Options{MaxSockets: 100})
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := w.dial("anna", "")
			read(t, c)
			// The far end may close while we still send.
			_ = tc.send(c)
			if code := closedWith(t, c); code != tc.want {
				t.Errorf("code = %d, want %d", code, tc.want)
			}
		})
	}
	c := w.dial("anna", "")
	read(t, c)
	wait(t, w.publish("anna"))
	if e := read(t, c); e.Seq != 1 {
		t.Errorf("after the abuse came %+v", e)
	}
}

func TestAPageMayPing(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.dial("anna", "")
	read(t, c)
	if err := c.WriteJSON(map[string]string{"type": "ping"}); err != nil {
		t.Fatal(err)
	}
	if e := read(t, c); e.Type != "pong" || e.Seq != 0 {
		t.Errorf("got %+v", e)
	}
}

func TestASilentListenerIsNoticed(t *testing.T) {
	w := newWorld(t, Options{PingEvery: 50 * time.Millisecond, PongTimeout: 100 * time.Millisecond})
	dead, live := w.dial("anna", ""), w.dial("anna", "")
	dead.SetPingHandler(func(string) error { return nil })
	pinged := make(chan struct{}, 100)
	answer := live.PingHandler()
	live.SetPingHandler(func(s string) error { pinged <- struct{}{}; return answer(s) })
	ended := make(chan CloseCode, 2)
	for _, c := range []*websocket.Conn{dead, live} {
		go func() { ended <- closedWith(t, c) }()
	}
	if code := <-ended; code != CloseLost {
		t.Errorf("the silent socket ended with %d", code)
	}
	for range 5 {
		<-pinged
	}
	if n := w.Sockets(); n != 1 {
		t.Errorf("%d sockets, want the live one", n)
	}
	w.Close()
	if code := <-ended; code != CloseGoingAway {
		t.Errorf("the live socket ended with %d", code)
	}
}
