//go:build linux

package acceptance

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"
)

const put, post = http.MethodPut, http.MethodPost

var errPatience = errors.New("the test ran out of patience")

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

// contacts are the cards of a number.
func (s *server) contacts(t *testing.T, number string) []contact {
	t.Helper()
	return list[contact](t, s.as("boss"), "/contacts?phone="+url.QueryEscape(number))
}

func (s *server) calls(t *testing.T, number string) []call {
	t.Helper()
	return list[call](t, s.as("boss"), "/calls?phone="+url.QueryEscape(number))
}

func (s *server) tasks(t *testing.T, number, more string) []task {
	t.Helper()
	return list[task](t, s.as("boss"), "/tasks?kind=callback&phone="+url.QueryEscape(number)+more)
}
