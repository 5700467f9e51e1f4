//go:build linux

package acceptance

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A new client calls: the whole story of the product in one test.
func TestANewClientCalls(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2)
	from := s.newNumber()
	screens := map[string]*screen{}
	for _, a := range tm.agents {
		screens[a.login] = s.as(a.login).screen(t)
	}
	caller := tm.dials(from)
	a, leg := tm.whose()
	alerted(t, caller)
	if leg.Number() != from || !strings.Contains(leg.Header("P-Asserted-Identity"), from) {
		t.Errorf("the phone shows %q, P-Asserted-Identity %q; want %q", leg.Number(), leg.Header("P-Asserted-Identity"), from)
	}
	card := screens[a.login].offer(t, 1)
	id := card.Call.ID
	if leg.Header("X-Callcard-Call") != id || !card.Card.Created || card.Card.Contact == "" || card.Card.Phones[0] != from || card.Card.Reason == "" {
		t.Errorf("the phone belongs to call %s, the card on the screen is %+v of call %s", leg.Header("X-Callcard-Call"), card.Card, id)
	}
	tm.boss.agentIs(t, a.login, "ringing")
	if err := leg.Answer(); err != nil {
		t.Fatal(err)
	}
	leg.Say(tone440, true)
	up(t, caller)
	k := talk{caller, leg, a, from, id}
	k.hearEachOther(t)
	tm.boss.agentIs(t, a.login, "talking")
	k.listens(t, 2*time.Second)
	hungUp := time.Now()
	caller.Hangup()
	over(t, leg, "remote hangup")
	tm.boss.agentIs(t, a.login, "available")
	if d := time.Since(hungUp); d > 3*time.Second {
		t.Errorf("the agent was available only %v after the end", d)
	}
	s.tellsTheTalk(t, k)
}

// tellsTheTalk: call, route, card, timeline and recording of a talk that was the
// client's first.
func (s *server) tellsTheTalk(t *testing.T, k talk) {
	t.Helper()
	boss := s.as("boss")
	c := boss.history(t, k.id, "ended and recorded", recorded)
	if c.From != k.from || c.To != k.who.team.number || c.Queue != k.who.team.queue || c.Agent != k.who.login || c.EndReason != "completed" || c.EndedBy != "caller" || !c.CardCreated {
		t.Errorf("the history says %+v", c)
	}
	if len(c.Route) != 1 || c.Route[0].Agent != k.who.login || c.Route[0].Result != "answered" || c.Route[0].Reason == "" || len(c.Decisions) == 0 {
		t.Errorf("the route is %+v, decisions %+v", c.Route, c.Decisions)
	}
	if len(c.Quality) != 2 || c.Quality[0].Received < 100 || c.Quality[1].Received < 100 {
		t.Errorf("the quality is %+v", c.Quality)
	}
	cards := s.contacts(t, k.from)
	if len(cards) != 1 || cards[0].ID != c.Contact || !cards[0].AutoCreated || cards[0].LastAgent != k.who.login {
		t.Errorf("the cards of the number are %+v, the call has %s", cards, c.Contact)
	}
	activities := list[struct {
		Kind string `json:"kind"`
	}](t, boss, "/contacts/"+c.Contact+"/timeline")
	if len(activities) != 1 || activities[0].Kind != "call" {
		t.Errorf("the timeline is %+v", activities)
	}
	heard := boss.recordingOf(t, k.id)
	heard.holdsBothSides(t)
	heard.lasts(t, time.Duration(c.TalkMS)*time.Millisecond, 200*time.Millisecond)
	if off := c.Recording.DurationMS - heard.length().Milliseconds(); off < -20 || off > 20 {
		t.Errorf("the history says %d ms, the file lasts %v", c.Recording.DurationMS, heard.length())
	}
}

// The card is on the agent's screen before his phone hears of the call.
func TestTheCardComesBeforeTheRinging(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	a := tm.agents[0]
	scr := s.as(a.login).screen(t)
	line := listenOnWire(t)
	for n := 1; n <= 8; n++ {
		caller := tm.dials(s.newNumber())
		leg := a.rings()
		card := scr.offer(t, n)
		if !line.cardFirst(t, card.Call.ID) {
			t.Errorf("call %d: the INVITE to the phone went out before the card", n)
		}
		caller.Hangup()
		over(t, leg, "cancelled")
		tm.boss.agentIs(t, a.login, "available")
	}
	if scr.gaps > 0 {
		t.Errorf("%d gaps in the numbers of live events", scr.gaps)
	}
}

// A recording is served in ranges, its waveform too, and other programs read it.
func TestARecordingIsPlayedInRanges(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	k := tm.talks(s.newNumber())
	k.listens(t, time.Second)
	k.end(t)
	boss := s.as("boss")
	c := boss.history(t, k.id, "recorded", recorded)
	whole := boss.download(t, k.id, "", http.StatusOK)
	part := boss.download(t, k.id, "bytes=100-299", http.StatusPartialContent)
	if !bytes.Equal(part, whole[100:300]) {
		t.Error("a range is not what stands there in the file")
	}
	boss.download(t, k.id, "bytes=99999999-", http.StatusRequestedRangeNotSatisfiable)
	var peaks struct {
		DurationMS int64          `json:"duration_ms"`
		Channels   [][][2]float64 `json:"channels"`
	}
	if status := boss.get("/calls/"+k.id+"/recording/peaks?buckets=50", &peaks); status != http.StatusOK || len(peaks.Channels) != 2 ||
		len(peaks.Channels[0]) != 50 || peaks.Channels[0][25][1] < 0.2 {
		t.Errorf("the waveform: %d, %d channels, %d ms", status, len(peaks.Channels), peaks.DurationMS)
	}
	path := filepath.Join(t.TempDir(), "call.wav")
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "soxi", "-D", path).Output()
	if err != nil {
		t.Fatalf("sox can't read the recording: %v", err)
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil || int64(seconds*1000)-c.Recording.DurationMS > 20 || c.Recording.DurationMS-int64(seconds*1000) > 20 {
		t.Errorf("sox says %q seconds, we say %d ms", out, c.Recording.DurationMS)
	}
}

// Keys pressed by one side reach the other, once each.
func TestKeysReachTheOtherSide(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	k := tm.talks(s.newNumber())
	k.caller.Press("15#")
	k.agent.Press("*9")
	for _, side := range []struct {
		name  string
		heard <-chan byte
		keys  string
	}{{"agent", k.agent.Pressed(), "15#"}, {"caller", k.caller.Pressed(), "*9"}} {
		for _, want := range []byte(side.keys) {
			select {
			case got := <-side.heard:
				if got != want {
					t.Fatalf("the %s heard key %q, want %q", side.name, got, want)
				}
			case <-time.After(patience):
				t.Fatalf("the %s did not hear key %q", side.name, want)
			}
		}
	}
	s.as(k.who.login).do(t, post, "/calls/"+k.id+"/digits", map[string]string{"digits": "7"}, nil)
	select {
	case got := <-k.caller.Pressed():
		if got != '7' {
			t.Errorf("the caller heard key %q, want 7", got)
		}
	case <-time.After(patience):
		t.Error("keys pressed on the page did not reach the caller")
	}
	k.end(t)
}

// The agent hangs up; and the page hangs up.
func TestEachSideCanHangUp(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	boss := s.as("boss")
	for _, c := range []struct {
		by     string
		hangUp func(talk)
	}{
		{"agent", func(k talk) { k.agent.Hangup() }},
		{"agent", func(k talk) { s.as(k.who.login).do(t, post, "/calls/"+k.id+"/hangup", nil, nil) }},
		{"supervisor", func(k talk) { boss.do(t, post, "/calls/"+k.id+"/hangup", nil, nil) }},
	} {
		k := tm.talks(s.newNumber())
		c.hangUp(k)
		over(t, k.caller, "remote hangup")
		got := boss.history(t, k.id, "ended", ended)
		if got.EndedBy != c.by || got.EndReason != "completed" {
			t.Errorf("ended by %s as %s, want %s as completed", got.EndedBy, got.EndReason, c.by)
		}
		tm.boss.agentIs(t, k.who.login, "available")
	}
}
