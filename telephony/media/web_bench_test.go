package media

import (
	"net"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// webRig is a bridged call between a plain leg and a browser whose packets are put
// into the mux by hand, encrypted; the sockets are real.
type webRig struct {
	mux           *mux
	caller, agent *Leg
	peer          *srtp.Context // the browser's
	header        rtp.Header
	from          *net.UDPConn
	plain         []byte
	cipher        [readSize]byte
	seq           uint16
	now           time.Duration
}

func newWebRig(tb testing.TB) *webRig {
	tb.Helper()
	e := webEngine(tb)
	r := &webRig{mux: e.browsers, from: benchPeer(tb), plain: make([]byte, rtpHeaderLen+frameSamples, readSize)}
	for i, leg := range []**Leg{&r.caller, &r.agent} {
		l, err := e.NewLeg(LegConfig{Web: i == 1})
		if err != nil {
			tb.Fatal(err)
		}
		*leg = l
	}
	w := r.agent.carrier.(*web)
	key, salt := make([]byte, 16), make([]byte, 12)
	keys := &srtpKeys{profile: srtp.ProtectionProfileAeadAes128Gcm, keys: srtp.SessionKeys{
		LocalMasterKey: key, LocalMasterSalt: salt, RemoteMasterKey: key, RemoteMasterSalt: salt,
	}}
	here := r.from.LocalAddr().(*net.UDPAddr).AddrPort()
	w.checked("", here, true, 0)
	if err := w.established(keys, fingerprint{1}); err != nil {
		tb.Fatal(err)
	}
	p := Params{Codec: PCMA, DTMF: 101, Web: WebParams{Ufrag: "abcd", Fingerprint: fingerprint{1}.String()}}
	if err := r.agent.Update(p); err != nil {
		tb.Fatal(err)
	}
	if err := r.caller.Update(Params{Codec: PCMA, DTMF: 101, Remote: here}); err != nil {
		tb.Fatal(err)
	}
	var err error
	if r.peer, err = srtp.CreateContext(key, salt, keys.profile); err != nil {
		tb.Fatal(err)
	}
	e.NewBridge(r.caller).Connect(r.agent)
	return r
}

// step takes a packet each way.
func (r *webRig) step() {
	r.seq++
	r.now += frameTime
	here := r.from.LocalAddr().(*net.UDPAddr).AddrPort()
	putRTP(r.plain, false, 8, r.seq, uint32(r.seq)*frameSamples, 7)
	c, err := r.peer.EncryptRTP(r.cipher[:0], r.plain, &r.header)
	if err != nil {
		panic(err)
	}
	r.agent.carrier.(*web).receive(c, rtpKind, here, r.now)
	r.caller.receive(r.plain, here, r.now)
}

func TestWebRelayDoesNotAllocate(t *testing.T) {
	r := newWebRig(t)
	peer := testing.AllocsPerRun(2000, func() { _ = r.from.LocalAddr().(*net.UDPAddr).AddrPort() })
	if n := testing.AllocsPerRun(2000, r.step); n > peer {
		t.Errorf("%v allocations for a packet each way, %v of them the test's own", n, peer)
	}
	if a, c := r.agent.Stats().Sent, r.caller.Stats().Sent; a < 2000 || c < 2000 {
		t.Errorf("%d and %d packets were sent", a, c)
	}
}

// BenchmarkWebRelay is a packet each way between a browser and a plain leg, with the
// browser's own encryption.
func BenchmarkWebRelay(b *testing.B) {
	r := newWebRig(b)
	b.ReportAllocs()
	for b.Loop() {
		r.step()
	}
}
