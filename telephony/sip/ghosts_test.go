package sip

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
)

// A killed process leaves its journal as it was; its copy is what the next one finds.
func TestGhostsGetTheirBye(t *testing.T) {
	before, after := t.TempDir(), t.TempDir()
	keep := func(dir string) func(*Config, *timing) {
		return func(c *Config, _ *timing) { c.StateDir = dir }
	}
	o := openOffice(t, keep(before))
	client, agent := newPeer(t, o.addr), newPeer(t, o.addr)
	o.register("101", agent)
	_, _, invite := o.talk(client, agent)
	ended, s := o.answeredCall(newPeer(t, o.addr))
	ended.request("BYE", "")
	ended.waitStatus(200, "BYE")
	s.over()

	journal, err := os.ReadFile(filepath.Join(before, ghostFile))
	if err != nil {
		t.Fatal(err)
	}
	torn := append(journal, `{"tag":"torn","call_id":"x`...)
	if err := os.WriteFile(filepath.Join(after, ghostFile), torn, 0o600); err != nil {
		t.Fatal(err)
	}

	next := openOffice(t, keep(after))
	late := agent.wait("BYE of the next process", func(m message) bool {
		return m.method() == "BYE" && m.from.String() == next.addr.String()
	})
	if late.get("Call-ID") != invite.get("Call-ID") || late.tagOf("To") != "a" || late.tagOf("From") != invite.tagOf("From") {
		t.Errorf("late BYE: %q", late.headers)
	}
	agent.respond(late, 200, "", "")
	late = client.wait("BYE of the next process", func(m message) bool {
		return m.method() == "BYE" && m.from.String() == next.addr.String()
	})
	client.respond(late, 200, "", "")
	next.server.calls.mu.Lock()
	lines := len(next.server.calls.lines)
	next.server.calls.mu.Unlock()
	if lines != 0 {
		t.Errorf("%d calls after the restart", lines)
	}
	// Nothing tells that the journal has been written.
	for deadline := time.Now().Add(5 * time.Second); ; runtime.Gosched() {
		left, err := readGhosts(filepath.Join(after, ghostFile))
		if err == nil && len(left) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("left %v, %v", left, err)
		}
	}
}

func TestGhostJournalStaysSmall(t *testing.T) {
	dir := t.TempDir()
	o := openOffice(t, func(c *Config, _ *timing) { c.StateDir = dir })
	g := o.server.calls.ghosts
	for range 10_000 {
		tag := newTag()
		g.add(tag, ghost{CallID: "call", Local: "<sip:a@b>", Remote: "<sip:c@d>", Target: "sip:c@d"})
		g.forget(tag)
	}
	info, err := os.Stat(filepath.Join(dir, ghostFile))
	if err != nil || info.Size() > rewriteAt+1024 {
		t.Errorf("journal: %v, %v", info.Size(), err)
	}
}

func TestCauses(t *testing.T) {
	for _, cause := range []telephony.Cause{
		telephony.BusyHere, telephony.Declined, telephony.NotAllowed, telephony.NoCodec, telephony.Overloaded, telephony.Cancelled,
	} {
		if back := causeOf(statusOf(cause).code); back != cause {
			t.Errorf("%s became %s on its way through status %d", cause, back, statusOf(cause).code)
		}
	}
	cases := map[string]telephony.Cause{
		`Q.850;cause=17;text="User busy"`: telephony.BusyHere,
		`SIP;cause=200;text="elsewhere"`:  telephony.AnsweredElsewhere,
		`X.1;cause=4, Q.850 ;cause=16`:    telephony.Normal,
		`SIP;cause=486`:                   telephony.BusyHere,
		`nonsense`:                        telephony.Failed,
	}
	for reason, want := range cases {
		if got := causeOfReason(inviteWith(t, "<sip:1@c>;tag=1", "Reason: "+reason), telephony.Failed); got != want {
			t.Errorf("%s: %s, want %s", reason, got, want)
		}
	}
}
