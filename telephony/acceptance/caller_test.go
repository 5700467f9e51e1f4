//go:build linux

package acceptance

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

// newNumber is a client's number that was never used on this server.
func (s *server) newNumber() string { return fmt.Sprintf("+99890%07d", 1000000+s.number.Add(1)) }

// dials calls the team from a number as the carrier writes it.
func (tm *team) dials(from string, headers ...string) *phone.Call {
	tm.t.Helper()
	return tm.s.dials(tm.t, from, tm.number, headers...)
}

func (s *server) dials(t *testing.T, from, to string, headers ...string) *phone.Call {
	t.Helper()
	p, err := phone.New(t.Context(), phone.Config{Server: s.sip, Local: callersAt, User: from, Codec: media.PCMA, Log: silentLog})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	extra := map[string]string{}
	for i := 0; i+1 < len(headers); i += 2 {
		extra[headers[i]] = headers[i+1]
	}
	c, err := p.Call(to, extra)
	if err != nil {
		t.Fatal(err)
	}
	c.Say(media.Tone(time.Second, 0.3, callerTone), true)
	return c
}

// talk is a caller and an agent who hear each other.
type talk struct {
	caller, agent *phone.Call
	who           *agent
	from          string
	id            string
}

// talks lets a number call, lets whoever is rung answer, and proves that they hear
// each other.
func (tm *team) talks(from string) talk {
	tm.t.Helper()
	caller := tm.dials(from)
	a, c := tm.whose()
	if err := c.Answer(); err != nil {
		tm.t.Fatal(err)
	}
	c.Say(media.Tone(time.Second, 0.3, agentTone), true)
	up(tm.t, caller)
	k := talk{caller, c, a, from, c.Header("X-Callcard-Call")}
	k.hearEachOther(tm.t)
	return k
}

func (k talk) hearEachOther(t *testing.T) {
	t.Helper()
	hear(t, k.agent, callerTone)
	hear(t, k.caller, agentTone)
}

// end hangs up and waits until the agent is free again.
func (k talk) end(t *testing.T) {
	t.Helper()
	k.caller.Hangup()
	over(t, k.agent, "remote hangup")
	k.who.team.boss.agentIs(t, k.who.login, "available")
}

func hear(t *testing.T, c *phone.Call, hertz float64) {
	t.Helper()
	if err := c.Hear(within(t, patience), hertz); err != nil {
		t.Fatal(err)
	}
}

func up(t *testing.T, c *phone.Call) {
	t.Helper()
	select {
	case <-c.Up():
	case <-c.Done():
		t.Fatalf("the call was not answered: %s", c.Why())
	case <-time.After(patience):
		t.Fatal("the call was not answered in time")
	}
}

// alerted waits until the caller hears that it rings.
func alerted(t *testing.T, c *phone.Call) {
	t.Helper()
	select {
	case <-c.Progress():
	case <-c.Done():
		t.Fatalf("the call did not ring: %s", c.Why())
	case <-time.After(patience):
		t.Fatal("the call did not ring in time")
	}
}

// over waits for the end of a leg and checks how it ended.
func over(t *testing.T, c *phone.Call, why string) {
	t.Helper()
	select {
	case <-c.Done():
		if c.Why() != why {
			t.Fatalf("the leg ended by %q, want %q", c.Why(), why)
		}
	case <-time.After(patience):
		t.Fatalf("the leg did not end; want %q", why)
	}
}

// listens lets real time pass on the line: it returns when the caller has said his
// tone for so long.
func (k talk) listens(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-k.caller.Say(media.Tone(d, 0.3, callerTone), false):
	case <-k.caller.Done():
		t.Fatalf("the talk ended too early: %s", k.caller.Why())
	case <-time.After(d + patience):
		t.Fatal("the caller's voice stands still")
	}
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), d, errPatience)
	t.Cleanup(cancel)
	return ctx
}
