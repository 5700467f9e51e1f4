package media

import (
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/stun/v3"
)

// WebConfig opens the way for browsers: one UDP port for all of them.
type WebConfig struct {
	Port int // 0 = any that is free
	// Addrs go into the candidates, with that port: the addresses under which browsers
	// reach us, usually one of IPv4 and perhaps one of IPv6. Default: Config.Advertise.
	Addrs []netip.Addr
	// Timeout is how long a browser may be silent, without consent checks (RFC 7675)
	// and without sound, before its leg counts as lost; 15 s if 0. Chrome checks every
	// 2.7 s, on hold too.
	Timeout time.Duration
}

// ErrNoWeb says that the engine has no port for browsers.
var ErrNoWeb = errors.New("there is no port for browsers")

// muxBatch is how many datagrams are taken from the kernel at once: 20 ms of 30 calls.
const muxBatch = 32

// mux is the UDP socket that all browsers share. Datagrams are told apart by their
// first byte (RFC 7983) and belong to the leg to which an authentic connectivity
// check has bound their source; before that, only such a check gets in.
type mux struct {
	engine      *Engine
	config      WebConfig
	conn        *net.UDPConn
	port        uint16
	certificate tls.Certificate
	fingerprint fingerprint // of the certificate

	mu      sync.RWMutex
	byUfrag map[string]*web
	bySrc   map[netip.AddrPort]*web

	message stun.Message // of the reader
	sources limiter      // of the reader
	count   webCounters
	closing atomic.Bool
	reader  sync.WaitGroup
}

// webCounters are what nobody's leg can count.
type webCounters struct {
	unknown    atomic.Uint64 // neither STUN, DTLS nor RTP, or broken STUN
	strangers  atomic.Uint64 // from a source that no check has bound, or for a leg that is not there
	badChecks  atomic.Uint64 // checks with a wrong password
	limited    atomic.Uint64 // checks not looked at: too many wrong ones from that host
	authFailed atomic.Uint64 // SRTP or SRTCP that was not authentic
	replayed   atomic.Uint64
	handshakes atomic.Uint64 // DTLS handshakes that failed
	impostors  atomic.Uint64 // DTLS with another certificate than the SDP tells
}

// WebStats is what the port of the browsers has seen since the engine's start.
type WebStats struct {
	Legs          int    // open now
	Unknown       uint64 // neither STUN, DTLS nor RTP
	Strangers     uint64 // from a source without a valid connectivity check
	BadChecks     uint64 // connectivity checks with a wrong password
	Limited       uint64 // connectivity checks not looked at, after too many wrong ones
	AuthFailed    uint64 // SRTP and SRTCP packets that were not authentic
	Replayed      uint64 // SRTP and SRTCP packets that had come before
	HandshakeLost uint64 // DTLS handshakes that failed
	Impostors     uint64 // certificates that were not the ones of the SDP
}

// WebStats may be called at any time; zeros if there is no port for browsers.
func (e *Engine) WebStats() WebStats {
	m := e.browsers
	if m == nil {
		return WebStats{}
	}
	m.mu.RLock()
	legs := map[*web]struct{}{}
	for _, w := range m.byUfrag {
		legs[w] = struct{}{}
	}
	m.mu.RUnlock()
	return WebStats{
		Legs: len(legs), Unknown: m.count.unknown.Load(), Strangers: m.count.strangers.Load(),
		BadChecks: m.count.badChecks.Load(), Limited: m.count.limited.Load(),
		AuthFailed: m.count.authFailed.Load(), Replayed: m.count.replayed.Load(),
		HandshakeLost: m.count.handshakes.Load(), Impostors: m.count.impostors.Load(),
	}
}

func openMux(e *Engine, c WebConfig) (*mux, error) {
	if len(c.Addrs) == 0 {
		c.Addrs = []netip.Addr{e.config.Advertise}
	}
	if c.Timeout == 0 {
		c.Timeout = 15 * time.Second
	}
	bind := e.config.Bind
	for _, a := range c.Addrs {
		if a.Unmap().Is6() && bind == netip.IPv4Unspecified() {
			bind = netip.IPv6Unspecified() // takes IPv4 as well
		}
	}
	certificate, err := newCertificate()
	if err != nil {
		return nil, err
	}
	network := "udp4"
	if bind.Is6() {
		network = "udp"
	}
	conn, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(bind, uint16(c.Port))))
	if err != nil {
		return nil, fmt.Errorf("open the port for browsers: %w", err)
	}
	// 20 ms of hundreds of browsers; the kernel gives what it may.
	_ = errors.Join(conn.SetReadBuffer(1<<20), conn.SetWriteBuffer(1<<20))
	m := &mux{
		engine: e, config: c, conn: conn,
		port:        uint16(conn.LocalAddr().(*net.UDPAddr).Port),
		certificate: certificate, fingerprint: fingerprintOf(certificate.Certificate[0]),
		byUfrag: map[string]*web{}, bySrc: map[netip.AddrPort]*web{},
	}
	m.reader.Go(func() { readDatagrams(conn, muxBatch, &m.closing, e.now, m.take) })
	return m, nil
}

func (m *mux) close() {
	m.closing.Store(true)
	_ = m.conn.Close() // a UDP socket has nothing to flush
	m.reader.Wait()
}

func (m *mux) candidates() []netip.AddrPort {
	list := make([]netip.AddrPort, 0, len(m.config.Addrs))
	for _, a := range m.config.Addrs {
		list = append(list, netip.AddrPortFrom(a.Unmap(), m.port))
	}
	return list
}

type kind uint8

const (
	unknownKind kind = iota
	stunKind
	dtlsKind
	rtpKind
	rtcpKind
)

// kindOf tells the protocols apart (RFC 7983, 7; RFC 5761, 4 for RTCP).
func kindOf(b []byte) kind {
	switch {
	case len(b) < rtpHeaderLen:
		return unknownKind
	case b[0] <= 3:
		return stunKind
	case b[0] >= 20 && b[0] <= 63:
		return dtlsKind
	case b[0] >= 128 && b[0] <= 191:
		if b[1] >= 192 && b[1] <= 223 {
			return rtcpKind
		}
		return rtpKind
	}
	return unknownKind
}

// take is the way of a datagram: it is called by the reader only.
func (m *mux) take(b []byte, from netip.AddrPort, now time.Duration) {
	k := kindOf(b)
	switch k {
	case unknownKind:
		m.count.unknown.Add(1)
		return
	case stunKind:
		m.check(b, from, now)
		return
	}
	w := m.of(from)
	switch {
	case w == nil:
		m.count.strangers.Add(1)
	case k == dtlsKind:
		w.handshake.take(b, from)
	default:
		w.receive(b, k, from, now)
	}
}

func (m *mux) of(from netip.AddrPort) *web {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.bySrc[from]
}

// send never waits: a full socket buffer costs this datagram.
func (m *mux) send(b []byte, to netip.AddrPort) { _, _ = m.conn.WriteToUDPAddrPort(b, to) }

// fingerprint is the SHA-256 of a certificate (RFC 8122, 5).
type fingerprint [32]byte

// String writes it as in a=fingerprint, after the name of the hash.
func (f fingerprint) String() string {
	var b strings.Builder
	for i, v := range f {
		if i > 0 {
			b.WriteByte(':')
		}
		const digits = "0123456789ABCDEF"
		b.WriteByte(digits[v>>4])
		b.WriteByte(digits[v&15])
	}
	return b.String()
}

func parseFingerprint(s string) (f fingerprint, err error) {
	raw, err := hex.DecodeString(strings.ReplaceAll(s, ":", ""))
	if err != nil || len(raw) != len(f) {
		return f, errors.New("no SHA-256 fingerprint of a certificate")
	}
	return fingerprint(raw), nil
}
