//go:build linux

package acceptance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
)

// sipp is a run of SIPp, which shares no line of code with us.
type sipp struct {
	name string
	dir  string
	out  *logbook
	done chan error
}

// sippRun starts a scenario of testdata. fields is the line of values that the
// scenario takes for each call (number; or extension and password).
func (s *server) sippRun(t *testing.T, scenario, at string, fields []string, flags ...string) *sipp {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("testdata", scenario+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	hertz := callerTone
	if at == agentsAt.String() {
		hertz = agentTone
	}
	r := &sipp{name: scenario, dir: t.TempDir(), out: &logbook{}, done: make(chan error, 1)}
	law := media.PCMA
	err = errors.Join(
		os.WriteFile(filepath.Join(r.dir, "tone.alaw"), law.AppendEncoded(nil, media.Tone(10*time.Second, 0.3, hertz)), 0o600),
		os.WriteFile(filepath.Join(r.dir, "fields.csv"), []byte("SEQUENTIAL\n"+strings.Join(fields, "\n")+"\n"), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(t.Context()), 100*time.Second, errPatience)
	args := append([]string{s.sip, "-sf", file, "-inf", "fields.csv", "-i", at, "-mi", at, "-nostdin", "-m", "1",
		"-trace_msg", "-message_file", "messages.log", "-trace_err", "-error_file", "errors.log", "-cid_str", "%u-%p-" + filepath.Base(r.dir) + "@%s"}, flags...)
	cmd := exec.CommandContext(ctx, "sipp", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = r.dir, r.out, r.out, boundToUs()
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.done <- cmd.Wait()
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		if t.Failed() {
			problems, _ := os.ReadFile(filepath.Join(r.dir, "errors.log")) // there may be none
			t.Logf("scenario %s:\n%s\n%s", r.name, problems, r.out.tail(40))
		}
	})
	return r
}

// succeeds waits for the end of the scenario: every message came as it says.
func (r *sipp) succeeds(t *testing.T, limit time.Duration) {
	t.Helper()
	select {
	case err := <-r.done:
		if err != nil {
			t.Fatalf("scenario %s: %v", r.name, err)
		}
	case <-time.After(limit):
		t.Fatalf("scenario %s did not come to its end", r.name)
	}
}

// messages is what it has sent and got so far.
func (r *sipp) messages() string {
	text, _ := os.ReadFile(filepath.Join(r.dir, "messages.log")) // not there before the first
	return string(text)
}

// sippRegisters registers an agent's phone that sipp plays, and gives its port.
func (a *agent) sippRegisters(t *testing.T) (port string) {
	t.Helper()
	probe, err := net.ListenPacket("udp", agentsAt.String()+":0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err = net.SplitHostPort(probe.LocalAddr().String())
	probe.Close()
	if err != nil {
		t.Fatal(err)
	}
	a.team.s.sippRun(t, "register", agentsAt.String(), []string{fmt.Sprintf("%s;[authentication username=%s password=%s]", a.extension, a.extension, a.sipPassword)}, "-p", port).succeeds(t, patience)
	a.team.boss.agentIs(t, a.login, "available")
	return port
}

func callers() string { return callersAt.String() }

// The scenarios run side by side: two of them have to wait for timers of RFC 3261
// that last half a minute.
func TestSIPp(t *testing.T) {
	s := shared(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *server)
	}{
		{"no ACK to our 200", sippNeverAcknowledges},
		{"a fifth of all messages is lost", sippLoses},
		{"a phone registers with digest and answers", sippAnswersAsAgent},
		{"CANCEL", sippCancels},
		{"the agent's 200 crosses our CANCEL", sippCrosses},
		{"hold by re-INVITE", sippHolds},
		{"the INVITE is repeated", sippRepeats},
		{"a big INVITE over UDP", func(t *testing.T, s *server) { sippBig(t, s, "u1") }},
		{"a big INVITE over TCP", func(t *testing.T, s *server) { sippBig(t, s, "t1") }},
		{"a caller over TCP", sippOverTCP},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, s)
		})
	}
}

func sippAnswersAsAgent(t *testing.T, s *server) {
	tm := s.absentTeam(t, 1)
	a := tm.agents[0]
	phone := s.sippRun(t, "agent", agentsAt.String(), []string{"x"}, "-p", a.sippRegisters(t))
	from := s.newNumber()
	caller := tm.dials(from)
	up(t, caller)
	hear(t, caller, agentTone)
	caller.Hangup()
	phone.succeeds(t, patience)
	tm.boss.agentIs(t, a.login, "available")
	c := tm.boss.callFrom(t, from, "ended", ended)
	if c.Agent != a.login || c.EndReason != "completed" {
		t.Errorf("the call is %+v", c)
	}
}

func sippNeverAcknowledges(t *testing.T, s *server) {
	tm := s.team(t, 1)
	from := s.newNumber()
	caller := s.sippRun(t, "noack", callers(), []string{from}, "-s", tm.number)
	leg := tm.agents[0].picksUp()
	select {
	case <-leg.Done():
	case <-time.After(50 * time.Second):
		t.Fatal("the agent's phone still has the call")
	}
	caller.succeeds(t, 10*time.Second)
	tm.boss.agentIs(t, tm.agents[0].login, "available")
	if c := tm.boss.callFrom(t, from, "ended", ended); c.EndReason == "completed" {
		t.Errorf("the call counts as %s", c.EndReason)
	}
}

func sippCancels(t *testing.T, s *server) {
	tm := s.team(t, 1)
	from := s.newNumber()
	caller := s.sippRun(t, "cancel", callers(), []string{from}, "-s", tm.number)
	leg := tm.agents[0].rings()
	over(t, leg, "cancelled")
	caller.succeeds(t, patience)
	if c := tm.boss.callFrom(t, from, "ended", ended); c.EndReason != "abandoned" {
		t.Errorf("the call counts as %s", c.EndReason)
	}
}

func sippCrosses(t *testing.T, s *server) {
	tm := s.absentTeam(t, 1)
	a := tm.agents[0]
	phone := s.sippRun(t, "crossing", agentsAt.String(), []string{"x"}, "-p", a.sippRegisters(t))
	from := s.newNumber()
	caller := tm.dials(from)
	alerted(t, caller)
	tm.boss.agentIs(t, a.login, "ringing")
	caller.Hangup()
	phone.succeeds(t, patience)
	tm.boss.agentIs(t, a.login, "available")
	if c := tm.boss.callFrom(t, from, "ended", ended); c.EndReason != "abandoned" || c.AnsweredAt != nil {
		t.Errorf("the call is %+v", c)
	}
}

func sippHolds(t *testing.T, s *server) {
	tm := s.team(t, 1)
	from := s.newNumber()
	caller := s.sippRun(t, "hold", callers(), []string{from}, "-s", tm.number, "-d", "1500")
	leg := tm.agents[0].picksUp()
	hear(t, leg, callerTone)
	hearsMusic(t, "agent", leg, callerTone)
	tm.boss.callFrom(t, from, "talking again", func(c call) bool { return c.State == "talking" && c.HoldMS > 0 })
	hear(t, leg, callerTone)
	caller.succeeds(t, patience)
	over(t, leg, "remote hangup")
}

func sippRepeats(t *testing.T, s *server) {
	tm := s.team(t, 2)
	from := s.newNumber()
	caller := s.sippRun(t, "repeat", callers(), []string{from}, "-s", tm.number, "-d", "500", "-nr")
	a, leg := tm.whose()
	await(t, "the repeated INVITEs", patience, func() bool { return strings.Count(caller.messages(), "INVITE sip:") == 3 })
	if err := leg.Answer(); err != nil {
		t.Fatal(err)
	}
	hear(t, leg, callerTone)
	caller.succeeds(t, patience)
	tm.boss.callFrom(t, from, "ended", ended)
	if calls := s.calls(t, from); len(calls) != 1 {
		t.Errorf("one INVITE made %d calls", len(calls))
	}
	for _, other := range tm.agents {
		if other != a {
			other.quiet()
		}
	}
}

func sippBig(t *testing.T, s *server, transport string) {
	tm := s.team(t, 1)
	from := s.newNumber()
	caller := s.sippRun(t, "big", callers(), []string{from}, "-s", tm.number, "-t", transport)
	leg := tm.agents[0].picksUp()
	hear(t, leg, callerTone)
	leg.Hangup()
	caller.succeeds(t, patience)
}

func sippOverTCP(t *testing.T, s *server) {
	tm := s.team(t, 1)
	caller := s.sippRun(t, "caller", callers(), []string{s.newNumber()}, "-s", tm.number, "-d", "500", "-t", "t1")
	leg := tm.agents[0].picksUp()
	hear(t, leg, callerTone)
	caller.succeeds(t, patience)
	over(t, leg, "remote hangup")
}

func sippLoses(t *testing.T, s *server) {
	const calls = 12
	tm := s.team(t, 4)
	answersAll(t, tm.agents)
	var numbers []string
	for range calls {
		numbers = append(numbers, s.newNumber())
	}
	// A scenario that gives up is no failure here: with one message in five lost, a
	// BYE may be lost too often, and sipp takes a repeated 200 of the INVITE for the
	// answer to its BYE. What counts is what remains on our side: such a talk ends
	// when its media has been missing for the shared server's rtp-timeout.
	caller := s.sippRun(t, "caller", callers(), numbers, "-s", tm.number, "-d", "1000", "-m", fmt.Sprint(calls), "-r", "3", "-lost", "20", "-timeout", "60s")
	select {
	case <-caller.done:
	case <-time.After(90 * time.Second):
		t.Fatalf("sipp does not end:\n%s", caller.out.tail(30))
	}
	tm.boss.until(t, "all calls that came to have ended", func() bool {
		for _, c := range tm.boss.calls {
			if c.Queue == tm.queue && c.EndedAt == nil {
				return false
			}
		}
		return true
	})
	for _, a := range tm.agents {
		tm.boss.agentIs(t, a.login, "available")
	}
	talked := 0
	for _, from := range numbers {
		records := s.calls(t, from)
		if len(records) > 1 {
			t.Errorf("%d records of one call", len(records))
		}
		if len(records) == 1 && records[0].AnsweredAt != nil {
			talked++
		}
	}
	if talked < calls*3/4 {
		t.Errorf("only %d of %d calls became talks", talked, calls)
	}
}
