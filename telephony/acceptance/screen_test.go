//go:build linux

package acceptance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// popped is a card that came on a screen.
type popped struct {
	At   time.Time
	Call call `json:"call"`
	Card card `json:"card"`
}

// screen is somebody's live socket, and what he knows by it.
type screen struct {
	who  string
	conn *websocket.Conn
	gone chan struct{}

	mu      sync.Mutex
	changed chan struct{}
	offers  []popped
	calls   map[string]call
	agents  map[string]agentState
	seq     uint64
	gaps    int
}

// screen opens a live socket, closed when the test ends.
func (c *client) screen(t *testing.T) *screen {
	t.Helper()
	conn, r, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+c.s.http+"/api/v1/live", http.Header{"Authorization": {"Bearer " + c.token}})
	if err != nil {
		t.Fatalf("open the live socket of %s: %v %v", c.login, err, r)
	}
	s := &screen{who: c.login, conn: conn, gone: make(chan struct{}), changed: make(chan struct{}), calls: map[string]call{}, agents: map[string]agentState{}}
	go s.watch()
	t.Cleanup(func() {
		conn.Close()
		<-s.gone
	})
	s.until(t, "the first picture", func() bool { return s.seq > 0 || len(s.agents) > 0 || s.gaps < 0 })
	return s
}

func (s *screen) watch() {
	defer close(s.gone)
	for first := true; ; first = false {
		_, text, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		now := time.Now()
		var e struct {
			Seq  uint64          `json:"seq"`
			Type string          `json:"type"`
			Data json.RawMessage `json:"data"`
		}
		if json.Unmarshal(text, &e) != nil {
			continue
		}
		s.mu.Lock()
		if !first && e.Seq != s.seq+1 {
			s.gaps++
		}
		s.seq = e.Seq
		s.take(now, e.Type, e.Data)
		if first && s.seq == 0 {
			s.gaps = -1 // a stream may begin at 0
		}
		close(s.changed)
		s.changed = make(chan struct{})
		s.mu.Unlock()
	}
}

func (s *screen) take(now time.Time, kind string, data []byte) {
	var d struct {
		Call   call         `json:"call"`
		Card   card         `json:"card"`
		Calls  []call       `json:"calls"`
		Agents []agentState `json:"agents"`
	}
	switch kind {
	case "agent.state":
		var a agentState
		if json.Unmarshal(data, &a) == nil {
			s.agents[a.Agent] = a
		}
	case "call.offered", "call.changed", "snapshot":
		if json.Unmarshal(data, &d) != nil {
			return
		}
		for _, c := range append(d.Calls, d.Call) {
			if c.ID != "" {
				s.calls[c.ID] = c
			}
		}
		for _, a := range d.Agents {
			s.agents[a.Agent] = a
		}
		if kind == "call.offered" {
			s.offers = append(s.offers, popped{now, d.Call, d.Card})
		}
	}
}

// until waits for a picture on the screen; is runs with the screen locked.
func (s *screen) until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.After(15 * time.Second); ; {
		s.mu.Lock()
		ok, changed := is(), s.changed
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-s.gone:
			t.Fatalf("the live socket of %s was closed while waiting for %s", s.who, what)
		case <-end:
			t.Fatalf("waited in vain on the screen of %s for %s; it shows agents %v, calls %s", s.who, what, s.agents, s.story())
		}
	}
}

func (s *screen) story() (text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		text += fmt.Sprintf("\n%s %s from %s agent %q end %q route %+v", c.ID, c.State, c.From, c.Agent, c.EndReason, c.Route)
	}
	return text
}

// callFrom waits for a call of a number and gives it when it is as wanted.
func (s *screen) callFrom(t *testing.T, from, what string, is func(call) bool) (found call) {
	t.Helper()
	s.until(t, "the call of "+from+" to be "+what, func() bool {
		for _, c := range s.calls {
			if c.From == from && c.StartedAt.After(found.StartedAt) {
				found = c
			}
		}
		ok := found.ID != "" && is(found)
		if !ok {
			found = call{}
		}
		return ok
	})
	return found
}

// agentIs waits for an agent's state.
func (s *screen) agentIs(t testing.TB, login, state string) {
	t.Helper()
	s.until(t, login+" to be "+state, func() bool { return s.agents[login].State == state })
}

// offer waits for the n-th card on the screen, counted from 1.
func (s *screen) offer(t *testing.T, n int) (p popped) {
	t.Helper()
	s.until(t, fmt.Sprintf("card number %d", n), func() bool {
		if len(s.offers) >= n {
			p = s.offers[n-1]
		}
		return len(s.offers) >= n
	})
	return p
}
