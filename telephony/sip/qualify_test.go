package sip

import (
	"testing"
	"time"
)

// A phone that has lost power is not rung until it is heard of again.
func TestSilentDeviceIsDown(t *testing.T) {
	o := newHouse("101")
	s, stop := o.openWith(t, "127.0.0.1:0", "", quickQualify)
	defer stop()
	p := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	wantStatus(t, p.register(), 200)
	if got := next(t, o.presence); got != "+101" {
		t.Fatalf("presence is %s", got)
	}
	for !s.bindings("101")[0].answers {
		p.answerOptions()
	}
	// Later questions stay unanswered.
	if got := next(t, o.presence); got != "-101" || s.Reachable("101") || len(s.bindings("101")) != 0 {
		t.Fatalf("presence is %s", got)
	}
	if len(s.Registrations()) != 1 {
		t.Fatal("it is still registered")
	}
	for got := ""; got != "+101"; { // repeated questions that are over are among what it reads
		p.answerOptions()
		select {
		case got = <-o.presence:
		default:
		}
	}
	if got := next(t, o.presence); got != "-101" {
		t.Fatalf("presence is %s", got)
	}
	wantStatus(t, p.register(), 200)
	if got := next(t, o.presence); got != "+101" {
		t.Fatalf("presence is %s", got)
	}
}

// A device that does not know OPTIONS is left alone.
func TestDeafDeviceStays(t *testing.T) {
	o := newHouse("101")
	timing := quickQualify
	timing.patience = 20 * time.Millisecond
	s, stop := o.openWith(t, "127.0.0.1:0", "", timing)
	defer stop()
	p := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	wantStatus(t, p.register(), 200)
	next(t, o.presence)
	until(t, "it is left alone", func() bool { return s.bindings("101")[0].askAt.IsZero() })
	wantStatus(t, p.register(), 200)
	if b := s.bindings("101"); len(b) != 1 || !b[0].askAt.IsZero() {
		t.Fatalf("%+v", b)
	}
}

// Questions are paced, and nobody is asked twice at a time.
func TestQuestionsComeInPortions(t *testing.T) {
	o := newHouse("101")
	s, stop := o.openWith(t, "127.0.0.1:0", "", usualQualify)
	defer stop()
	s.registrar.mu.Lock()
	for i := range 3 * usualQualify.portion {
		b := binding{source: "127.0.0.5:5060", transport: "UDP", expires: time.Now().Add(time.Hour), askAt: time.Now()}
		b.contact.Port = 1000 + i
		s.registrar.devices[string(rune('A'+i))] = []binding{b}
	}
	s.registrar.mu.Unlock()
	seen := make(map[string]bool)
	for range 3 {
		due := s.registrar.due()
		for _, q := range due {
			seen[q.extension] = true
		}
	}
	if len(seen) < 2*usualQualify.portion || len(s.registrar.due()) != 0 {
		t.Fatalf("%d were asked", len(seen))
	}
}
