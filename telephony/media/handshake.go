package media

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/srtp/v3"
	"github.com/pion/transport/v4/packetio"
)

// Bounds of a handshake. It costs some milliseconds of CPU time, and only a browser
// that knows the leg's ICE password can cause it.
const (
	handshakeTime     = 10 * time.Second
	handshakeTries    = 3
	handshakeQueue    = 32 // datagrams that wait to be read
	handshakeInterval = 100 * time.Millisecond
)

// srtpProfiles by preference.
var srtpProfiles = []dtls.SRTPProtectionProfile{dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80}

// handshake is the DTLS association of a leg: its records come from the mux, and after
// the handshake nothing but the browser's leave is expected of it.
type handshake struct {
	web    *web
	ctx    context.Context
	cancel context.CancelFunc
	run    sync.WaitGroup

	mu      sync.Mutex
	shut    bool
	running bool
	tries   int
	queue   *packetio.Buffer
	peer    netip.AddrPort // where the last record came from
	conn    *dtls.Conn
}

func (h *handshake) prepare(w *web) {
	h.web = w
	h.ctx, h.cancel = context.WithCancel(context.Background())
}

// take gets a record from a source that belongs to the leg.
func (h *handshake) take(b []byte, from netip.AddrPort) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.peer = from
	if !h.begin(false) {
		return
	}
	_, _ = h.queue.Write(b) // a full queue costs this record; the browser repeats it
}

// call begins the handshake from our side, as soon as we know where to.
func (h *handshake) call() {
	m := h.web.mux
	m.mu.RLock()
	remote := h.web.remote
	m.mu.RUnlock()
	if !remote.IsValid() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.running {
		h.peer = remote
		h.begin(true)
	}
}

// begin starts the goroutine of a handshake unless it runs; false if there is none to
// be. h.mu is held.
func (h *handshake) begin(client bool) bool {
	if h.running {
		return true
	}
	if h.shut || h.tries == handshakeTries {
		return false
	}
	h.tries++
	h.running = true
	h.queue = packetio.NewBuffer()
	h.queue.SetLimitCount(handshakeQueue)
	queue := h.queue
	h.run.Go(func() {
		if err := h.converse(queue, client); err != nil && h.ctx.Err() == nil {
			h.web.mux.count.handshakes.Add(1)
			h.web.leg.engine.log.Info("DTLS with a browser", "error", err)
		}
		h.mu.Lock()
		h.running = false
		h.mu.Unlock()
	})
	return true
}

// converse is one association from its handshake to its end.
func (h *handshake) converse(queue *packetio.Buffer, client bool) error {
	records := &recordConn{Buffer: queue, handshake: h}
	conn, err := h.associate(records, client)
	if err != nil {
		return errors.Join(err, records.Close())
	}
	defer conn.Close() // says so to the browser
	ctx, cancel := context.WithTimeout(h.ctx, handshakeTime)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	keys, shown, err := harvest(conn, client)
	if err != nil {
		return err
	}
	if err := h.web.established(keys, shown); err != nil {
		return err
	}
	h.mu.Lock()
	h.conn = conn
	shut := h.shut
	h.mu.Unlock()
	if shut {
		return nil
	}
	var b [64]byte
	for err == nil {
		_, err = conn.Read(b[:]) // there is no data but what a mischief-maker sends
		if errors.Is(err, io.ErrShortBuffer) {
			err = nil
		}
	}
	h.web.left.CompareAndSwap(0, int64(h.web.leg.engine.now()))
	return nil
}

func (h *handshake) associate(records net.PacketConn, client bool) (*dtls.Conn, error) {
	m := h.web.mux
	shared := []dtls.Option{
		dtls.WithCertificates(m.certificate),
		dtls.WithSRTPProtectionProfiles(srtpProfiles...),
		dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
		dtls.WithFlightInterval(handshakeInterval),
		// Certificates are self-signed: it is the fingerprint in the SDP that counts,
		// and web.compare lets nothing through before it has seen that.
		dtls.WithInsecureSkipVerify(true),
	}
	if client {
		options := make([]dtls.ClientOption, 0, len(shared))
		for _, o := range shared {
			options = append(options, o)
		}
		return dtls.ClientWithOptions(records, records.LocalAddr(), options...)
	}
	options := []dtls.ServerOption{
		dtls.WithClientAuth(dtls.RequireAnyClientCert),
		// The cookie would prove the address, which the connectivity check has done.
		dtls.WithInsecureSkipVerifyHello(true),
	}
	for _, o := range shared {
		options = append(options, o)
	}
	return dtls.ServerWithOptions(records, records.LocalAddr(), options...)
}

// harvest takes the SRTP keys and the fingerprint of the peer's certificate.
func harvest(conn *dtls.Conn, client bool) (*srtpKeys, fingerprint, error) {
	state, ok := conn.ConnectionState()
	profile, chosen := conn.SelectedSRTPProtectionProfile()
	if !ok || !chosen || len(state.PeerCertificates) == 0 {
		return nil, fingerprint{}, errors.New("the browser has shown no certificate or takes no SRTP of ours")
	}
	c := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := c.ExtractSessionKeysFromDTLS(&state, client); err != nil {
		return nil, fingerprint{}, fmt.Errorf("SRTP keys: %w", err)
	}
	return &srtpKeys{profile: c.Profile, keys: c.Keys}, fingerprintOf(state.PeerCertificates[0]), nil
}

func (h *handshake) close() {
	h.mu.Lock()
	h.shut = true
	conn := h.conn
	h.mu.Unlock()
	h.cancel()
	if conn != nil {
		_ = conn.Close() // the other side may be gone: there is nothing to do about it
	}
	h.run.Wait()
}

// recordConn is what the DTLS library takes for its socket.
type recordConn struct {
	*packetio.Buffer
	handshake *handshake
}

func (c *recordConn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := c.Read(b)
	return n, c.LocalAddr(), err
}

// WriteTo sends to where the last record came from.
func (c *recordConn) WriteTo(b []byte, _ net.Addr) (int, error) {
	h := c.handshake
	h.mu.Lock()
	to := h.peer
	h.mu.Unlock()
	h.web.mux.send(b, to)
	return len(b), nil
}

// LocalAddr stands for the other side's too: the library only compares.
func (c *recordConn) LocalAddr() net.Addr { return c.handshake.web.mux.conn.LocalAddr() }

func (c *recordConn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetWriteDeadline: writing never waits.
func (c *recordConn) SetWriteDeadline(time.Time) error { return nil }

func fingerprintOf(certificate []byte) fingerprint { return sha256.Sum256(certificate) }

// newCertificate makes the certificate of this process. Nobody asks who signed it.
func newCertificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "WebRTC"}, // says nothing to a stranger
		NotBefore:    now.Add(-24 * time.Hour),
		NotAfter:     now.AddDate(5, 0, 0), // outlives the process
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
