//go:build linux

package acceptance

import (
	"testing"
	"time"
)

// TestATalkOutlivesThePage: the page is gone without a word, twice, and comes back. The
// caller waits with music; it stays one call with one recording.
func TestATalkOutlivesThePage(t *testing.T) {
	s := shared(t)
	tm, a := s.pages(t)
	k := tm.talks(s.newNumber())
	for range 2 {
		a.Crash()
		hearsMusic(t, "caller", k.caller, agentTone)
		tm.boss.callFrom(t, k.from, "without its agent", func(c call) bool { return c.LostAt != nil })
		a.arriveInPage(t)
		k.agent = a.rings()
		if got := k.agent.Header("X-Callcard-Resume"); got != k.id {
			t.Fatalf("the page is asked to take back call %q, want %q", got, k.id)
		}
		if err := k.agent.Answer(); err != nil {
			t.Fatal(err)
		}
		k.agent.Say(tone440, true)
		k.hearEachOther(t)
		tm.boss.agentIs(t, a.login, "talking")
	}
	k.listens(t, time.Second)
	k.end(t)
	boss := s.as("boss")
	c := boss.history(t, k.id, "recorded", recorded)
	if c.Agent != a.login || c.EndReason != "completed" || len(c.Route) != 1 {
		t.Errorf("the history says %+v", c)
	}
	told := map[string]int{}
	for _, m := range c.Story {
		told[m.Kind]++
	}
	if told["agent_lost"] != 2 || told["agent_back"] != 2 || told["answered"] != 1 || told["recording"] != 1 {
		t.Errorf("the story has %v", told)
	}
	heard := boss.recordingOf(t, k.id)
	heard.lasts(t, time.Duration(c.TalkMS)*time.Millisecond, 200*time.Millisecond)
	heard.last(time.Second).holdsBothSides(t)
	if all := share(heard.caller, callerTone); all < 0.8 {
		t.Errorf("the recording holds %.2f of what the caller said while he waited and talked", all)
	}
	if own := share(heard.agent, agentTone) + silent(heard.agent); own < 0.8 {
		t.Errorf("the agent's channel holds his voice and silence, together %.2f", own)
	}
	if n := len(s.calls(t, k.from)); n != 1 {
		t.Errorf("%d calls in the history, want 1", n)
	}
}

// TestACallerHangsUpOnALostPage: he hangs up, and the agent is free when he is back.
func TestACallerHangsUpOnALostPage(t *testing.T) {
	s := shared(t)
	tm, a := s.pages(t)
	k := tm.talks(s.newNumber())
	a.Crash()
	hearsMusic(t, "caller", k.caller, agentTone)
	k.caller.Hangup()
	if c := s.as("boss").history(t, k.id, "recorded", recorded); c.EndedBy != "caller" || c.EndReason != "completed" {
		t.Errorf("the history says %+v", c)
	}
	a.arriveInPage(t)
	tm.boss.agentIs(t, a.login, "available")
	a.quiet()
}
