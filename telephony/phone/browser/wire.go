package browser

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v3"
)

// read takes the datagrams of a socket apart (RFC 7983).
func (m *Media) read(conn *net.UDPConn) {
	buf := make([]byte, largest)
	for {
		n, err := conn.Read(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || n < 12 {
			continue
		}
		switch b := buf[:n]; {
		case b[0] < 4:
			m.heardSTUN(b)
		case b[0] >= 20 && b[0] < 64:
			_, _ = m.records.Write(b)
		case b[0]>>6 == 2 && (b[1] < 192 || b[1] > 223):
			m.heardRTP(b)
		}
	}
}

func (m *Media) heardRTP(b []byte) {
	m.mu.Lock()
	in := m.in
	m.mu.Unlock()
	if in == nil || m.config.OnRTP == nil {
		return
	}
	m.crypt.Lock()
	plain, err := in.DecryptRTP(nil, b, nil)
	m.crypt.Unlock()
	if err == nil {
		m.config.OnRTP(plain)
	}
}

func (m *Media) heardSTUN(b []byte) {
	msg := &stun.Message{Raw: append([]byte(nil), b...)}
	if msg.Decode() != nil || msg.Type != stun.BindingSuccess {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.answered[msg.TransactionID]; c != nil && stun.MessageIntegrity(m.remote.Pwd).Check(msg) == nil {
		close(c)
		delete(m.answered, msg.TransactionID)
	}
}

// converse connects, and goes on asking for consent until the end.
func (m *Media) converse() {
	if !m.check() {
		return
	}
	m.talks.Go(func() { _ = m.associate() }) // without it there is no sound
	t := time.NewTicker(m.config.Consent)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			m.ask()
		case <-m.ctx.Done():
			return
		}
	}
}

// check asks until there is an answer. Of one candidate each check nominates (RFC 8445,
// 8.1.1).
func (m *Media) check() bool {
	t := time.NewTicker(checkEvery)
	defer t.Stop()
	answers := make([]<-chan struct{}, 0, 8)
	for {
		answers = append(answers, m.ask())
		for _, a := range answers {
			select {
			case <-a:
				return true
			default:
			}
		}
		select {
		case <-answers[len(answers)-1]:
			return true
		case <-t.C:
		case <-m.ctx.Done():
			return false
		}
	}
}

// ask sends one check; what it returns is closed when the answer is there.
func (m *Media) ask() <-chan struct{} {
	answered := make(chan struct{})
	m.mu.Lock()
	name, pwd := m.remote.Ufrag+":"+m.ufrag, m.remote.Pwd
	m.mu.Unlock()
	msg, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(name),
		attribute(stun.AttrICEControlling, 1, 2, 3, 4, 5, 6, 7, 8), attribute(stun.AttrPriority, 0x6e, 0x7f, 0x1e, 0xff),
		attribute(stun.AttrUseCandidate), stun.NewShortTermIntegrity(pwd), stun.Fingerprint)
	if err != nil {
		return answered
	}
	m.mu.Lock()
	m.answered[msg.TransactionID] = answered
	m.mu.Unlock()
	m.SendRaw(msg.Raw)
	return answered
}

type rawAttribute stun.RawAttribute

func attribute(kind stun.AttrType, value ...byte) stun.Setter {
	return rawAttribute{Type: kind, Value: value}
}

// AddTo implements stun.Setter.
func (a rawAttribute) AddTo(m *stun.Message) error { m.Add(a.Type, a.Value); return nil }

// associate makes the DTLS handshake, takes the keys, and waits for the other side's
// leave.
func (m *Media) associate() error {
	conn, err := m.newDTLS()
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(m.ctx, handshakeTime)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("DTLS handshake: %w", err)
	}
	if err := m.takeKeys(conn); err != nil {
		return err
	}
	close(m.ready)
	stop := context.AfterFunc(m.ctx, func() { conn.Close() })
	defer stop()
	for b := make([]byte, 100); ; {
		if _, err := conn.Read(b); err != nil {
			close(m.ended)
			return nil
		}
	}
}

func (m *Media) newDTLS() (*dtls.Conn, error) {
	shared := []dtls.Option{
		dtls.WithCertificates(m.cert), dtls.WithInsecureSkipVerify(true), // the fingerprint counts
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80),
		dtls.WithVerifyPeerCertificate(func(certs [][]byte, _ [][]*x509.Certificate) error {
			m.mu.Lock()
			defer m.mu.Unlock()
			if len(certs) == 0 || fingerprint(certs[0]) != m.remote.Fingerprint {
				return errors.New("the certificate is not the one of the SDP")
			}
			return nil
		}),
	}
	records := dtlsSocket{m}
	if m.config.Passive {
		options := []dtls.ServerOption{dtls.WithClientAuth(dtls.RequireAnyClientCert)}
		for _, o := range shared {
			options = append(options, o)
		}
		return dtls.ServerWithOptions(records, records.LocalAddr(), options...)
	}
	options := make([]dtls.ClientOption, 0, len(shared))
	for _, o := range shared {
		options = append(options, o)
	}
	return dtls.ClientWithOptions(records, records.LocalAddr(), options...)
}

// takeKeys makes SRTP of a handshake (RFC 5764, 4.2).
func (m *Media) takeKeys(conn *dtls.Conn) error {
	profile, chosen := conn.SelectedSRTPProtectionProfile()
	state, ok := conn.ConnectionState()
	if !ok || !chosen {
		return errors.New("the other side takes no SRTP of ours")
	}
	c := srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err := c.ExtractSessionKeysFromDTLS(&state, !m.config.Passive); err != nil {
		return fmt.Errorf("SRTP keys: %w", err)
	}
	in, err1 := srtp.CreateContext(c.Keys.RemoteMasterKey, c.Keys.RemoteMasterSalt, c.Profile)
	out, err2 := srtp.CreateContext(c.Keys.LocalMasterKey, c.Keys.LocalMasterSalt, c.Profile)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("SRTP keys: %w", err)
	}
	m.mu.Lock()
	m.in, m.out = in, out
	m.mu.Unlock()
	return nil
}

// dtlsSocket is what the DTLS library takes for its socket.
type dtlsSocket struct{ m *Media }

func (s dtlsSocket) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := s.m.records.Read(b)
	return n, s.LocalAddr(), err
}

func (s dtlsSocket) WriteTo(b []byte, _ net.Addr) (int, error) {
	s.m.SendRaw(b)
	return len(b), nil
}

func (s dtlsSocket) Close() error                       { return s.m.records.Close() }
func (s dtlsSocket) LocalAddr() net.Addr                { return net.UDPAddrFromAddrPort(s.m.peer()) }
func (s dtlsSocket) SetDeadline(t time.Time) error      { return s.m.records.SetReadDeadline(t) }
func (s dtlsSocket) SetReadDeadline(t time.Time) error  { return s.m.records.SetReadDeadline(t) }
func (s dtlsSocket) SetWriteDeadline(_ time.Time) error { return nil }

func (m *Media) peer() netip.AddrPort {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.remote.Addr
}

func addrPort(a net.Addr) netip.AddrPort {
	at := a.(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}
