package realtime

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// The listener counts on numbers 1..n: after a snapshot of k it must see k+1, and
// never a number twice, wherever its socket breaks.
func TestResumeMissesNothingAndDoublesNothing(t *testing.T) {
	for _, ring := range []int{8, 256} { // the small ring forces snapshots in between
		t.Run(fmt.Sprintf("ring %d", ring), func(t *testing.T) {
			const events = 2000
			w := newWorld(t, Options{Ring: ring})
			var order sync.Mutex // makes snapshot and publish one history
			w.server.Config.Handler = consistent(w, &order)
			rnd := rand.New(rand.NewPCG(1, uint64(ring)))
			allow := make(chan struct{}, events+40) // publishing runs at most 40 ahead of reading
			for range 40 {
				allow <- struct{}{}
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				for range events {
					<-allow
					order.Lock()
					w.publish("anna")
					order.Unlock()
				}
			}()
			var seen, snapshots, sockets int
			var place Envelope
			for seen < events {
				sockets++
				c := w.dial("anna", fmt.Sprintf("%s:%d", place.Epoch, place.Seq))
				for left := rnd.IntN(100); left > 0 && seen < events; left-- {
					e, err := tryRead(c)
					if err != nil {
						break // closed for being slow
					}
					var n int
					if err := json.Unmarshal(e.Data, &n); err != nil {
						t.Fatal(err)
					}
					switch {
					case e.Type == Snapshot && n >= seen:
						snapshots++
					case e.Type == "count" && n == seen+1:
					default:
						t.Fatalf("after %d came %s %d (seq %d)", seen, e.Type, n, e.Seq)
					}
					for ; seen < n; seen++ {
						allow <- struct{}{}
					}
					place = e
				}
				c.Close()
			}
			<-done
			t.Logf("%d sockets, %d snapshots", sockets, snapshots)
		})
	}
}

func tryRead(c *websocket.Conn) (e Envelope, err error) {
	if err = c.SetReadDeadline(time.Now().Add(10 * time.Second)); err == nil {
		err = c.ReadJSON(&e)
	}
	return e, err
}

func TestResumeGetsExactlyWhatWasMissed(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.dial("anna", "")
	epoch := read(t, c).Epoch
	wait(t, w.publish("anna"))
	read(t, c)
	c.Close()
	for range 3 {
		w.publish("anna")
	}
	c = w.dial("anna", epoch+":1")
	for seq := uint64(2); seq <= 4; seq++ {
		if e := read(t, c); e.Seq != seq || e.Type != "count" {
			t.Fatalf("got %+v, want seq %d", e, seq)
		}
	}
}

func TestUnknownPlacesGetASnapshot(t *testing.T) {
	w := newWorld(t, Options{Ring: 8})
	epoch := read(t, w.dial("anna", "")).Epoch
	for range 20 {
		wait(t, w.publish("anna"))
	}
	for _, since := range []string{"", "other:3", epoch + ":3", epoch + ":21", epoch + ":x", epoch, ":", epoch + ":-1"} {
		if e := read(t, w.dial("anna", since)); e.Type != Snapshot || e.Seq != 20 || string(e.Data) != "20" {
			t.Errorf("since %q: %+v", since, e)
		}
	}
	if e := read(t, w.dial("anna", epoch+":12")); e.Type != "count" || e.Seq != 13 {
		t.Errorf("the oldest place that is known: %+v", e)
	}
}

func TestAForgottenStreamBeginsANewEpoch(t *testing.T) {
	var mu sync.Mutex
	now := time.Unix(1_000_000, 0)
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	w := newWorld(t, Options{Now: clock, Keep: time.Minute})
	c := w.dial("anna", "")
	old := read(t, c)
	w.Kick("anna", "")
	closedWith(t, c)
	mu.Lock()
	now = now.Add(2 * time.Minute)
	mu.Unlock()
	read(t, w.dial("bek", "")) // sweeps
	if w.Listening("anna") {
		t.Fatal("the stream is still there")
	}
	c = w.dial("anna", old.Epoch+":0")
	if e := read(t, c); e.Type != Snapshot || e.Epoch == old.Epoch {
		t.Errorf("got %+v after epoch %s", e, old.Epoch)
	}
}
