// Package browser is the media side of a browser, as far as a telephone call needs it:
// ICE with one candidate, DTLS and SRTP over one UDP socket (RFC 8445, RFC 5764). Test
// telephones and load generators talk through it to telephony/media, with which it
// shares no code on purpose.
package browser

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base32"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/dtls/v3/pkg/crypto/selfsign"
	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v3"
	"github.com/pion/transport/v4/packetio"
)

const (
	// checkEvery is the pace of connectivity checks until one is answered (RFC 8445,
	// 14.2), consentEvery that of the later ones (RFC 7675; Chrome's is 2.5 s).
	checkEvery   = 50 * time.Millisecond
	consentEvery = 2500 * time.Millisecond
	// handshakeTime bounds the DTLS handshake.
	handshakeTime = 10 * time.Second
	largest       = 1500 // octets of a datagram
)

// Config of the media of one call.
type Config struct {
	Local   netip.Addr          // address to work from
	OnRTP   func(packet []byte) // authentic RTP; valid during the call only
	Consent time.Duration       // between consent checks; 2.5 s if 0
	Passive bool                // let the other side begin the DTLS handshake
}

// Media is the media of one call. Close lets go of everything.
type Media struct {
	config Config
	cert   tls.Certificate
	ready  chan struct{} // closed when the keys are there
	ended  chan struct{} // closed when the other side has taken leave
	ctx    context.Context
	cancel context.CancelCauseFunc
	talks  sync.WaitGroup // checks and DTLS
	reads  sync.WaitGroup
	crypt  sync.Mutex // for what in and out do

	mu       sync.Mutex
	conn     *net.UDPConn
	ufrag    string
	pwd      string
	remote   Remote
	answered map[[stun.TransactionIDSize]byte]chan struct{}
	records  *packetio.Buffer // DTLS that has come
	in, out  *srtp.Context
	lost     bool // the network is gone
}

// Open takes a socket and makes a certificate. Nothing is sent before Connect.
func Open(c Config) (*Media, error) {
	if c.Consent == 0 {
		c.Consent = consentEvery
	}
	cert, err := selfsign.GenerateSelfSigned()
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	m := &Media{
		config: c, cert: cert, ready: make(chan struct{}), ended: make(chan struct{}),
		answered: map[[stun.TransactionIDSize]byte]chan struct{}{}, records: packetio.NewBuffer(),
	}
	m.Restart()
	if err := m.Move(c.Local); err != nil {
		return nil, err
	}
	m.ctx, m.cancel = context.WithCancelCause(context.Background())
	return m, nil
}

// Restart takes a new ICE name and password: the next description asks for an ICE
// restart.
func (m *Media) Restart() {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails
	text := base32.StdEncoding.EncodeToString(b[:])
	m.mu.Lock()
	m.ufrag, m.pwd = text[:4], text[4:]
	m.mu.Unlock()
}

// Move takes another socket, as after a change of the network.
func (m *Media) Move(to netip.Addr) error {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(to, 0)))
	if err != nil {
		return fmt.Errorf("open a socket for media: %w", err)
	}
	m.mu.Lock()
	old := m.conn
	m.conn = conn
	m.mu.Unlock()
	if old != nil {
		old.Close()
	}
	m.reads.Go(func() { m.read(conn) })
	return nil
}

// Connect begins to talk to the other side, or follows its new description.
func (m *Media) Connect(to Remote) {
	m.mu.Lock()
	first, same := m.remote == Remote{}, m.remote == to
	m.remote = to
	m.mu.Unlock()
	switch {
	case m.ctx.Err() != nil:
	case first:
		m.talks.Go(m.converse)
	case !same:
		m.talks.Go(func() { m.check() })
	}
}

// Addr is where we are.
func (m *Media) Addr() netip.AddrPort {
	m.mu.Lock()
	defer m.mu.Unlock()
	return addrPort(m.conn.LocalAddr())
}

// Ready is closed when sound can flow.
func (m *Media) Ready() <-chan struct{} { return m.ready }

// Ended is closed when the other side has taken leave (a DTLS alert).
func (m *Media) Ended() <-chan struct{} { return m.ended }

// SetLost takes the network away, or gives it back: nothing is sent meanwhile.
func (m *Media) SetLost(lost bool) {
	m.mu.Lock()
	m.lost = lost
	m.mu.Unlock()
}

// Send protects an RTP packet and sends it. Before Ready it is lost.
func (m *Media) Send(packet []byte) error {
	m.mu.Lock()
	out := m.out
	m.mu.Unlock()
	if out == nil {
		return nil
	}
	m.crypt.Lock()
	protected, err := out.EncryptRTP(nil, packet, nil)
	m.crypt.Unlock()
	if err != nil {
		return fmt.Errorf("protect RTP: %w", err)
	}
	m.SendRaw(protected)
	return nil
}

// SendRaw sends a datagram as it is.
func (m *Media) SendRaw(datagram []byte) {
	m.mu.Lock()
	conn, to, lost := m.conn, m.remote.Addr, m.lost
	m.mu.Unlock()
	if !lost {
		_, _ = conn.WriteToUDPAddrPort(datagram, to) // a network loses what it likes
	}
}

// Close takes leave and lets go of everything; it may be called again.
func (m *Media) Close() {
	m.cancel(errors.New("the media is closed"))
	m.talks.Wait() // it takes a socket to take leave
	m.mu.Lock()
	conn := m.conn
	m.mu.Unlock()
	conn.Close()
	m.reads.Wait()
}
