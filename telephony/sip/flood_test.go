package sip

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// banned reports whether the edge has banned an address.
func banned(s *Server, addr string) bool { return s.gate.isBanned(netip.MustParseAddr(addr)) }

// until polls what no event tells of.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// A stranger who floods with calls is banned, while a trunk's and an agent's calls
// go on, and the log stays readable.
func TestFloodOfCalls(t *testing.T) {
	o := newHouse("101")
	o.trunks = []Trunk{{Name: "carrier", Region: "UZ", Hosts: []string{"127.0.0.2"}}}
	var lines logLines
	s := o.edge(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&lines, nil)) })
	agent := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	wantStatus(t, agent.register(), 200)
	carrier := udpPeer(t, s, "127.0.0.2")

	begin := time.Now()
	for i := range 20 {
		flood := udpPeer(t, s, fmt.Sprintf("127.0.5.%d", i+1))
		for range 60 {
			invite, _ := rawRequest{method: "INVITE"}.write(flood)
			flood.send(invite)
		}
		if i%5 == 0 {
			if res := carrier.ask(rawRequest{method: "INVITE", uri: "sip:+998712000001@x"}); res.StatusCode/100 == 4 && res.StatusCode < 410 {
				t.Fatalf("the carrier's call got %d", res.StatusCode)
			}
			if in := next(t, o.calls); in.Line != "carrier" {
				t.Fatalf("call over %q", in.Line)
			}
			wantStatus(t, agent.register(), 200)
		}
	}
	until(t, "all 20 are banned", func() bool {
		for i := range 20 {
			if !banned(s, fmt.Sprintf("127.0.5.%d", i+1)) {
				return false
			}
		}
		return true
	})
	took := time.Since(begin)
	if banned(s, "127.0.0.2") || banned(s, "127.0.0.5") {
		t.Error("the wrong one is banned")
	}
	if n, most := lines.count(), int(10*took.Seconds())+10; n > most {
		t.Errorf("%d log lines in %v", n, took)
	}
}

// Challenges that are never answered end in a ban; see TestCrowdRegisters... for
// those that are.
func TestScanOfExtensions(t *testing.T) {
	o := newHouse("101")
	o.now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := o.edge(t)
	p := udpPeer(t, s, "127.0.0.6")
	asked := 0
	for ; asked < 400 && !banned(s, "127.0.0.6"); asked++ {
		p.ask(rawRequest{method: "REGISTER", to: fmt.Sprint(100 + asked)})
		o.pass(10 * time.Millisecond)
	}
	if asked < 40 || asked > 300 {
		t.Fatalf("banned after %d: an office after a power cut needs time, a scanner must not have it", asked)
	}
	o.pass(banTime + time.Second)
	if banned(s, "127.0.0.6") {
		t.Error("a ban ends")
	}
}

func TestScannerByName(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	p := udpPeer(t, s, "127.0.0.6")
	p.ask(rawRequest{method: "REGISTER", more: []string{"User-Agent: friendly-scanner"}})
	if !banned(s, "127.0.0.6") {
		t.Error("not banned")
	}
}

// A guesser is locked out per account and per address; the agent is not.
func TestGuessingPasswords(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	home := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	wantStatus(t, home.register(), 200)
	guess := func(from, word string) int {
		p := newPhone(udpPeer(t, s, from), "101")
		p.password = word
		return p.register().StatusCode
	}
	for i := range failuresAllowed {
		if code := guess(fmt.Sprintf("127.0.6.%d", i+1), "wrong"); code != 401 {
			t.Fatalf("guess %d got %d", i, code)
		}
	}
	if code := guess("127.0.6.200", password); code != 401 {
		t.Errorf("the right password from an unknown address got %d while the account is locked", code)
	}
	wantStatus(t, home.register(), 200)
}

func TestLocksGrowAndEnd(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l := newLocks(func() time.Time { return now })
	at := netip.MustParseAddr("192.0.2.1")
	for range failuresAllowed {
		l.failed("101", at)
	}
	delay := func() (d time.Duration) {
		for l.locked("101", at) {
			now, d = now.Add(time.Second), d+time.Second
		}
		return d
	}
	first := delay()
	l.failed("101", at)
	if second := delay(); first != firstLock || second != 2*firstLock {
		t.Errorf("locks of %v and %v", first, second)
	}
	if l.locked("102", netip.MustParseAddr("192.0.2.2")) {
		t.Error("somebody else is locked")
	}
}

// logLines counts what is written to a log.
type logLines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logLines) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.buf.String(), "\n")
}

// Who scans beside an agent, behind the same address, is shut out alone.
func TestScannerBesideAnAgent(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	agent := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	wantStatus(t, agent.register(), 200)
	scanner := udpPeer(t, s, "127.0.0.5")
	control, _ := rawRequest{method: "REGISTER", more: []string{"User-Agent: friendly-scanner"}}.write(scanner)
	scanner.send(control)
	scanner.read(patience)
	scanner.send(control)
	if res := scanner.read(100 * time.Millisecond); res != nil {
		t.Errorf("the scanner still gets answers: %s", res)
	}
	wantStatus(t, agent.register(), 200)
	wantStatus(t, newPhone(udpPeer(t, s, "127.0.0.5"), "101").register(), 200)
}

// A reader that has seen too many sources is replaced, and nobody notices.
func TestReaderOfManySourcesRetires(t *testing.T) {
	o := newHouse()
	o.trunks = []Trunk{{Name: "carrier", Hosts: []string{"127.0.0.2"}}}
	s := o.edge(t)
	carrier := udpPeer(t, s, "127.0.0.2")
	wantStatus(t, carrier.ask(rawRequest{method: "OPTIONS"}), 200)
	s.listeners.udpMu.Lock()
	first := s.listeners.udpNow
	s.listeners.udpPeers = 3
	s.listeners.udpMu.Unlock()
	for i := range 6 {
		udpPeer(t, s, fmt.Sprintf("127.0.8.%d", i+1)).ask(rawRequest{method: "OPTIONS"})
	}
	until(t, "another reader", func() bool {
		carrier.send("\r\n\r\n")
		s.listeners.udpMu.Lock()
		defer s.listeners.udpMu.Unlock()
		for range 50 {
			carrier.send("\r\n\r\n")
		}
		return s.listeners.udpNow != first
	})
	wantStatus(t, carrier.ask(rawRequest{method: "OPTIONS"}), 200)
	if n := s.server.TransportLayer().Pool("udp").Size(); n > 3 {
		t.Errorf("%d sources are still kept", n)
	}
}

// An address that was banned as a stranger's is let in at once when it becomes a
// trunk's.
func TestBanEndsWhenTheAddressBecomesATrunk(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	p := udpPeer(t, s, "127.0.0.6")
	p.ask(rawRequest{method: "REGISTER", more: []string{"User-Agent: friendly-scanner"}})
	invite := rawRequest{method: "INVITE", uri: "sip:+998712000001@x"}
	if text, callID := invite.write(p); !banned(s, "127.0.0.6") {
		t.Fatal("not banned")
	} else if p.send(text); p.final(callID, 100*time.Millisecond) != nil {
		t.Fatal("a banned address got an answer")
	}
	o.mu.Lock()
	o.trunks = []Trunk{{Name: "carrier", Region: "UZ", Hosts: []string{"127.0.0.6"}}}
	o.mu.Unlock()
	s.Reload()
	if banned(s, "127.0.0.6") {
		t.Error("still banned")
	}
	p.ask(invite)
	if in := next(t, o.calls); in.Line != "carrier" {
		t.Errorf("call over %q", in.Line)
	}
	o.mu.Lock()
	o.trunks = nil
	o.mu.Unlock()
	s.Reload()
	wantStatus(t, p.ask(rawRequest{method: "INVITE"}), 407)
}

// banning is a directory that bans an address while its phone is being checked: what
// happens when a scanner sits beside a phone that nobody has heard of before.
type banning struct {
	*house
	ban func()
}

func (b *banning) Credential(extension string) (Credential, bool) {
	b.ban()
	return b.house.Credential(extension)
}

// A correct password ends the ban of the address it comes from.
func TestBanEndsWhenAPhoneRegisters(t *testing.T) {
	o := newHouse("101", "102")
	around := &banning{house: o}
	s, err := New(o.config(func(c *Config) { c.Directory = around }))
	if err != nil {
		t.Fatal(err)
	}
	around.ban = sync.OnceFunc(func() {
		s.gate.offended(netip.MustParseAddrPort("127.0.0.5:9"), offenceLimit+1, "scanner")
		if !banned(s, "127.0.0.5") {
			t.Error("not banned")
		}
	})
	defer serve(t, s)()
	wantStatus(t, newPhone(udpPeer(t, s, "127.0.0.5"), "101").register(), 200)
	if banned(s, "127.0.0.5") {
		t.Error("still banned")
	}
	wantStatus(t, newPhone(udpPeer(t, s, "127.0.0.5"), "102").register(), 200)
}
