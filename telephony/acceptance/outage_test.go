//go:build linux

package acceptance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

// Redis freezes, dies and comes back empty while people talk (reliability: fault 3).
func TestRedisComesAndGoesInTalks(t *testing.T) {
	s := newServer(t, setup{})
	tm := s.team(t, 3)
	k := tm.talks(s.newNumber())
	for _, c := range []struct {
		fault string
		begin func()
		end   func()
	}{
		{"frozen", func() { s.redis.signal(syscall.SIGSTOP) }, func() { s.redis.signal(syscall.SIGCONT) }},
		{"killed", s.redis.kill, s.redis.start},
	} {
		c.begin()
		began := time.Now()
		during := tm.talks(s.newNumber())
		if d := time.Since(began); d > 5*time.Second {
			t.Errorf("Redis %s: a call was answered only after %v", c.fault, d)
		}
		k.hearEachOther(t)
		during.end(t)
		c.end()
		after := tm.talks(s.newNumber())
		after.end(t)
		if during.who == k.who || after.who == k.who {
			t.Error("who talks was rung for another call")
		}
		for _, id := range []string{during.id, after.id} {
			s.as("boss").history(t, id, "recorded", recorded)
		}
	}
	k.hearEachOther(t)
	k.end(t)
	tm.talks(k.from).end(t)
}

// PostgreSQL is away for some seconds while people talk (reliability: fault 4).
func TestPostgreSQLAwayInTalks(t *testing.T) {
	var line *proxy
	s := newServer(t, setup{database: func(url string) (through string) {
		line, through = proxied(t, url)
		return through
	}})
	tm := s.team(t, 3)
	known := s.newNumber()
	first := tm.talks(known)
	first.end(t)
	card := s.as("boss").history(t, first.id, "ended", ended).Contact
	k := tm.talks(s.newNumber())
	screens := map[string]*screen{}
	for _, a := range tm.agents {
		screens[a.login] = s.as(a.login).screen(t)
	}

	line.setCut(true)
	away := time.Now()
	stranger := s.newNumber()
	during := []talk{tm.talksOffline(stranger, screens), tm.talksOffline(known, screens)}
	k.listens(t, max(0, 4*time.Second-time.Since(away)))
	k.caller.Say(media.Tone(time.Second, 0.3, callerTone), true)
	k.hearEachOther(t)
	during[0].end(t)
	asked := time.Now()
	if status := s.as("boss").get("/calls", nil); status != 503 || time.Since(asked) > 3*time.Second {
		t.Errorf("the API answers %d after %v while the database is away", status, time.Since(asked))
	}

	line.setCut(false)
	back := time.Now()
	during[1].end(t)
	k.end(t)
	await(t, "the API to be back", 10*time.Second, func() bool { return s.as("boss").get("/calls", nil) == 200 })
	s.historyIsWhole(t, during, card, back)
	s.as("boss").history(t, k.id, "recorded", recorded)
	for from, calls := range map[string]int{stranger: 1, known: 2, k.from: 1} {
		if cards, listed := s.contacts(t, from), s.calls(t, from); len(cards) != 1 || len(listed) != calls {
			t.Errorf("%d cards, %d calls; want 1, %d", len(cards), len(listed), calls)
		}
	}
}

// talksOffline is a talk that begins while the database is away: it rings at once,
// and the screen shows the bare number.
func (tm *team) talksOffline(from string, screens map[string]*screen) talk {
	t := tm.t
	t.Helper()
	dialled := time.Now()
	caller := tm.dials(from)
	alerted(t, caller)
	if d := time.Since(dialled); d > 500*time.Millisecond {
		t.Errorf("without the database it rang only after %v", d)
	}
	a, leg := tm.whose()
	pop := screens[a.login].offer(t, 1)
	if err := leg.Answer(); err != nil {
		t.Fatal(err)
	}
	leg.Say(tone440, true)
	k := talk{caller, leg, a, from, leg.Header("X-Callcard-Call")}
	k.hearEachOther(t)
	if pop.Call.ID != k.id || !pop.Card.Offline || len(pop.Card.Phones) != 1 || pop.Card.Phones[0] != from {
		t.Errorf("without the database the screen shows %+v", pop.Card)
	}
	return k
}

// historyIsWhole: the calls that came without the database have their cards soon
// after it is back; card is the one of the second caller.
func (s *server) historyIsWhole(t *testing.T, during []talk, card string, back time.Time) {
	t.Helper()
	boss := s.as("boss")
	if c := boss.history(t, during[0].id, "recorded", func(c call) bool { return recorded(c) && c.Contact != "" }); !c.Offline {
		t.Errorf("the call that came without the database is %+v", c)
	}
	if d := time.Since(back); d > 10*time.Second {
		t.Errorf("the history was complete only %v after the database came back", d)
	}
	if c := boss.history(t, during[1].id, "recorded", func(c call) bool { return recorded(c) && c.Contact != "" }); c.Contact != card {
		t.Errorf("the known client's call went to card %s, his is %s", c.Contact, card)
	}
}

// The disk of the recordings is full (reliability: fault 5): the talk goes on, what
// was written can be heard, and when there is room again the next call is recorded.
func TestTheDiskIsFull(t *testing.T) {
	var disk string
	s := newServer(t, setup{prepare: func(data string) {
		disk = filepath.Join(data, "recordings")
		mount(t, disk, 1<<20)
	}})
	tm := s.team(t, 1)
	k := tm.talks(s.newNumber())
	k.listens(t, 2*time.Second)
	k.caller.Say(media.Tone(time.Second, 0.3, callerTone), true)
	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	await(t, "the alarm", patience, func() bool { return s.metric(`callcard_alarms_total{code="recording_truncated"}`) > 0 })
	k.hearEachOther(t)
	k.end(t)
	c := s.as("boss").history(t, k.id, "recorded", recorded)
	if c.EndReason != "completed" || c.Recording.Truncated != "disk_full" {
		t.Errorf("the talk ended as %s, recording %+v", c.EndReason, c.Recording)
	}
	heard := s.as("boss").recordingOf(t, k.id)
	heard.holdsBothSides(t)
	if heard.length() < 1500*time.Millisecond || heard.length() > time.Duration(c.TalkMS)*time.Millisecond {
		t.Errorf("%v of a talk of %d ms were kept", heard.length(), c.TalkMS)
	}
	full := tm.talks(s.newNumber()) // this one meets a full disk at once
	full.end(t)
	if c := s.as("boss").history(t, full.id, "ended", ended); c.EndReason != "completed" || (c.Recording != nil && c.Recording.Truncated == "") {
		t.Errorf("on a full disk: ended as %s, recording %+v", c.EndReason, c.Recording)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	after := s.recordsAgain(t, tm)
	after.listens(t, time.Second)
	after.end(t)
	if c := s.as("boss").history(t, after.id, "recorded", recorded); c.Recording.Truncated != "" {
		t.Errorf("with room again: %+v", c.Recording)
	}
	s.as("boss").recordingOf(t, after.id).holdsBothSides(t)
}

// recordsAgain calls until a talk is recorded: the server looks at its disk every few
// seconds.
func (s *server) recordsAgain(t *testing.T, tm *team) talk {
	t.Helper()
	for freed := time.Now(); ; {
		k := tm.talks(s.newNumber())
		c := tm.boss.callFrom(t, k.from, "talking", func(c call) bool { return c.State == "talking" })
		if c.Recording != nil {
			return k
		}
		if d := time.Since(freed); d > 8*time.Second {
			t.Fatalf("%v after there was room again, talks are still not recorded", d)
		}
		k.end(t)
	}
}

// mount puts a small file system at dir. It needs the rights of root.
func mount(t *testing.T, dir string, size int) {
	t.Helper()
	err := errors.Join(os.MkdirAll(dir, 0o755), syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)))
	if err != nil {
		t.Fatalf("mount a small disk (root is needed): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount the small disk: %v", err)
		}
	})
}

// fill writes until nothing more fits.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 4096; size > 0; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 2
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// An agent's phone loses its power while it rings and while he talks.
func TestAPhoneDies(t *testing.T) {
	s := newServer(t, setup{flags: []string{"--rtp-timeout", "1s"}})
	tm := s.team(t, 2, "wrap_up: 0s", "ring: 1s")
	caller := tm.dials(s.newNumber())
	first, _ := tm.whose()
	first.Crash()
	var leg *phone.Call
	for _, a := range tm.agents {
		if a != first {
			leg = a.picksUp()
		}
	}
	up(t, caller)
	hear(t, leg, callerTone)
	for _, a := range tm.agents {
		if a != first {
			a.Crash()
		}
	}
	over(t, caller, "remote hangup")
	s.awaitQuiet(t, 40*time.Second)
}
