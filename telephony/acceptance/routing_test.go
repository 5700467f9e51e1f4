//go:build linux

package acceptance

import (
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/phone"
)

// A new client goes to who has talked less.
func TestTheLeastBusyRings(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2)
	first := tm.talks(s.newNumber())
	first.listens(t, time.Second)
	first.end(t)
	second := tm.talks(s.newNumber())
	if second.who == first.who {
		t.Errorf("%s, who has just talked, got the next new client while a colleague had nothing to do", first.who.login)
	}
	second.end(t)
	c := s.as("boss").history(t, second.id, "ended", ended)
	if c.Route[0].Reason != "least_busy" {
		t.Errorf("the reason is %q", c.Route[0].Reason)
	}
}

// A client who calls again gets the manager he spoke with.
func TestTheSameClientGetsHisManager(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 3)
	from := s.newNumber()
	first := tm.talks(from)
	first.listens(t, time.Second) // he is now the busiest of the three
	first.end(t)
	s.as("boss").history(t, first.id, "ended", ended)
	for range 2 {
		again := tm.talks(from)
		again.end(t)
		c := s.as("boss").history(t, again.id, "ended", ended)
		if again.who != first.who || c.Route[0].Reason != "previous_free" {
			t.Errorf("he got %s by %s, but spoke with %s", again.who.login, c.Route[0].Reason, first.who.login)
		}
	}
}

// If his manager talks, he waits for him with music, and gets him.
func TestTheSameClientWaitsForHisManager(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2)
	from := s.newNumber()
	k := tm.talks(from)
	k.end(t)
	s.as("boss").history(t, k.id, "ended", ended)
	his, other := k.who, tm.agents[0]
	if other == his {
		other = tm.agents[1]
	}
	s.as(other.login).do(t, put, "/me/state", map[string]string{"state": "break", "reason": "lunch"}, nil)
	tm.boss.agentIs(t, other.login, "break")
	busy := tm.talks(s.newNumber())
	s.as(other.login).do(t, put, "/me/state", map[string]string{"state": "available"}, nil)
	tm.boss.agentIs(t, other.login, "available")

	again := tm.dials(from)
	up(t, again)
	waits := tm.boss.callFrom(t, from, "queued", func(c call) bool { return c.State == "queued" })
	if err := again.HearElse(within(t, patience), agentTone); err != nil {
		t.Errorf("who waits hears no music: %v", err)
	}
	busy.caller.Hangup()
	leg := his.picksUp()
	hear(t, leg, callerTone)
	hear(t, again, agentTone)
	other.quiet()
	again.Hangup()
	over(t, leg, "remote hangup")
	c := s.as("boss").history(t, waits.ID, "ended", ended)
	if c.Agent != his.login || len(c.Route) != 1 || c.Decisions[0].WaitFor != his.login || c.EndReason != "completed" {
		t.Errorf("the history says agent %s, route %+v, decisions %+v", c.Agent, c.Route, c.Decisions)
	}
}

// Who declines is not asked again; the next one is.
func TestADeclinedCallGoesToTheNext(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2)
	from := s.newNumber()
	caller := tm.dials(from)
	first, leg := tm.whose()
	leg.Reject(603, "Decline")
	second, leg2 := tm.whose()
	if first == second {
		t.Fatal("who declined was rung again")
	}
	leg2.Reject(486, "Busy Here")
	c := tm.boss.callFrom(t, from, "waiting after two refusals", func(c call) bool {
		return c.State == "queued" && len(c.Route) == 2 && c.Route[1].Result != ""
	})
	for i, a := range []*agent{first, second} {
		if c.Route[i].Agent != a.login || c.Route[i].Result != "declined" {
			t.Errorf("the route is %+v", c.Route)
		}
		tm.boss.agentIs(t, a.login, "available")
	}
	if err := caller.HearElse(within(t, patience), agentTone); err != nil {
		t.Errorf("who waits hears no music: %v", err)
	}
	caller.Hangup()
	s.as("boss").history(t, c.ID, "ended", ended)
	first.quiet()
	second.quiet()
}

// A phone that rings out: the next agent is rung.
func TestWhoDoesNotAnswerIsPassedOver(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 2, "wrap_up: 0s", "ring: 1s")
	from := s.newNumber()
	caller := tm.dials(from)
	first, leg := tm.whose()
	over(t, leg, "cancelled")
	second, leg2 := tm.whose()
	if first == second {
		t.Fatal("who let it ring was rung again")
	}
	if err := leg2.Answer(); err != nil {
		t.Fatal(err)
	}
	up(t, caller)
	hear(t, leg2, callerTone)
	c := tm.boss.callFrom(t, from, "talking", func(c call) bool { return c.State == "talking" })
	if len(c.Route) != 2 || c.Route[0].Result != "no_answer" || c.Route[1].Result != "answered" {
		t.Errorf("the route is %+v", c.Route)
	}
	caller.Hangup()
	over(t, leg2, "remote hangup")
}

// With ring-all everybody rings and exactly one wins.
func TestRingAllHasOneWinner(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 3, "wrap_up: 0s", "strategy: ring-all")
	from := s.newNumber()
	caller := tm.dials(from)
	var legs []*phone.Call
	for _, a := range tm.agents {
		legs = append(legs, a.rings())
	}
	for _, leg := range legs[:2] { // two pick up in the same moment
		go func() { _ = leg.Answer() }() // the loser's phone may be cancelled first
	}
	up(t, caller)
	c := tm.boss.callFrom(t, from, "talking", func(c call) bool { return c.State == "talking" })
	won := 0
	for i, a := range tm.agents {
		if a.login == c.Agent {
			won++
			hear(t, legs[i], callerTone)
			continue
		}
		select {
		case <-legs[i].Done():
		case <-time.After(patience):
			t.Errorf("the phone of %s, who did not win, still has the call", a.login)
		}
		tm.boss.agentIs(t, a.login, "available")
	}
	if won != 1 {
		t.Errorf("%d winners", won)
	}
	caller.Hangup()
	got := s.as("boss").history(t, c.ID, "ended", ended)
	answered := 0
	for _, r := range got.Route {
		if r.Result == "answered" {
			answered++
		}
	}
	if answered != 1 || len(got.Route) != 3 {
		t.Errorf("the route is %+v", got.Route)
	}
}

// Nobody is there: the caller waits as long as the queue allows, then he is told off
// and somebody has to call him back.
func TestNobodyTakesTheCall(t *testing.T) {
	s := shared(t)
	tm := s.absentTeam(t, 1, "max_wait: 1s")
	from := s.newNumber()
	caller := tm.dials(from)
	up(t, caller)
	over(t, caller, "remote hangup")
	c := tm.boss.callFrom(t, from, "ended", ended)
	if c.EndReason != "unanswered" || c.EndedBy != "system" {
		t.Errorf("ended as %s by %s", c.EndReason, c.EndedBy)
	}
	await(t, "a call-back", patience, func() bool { return len(s.tasks(t, from, "&open=true")) == 1 })
}

// States: a break keeps the phone quiet, wrap-up follows the talk and can be ended.
func TestStatesOfAnAgent(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1, "wrap_up: 1s")
	a := tm.agents[0]
	me := s.as(a.login)
	me.do(t, put, "/me/state", map[string]string{"state": "break", "reason": "lunch"}, nil)
	tm.boss.until(t, "the reason of the break", func() bool {
		return tm.boss.agents[a.login].State == "break" && tm.boss.agents[a.login].Reason == "lunch"
	})
	from := s.newNumber()
	caller := tm.dials(from)
	up(t, caller) // with music
	tm.boss.callFrom(t, from, "queued", func(c call) bool { return c.State == "queued" })
	a.quiet()
	me.do(t, put, "/me/state", map[string]string{"state": "available"}, nil)
	leg := a.picksUp()
	hear(t, leg, callerTone)
	// A wish during the talk comes true after it.
	me.do(t, put, "/me/state", map[string]string{"state": "break", "reason": "doctor"}, nil)
	tm.boss.agentIs(t, a.login, "talking")
	caller.Hangup()
	tm.boss.agentIs(t, a.login, "wrap_up")
	tm.boss.agentIs(t, a.login, "break")
	me.do(t, put, "/me/state", map[string]string{"state": "available"}, nil)
	tm.boss.agentIs(t, a.login, "available")

	k := tm.talks(s.newNumber())
	k.caller.Hangup()
	tm.boss.agentIs(t, a.login, "wrap_up")
	me.do(t, "DELETE", "/me/wrap-up", nil, nil)
	tm.boss.agentIs(t, a.login, "available")
	me.do(t, put, "/me/state", map[string]string{"state": "offline"}, nil)
	tm.boss.agentIs(t, a.login, "offline")
}
