//go:build linux

package acceptance

import (
	"testing"

	"github.com/callcard/callcard/telephony/phone"
)

// hearsMusic: sound, but not the other side's tone.
func hearsMusic(t *testing.T, who string, c *phone.Call, others float64) {
	t.Helper()
	if err := c.HearElse(within(t, patience), others); err != nil {
		t.Errorf("the %s, on hold, hears no music: %v", who, err)
	}
}

// Each side can put the other on hold by his phone, and the agent by his page.
func TestHold(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	k := tm.talks(s.newNumber())
	held := func(c call) bool { return c.State == "held" }
	talking := func(c call) bool { return c.State == "talking" }
	for _, side := range []struct {
		name           string
		holder, waiter *phone.Call
		tone           float64
	}{{"caller", k.agent, k.caller, agentTone}, {"agent", k.caller, k.agent, callerTone}} {
		if err := side.holder.SetHold(within(t, patience), true); err != nil {
			t.Fatal(err)
		}
		hearsMusic(t, side.name, side.waiter, side.tone)
		tm.boss.callFrom(t, k.from, "held", held)
		if err := side.holder.SetHold(within(t, patience), false); err != nil {
			t.Fatal(err)
		}
		k.hearEachOther(t)
		tm.boss.callFrom(t, k.from, "talking", talking)
	}
	me := s.as(k.who.login)
	me.do(t, post, "/calls/"+k.id+"/hold", nil, nil)
	hearsMusic(t, "caller", k.caller, agentTone)
	tm.boss.callFrom(t, k.from, "held", held)
	me.do(t, post, "/calls/"+k.id+"/resume", nil, nil)
	k.hearEachOther(t)
	k.end(t)
	if c := s.as("boss").history(t, k.id, "recorded", recorded); c.HoldMS < 500 || c.HoldMS >= c.TalkMS {
		t.Errorf("held %d of %d ms", c.HoldMS, c.TalkMS)
	}
}

// A caller who hangs up while he is on hold is gone for everybody.
func TestHangUpOnHold(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	k := tm.talks(s.newNumber())
	if err := k.agent.SetHold(within(t, patience), true); err != nil {
		t.Fatal(err)
	}
	hearsMusic(t, "caller", k.caller, agentTone)
	k.end(t)
	s.as("boss").history(t, k.id, "recorded", recorded)
}
