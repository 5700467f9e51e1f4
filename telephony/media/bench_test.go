package media

import (
	"net"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
)

// relayRig is a bridged call whose packets are put into the caller's leg by hand;
// the sockets behind the legs are real.
type relayRig struct {
	caller, agent *Leg
	packet        []byte
	seq           uint16
	ts            uint32
	now           time.Duration
}

func newRelayRig(tb testing.TB, caller, agent Codec, record bool) *relayRig {
	tb.Helper()
	e := testEngine(tb)
	r := &relayRig{packet: make([]byte, rtpHeaderLen+frameSamples)}
	for _, side := range []struct {
		leg **Leg
		law Codec
	}{{&r.caller, caller}, {&r.agent, agent}} {
		l, err := e.NewLeg(LegConfig{})
		if err != nil {
			tb.Fatal(err)
		}
		if err := l.Update(Params{Codec: side.law, DTMF: 101, Remote: signalled}); err != nil {
			tb.Fatal(err)
		}
		*side.leg = l
	}
	// Our packets go to a socket of our own that nobody reads.
	r.agent.out.setTarget(benchPeer(tb).LocalAddr().(*net.UDPAddr).AddrPort())
	b := e.NewBridge(r.caller)
	b.Connect(r.agent)
	if record {
		if err := b.Record(filepath.Join(tb.TempDir(), "call.wav"), nil); err != nil {
			tb.Fatal(err)
		}
	}
	return r
}

// step takes one packet through the caller's leg.
func (r *relayRig) step() {
	r.seq++
	r.ts += frameSamples
	r.now += frameTime
	putRTP(r.packet, false, r.caller.in.params.Codec.PayloadType(), r.seq, r.ts, 7)
	r.caller.receive(r.packet, signalled, r.now)
}

func TestRelayDoesNotAllocate(t *testing.T) {
	for _, c := range []struct {
		name          string
		caller, agent Codec
		record        bool
	}{
		{"plain", PCMA, PCMA, false}, {"other law", PCMU, PCMA, false}, {"recorded", PCMA, PCMA, true},
	} {
		r := newRelayRig(t, c.caller, c.agent, c.record)
		// The average is rounded down, so that a flush of the recording in between
		// does not count, but one allocation per packet does.
		if n := testing.AllocsPerRun(2000, r.step); n != 0 {
			t.Errorf("%s: %v allocations per packet", c.name, n)
		}
		if got := r.agent.Stats().Sent; got < 2000 {
			t.Errorf("%s: %d packets were sent", c.name, got)
		}
	}
}

func BenchmarkRelay(b *testing.B) {
	for _, c := range []struct {
		name   string
		agent  Codec
		record bool
	}{{"plain", PCMA, false}, {"other law", PCMU, false}, {"recorded", PCMA, true}} {
		b.Run(c.name, func(b *testing.B) {
			r := newRelayRig(b, PCMA, c.agent, c.record)
			b.ReportAllocs()
			for b.Loop() {
				r.step()
			}
		})
	}
}

// BenchmarkLeg opens, sets up and closes a leg.
func BenchmarkLeg(b *testing.B) {
	e := testEngine(b, func(c *Config) { c.PortMin, c.PortMax = 20000, 59999 })
	for b.Loop() {
		l, err := e.NewLeg(LegConfig{})
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Update(Params{Codec: PCMA, DTMF: 101, Remote: signalled}); err != nil {
			b.Fatal(err)
		}
		l.Close()
		e.ports.mu.Lock()
		e.ports.free = append(e.ports.free, l.Addr().Port()) // nobody sends to it
		e.ports.draining = e.ports.draining[:0]
		e.ports.mu.Unlock()
	}
}

// BenchmarkRecording makes and finishes a recording of a moment.
func BenchmarkRecording(b *testing.B) {
	e := testEngine(b)
	l, err := e.NewLeg(LegConfig{})
	if err != nil {
		b.Fatal(err)
	}
	bridge, dir := e.NewBridge(l), b.TempDir()
	done := make(chan telephony.RecordingDone)
	used, n := cpuTime(b), 0
	for b.Loop() {
		n++
		path := filepath.Join(dir, strconv.Itoa(n)+".wav")
		if err := bridge.Record(path, func(d telephony.RecordingDone) { done <- d }); err != nil {
			b.Fatal(err)
		}
		bridge.StopRecord()
		if d := <-done; d.Truncated != "" {
			b.Fatal(d)
		}
	}
	b.ReportMetric((cpuTime(b)-used).Seconds()*1e6/float64(n), "cpu-us/op")
}

// BenchmarkCalls runs recorded calls with 50 packets a second each way on both legs
// through real sockets, with the peers in this process, and reports the CPU time of
// it all per second of one call, and the memory per call.
func BenchmarkCalls(b *testing.B) {
	const calls = 50
	e := testEngine(b)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var legs []*Leg
	peer := benchPeer(b)
	remote := peer.LocalAddr().(*net.UDPAddr).AddrPort()
	dir := b.TempDir()
	for i := range calls {
		pair := [2]*Leg{}
		for j := range pair {
			l, err := e.NewLeg(LegConfig{})
			if err != nil {
				b.Fatal(err)
			}
			if err := l.Update(Params{Codec: PCMA, Remote: remote}); err != nil {
				b.Fatal(err)
			}
			pair[j] = l
		}
		bridge := e.NewBridge(pair[0])
		bridge.Connect(pair[1])
		if err := bridge.Record(filepath.Join(dir, string(rune('a'+i))+".wav"), nil); err != nil {
			b.Fatal(err)
		}
		legs = append(legs, pair[0], pair[1])
	}
	runtime.GC()
	runtime.ReadMemStats(&after)

	packet := make([]byte, rtpHeaderLen+frameSamples)
	seq := uint16(0)
	beat := time.NewTicker(frameTime)
	defer beat.Stop()
	begin, used := time.Now(), cpuTime(b)
	for b.Loop() {
		seq++
		for i, l := range legs {
			putRTP(packet, false, 8, seq, uint32(seq)*frameSamples, uint32(i))
			if _, err := peer.WriteToUDPAddrPort(packet, l.Addr()); err != nil {
				b.Fatal(err)
			}
		}
		<-beat.C
	}
	b.ReportMetric(float64(after.HeapInuse+after.StackInuse-before.HeapInuse-before.StackInuse)/calls/1024, "KiB/call")
	b.ReportMetric((cpuTime(b)-used).Seconds()*1e3/time.Since(begin).Seconds()/calls, "cpu-ms/call-s")
}

// benchPeer is a socket that nobody reads.
func benchPeer(tb testing.TB) *net.UDPConn {
	tb.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { c.Close() })
	return c
}

func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
