package acceptance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

var errPatience = errors.New("the test ran out of patience")

// The outer contract, as far as the tests look at it.
type (
	call struct {
		ID          string      `json:"id"`
		Seq         int         `json:"seq"`
		State       string      `json:"state"`
		From        string      `json:"from"`
		To          string      `json:"to"`
		Anonymous   bool        `json:"anonymous"`
		Queue       string      `json:"queue"`
		Agent       string      `json:"agent"`
		Contact     string      `json:"contact_id"`
		CardCreated bool        `json:"card_created"`
		Candidates  []candidate `json:"candidates"`
		Offline     bool        `json:"crm_offline"`
		StartedAt   time.Time   `json:"started_at"`
		AnsweredAt  *time.Time  `json:"answered_at"`
		EndedAt     *time.Time  `json:"ended_at"`
		WaitMS      int64       `json:"wait_ms"`
		TalkMS      int64       `json:"talk_ms"`
		HoldMS      int64       `json:"hold_ms"`
		EndReason   string      `json:"end_reason"`
		EndedBy     string      `json:"ended_by"`
		Route       []ring      `json:"route"`
		Recording   *recording  `json:"recording"`
		Decisions   []struct {
			Reason  string `json:"reason"`
			WaitFor string `json:"wait_for"`
		} `json:"decisions"`
		Quality []struct {
			Party    string `json:"party"`
			Received int    `json:"received"`
		} `json:"quality"`
	}
	ring struct {
		Agent  string `json:"agent"`
		Reason string `json:"reason"`
		Result string `json:"result"`
	}
	recording struct {
		Ready      bool   `json:"ready"`
		DurationMS int64  `json:"duration_ms"`
		URL        string `json:"url"`
		Truncated  string `json:"truncated"`
	}
	candidate struct {
		Contact string `json:"contact"`
		Name    string `json:"name"`
	}
	contact struct {
		ID          string   `json:"id"`
		Name        string   `json:"name"`
		Phones      []string `json:"phones"`
		AutoCreated bool     `json:"auto_created"`
		LastAgent   string   `json:"last_agent"`
	}
	task struct {
		ID     string     `json:"id"`
		Kind   string     `json:"kind"`
		Phone  string     `json:"phone"`
		Calls  []string   `json:"calls"`
		DoneAt *time.Time `json:"done_at"`
	}
	agentState struct {
		Agent  string `json:"agent"`
		State  string `json:"state"`
		Reason string `json:"reason"`
	}
	card struct {
		Contact    string      `json:"contact_id"`
		Phones     []string    `json:"phones"`
		Created    bool        `json:"created"`
		Offline    bool        `json:"crm_offline"`
		Candidates []candidate `json:"candidates"`
		Reason     string      `json:"reason"`
	}
	page[T any] struct {
		Items []T `json:"items"`
	}
)

// send does one request of the API.
func (s *server) send(method, path, token string, body, into any) (status int, header http.Header) {
	s.t.Helper()
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		content = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.http+"/api/v1"+path, content)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := (&http.Client{Timeout: 10 * time.Second}).Do(r)
	if err != nil {
		s.t.Logf("%s %s: %v", method, path, err)
		return 0, nil // the server is away
	}
	defer answer.Body.Close()
	if into != nil && answer.StatusCode < 300 {
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			s.t.Fatalf("%s %s: the answer can't be read: %v", method, path, err)
		}
	}
	return answer.StatusCode, answer.Header
}

// client is somebody who is signed in.
type client struct {
	s     *server
	login string
	token string
}

// as signs somebody in, once.
func (s *server) as(login string) *client {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.people[login]; c != nil {
		return c
	}
	var session struct {
		Token string `json:"token"`
	}
	status, _ := s.send(http.MethodPost, "/session", "", map[string]string{"login": login, "password": password}, &session)
	if status != http.StatusOK || session.Token == "" {
		s.t.Fatalf("%s can't sign in: %d", login, status)
	}
	s.people[login] = &client{s, login, session.Token}
	return s.people[login]
}

func (c *client) get(path string, into any) (status int) {
	status, _ = c.s.send(http.MethodGet, path, c.token, nil, into)
	return status
}

// do sends what must succeed.
func (c *client) do(t *testing.T, method, path string, body, into any) {
	t.Helper()
	if status, _ := c.s.send(method, path, c.token, body, into); status < 200 || status > 299 {
		t.Fatalf("%s %s as %s: %d", method, path, c.login, status)
	}
}

// list fetches a list.
func list[T any](t *testing.T, c *client, path string) []T {
	t.Helper()
	var p page[T]
	if status := c.get(path, &p); status != http.StatusOK {
		t.Fatalf("GET %s as %s: %d", path, c.login, status)
	}
	return p.Items
}

// history waits until a call stands in the history as it should.
func (c *client) history(t *testing.T, id, what string, is func(call) bool) (got call) {
	t.Helper()
	found := false
	defer func() {
		if !found {
			t.Logf("the call is %+v", got)
		}
	}()
	await(t, "the history to say: "+what, 15*time.Second, func() bool {
		got = call{}
		return c.get("/calls/"+id, &got) == http.StatusOK && is(got)
	})
	found = true
	return got
}

func ended(c call) bool    { return c.EndedAt != nil }
func recorded(c call) bool { return ended(c) && c.Recording != nil && c.Recording.Ready }

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
