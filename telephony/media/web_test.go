package media

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v3"
)

func TestBrowserTalks(t *testing.T) {
	t.Parallel()
	e := webEngine(t)
	keys := make(chan byte, 9)
	caller := newParty(t, e, PCMA)
	agent := newBrowser(t, e, PCMA, func(c *LegConfig) { c.OnDigit = func(d byte) { keys <- d } })
	b := e.NewBridge(caller.leg)
	end := taping(t, b)

	// Checks and handshake come before the answer, as from Chrome.
	res := agent.mustCheck(true)
	var mapped stun.XORMappedAddress
	if err := mapped.GetFrom(res); err != nil {
		t.Fatal(err)
	}
	if got := agent.socket().LocalAddr().String(); mapped.String() != got {
		t.Errorf("mapped %v, the browser is %v", mapped, got)
	}
	agent.shake()
	waitFor(t, "keys", func() bool { w := agent.leg.carrier.(*web); w.mu.Lock(); defer w.mu.Unlock(); return w.keys != nil })
	begin := time.Now()
	agent.answer(SendRecv)
	b.Connect(agent.leg)
	var first time.Duration
	together(caller.says(1000, 100*time.Millisecond), func() {
		agent.await(1)
		first = time.Since(begin)
	})
	t.Logf("first sound %v after the answer", first)
	if first > 50*time.Millisecond {
		t.Errorf("first sound %v after the answer", first)
	}

	together(caller.says(1000, time.Second), agent.says(440, time.Second))
	agent.await(50)
	caller.await(49)
	for _, d := range "159#" {
		agent.press(byte(d))
	}
	for _, want := range []byte("159#") {
		if got := <-keys; got != want {
			t.Errorf("key %c, want %c", got, want)
		}
	}
	heard := len(agent.packets(0))
	agent.leg.SendDigits("7")
	agent.await(heard + 7)
	events := 0
	for _, k := range agent.packets(heard) {
		if k.PayloadType == agent.dtmf && k.Payload[0] == 7 {
			events++
		}
	}
	if events != 7 {
		t.Errorf("%d packets of key 7 in the browser, want 7", events)
	}
	_, tape := end()
	checkTone(t, tape[callerLane], 1000, 440)
	checkTone(t, tape[agentLane], 440, 1000)
	agent.hears(agent.packets(0), 1000, 440)
	caller.hears(caller.packets(0), 440, 1000)
	inLine(t, agent.packets(0))
	if s := agent.leg.Stats(); s.Received < 50 || s.Lost > 0 || s.Dropped != (Dropped{}) || s.MOS < 4 {
		t.Errorf("%+v", s)
	}
	agent.leg.Close()
	select {
	case <-agent.ended:
	case <-time.After(time.Second):
		t.Error("the browser was not told of the end")
	}
}

func TestBrowserHolds(t *testing.T) {
	t.Parallel()
	e := webEngine(t)
	caller, agent := newParty(t, e, PCMU), connected(t, e, PCMU)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	together(caller.says(1000, 200*time.Millisecond), agent.says(440, 200*time.Millisecond))
	agent.await(9)

	// The browser holds: nothing at all may come to it.
	agent.answer(RecvOnly)
	b.Hold(agent.leg)
	before, at := len(agent.packets(0)), len(caller.packets(0))
	caller.says(1000, 300*time.Millisecond)()
	if n := len(agent.packets(before)); n > 0 {
		t.Errorf("%d packets to a browser on hold", n)
	}
	caller.await(at + 10) // music
	agent.answer(SendRecv)
	b.Resume(agent.leg)
	together(caller.says(1000, 300*time.Millisecond), agent.says(440, 300*time.Millisecond))
	agent.await(before + 13)

	// We hold the browser, and then the caller.
	b.Hold(agent.leg)
	before = len(agent.packets(0))
	caller.says(1000, 100*time.Millisecond)()
	if n := len(agent.packets(before)); n > 0 {
		t.Errorf("%d packets to a browser that we hold", n)
	}
	b.Resume(agent.leg)
	caller.update(RecvOnly)
	b.Hold(caller.leg)
	agent.await(before + 20) // music
	caller.update(SendRecv)
	b.Resume(caller.leg)
	inLine(t, agent.packets(0))
}

func TestWrongFingerprintGivesNoMedia(t *testing.T) {
	t.Parallel()
	for _, early := range []bool{true, false} {
		e := webEngine(t)
		lost := make(chan struct{}, 1)
		caller := newParty(t, e, PCMA)
		agent := newBrowser(t, e, PCMA, func(c *LegConfig) { c.OnTimeout = func() { lost <- struct{}{} } })
		b := e.NewBridge(caller.leg)
		end := taping(t, b)
		agent.mustCheck(true)
		if early {
			agent.shake()
		}
		p := agent.params(SendRecv)
		p.Web.Fingerprint = fingerprint{1}.String()
		if err := agent.leg.Update(p); err != nil {
			t.Fatal(err)
		}
		if !early {
			agent.shake()
		}
		b.Connect(agent.leg)
		together(caller.says(1000, 300*time.Millisecond), agent.says(440, 300*time.Millisecond))
		<-lost
		_, tape := end()
		if level(tape[agentLane], 440) > 0.01 {
			t.Error("an impostor was recorded")
		}
		if n := len(agent.packets(0)) + len(caller.packets(0)); n > 0 {
			t.Errorf("%d packets passed", n)
		}
		if s := e.WebStats(); s.Impostors != 1 {
			t.Errorf("%+v", s)
		}
		if err := agent.leg.Update(agent.params(SendRecv)); err == nil {
			t.Error("the fingerprint could be changed")
		}
	}
}

func TestForgedAndReplayedPackets(t *testing.T) {
	t.Parallel()
	e := webEngine(t)
	caller, agent := newParty(t, e, PCMA), connected(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	agent.says(440, 100*time.Millisecond)()
	n := len(caller.await(4))
	agent.mu.Lock()
	agent.broken = true
	agent.mu.Unlock()
	agent.says(2000, 100*time.Millisecond)()
	waitFor(t, "forgeries counted", func() bool { return agent.leg.Stats().Dropped.Forged == 5 })
	if e.WebStats().AuthFailed != 5 {
		t.Errorf("%+v", e.WebStats())
	}
	if got := len(caller.packets(0)); got > 5 || got < n {
		t.Errorf("caller heard %d packets, the authentic ones are 5", got)
	}

	agent.mu.Lock()
	agent.broken = false
	agent.mu.Unlock()
	protect := agent.party.write
	var last []byte
	agent.party.write = func(p []byte) error {
		agent.mu.Lock()
		out := agent.out
		agent.mu.Unlock()
		c, err := out.EncryptRTP(nil, p, nil)
		last = c
		agent.raw(c)
		return err
	}
	agent.says(440, 20*time.Millisecond)()
	agent.raw(last)
	waitFor(t, "replay counted", func() bool { return agent.leg.Stats().Dropped.Replayed == 1 })
	agent.party.write = protect
}

func TestICERestart(t *testing.T) {
	t.Parallel()
	e := webEngine(t)
	caller, agent := newParty(t, e, PCMA), connected(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	agent.says(440, 100*time.Millisecond)()
	old := agent.local
	agent.answer(SendRecv)
	if agent.local.Ufrag != old.Ufrag || agent.local.Pwd != old.Pwd {
		t.Error("a re-INVITE without restart changed our credentials")
	}
	agent.ufrag = "efgh"
	agent.answer(SendRecv)
	if agent.local.Ufrag == old.Ufrag || agent.local.Pwd == old.Pwd {
		t.Fatal("a restart left our credentials as they were")
	}
	// Until the new pair is nominated the old one carries on.
	fresh := agent.local
	agent.local = old
	agent.mustCheck(true)
	agent.local = fresh
	agent.move("127.0.0.7")
	agent.mustCheck(true)
	together(caller.says(1000, 300*time.Millisecond), agent.says(440, 300*time.Millisecond))
	agent.await(13)
	caller.await(17)
	select {
	case <-agent.check(old.Ufrag+":abcd", old.Pwd):
		t.Error("the old credentials are good after the restart")
	case <-time.After(100 * time.Millisecond):
	}
}

func TestNetworkChange(t *testing.T) {
	t.Parallel()
	e := webEngine(t)
	caller, agent := newParty(t, e, PCMA), connected(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	for i, ip := range []string{"127.0.0.2", "127.0.0.3", "127.0.0.4"} {
		agent.move(ip)
		// A stranger's address has no say, although the SRTP would be authentic.
		agent.says(440, 40*time.Millisecond)()
		agent.mustCheck(false)
		agent.mustCheck(true)
		before := len(agent.packets(0))
		together(caller.says(1000, 200*time.Millisecond), agent.says(440, 200*time.Millisecond))
		agent.await(before + 9)
		if got := agent.leg.carrier.target().Addr(); got != netip.MustParseAddr(ip) {
			t.Errorf("move %d: sound goes to %v", i, got)
		}
	}
	if s := e.WebStats(); s.Strangers != 6 {
		t.Errorf("%+v", s)
	}
	// More addresses than a leg may have: the present one stays.
	for i := range 2 * maxWebSources {
		agent.move("127.0.1." + string(rune('0'+i%10)))
		agent.mustCheck(i == 0)
	}
	if n := bound(e); n != maxWebSources {
		t.Errorf("%d addresses are bound", n)
	}
}

func TestSilentBrowserIsLost(t *testing.T) {
	t.Parallel()
	e := webEngine(t, func(c *Config) { c.Web.Timeout = 700 * time.Millisecond })
	lost := make(chan struct{}, 9)
	agent := newBrowser(t, e, PCMA, func(c *LegConfig) { c.OnTimeout = func() { lost <- struct{}{} } })
	waiting := newBrowser(t, e, PCMA, func(c *LegConfig) { c.OnTimeout = func() { t.Error("a browser that has not answered was lost") } })
	waiting.mustCheck(true)
	agent.mustCheck(true)
	agent.shake()
	begin := time.Now()
	agent.answer(Inactive) // a hold makes no difference
	for range 5 {
		agent.mustCheck(true)
		<-time.After(300 * time.Millisecond)
	}
	select {
	case <-lost:
		t.Fatal("lost although it was checking")
	default:
	}
	<-lost
	if d := time.Since(begin); d < 1900*time.Millisecond {
		t.Errorf("lost after %v", d)
	}
}

func TestBrowserTakesLeave(t *testing.T) {
	t.Parallel()
	e := webEngine(t)
	lost := make(chan struct{}, 1)
	agent := connected(t, e, PCMA, func(c *LegConfig) { c.OnTimeout = func() { lost <- struct{}{} } })
	begin := time.Now()
	if err := agent.dtls.Close(); err != nil {
		t.Fatal(err)
	}
	<-lost
	within(t, "lost after the leave", time.Since(begin), farewellTime+carePeriod/2, carePeriod)
}

func TestBrowserWaitsForOurHandshake(t *testing.T) {
	t.Parallel()
	e := webEngine(t)
	agent := newBrowser(t, e, PCMA)
	agent.servesDTLS()
	p := agent.params(SendRecv)
	p.Web.Passive = true
	if err := agent.leg.Update(p); err != nil {
		t.Fatal(err)
	}
	agent.mustCheck(true)
	<-agent.handshook
	agent.untilOpen()
	caller := newParty(t, e, PCMA)
	e.NewBridge(caller.leg).Connect(agent.leg)
	together(caller.says(1000, 200*time.Millisecond), agent.says(440, 200*time.Millisecond))
	caller.await(9)
	agent.await(9)
}

func TestNoPortForBrowsers(t *testing.T) {
	if _, err := testEngine(t).NewLeg(LegConfig{Web: true}); err == nil {
		t.Error("a web leg without a port")
	}
}

func TestBothFamilies(t *testing.T) {
	t.Parallel()
	six := netip.MustParseAddr("::1")
	e := webEngine(t, func(c *Config) {
		c.Bind, c.Advertise = netip.IPv4Unspecified(), loopback
		c.Web.Addrs = []netip.Addr{loopback, six}
	})
	agent := newBrowser(t, e, PCMA)
	if c := agent.local.Candidates; len(c) != 2 || c[0].Addr() != loopback || c[1].Addr() != six {
		t.Fatalf("candidates %v", c)
	}
	agent.mustCheck(true)
	agent.shake()
	agent.answer(SendRecv)
	agent.remote = agent.local.Candidates[1]
	agent.moveTo("udp6", "::1")
	agent.mustCheck(true)
	agent.untilOpen()
	caller := newParty(t, e, PCMA)
	e.NewBridge(caller.leg).Connect(agent.leg)
	together(caller.says(1000, 200*time.Millisecond), agent.says(440, 200*time.Millisecond))
	caller.await(9)
	agent.await(9)
	if got := agent.leg.carrier.target().Addr(); got != six {
		t.Errorf("sound goes to %v", got)
	}
}
