package media

import (
	"math/rand/v2"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"
)

var (
	signalled = netip.MustParseAddrPort("203.0.113.10:4000")
	sameHost  = netip.MustParseAddrPort("203.0.113.10:4444")
	stranger  = netip.MustParseAddrPort("198.51.100.66:9999")
	another   = netip.MustParseAddrPort("198.51.100.77:9999")
	private   = netip.MustParseAddrPort("192.168.1.20:4000")
	nobody    netip.AddrPort
)

func TestSource(t *testing.T) {
	type step struct {
		from netip.AddrPort
		ssrc uint32
		n    int // packets, 20 ms apart
		want int // accepted
	}
	for _, c := range []struct {
		name   string
		remote netip.AddrPort
		peer   netip.Addr
		steps  []step
		target netip.AddrPort
	}{
		{"the signalled address is taken at once", signalled, netip.Addr{}, []step{{signalled, 1, 3, 3}}, signalled},
		{"another port of the signalled host", signalled, netip.Addr{}, []step{{sameHost, 1, 3, 3}, {stranger, 2, 100, 0}}, sameHost},
		{"the exact port wins for good", signalled, netip.Addr{}, []step{{sameHost, 1, 3, 3}, {signalled, 2, 3, 3}, {sameHost, 1, 9, 0}}, signalled},
		{"a spray before the first packet", signalled, netip.Addr{}, []step{{stranger, 1, 40, 0}, {signalled, 2, 3, 3}, {stranger, 1, 200, 0}}, signalled},
		{"a stranger who went on for long loses it", signalled, netip.Addr{}, []step{{stranger, 1, 60, 11}, {signalled, 2, 3, 3}, {stranger, 1, 9, 0}}, signalled},
		{"a carrier that sends from elsewhere is heard, not sent to", signalled, netip.Addr{}, []step{{stranger, 1, 60, 11}}, signalled},
		{"two strangers at once", signalled, netip.Addr{}, []step{{stranger, 1, 30, 0}, {another, 2, 1, 0}, {stranger, 1, 30, 0}}, signalled},
		{"too late", signalled, netip.Addr{}, []step{{stranger, 1, 1, 0}, {nobody, 0, 150, 0}, {stranger, 1, 300, 0}}, signalled},
		{"behind NAT", private, netip.Addr{}, []step{{stranger, 1, 10, 6}, {another, 2, 100, 0}}, stranger},
		{"behind NAT, signalled from the same host", private, stranger.Addr(), []step{{stranger, 1, 10, 10}, {another, 2, 100, 0}}, stranger},
		{"a stranger of the same private network", private, netip.Addr{}, []step{{netip.MustParseAddrPort("192.168.1.66:1"), 1, 40, 0}}, private},
		{"hold in the old manner", netip.MustParseAddrPort("0.0.0.0:4000"), netip.Addr{}, nil, nobody},
		{"no address", nobody, netip.Addr{}, nil, nobody},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s source
			s.reset(c.remote, c.peer)
			now := time.Duration(0)
			for i, step := range c.steps {
				got := 0
				for range step.n {
					now += 20 * time.Millisecond
					if !step.from.IsValid() {
						continue
					}
					if ok, _ := s.accept(step.from, step.ssrc, now); ok {
						got++
					}
				}
				if got != step.want {
					t.Errorf("step %d: %d of %d taken, want %d", i, got, step.n, step.want)
				}
			}
			if got := s.target(); got != c.target {
				t.Errorf("we send to %v, want %v", got, c.target)
			}
		})
	}
}

// A re-INVITE that changes nothing opens no door; one with another address does.
func TestSourceIsLearnedAnew(t *testing.T) {
	var s source
	s.reset(signalled, netip.Addr{})
	s.accept(signalled, 1, 1)
	s.reset(signalled, netip.Addr{})
	if ok, _ := s.accept(sameHost, 1, 2); ok {
		t.Error("a lesser source was taken after an empty re-INVITE")
	}
	s.reset(another, netip.Addr{})
	if ok, _ := s.accept(signalled, 1, 3); ok {
		t.Error("the old address is still taken")
	}
	if ok, moved := s.accept(another, 1, 4); !ok || !moved {
		t.Error("the new address is not taken")
	}
}

// tester feeds a receiver without sockets, on a clock of its own.
type tester struct {
	t   *testing.T
	r   receiver
	now time.Duration
}

func newTester(t *testing.T) *tester {
	x := &tester{t: t, now: time.Second}
	x.r.streams = new(atomic.Uint64)
	x.r.update(Params{Codec: PCMA, DTMF: 101, Remote: signalled})
	return x
}

func (x *tester) packet(seq uint16, ts, ssrc uint32, pt uint8) verdict {
	b := make([]byte, rtpHeaderLen+frameSamples)
	putRTP(b, false, pt, seq, ts, ssrc)
	_, _, v := x.r.accept(b, signalled, x.now)
	return v
}

// run sends n packets 20 ms apart and returns how many were passed on.
func (x *tester) run(n int, seq uint16, ts, ssrc uint32) (passed int) {
	for i := range n {
		x.now += 20 * time.Millisecond
		if x.packet(seq+uint16(i), ts+uint32(i)*frameSamples, ssrc, 8).forward {
			passed++
		}
	}
	return passed
}

func TestSequenceWraps(t *testing.T) {
	x := newTester(t)
	if got := x.run(200, 65450, 1<<32-16000, 7); got != 200 {
		t.Errorf("%d of 200 passed", got)
	}
	if got := x.r.count.lost(); got != 0 {
		t.Errorf("%d lost", got)
	}
	if got := x.r.count.jitterMS(); got != 0 {
		t.Errorf("jitter %v ms", got)
	}
}

func TestReorderedAndDoubled(t *testing.T) {
	x := newTester(t)
	order := []uint16{10, 12, 11, 11, 13, 13, 15, 14, 10}
	passed := 0
	for _, seq := range order {
		if x.packet(seq, uint32(seq)*frameSamples, 7, 8).forward {
			passed++
		}
	}
	if passed != 6 || x.r.dropped.Duplicate != 3 || x.r.count.lost() != 0 {
		t.Errorf("passed %d, %+v, lost %d", passed, x.r.dropped, x.r.count.lost())
	}
}

func TestNumberingJumps(t *testing.T) {
	x := newTester(t)
	x.run(10, 100, 0, 7)
	stream := x.r.stream
	if got := x.run(10, 40000, 99, 7); got != 9 { // the second one proves it (RFC 3550, A.1)
		t.Errorf("%d of 10 passed after a jump", got)
	}
	if x.r.stream == stream || x.r.count.lost() != 0 {
		t.Errorf("same stream: %v, lost %d", x.r.stream == stream, x.r.count.lost())
	}
}

func TestSSRC(t *testing.T) {
	x := newTester(t)
	x.run(50, 100, 0, 7)
	for i := range 50 { // a forger of the source address between the rightful packets
		if x.packet(uint16(9000+i), uint32(i)*160, 66, 8).accepted {
			t.Fatal("a foreign SSRC was taken")
		}
		if x.run(1, uint16(150+i), uint32(50+i)*160, 7) != 1 {
			t.Fatal("a rightful packet was refused")
		}
	}
	if x.r.dropped.SSRC != 50 {
		t.Errorf("%+v", x.r.dropped)
	}
	// The sender changes its SSRC: two packets prove that the old one is gone.
	if got := x.run(50, 5, 777, 8); got < 47 {
		t.Errorf("%d of 50 passed after the SSRC had changed", got)
	}
	if lost := x.r.count.lost(); lost != 0 {
		t.Errorf("%d lost", lost)
	}
}

func TestOtherPayloadTypesAreIgnored(t *testing.T) {
	x := newTester(t)
	for _, pt := range []uint8{0, 13, 9, 96} {
		if x.packet(1, 0, 7, pt).accepted {
			t.Errorf("payload type %d was taken", pt)
		}
	}
	if x.r.dropped.PayloadType != 4 || x.r.source.rank != unlearned {
		t.Errorf("%+v, rank %d", x.r.dropped, x.r.source.rank)
	}
}

func TestJitter(t *testing.T) {
	x := newTester(t)
	random := rand.New(rand.NewPCG(1, 2))
	begin := x.now
	for i := range 2000 {
		x.now = begin + time.Duration(i)*20*time.Millisecond + time.Duration(random.IntN(20))*time.Millisecond
		x.packet(uint16(i), uint32(i)*frameSamples, 7, 8)
	}
	// The mean difference of two delays drawn evenly from 0 to 19 ms is 6.65 ms.
	if got := x.r.count.jitterMS(); got < 5 || got > 8.5 {
		t.Errorf("jitter %.1f ms, want about 6.7", got)
	}
}

func TestKeyDetector(t *testing.T) {
	type event struct {
		ts  uint32
		key byte
		end bool
	}
	const sound = 0xFF
	for _, c := range []struct {
		name   string
		events []event
		want   string
	}{
		{"three end packets", []event{{100, 1, false}, {100, 1, false}, {100, 1, true}, {100, 1, true}, {100, 1, true}}, "1"},
		{"the same key twice", []event{{100, 1, true}, {900, 1, true}, {900, 1, true}}, "11"},
		{"the end is lost, another key follows", []event{{100, 1, false}, {900, 2, true}}, "12"},
		{"the end is lost, sound follows", []event{{100, 11, false}, {500, sound, false}, {100, 11, true}}, "#"},
		{"a late end after the next key", []event{{100, 1, true}, {900, 2, false}, {100, 1, true}, {900, 2, true}}, "12"},
		{"only an end packet", []event{{100, 15, true}}, "D"},
		{"no key", []event{{100, 16, true}, {900, 200, true}}, ""},
		{"the timestamp wraps", []event{{0xFFFFFF00, 3, true}, {100, 4, true}}, "34"},
	} {
		var d keyDetector
		got := ""
		tell := func(keys [2]byte) {
			for _, k := range keys {
				if k != 0 {
					got += string(k)
				}
			}
		}
		for _, e := range c.events {
			if e.key == sound {
				tell(d.sound(e.ts))
				continue
			}
			b := make([]byte, 4)
			putEvent(b, e.key, e.end, 160)
			tell(d.event(e.ts, b, time.Second))
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// All ends are lost and nothing follows.
	var d keyDetector
	d.event(100, []byte{7, 0, 0, 160}, time.Second)
	if k := d.overdue(time.Second + keyLost/2); k[0] != 0 {
		t.Error("told too early")
	}
	if k := d.overdue(time.Second + keyLost); k[0] != '7' {
		t.Errorf("told %v", k)
	}
}
