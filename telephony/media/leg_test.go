package media

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

func TestInjectionIsNeitherHeardNorRecorded(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	end := taping(t, b)

	attacker := &party{
		t: t, leg: caller.leg, conn: listen(t, "127.0.0.66"),
		codec: caller.codec, ssrc: caller.ssrc, seq: caller.seq, ts: caller.ts,
	}
	t.Cleanup(func() { attacker.conn.Close() })
	heard := make(chan int, 1)
	go func() {
		n, b := 0, make([]byte, 1500)
		for {
			if _, err := attacker.conn.Read(b); err != nil {
				heard <- n
				return
			}
			n++
		}
	}()
	// Same SSRC, and numbers that would fit: only the address tells.
	together(attacker.says(2000, 300*time.Millisecond))
	together(caller.says(1000, 2*time.Second), attacker.says(2000, 2*time.Second), agent.says(440, 2*time.Second))
	agent.await(99)
	_, tape := end()
	agent.hears(agent.packets(0), 1000, 2000)
	checkTone(t, tape[callerLane], 1000, 2000)
	attacker.conn.Close()
	if n := <-heard; n > 0 {
		t.Errorf("%d packets of the talk went to the attacker", n)
	}
	if s := caller.leg.Stats(); s.Dropped.Source < 110 {
		t.Errorf("%+v", s.Dropped)
	}
}

func TestRTPTimeout(t *testing.T) {
	t.Parallel()
	e := testEngine(t, func(c *Config) { c.RTPTimeout = 600 * time.Millisecond })
	gone := make(chan struct{}, 9)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	silent := newParty(t, e, PCMA)
	caller.leg.config.OnTimeout = func() { gone <- struct{}{} }
	agent.leg.config.OnTimeout = func() { t.Error("a leg on hold timed out") }
	silent.leg.config.OnTimeout = func() { t.Error("a leg that has not sent yet timed out") }
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	agent.update(RecvOnly)
	caller.says(1000, 100*time.Millisecond)()
	<-gone
	if len(gone) > 0 {
		t.Error("told twice")
	}
	caller.says(1000, 100*time.Millisecond)()
	<-gone // and again after RTP had come back
}

func TestPortsDrain(t *testing.T) {
	now := time.Duration(0)
	p, err := newPorts(loopback, 32001, 32006, func() time.Duration { return now })
	if err != nil {
		t.Fatal(err)
	}
	open := func() uint16 {
		port, rtp, rtcp, err := p.open()
		if err != nil {
			t.Fatal(err)
		}
		if port%2 != 0 || port < 32001 || port > 32004 || rtcp.LocalAddr().(*net.UDPAddr).Port != int(port)+1 {
			t.Fatalf("port %d, RTCP %v", port, rtcp.LocalAddr())
		}
		rtp.Close()
		rtcp.Close()
		return port
	}
	a := open()
	open()
	if _, _, _, err := p.open(); !errors.Is(err, ErrNoPort) {
		t.Fatalf("third pair of two: %v", err)
	}
	p.release(a)
	now += drainAtLeast - 1
	if _, _, _, err := p.open(); !errors.Is(err, ErrNoPort) {
		t.Fatalf("a port that has just been left: %v", err)
	}
	now++
	if got := open(); got != a {
		t.Fatalf("port %d, want %d", got, a)
	}
	for _, bad := range [][2]int{{0, 10}, {20, 10}, {10, 70000}, {11, 12}} {
		if _, err := newPorts(loopback, bad[0], bad[1], nil); err == nil {
			t.Errorf("range %v was taken", bad)
		}
	}
}

// A port in use by another program is passed over.
func TestPortInUse(t *testing.T) {
	other, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 32101})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	p, err := newPorts(loopback, 32100, 32103, func() time.Duration { return 0 })
	if err != nil {
		t.Fatal(err)
	}
	port, rtp, rtcp, err := p.open()
	if err != nil || port != 32102 {
		t.Fatalf("port %d: %v", port, err)
	}
	rtp.Close()
	rtcp.Close()
}

func TestNoPortLeft(t *testing.T) {
	t.Parallel()
	e := testEngine(t, func(c *Config) { c.PortMin, c.PortMax = 32200, 32201 })
	if _, err := e.NewLeg(LegConfig{}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.NewLeg(LegConfig{}); !errors.Is(err, ErrNoPort) {
		t.Errorf("second leg on one port: %v", err)
	}
}

// RTCP is checked against pion/rtcp as the far side.
func TestReports(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	e.NewBridge(caller.leg).Connect(agent.leg)
	far := listen(t, "127.0.0.1")
	defer far.Close()
	err := caller.leg.Update(Params{
		Codec: PCMA, Remote: caller.addr(), RemoteRTCP: far.LocalAddr().(*net.UDPAddr).AddrPort(),
	})
	if err != nil {
		t.Fatal(err)
	}
	together(caller.says(1000, 400*time.Millisecond), agent.says(440, 400*time.Millisecond))
	caller.await(19)

	rtcpAddr := netip.AddrPortFrom(loopback, caller.leg.Addr().Port()+1)
	reports, err := rtcp.Marshal([]rtcp.Packet{
		&rtcp.SenderReport{SSRC: caller.ssrc, NTPTime: 0x1234_5678_9ABC_DEF0, RTPTime: caller.ts, PacketCount: 20},
		&rtcp.Goodbye{Sources: []uint32{caller.ssrc}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := far.WriteToUDPAddrPort(reports, rtcpAddr); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1500)
	read := func() *rtcp.SenderReport {
		far.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, err := far.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		packets, err := rtcp.Unmarshal(b[:n])
		if err != nil {
			t.Fatal(err)
		}
		if len(packets) != 2 {
			t.Fatalf("%d parts, want SR and SDES", len(packets))
		}
		return packets[0].(*rtcp.SenderReport)
	}
	sr := read()
	if sr.SSRC != caller.packets(0)[0].SSRC || sr.PacketCount != 20 || sr.OctetCount != 3200 || len(sr.Reports) != 1 {
		t.Errorf("%+v", sr)
	}
	block := sr.Reports[0]
	if block.SSRC != caller.ssrc || block.TotalLost != 0 || block.LastSenderReport != 0x5678_9ABC || block.Delay == 0 {
		t.Errorf("%+v", block)
	}

	// A round trip of 50 ms: we say that we held its report back for less than we did.
	answer := rtcp.ReceiverReport{SSRC: caller.ssrc, Reports: []rtcp.ReceptionReport{{
		SSRC: sr.SSRC, TotalLost: 3, Jitter: 80, LastSenderReport: middle(sr.NTPTime),
	}}}
	caller.leg.heardReport(mustMarshal(t, &answer), far.LocalAddr().(*net.UDPAddr).AddrPort(),
		ntpToEngine(e, sr.NTPTime)+50*time.Millisecond)
	s := caller.leg.Stats()
	if s.RTTMS < 49 || s.RTTMS > 51 || s.RemoteLost != 3 || s.RemoteJitterMS != 10 {
		t.Errorf("%+v", s)
	}
	// Reports of strangers do not count.
	answer.Reports[0].TotalLost = 999
	caller.leg.heardReport(mustMarshal(t, &answer), stranger, e.now())
	if s := caller.leg.Stats(); s.RemoteLost != 3 {
		t.Errorf("a stranger's report was taken: %+v", s)
	}
}

func mustMarshal(t *testing.T, p rtcp.Packet) []byte {
	t.Helper()
	b, err := rtcp.Marshal([]rtcp.Packet{p})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// ntpToEngine is the engine's time at an NTP time of its own.
func ntpToEngine(e *Engine, ntp uint64) time.Duration {
	return time.Duration((ntp - e.ntp(0)) >> 16 * uint64(time.Second) >> 16)
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	l, err := e.NewLeg(LegConfig{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Params{{Codec: 7}, {DTMF: 200}} {
		if err := l.Update(p); err == nil {
			t.Errorf("%+v was taken", p)
		}
	}
}

func TestEngineCloses(t *testing.T) {
	e, err := New(Config{PortMin: 32300, PortMax: 32399, Bind: loopback})
	if err != nil {
		t.Fatal(err)
	}
	l, err := e.NewLeg(LegConfig{})
	if err != nil {
		t.Fatal(err)
	}
	b := e.NewBridge(l)
	if err := b.Play(l, "music", true, nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.NewLeg(LegConfig{}); !errors.Is(err, ErrClosed) {
		t.Errorf("leg of a closed engine: %v", err)
	}
	if got := fmt.Sprint(l.Addr()); got[:10] != "127.0.0.1:" {
		t.Error(got)
	}
}
