package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/web/api"
	"github.com/callcard/callcard/web/live"
)

// firstRun is the demo's first-run page.
type firstRun struct {
	t     *testing.T
	base  string
	token string
}

// ask sends a request and reads the answer into out; header entries are "Name: value".
func (p *firstRun) ask(method, path string, in, out any, want int, header ...string) {
	p.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if answer.StatusCode != want {
		p.t.Fatalf("%s %s = %s, want %d: %s", method, path, answer.Status, want, text)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			p.t.Fatalf("%v: %s", err, text)
		}
	}
}

// until asks again and again until it is good.
func (p *firstRun) until(what string, good func() bool) {
	p.t.Helper()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	patience := time.After(time.Minute)
	for !good() {
		select {
		case <-look.C:
		case <-patience:
			p.t.Fatalf("it did not come to: %s", what)
		}
	}
}

// Somebody opens the first-run page, signs in with what it shows, lets clients call,
// says who a caller is, hangs up, and chooses another language.
func TestTheFirstRunPage(t *testing.T) {
	t.Parallel()
	d := openDemo(t, home(t), append(freeAddresses(t), "--first-call=false", "--language", "ru")...)
	run, err := readRunFile(d.data)
	if err != nil {
		t.Fatal(err)
	}
	p := &firstRun{t: t, base: "http://" + run.HTTP + "/api/v1"}
	var state, far api.DemoState
	p.ask("GET", "/demo", nil, &state, 200)
	p.ask("GET", "/demo", nil, &far, 200, "X-Forwarded-For: 192.0.2.7")
	if state.Password != d.password || far.Password != "" || len(state.People) != 5 || !state.People[0].Auto || state.Language != "ru" || state.Numbers[0].Source != "сайт" {
		t.Fatalf("the page shows %+v", state)
	}
	p.ask("POST", "/demo/calls", map[string]string{"from": "new"}, nil, 401)
	var session struct{ Token string }
	p.ask("POST", "/session", map[string]string{"login": "boss", "password": state.Password}, &session, 200)
	p.token = session.Token

	var people struct{ Items []live.Contact }
	var past struct{ Items []live.Activity }
	var director, firm live.Contact
	p.ask("GET", "/contacts?phone="+url.QueryEscape(state.Shared), nil, &people, 200)
	for _, c := range people.Items {
		if len(c.Companies) == 1 && c.Companies[0].Position == "директор" {
			director = c
		}
	}
	if director.ID == "" {
		t.Fatalf("nobody of %+v is a director", people.Items)
	}
	p.ask("GET", "/contacts/"+string(director.Companies[0].ID), nil, &firm, 200)
	p.ask("GET", "/contacts/"+string(firm.ID)+"/timeline", nil, &past, 200)
	if firm.PeopleCount != 2 || !slices.ContainsFunc(past.Items, func(a live.Activity) bool { return a.ContactID == director.ID }) {
		t.Errorf("the company has %+v and the past %+v", firm.People, past.Items)
	}

	call := p.lets("shared")
	if len(call.Candidates) != 2 {
		t.Fatalf("the candidates are %+v", call.Candidates)
	}
	chosen := call.Candidates[1]
	p.ask("PUT", "/calls/"+string(call.ID)+"/contact", map[string]string{"contact_id": string(chosen.Contact), "remember": "chosen"}, &call, 200)
	if call.ContactID != chosen.Contact || call.ContactName != chosen.Name {
		t.Errorf("the call is on %+v", call)
	}
	p.ask("POST", "/calls/"+string(call.ID)+"/hold", nil, nil, 204)
	p.until("held", func() bool { return p.call(call).State == "held" })
	p.ask("POST", "/calls/"+string(call.ID)+"/resume", nil, nil, 204)
	p.until("talking", func() bool { return p.call(call).State == "talking" })
	p.ask("POST", "/calls/"+string(call.ID)+"/hangup", nil, nil, 204)
	p.until("ended", func() bool { return p.call(call).State == "ended" })

	hidden := p.lets("anonymous")
	p.ask("POST", "/calls/"+string(hidden.ID)+"/notes", map[string]string{"body": "hides his number"}, nil, 201)
	p.ask("PUT", "/calls/"+string(hidden.ID)+"/contact", map[string]string{"contact_id": string(chosen.Contact)}, nil, 200)
	p.ask("POST", "/calls/"+string(hidden.ID)+"/hangup", nil, nil, 204)
	p.ask("POST", "/demo/phones", map[string]any{"login": "bek", "auto": false}, &state, 200)
	if state.People[1].Auto {
		t.Errorf("bek's telephone answers: %+v", state.People)
	}

	p.ask("PATCH", "/contacts/"+string(chosen.Contact), map[string]string{"name": "Мой клиент"}, nil, 200)
	p.ask("POST", "/demo/language", map[string]string{"language": "uz"}, nil, 202)
	p.until("Uzbek", func() bool {
		var now api.DemoState
		p.ask("GET", "/demo", nil, &now, 200)
		return now.Language == "uz" && now.Rewriting == nil
	})
	var mine, his struct{ Items []live.Contact }
	p.ask("GET", "/contacts?q="+url.QueryEscape("Мой клиент"), nil, &mine, 200)
	if len(mine.Items) != 1 || mine.Items[0].Name != "Мой клиент" || mine.Items[0].Office != "Toshkent" {
		t.Errorf("what I have changed is %+v", mine.Items)
	}
	p.ask("GET", "/contacts?sort=name&limit=200", nil, &his, 200) // Cyrillic first
	if len(his.Items) < 2 || his.Items[0].Name != "Мой клиент" || strings.ContainsFunc(his.Items[1].Name, func(r rune) bool { return r >= 0x400 && r < 0x500 }) {
		t.Errorf("the clients begin with %v, %v", his.Items[0].Name, his.Items[1].Name)
	}
	d.ends(syscall.SIGINT)
}

// lets a client call and waits until somebody talks with him.
func (p *firstRun) lets(from string) live.Call {
	p.t.Helper()
	began := time.Now().Add(-time.Second).UTC().Format(time.RFC3339)
	var placed struct{ From string }
	p.ask("POST", "/demo/calls", map[string]string{"from": from}, &placed, 202)
	var page struct{ Items []live.Call }
	p.until(from+" talks", func() bool {
		p.ask("GET", "/calls?state=talking&since="+began, nil, &page, 200)
		return len(page.Items) == 1 && page.Items[0].From == placed.From
	})
	return page.Items[0]
}

func (p *firstRun) call(c live.Call) live.Call {
	p.t.Helper()
	p.ask("GET", "/calls/"+string(c.ID), nil, &c, 200)
	return c
}

// A manager lets new clients call and gets every one of them himself, though by the
// routing it would be his colleagues' turn; they are available again at once. When he
// can't take one, he is told what to do.
func TestTheClientComesToWhoLetsHimCall(t *testing.T) {
	t.Parallel()
	dir, flags := home(t), append(freeAddresses(t), "--first-call=false")
	d := openDemo(t, dir, flags...)
	run, err := readRunFile(d.data)
	if err != nil {
		t.Fatal(err)
	}
	as := func(login string) *firstRun {
		p := &firstRun{t: t, base: "http://" + run.HTTP + "/api/v1"}
		var session struct{ Token string }
		p.ask("POST", "/session", map[string]string{"login": login, "password": d.password}, &session, 200)
		p.token = session.Token
		return p
	}
	anna, boss := as("anna"), as("boss")
	for range 3 {
		call := anna.lets("new")
		if call.Agent != "anna" {
			t.Errorf("anna's client went to %s", call.Agent)
		}
		boss.until("the others are back", func() bool { return boss.state("bek") == "available" && boss.state("dilnoza") == "available" })
		anna.refused("You have a call already.")
		anna.ask("POST", "/calls/"+string(call.ID)+"/hangup", nil, nil, 204)
		anna.until("wrap-up", func() bool { return boss.state("anna") == "wrap_up" })
		anna.refused("You are still wrapping up the last call.")
		anna.ask("DELETE", "/me/wrap-up", nil, nil, 204)
	}
	anna.ask("PUT", "/me/state", map[string]string{"state": "break", "reason": "tea"}, nil, 200)
	anna.refused("You are on a break.")
	if call := boss.lets("new"); call.Agent == "anna" {
		t.Error("a client called by the supervisor ended anna's break")
	}

	// A demo that dies while somebody has stepped aside finds him back at the next start.
	anna.ask("PUT", "/me/state", map[string]string{"state": "break", "reason": stepsAside}, nil, 200)
	d.signal(syscall.SIGKILL)
	d.exit(5 * time.Second)
	d = openDemo(t, dir, flags...)
	boss.until("anna is back", func() bool { return boss.state("anna") == "available" })
	d.ends(syscall.SIGINT)
}

func (p *firstRun) refused(why string) {
	p.t.Helper()
	var problem struct{ Detail string }
	p.ask("POST", "/demo/calls", map[string]string{"from": "new"}, &problem, 409)
	if !strings.HasPrefix(problem.Detail, why) {
		p.t.Errorf("it says %q, not %q", problem.Detail, why)
	}
}

// state is what an agent is doing.
func (p *firstRun) state(login string) routing.State {
	p.t.Helper()
	var page struct {
		Items []struct {
			Login string
			State live.AgentState
		}
	}
	p.ask("GET", "/agents", nil, &page, 200)
	for _, a := range page.Items {
		if a.Login == login {
			return a.State.State
		}
	}
	p.t.Fatalf("%s is not among the agents", login)
	return ""
}
