//go:build linux

package acceptance

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

// The server is killed in the middle of six talks, two ringing phones and three
// waiting callers (reliability: fault 1). After the restart on the same data nothing
// is lost but the talks themselves.
func TestKilledInTheMiddleOfCalls(t *testing.T) {
	s := newServer(t, setup{})
	tm := s.absentTeam(t, 8, "wrap_up: 0s", "ring: 60s")
	for _, a := range tm.agents[:6] {
		a.arrive(t)
	}
	var talks []talk
	for range 6 {
		talks = append(talks, tm.talks(s.newNumber()))
	}
	var ringing []*phone.Call // at agents
	var numbers []string
	for _, a := range tm.agents[6:] {
		a.arrive(t)
		numbers = append(numbers, s.newNumber())
		tm.dials(numbers[len(numbers)-1])
		ringing = append(ringing, a.rings())
	}
	var waiting []*phone.Call
	for range 3 {
		numbers = append(numbers, s.newNumber())
		c := tm.dials(numbers[len(numbers)-1])
		up(t, c)
		waiting = append(waiting, c)
	}
	for _, k := range talks {
		numbers = append(numbers, k.from)
	}
	talks[0].listens(t, 3*time.Second) // all talks are longer than that

	killed := time.Now()
	s.kill()
	s.start()
	if d := time.Since(killed); d > 5*time.Second {
		t.Errorf("the server was ready only %v after the kill", d)
	}
	tm.boss = s.as("boss").screen(t)
	for i, k := range talks {
		over(t, k.caller, "remote hangup")
		over(t, k.agent, "remote hangup")
		if d := time.Since(killed); d > 12*time.Second {
			t.Errorf("talk %d got its BYE %v after the kill", i, d)
		}
	}
	for _, c := range waiting {
		over(t, c, "remote hangup")
	}
	s.allInterrupted(t, tm, numbers)
	s.recordingsOfTheDead(t, talks, killed)
	for _, leg := range ringing {
		leg.Hangup()
	}
	for _, a := range tm.agents {
		tm.boss.agentIs(t, a.login, "available")
	}
	tm.cutCallersComeBack(talks[:2])
}

// cutCallersComeBack: who was cut off and calls again gets the manager he was
// speaking with.
func (tm *team) cutCallersComeBack(talks []talk) {
	tm.t.Helper()
	for _, k := range talks {
		again := tm.dials(k.from)
		leg := k.who.picksUp()
		hear(tm.t, leg, callerTone)
		hear(tm.t, again, agentTone)
		again.Hangup()
		over(tm.t, leg, "remote hangup")
	}
}

// allInterrupted: every call stands in the history once, with its card, as
// interrupted, and its caller is to be called back.
func (s *server) allInterrupted(t *testing.T, tm *team, numbers []string) {
	t.Helper()
	for _, from := range numbers {
		await(t, "the call of "+from+" to stand in the history", patience, func() bool {
			calls := s.calls(t, from)
			return len(calls) == 1 && calls[0].EndedAt != nil
		})
		c := s.calls(t, from)[0]
		if c.EndReason != "interrupted" || c.EndedBy != "system" || c.Contact == "" || c.Queue != tm.queue {
			t.Errorf("a cut call is %+v", c)
		}
		if cards := s.contacts(t, from); len(cards) != 1 || cards[0].ID != c.Contact {
			t.Errorf("the cards of a cut caller are %+v", cards)
		}
		await(t, "a call-back for "+from, patience, func() bool {
			open := s.tasks(t, from, "&open=true")
			return len(open) == 1 && len(open[0].Calls) == 1 && open[0].Calls[0] == c.ID
		})
	}
}

// recordingsOfTheDead: they play, hold both sides, and lack a second at most.
func (s *server) recordingsOfTheDead(t *testing.T, talks []talk, killed time.Time) {
	t.Helper()
	boss := s.as("boss")
	for _, k := range talks {
		c := boss.history(t, k.id, "recorded", recorded)
		if c.AnsweredAt == nil || c.Recording.Truncated == "" {
			t.Fatalf("a cut talk is %+v, recording %+v", c, c.Recording)
		}
		heard := boss.recordingOf(t, k.id)
		heard.holdsBothSides(t)
		real := killed.Sub(*c.AnsweredAt)
		if lack := real - heard.length(); lack > time.Second || lack < -200*time.Millisecond {
			t.Errorf("the talk had lasted %v when the server was killed, its recording lasts %v", real, heard.length())
		}
		if off := real - time.Duration(c.TalkMS)*time.Millisecond; off > 2*time.Second || off < -2*time.Second {
			t.Errorf("the history says %d ms of talk, it was %v", c.TalkMS, real)
		}
	}
}

// SIGTERM: talks go on, new calls are sent elsewhere, then the server exits.
func TestDrained(t *testing.T) {
	s := newServer(t, setup{})
	tm := s.team(t, 2)
	k := tm.talks(s.newNumber())
	s.signal(syscall.SIGTERM)
	await(t, "new calls to be refused", patience, func() bool {
		c := tm.dials(s.newNumber())
		select {
		case <-c.Done():
			return c.Why() == "503 Service Unavailable"
		case <-c.Progress():
			c.Hangup()
			return false
		case <-time.After(patience):
			return false
		}
	})
	k.hearEachOther(t)
	k.caller.Hangup()
	over(t, k.agent, "remote hangup")
	select {
	case <-s.exited:
	case <-time.After(patience):
		t.Fatal("the server has nothing to do and does not exit")
	}
	if code := s.process.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	s.start() // and everything that was said is stored
	s.people = map[string]*client{}
	c := s.as("boss").history(t, k.id, "recorded", recorded)
	if c.EndReason != "completed" {
		t.Errorf("the talk counts as %s", c.EndReason)
	}
}

// A second SIGTERM and SIGINT stop at once; peers get their BYE.
func TestStoppedAtOnce(t *testing.T) {
	s := newServer(t, setup{})
	tm := s.team(t, 1)
	interrupt := func() { s.signal(syscall.SIGINT) }
	terminateTwice := func() {
		s.signal(syscall.SIGTERM)
		// Signals of one kind are not queued: the second must find the first taken.
		await(t, "the server to drain", patience, func() bool { return strings.Contains(s.log.String(), "stopping: ") })
		s.signal(syscall.SIGTERM)
	}
	for n, stop := range []func(){interrupt, terminateTwice} {
		if n > 0 {
			s.start()
			tm.boss = s.as("boss").screen(t)
			if err := tm.agents[0].Register(within(t, patience)); err != nil {
				t.Fatal(err)
			}
			tm.boss.agentIs(t, tm.agents[0].login, "available")
		}
		k := tm.talks(s.newNumber())
		stop()
		over(t, k.caller, "remote hangup")
		over(t, k.agent, "remote hangup")
		select {
		case <-s.exited:
		case <-time.After(patience):
			t.Fatal("the server does not exit")
		}
	}
}

// Media that stops ends the talk; a caller on hold may be silent.
func TestDeadLineIsNoticed(t *testing.T) {
	s := newServer(t, setup{flags: []string{"--rtp-timeout", "1s"}})
	tm := s.team(t, 1)
	k := tm.talks(s.newNumber())
	if err := k.agent.SetHold(within(t, patience), true); err != nil {
		t.Fatal(err)
	}
	hearsMusic(t, "caller", k.caller, agentTone)
	k.listens(t, 2*time.Second) // the agent's phone sends nothing meanwhile
	if err := k.agent.SetHold(within(t, patience), false); err != nil {
		t.Fatal(err)
	}
	k.caller.Say(media.Tone(time.Second, 0.3, callerTone), true)
	k.hearEachOther(t)
	k.caller.Mute()
	over(t, k.agent, "remote hangup")
	over(t, k.caller, "remote hangup")
	c := s.as("boss").history(t, k.id, "ended", ended)
	if c.EndReason != "media_lost" || c.EndedBy != "system" {
		t.Errorf("the talk ended as %s by %s", c.EndReason, c.EndedBy)
	}
	tm.boss.agentIs(t, k.who.login, "available")
}
