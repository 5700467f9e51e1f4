//go:build linux

package acceptance

import (
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
)

// The caller gives up in the same moment as the agent picks up. Whoever wins, nobody
// is left with a ghost call and every call ends once.
func TestCancelAndAnswerCross(t *testing.T) {
	const rounds = 12
	s := shared(t)
	tm := s.team(t, 1)
	a := tm.agents[0]
	for n := range rounds {
		from := s.newNumber()
		caller := tm.dials(from)
		leg := a.rings()
		alerted(t, caller)
		answered := make(chan struct{})
		go func() {
			defer close(answered)
			_ = leg.Answer() // too late, if the CANCEL was faster
		}()
		if n%2 == 0 {
			<-answered
		}
		caller.Hangup()
		for _, done := range []<-chan struct{}{answered, leg.Done(), caller.Done()} {
			select {
			case <-done:
			case <-time.After(patience):
				t.Fatalf("round %d: a side still has the call", n)
			}
		}
		c := tm.boss.callFrom(t, from, "ended", ended)
		if c.EndedBy != "caller" || (c.EndReason != "abandoned" && c.EndReason != "completed") || (c.AnsweredAt == nil) != (c.EndReason == "abandoned") {
			t.Errorf("round %d: the call is %+v", n, c)
		}
		tm.boss.agentIs(t, a.login, "available")
	}
	tm.talks(s.newNumber()).end(t)
	s.awaitQuiet(t, patience)
}

// Both sides press hold at once, again and again: the talk survives.
func TestBothSidesHoldAtOnce(t *testing.T) {
	s := shared(t)
	tm := s.team(t, 1)
	k := tm.talks(s.newNumber())
	for n := range 6 {
		errs := make(chan error, 2)
		go func() { errs <- k.caller.SetHold(within(t, patience), n%2 == 0) }()
		go func() { errs <- k.agent.SetHold(within(t, patience), n%2 == 0) }()
		for range 2 {
			if err := <-errs; err != nil {
				t.Fatalf("round %d: %v", n, err)
			}
		}
	}
	k.caller.Say(media.Tone(time.Second, 0.3, callerTone), true)
	k.hearEachOther(t)
	k.end(t)
}
