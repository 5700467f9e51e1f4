//go:build linux

package acceptance

import (
	"fmt"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

// A change of the office holds for the next call; the same file again changes
// nothing; a dry run never does.
func TestTheOfficeChangesWhileItRuns(t *testing.T) {
	s := shared(t)
	one, other := s.team(t, 1), s.team(t, 1)
	move := fmt.Sprintf("numbers:\n  - {number: %q, queue: %s, source: website}\n", one.number, other.queue)
	if out, code := s.apply(move, "--dry-run"); code != 0 || !strings.Contains(out, other.queue) || !strings.Contains(out, "dry run") {
		t.Errorf("the dry run: code %d\n%s", code, out)
	}
	first := one.dials(s.newNumber())
	leg := one.agents[0].rings()
	first.Hangup()
	over(t, leg, "cancelled")
	if out, code := s.apply(move); code != 0 || !strings.Contains(out, other.queue) {
		t.Fatalf("code %d\n%s", code, out)
	}
	if out, code := s.apply(move); code != 0 || strings.TrimSpace(out) != "no changes" {
		t.Errorf("the same file again: code %d\n%s", code, out)
	}
	await(t, "the running server to know it", patience, func() bool {
		for _, n := range list[struct{ Number, Queue string }](t, s.as("boss"), "/office/numbers") {
			if n.Number == one.number {
				return n.Queue == other.queue
			}
		}
		return false
	})
	second := one.dials(s.newNumber()) // the same number, the other team
	leg = other.agents[0].rings()
	second.Hangup()
	over(t, leg, "cancelled")
	one.agents[0].quiet()
}

// A wrong office file names the line and the field, and changes nothing.
func TestAWrongOfficeFileIsRefused(t *testing.T) {
	s := shared(t)
	out, code := s.apply(`users:
  - {login: ghost, name: Ghost, password: "` + password + `", role: agent, office: Tashkent}
  - {login: wrong, name: Wrong, password: "` + password + `", role: boss, office: Tashkent}
queues:
  - name: ghosts
    agents: [ghost]
    ring: soon
`)
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{".yaml:3: users[1].role: ", ".yaml:7: queues[0].ring: "} {
		if !strings.Contains(out, want) {
			t.Errorf("the message does not say %q:\n%s", want, out)
		}
	}
	for _, q := range list[struct{ Name string }](t, s.as("boss"), "/queues") {
		if q.Name == "ghosts" {
			t.Error("half of a wrong file was applied")
		}
	}
}

// A server that cannot have its ports says so in one line.
func TestPortsInUse(t *testing.T) {
	s := shared(t)
	for _, c := range []struct {
		what, data, http, sip, want string
		code                        int
	}{
		{"SIP", t.TempDir(), freePort(t), s.sip, s.sip, 1},
		{"HTTP", t.TempDir(), s.http, freePort(t), s.http, 1},
		{"data folder", s.data, freePort(t), freePort(t), filepath.Base(s.data), 1},
		{"flag", t.TempDir(), "nonsense", freePort(t), "--http", 2},
	} {
		out, code := runProgram(t, s.environment(s.database), "serve", "--data", c.data, "--http", c.http, "--sip", c.sip, "--log", "error")
		if lines := strings.Split(strings.TrimSpace(out), "\n"); code != c.code || len(lines) != 1 ||
			!strings.HasPrefix(lines[0], "callcard serve: ") || !strings.Contains(lines[0], c.want) {
			t.Errorf("%s in use: exit code %d\n%s", c.what, code, out)
		}
	}
}

// Calls that are not for us, or not from our trunk, are refused.
func TestCallsThatAreNotOurs(t *testing.T) {
	s := shared(t)
	over(t, s.dials(t, s.newNumber(), "+998712999999"), "404 Not Found")
	tm := s.team(t, 1)
	stranger, err := phone.New(t.Context(), phone.Config{Server: s.sip, Local: netip.MustParseAddr("127.0.0.77"), User: s.newNumber(), Codec: media.PCMA, Log: silentLog})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stranger.Close)
	c, err := stranger.Call(tm.number, nil)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-c.Done():
	case <-time.After(patience):
		t.Fatal("a stranger's call is not refused")
	}
	if why := c.Why(); !strings.HasPrefix(why, "401") && !strings.HasPrefix(why, "403") && !strings.HasPrefix(why, "407") {
		t.Errorf("a stranger's call ended by %q", why)
	}
	tm.agents[0].quiet()
}

// What belongs to another office does not exist for its people, and the ladder of a
// call is the administrator's.
func TestWhoMaySeeACall(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2)
	k := tm.talks(s.newNumber())
	k.end(t)
	c := s.as("boss").history(t, k.id, "recorded", recorded)
	colleague := tm.agents[0]
	if colleague == k.who {
		colleague = tm.agents[1]
	}
	nothing := "/calls/01900000-0000-7000-8000-000000000000"
	for _, who := range []struct {
		login string
		sees  int
	}{{"farid", http.StatusNotFound}, {"sara", http.StatusNotFound}, {k.who.login, http.StatusOK}, {"boss", http.StatusOK}, {"admin", http.StatusOK}} {
		for _, path := range []string{"/calls/" + k.id, "/calls/" + k.id + "/recording", "/calls/" + k.id + "/recording/peaks", "/contacts/" + c.Contact, "/contacts/" + c.Contact + "/timeline"} {
			if status := s.as(who.login).get(path, nil); status != who.sees {
				t.Errorf("GET %s as %s: %d, want %d", path, who.login, status, who.sees)
			}
		}
		if status := s.as(who.login).get(nothing, nil); status != http.StatusNotFound {
			t.Errorf("GET of nothing as %s: %d", who.login, status)
		}
		if calls := list[call](t, s.as(who.login), "/calls?contact="+c.Contact); (len(calls) == 1) != (who.sees == http.StatusOK) {
			t.Errorf("%s lists %d calls of the client", who.login, len(calls))
		}
	}
	if status := s.as(colleague.login).get("/calls/"+k.id, nil); status != http.StatusNotFound {
		t.Errorf("an agent sees his colleague's call: %d", status)
	}
	if status, _ := s.send(http.MethodGet, "/calls/"+k.id, "", nil, nil); status != http.StatusUnauthorized {
		t.Errorf("a stranger gets %d", status)
	}
	s.seesLadder(t, k.id)
	for _, login := range []string{"farid", k.who.login} {
		if status := s.as(login).get("/calls/"+k.id+"/trace", nil); status != http.StatusNotFound && status != http.StatusForbidden {
			t.Errorf("%s gets the ladder: %d", login, status)
		}
	}
}

// seesLadder checks that the administrator gets every message of the call.
func (s *server) seesLadder(t *testing.T, id string) {
	t.Helper()
	type message struct {
		Sent bool   `json:"sent"`
		Head string `json:"head"`
		Text string `json:"text"`
	}
	var ladder []message
	await(t, "the ladder to be stored", patience, func() bool {
		var p page[message]
		if s.as("admin").get("/calls/"+id+"/trace", &p) == http.StatusOK {
			ladder = p.Items
		}
		return len(ladder) > 0
	})
	got := map[string]int{}
	for _, m := range ladder {
		word := strings.Fields(m.Head)[0]
		if word == "SIP/2.0" {
			word = strings.Fields(m.Head)[1]
		}
		got[fmt.Sprintf("%v %s", m.Sent, word)]++
		if strings.Contains(m.Text, "Authorization") && strings.Contains(m.Text, "response=") {
			t.Error("the ladder shows credentials")
		}
	}
	for _, want := range []string{"false INVITE", "true INVITE", "false 200", "true 200", "false ACK", "true ACK", "false BYE", "true BYE"} {
		if got[want] == 0 {
			t.Errorf("the ladder has no %q: %v", want, got)
		}
	}
}
