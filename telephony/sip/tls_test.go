package sip

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"os"
	"testing"
	"time"
)

// certificate is a self-signed one for 127.0.0.1.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func TestPhoneRegistersOverTLS(t *testing.T) {
	conf, pool := certificate(t)
	o := newHouse("101")
	s := o.edge(t, func(c *Config) { c.TLS, c.TLSConfig = "127.0.0.1:0", conf })
	conn, err := tls.Dial("tcp", s.listeners.tls.Addr().String(), &tls.Config{RootCAs: pool})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p := newPhone(&rawPeer{t: t, conn: conn, to: s.listeners.tls.Addr().String(), from: conn.LocalAddr().String()}, "101")
	wantStatus(t, p.register(), 200)
	if got := next(t, o.presence); got != "+101" {
		t.Fatal(got)
	}
	if b := s.bindings("101"); len(b) != 1 || b[0].transport != "TLS" {
		t.Fatalf("%+v", b)
	}
	contact := s.contactFor("TLS")
	if contact.Address.Port != s.listeners.port("tls") || contact.Address.UriParams.GetOr("transport", "") != "tls" {
		t.Errorf("our contact is %s", contact.String())
	}
	conn.Close()
	if got := next(t, o.presence); got != "-101" {
		t.Fatal(got)
	}
}

// Who connects and says nothing, not even in TLS, is let go.
func TestSilentTLSClient(t *testing.T) {
	conf, _ := certificate(t)
	o := newHouse()
	s := o.edge(t, func(c *Config) { c.UDP, c.TCP, c.TLS, c.TLSConfig = "", "", "127.0.0.1:0", conf })
	s.listeners.tls.mu.Lock()
	s.listeners.tls.limits.firstMessage = 50 * time.Millisecond
	s.listeners.tls.mu.Unlock()
	conn, err := net.Dial("tcp", s.listeners.tls.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := conn.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Errorf("still there: %v", err)
	}
}
