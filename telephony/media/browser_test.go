package media

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/selfsign"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v3"
	"github.com/pion/transport/v4/packetio"
)

// browser is the other end of a web leg: a full ICE agent with one candidate, DTLS and
// SRTP. It is a party: what it says goes through say, what it hears is in heard.
type browser struct {
	*party
	cert   tls.Certificate
	ufrag  string
	remote netip.AddrPort // of the server

	mu        sync.Mutex
	conn      *net.UDPConn
	local     WebLocal // the server's side as last told by SDP
	answers   map[[stun.TransactionIDSize]byte]chan *stun.Message
	records   *packetio.Buffer
	dtls      *dtls.Conn
	out       *srtp.Context
	in        *srtp.Context
	broken    bool // spoil the MAC of what is sent
	handshook chan struct{}
	ended     chan struct{} // the server took leave
}

func webEngine(t testing.TB, change ...func(*Config)) *Engine {
	t.Helper()
	return testEngine(t, append([]func(*Config){func(c *Config) { c.Web = &WebConfig{} }}, change...)...)
}

// newBrowser opens a web leg and a browser for it that has our SDP but has not
// answered.
func newBrowser(t *testing.T, e *Engine, codec Codec, change ...func(*LegConfig)) *browser {
	t.Helper()
	c := LegConfig{Web: true}
	for _, f := range change {
		f(&c)
	}
	leg, err := e.NewLeg(c)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := selfsign.GenerateSelfSigned()
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{
		party: &party{
			t: t, leg: leg, codec: codec, dtmf: 126, ssrc: 0x2000 + uint32(codec), seq: 65500, ts: 4,
			more: make(chan struct{}, 1),
		},
		cert: cert, ufrag: "abcd", remote: leg.Addr(),
		answers: map[[stun.TransactionIDSize]byte]chan *stun.Message{}, records: packetio.NewBuffer(),
		handshook: make(chan struct{}), ended: make(chan struct{}),
	}
	b.local, _ = leg.Web()
	b.move("127.0.0.1")
	b.party.write = b.write
	t.Cleanup(func() {
		if b.dtls != nil {
			b.dtls.Close()
		}
		b.socket().Close()
		b.records.Close()
	})
	return b
}

// connected is a browser whose call has been answered and whose media flows.
func connected(t *testing.T, e *Engine, codec Codec, change ...func(*LegConfig)) *browser {
	t.Helper()
	b := newBrowser(t, e, codec, change...)
	b.mustCheck(true)
	b.shake()
	b.answer(SendRecv)
	b.untilOpen()
	return b
}

// untilOpen waits until the server has taken the keys. Its last flight is on its way
// to us before it does.
func (b *browser) untilOpen() {
	b.t.Helper()
	waitFor(b.t, "media", func() bool { return b.leg.carrier.target().IsValid() })
}

// waitFor polls what no event tells.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 5 s", what)
		}
		<-time.After(time.Millisecond)
	}
}

func (b *browser) fingerprint() string { return fingerprintOf(b.cert.Certificate[0]).String() }

// params is what the browser's SDP says.
func (b *browser) params(d Direction) Params {
	return Params{Codec: b.codec, DTMF: b.dtmf, Direction: d, Web: WebParams{Ufrag: b.ufrag, Fingerprint: b.fingerprint()}}
}

func (b *browser) answer(d Direction) {
	b.t.Helper()
	if err := b.leg.Update(b.params(d)); err != nil {
		b.t.Fatal(err)
	}
	b.local, _ = b.leg.Web()
}

// move gives the browser another socket: its network has changed.
func (b *browser) move(ip string) { b.moveTo("udp4", ip) }

func (b *browser) moveTo(network, ip string) {
	b.t.Helper()
	c, err := net.ListenUDP(network, &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		b.t.Fatal(err)
	}
	b.mu.Lock()
	old := b.conn
	b.conn = c
	b.mu.Unlock()
	if old != nil {
		old.Close()
	}
	go b.listen(c)
}

func (b *browser) socket() *net.UDPConn {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.conn
}

func (b *browser) raw(p []byte) {
	_, _ = b.socket().WriteToUDPAddrPort(p, b.remote) // a closed socket is a network that is gone
}

func (b *browser) listen(c *net.UDPConn) {
	for {
		p := make([]byte, readSize)
		n, err := c.Read(p)
		if err != nil {
			return
		}
		switch p = p[:n]; kindOf(p) {
		case stunKind:
			b.answered(p)
		case dtlsKind:
			_, _ = b.records.Write(p)
		case rtpKind:
			b.hear(p)
		}
	}
}

func (b *browser) answered(p []byte) {
	msg := &stun.Message{Raw: p}
	if err := msg.Decode(); err != nil {
		b.t.Errorf("server's STUN: %v", err)
		return
	}
	b.mu.Lock()
	c := b.answers[msg.TransactionID]
	delete(b.answers, msg.TransactionID)
	b.mu.Unlock()
	if c != nil {
		c <- msg
	}
}

func (b *browser) hear(p []byte) {
	b.mu.Lock()
	in := b.in
	b.mu.Unlock()
	if in == nil {
		b.t.Error("sound before the keys")
		return
	}
	plain, err := in.DecryptRTP(nil, p, nil)
	if err != nil {
		b.t.Errorf("server's SRTP: %v", err)
		return
	}
	var k rtp.Packet
	if err := k.Unmarshal(plain); err != nil {
		b.t.Errorf("server's RTP: %v", err)
		return
	}
	b.keep(k)
}

// check sends a connectivity check; what changes it in a test goes in extra.
func (b *browser) check(user, pwd string, extra ...stun.Setter) <-chan *stun.Message {
	b.t.Helper()
	setters := append([]stun.Setter{stun.TransactionID, stun.BindingRequest, stun.NewUsername(user)}, extra...)
	msg, err := stun.Build(append(setters, stun.NewShortTermIntegrity(pwd), stun.Fingerprint)...)
	if err != nil {
		b.t.Fatal(err)
	}
	c := make(chan *stun.Message, 1)
	b.mu.Lock()
	b.answers[msg.TransactionID] = c
	b.mu.Unlock()
	b.raw(msg.Raw)
	return c
}

// attribute is a STUN attribute of any kind.
func attribute(kind stun.AttrType, value ...byte) stun.Setter { return rawSetter{kind, value} }

type rawSetter struct {
	kind  stun.AttrType
	value []byte
}

func (s rawSetter) AddTo(m *stun.Message) error {
	m.Add(s.kind, s.value)
	return nil
}

// mustCheck makes a check as Chrome does, and wants it answered.
func (b *browser) mustCheck(nominate bool) *stun.Message {
	b.t.Helper()
	extra := []stun.Setter{
		attribute(stun.AttrICEControlling, 1, 2, 3, 4, 5, 6, 7, 8), attribute(stun.AttrPriority, 0x6e, 0x7f, 0x1e, 0xff),
		attribute(0xC057, 0, 0, 0, 10), // GOOG-NETWORK-INFO
	}
	if nominate {
		extra = append(extra, attribute(stun.AttrUseCandidate))
	}
	select {
	case res := <-b.check(b.local.Ufrag+":"+b.ufrag, b.local.Pwd, extra...):
		if err := stun.MessageIntegrity(b.local.Pwd).Check(res); err != nil {
			b.t.Fatal(err)
		}
		if err := stun.Fingerprint.Check(res); err != nil {
			b.t.Fatal(err)
		}
		return res
	case <-time.After(5 * time.Second):
		b.t.Fatal("the server does not answer a check")
		return nil
	}
}

// shake makes the DTLS handshake as client and takes the keys.
func (b *browser) shake() {
	b.t.Helper()
	conn, err := dtls.ClientWithOptions(browserRecords{b}, b.socket().LocalAddr(), b.options()...)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.finish(conn, true); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) options() (list []dtls.ClientOption) {
	return []dtls.ClientOption{
		dtls.WithCertificates(b.cert), dtls.WithInsecureSkipVerify(true),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM),
		dtls.WithVerifyPeerCertificate(func(certs [][]byte, _ [][]*x509.Certificate) error {
			if got := fingerprintOf(certs[0]).String(); got != b.local.Fingerprint {
				b.t.Errorf("server's certificate is %s, its SDP says %s", got, b.local.Fingerprint)
			}
			return nil
		}),
	}
}

func (b *browser) finish(conn *dtls.Conn, client bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		return err
	}
	profile, _ := conn.SelectedSRTPProtectionProfile()
	state, _ := conn.ConnectionState()
	c := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := c.ExtractSessionKeysFromDTLS(&state, client); err != nil {
		return err
	}
	in, err := srtp.CreateContext(c.Keys.RemoteMasterKey, c.Keys.RemoteMasterSalt, c.Profile)
	if err != nil {
		return err
	}
	out, err := srtp.CreateContext(c.Keys.LocalMasterKey, c.Keys.LocalMasterSalt, c.Profile)
	if err != nil {
		return err
	}
	b.mu.Lock()
	b.dtls, b.in, b.out = conn, in, out
	b.mu.Unlock()
	close(b.handshook)
	go func() {
		for p := make([]byte, 100); ; {
			if _, err := conn.Read(p); err != nil {
				close(b.ended)
				return
			}
		}
	}()
	return nil
}

// write protects a packet and sends it.
func (b *browser) write(p []byte) error {
	b.mu.Lock()
	out, broken := b.out, b.broken
	b.mu.Unlock()
	c, err := out.EncryptRTP(nil, p, nil)
	if err != nil {
		return err
	}
	if broken {
		c[len(c)-1] ^= 1
	}
	b.raw(c)
	return nil
}

// browserRecords is the DTLS side of the browser's socket.
type browserRecords struct{ b *browser }

func (r browserRecords) ReadFrom(p []byte) (int, net.Addr, error) {
	n, err := r.b.records.Read(p)
	return n, r.LocalAddr(), err
}

func (r browserRecords) WriteTo(p []byte, _ net.Addr) (int, error) {
	r.b.raw(p)
	return len(p), nil
}

func (r browserRecords) Close() error                       { return r.b.records.Close() }
func (r browserRecords) LocalAddr() net.Addr                { return net.UDPAddrFromAddrPort(r.b.remote) }
func (r browserRecords) SetDeadline(t time.Time) error      { return r.b.records.SetReadDeadline(t) }
func (r browserRecords) SetReadDeadline(t time.Time) error  { return r.b.records.SetReadDeadline(t) }
func (r browserRecords) SetWriteDeadline(t time.Time) error { return nil }

// servesDTLS makes the browser the one that is called.
func (b *browser) servesDTLS() {
	conn, err := dtls.ServerWithOptions(browserRecords{b}, b.socket().LocalAddr(),
		dtls.WithCertificates(b.cert), dtls.WithInsecureSkipVerify(true), dtls.WithClientAuth(dtls.RequireAnyClientCert),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80))
	if err != nil {
		b.t.Fatal(err)
	}
	go func() {
		if err := b.finish(conn, false); err != nil {
			b.t.Error(err) // the test waits for the sound in vain
		}
	}()
}

// press sends the events of a key, as a browser does.
func (b *browser) press(key byte) {
	var payload [4]byte
	for i := range 6 {
		event := byte(0)
		for n := range keyNames {
			if keyNames[n] == key {
				event = byte(n)
			}
		}
		putEvent(payload[:], event, i >= 3, uint16(frameSamples*(min(i, 3)+1)))
		b.send(b.dtmf, i == 0, b.ts, payload[:])
	}
	b.ts += 2 * frameSamples
}
