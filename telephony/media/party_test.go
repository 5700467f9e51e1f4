package media

import (
	"context"
	"math"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"go.uber.org/goleak"

	"github.com/callcard/callcard/telephony"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(recordUntilKilled); path != "" {
		recordForever(path)
	}
	goleak.VerifyTestMain(m)
}

// testEngine has ports of its own, so that tests can run side by side.
func testEngine(t testing.TB, change ...func(*Config)) *Engine {
	t.Helper()
	c := Config{PortMin: 22000, PortMax: 31999, Bind: loopback}
	for _, f := range change {
		f(&c)
	}
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

var loopback = netip.MustParseAddr("127.0.0.1")

// party is a phone: it sends a tone and keeps what it hears. It speaks RTP through
// pion/rtp, so that both sides do not share a mistake.
type party struct {
	t     *testing.T
	leg   *Leg
	conn  *net.UDPConn
	codec Codec
	dtmf  uint8
	ssrc  uint32
	seq   uint16
	ts    uint32

	write func(b []byte) error // instead of conn

	mu    sync.Mutex
	heard []rtp.Packet
	more  chan struct{} // something was heard
}

func newParty(t *testing.T, e *Engine, codec Codec) *party {
	t.Helper()
	p := &party{
		t: t, codec: codec, dtmf: 101, ssrc: 0x1000 + uint32(codec), seq: 65500, ts: math.MaxUint32 - 8000,
		more: make(chan struct{}, 1),
	}
	p.conn = listen(t, "127.0.0.1")
	t.Cleanup(func() { p.conn.Close() })
	leg, err := e.NewLeg(LegConfig{})
	if err != nil {
		t.Fatal(err)
	}
	p.leg = leg
	p.update(SendRecv)
	go p.listen()
	return p
}

func listen(t *testing.T, ip string) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (p *party) addr() netip.AddrPort { return p.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

func (p *party) update(d Direction) {
	p.t.Helper()
	if err := p.leg.Update(Params{Codec: p.codec, DTMF: p.dtmf, Remote: p.addr(), Direction: d}); err != nil {
		p.t.Fatal(err)
	}
}

func (p *party) listen() {
	b := make([]byte, 1500)
	for {
		n, err := p.conn.Read(b)
		if err != nil {
			return
		}
		var k rtp.Packet
		if err := k.Unmarshal(append([]byte(nil), b[:n]...)); err != nil {
			p.t.Errorf("not RTP: %v", err)
		}
		p.keep(k)
	}
}

// keep notes what was heard.
func (p *party) keep(k rtp.Packet) {
	p.mu.Lock()
	p.heard = append(p.heard, k)
	p.mu.Unlock()
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// packets is what was heard so far, or since the given count.
func (p *party) packets(since int) []rtp.Packet {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]rtp.Packet(nil), p.heard[since:]...)
}

// await waits until the party has heard n packets in all.
func (p *party) await(n int) []rtp.Packet {
	p.t.Helper()
	deadline := time.After(5 * time.Second)
	for {
		if k := p.packets(0); len(k) >= n {
			return k
		}
		select {
		case <-p.more:
		case <-deadline:
			p.t.Fatalf("heard %d packets, want %d", len(p.packets(0)), n)
		}
	}
}

// send sends one packet of the payload given.
func (p *party) send(pt uint8, marker bool, ts uint32, payload []byte) {
	p.t.Helper()
	k := rtp.Packet{
		Header:  rtp.Header{Version: 2, Marker: marker, PayloadType: pt, SequenceNumber: p.seq, Timestamp: ts, SSRC: p.ssrc},
		Payload: payload,
	}
	b, err := k.Marshal()
	if err != nil {
		p.t.Fatal(err)
	}
	if p.write != nil {
		err = p.write(b)
	} else {
		_, err = p.conn.WriteToUDPAddrPort(b, p.leg.Addr())
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.seq++
}

// talk sends a tone in real time, catching up if it was held up; it skips packets
// that lose says are lost.
func (p *party) talk(ctx context.Context, hertz float64, length time.Duration, lose func(i int) bool) {
	sound := p.codec.AppendEncoded(nil, Tone(length, 0.3, hertz))
	begin := time.Now()
	for i := 0; len(sound) >= frameSamples; i++ {
		if lose != nil && lose(i) {
			p.seq++
		} else {
			p.send(p.codec.PayloadType(), i == 0, p.ts, sound[:frameSamples])
		}
		sound = sound[frameSamples:]
		p.ts += frameSamples
		select {
		case <-time.After(time.Until(begin.Add(time.Duration(i+1) * frameTime))):
		case <-ctx.Done():
			return
		}
	}
}

// together lets parties talk at the same time.
func together(talks ...func()) {
	var wg sync.WaitGroup
	for _, f := range talks {
		wg.Go(f)
	}
	wg.Wait()
}

func (p *party) says(hertz float64, length time.Duration) func() {
	return func() { p.talk(context.Background(), hertz, length, nil) }
}

// pcm is what the packets sound like.
func (p *party) pcm(ks []rtp.Packet) (pcm []int16) {
	for _, k := range ks {
		if k.PayloadType == p.codec.PayloadType() {
			pcm = p.codec.AppendDecoded(pcm, k.Payload)
		}
	}
	return pcm
}

// hears checks that a tone, and none of the others, is in what was heard.
func (p *party) hears(ks []rtp.Packet, hertz float64, not ...float64) {
	p.t.Helper()
	checkTone(p.t, p.pcm(ks), hertz, not...)
}

func checkTone(t *testing.T, pcm []int16, hertz float64, not ...float64) {
	t.Helper()
	if got := level(pcm, hertz); got < 0.15 {
		t.Errorf("%g Hz at %.3f in %d samples, want 0.3", hertz, got, len(pcm))
	}
	for _, h := range not {
		if got := level(pcm, h); got > 0.02 {
			t.Errorf("%g Hz at %.3f, must not be there", h, got)
		}
	}
}

// level is the amplitude of a frequency by Goertzel's algorithm, 1 = full scale.
func level(pcm []int16, hertz float64) float64 {
	if len(pcm) == 0 {
		return 0
	}
	w := 2 * math.Cos(2*math.Pi*hertz/SampleRate)
	var s1, s2 float64
	for _, v := range pcm {
		s1, s2 = float64(v)/math.MaxInt16+w*s1-s2, s1
	}
	return 2 * math.Sqrt(max(0, s1*s1+s2*s2-w*s1*s2)) / float64(len(pcm))
}

// inLine checks one SSRC, sequence numbers without a gap, and timestamps that grow.
func inLine(t *testing.T, ks []rtp.Packet) {
	t.Helper()
	for i := 1; i < len(ks); i++ {
		a, b := ks[i-1], ks[i]
		if b.SSRC != ks[0].SSRC || b.SequenceNumber != a.SequenceNumber+1 || int32(b.Timestamp-a.Timestamp) < 0 {
			t.Fatalf("packet %d: ssrc %x seq %d ts %d after ssrc %x seq %d ts %d",
				i, b.SSRC, b.SequenceNumber, b.Timestamp, a.SSRC, a.SequenceNumber, a.Timestamp)
		}
	}
}

// taping records a bridge and returns how to end it and read the two channels.
func taping(t *testing.T, b *Bridge) (end func() (telephony.RecordingDone, [2][]int16)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "2026", "call.wav")
	done := make(chan telephony.RecordingDone, 1)
	if err := b.Record(path, func(d telephony.RecordingDone) { done <- d }); err != nil {
		t.Fatal(err)
	}
	return func() (telephony.RecordingDone, [2][]int16) {
		b.StopRecord()
		d := <-done
		return d, channels(t, path)
	}
}

func channels(t *testing.T, path string) (c [2][]int16) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pcm, rate, n, err := ReadWAV(f)
	if err != nil {
		t.Fatal(err)
	}
	if rate != SampleRate || n != 2 {
		t.Fatalf("%d Hz, %d channels", rate, n)
	}
	for i, s := range pcm {
		c[i%2] = append(c[i%2], s)
	}
	return c
}

// within checks a length of time.
func within(t *testing.T, what string, got, want, slack time.Duration) {
	t.Helper()
	if got < want-slack || got > want+slack {
		t.Errorf("%s: %v, want %v within %v", what, got, want, slack)
	}
}
