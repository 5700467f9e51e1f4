package browser

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// Remote is what the other side's SDP says of its media.
type Remote struct {
	Ufrag, Pwd  string
	Fingerprint string // SHA-256, upper-case hexadecimal digits and colons
	Addr        netip.AddrPort
}

// ParseRemote reads it. Of several candidates the first is taken.
func ParseRemote(sdp string) (r Remote, err error) {
	for line := range strings.Lines(sdp) {
		name, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		switch name {
		case "a=ice-ufrag":
			r.Ufrag = value
		case "a=ice-pwd":
			r.Pwd = value
		case "a=fingerprint":
			r.Fingerprint = strings.TrimPrefix(value, "sha-256 ")
		case "a=candidate":
			if f := strings.Fields(value); len(f) > 5 && !r.Addr.IsValid() {
				r.Addr, err = netip.ParseAddrPort(strings.Trim(f[4], "[]") + ":" + f[5])
			}
		}
	}
	if err != nil || r.Ufrag == "" || r.Pwd == "" || r.Fingerprint == "" || !r.Addr.IsValid() {
		return r, errors.Join(errors.New("the SDP has no session for a browser"), err)
	}
	return r, nil
}

// Lines are the lines of our SDP's audio stream beside codecs and direction: an answer
// when the other side has spoken first.
func (m *Media) Lines(answer bool) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	setup := "actpass"
	if answer && m.config.Passive {
		setup = "passive"
	} else if answer {
		setup = "active"
	}
	at := addrPort(m.conn.LocalAddr())
	return fmt.Sprintf("a=mid:0\r\na=rtcp-mux\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\na=setup:%s\r\n"+
		"a=candidate:1 1 udp 2122260223 %s %d typ host\r\n", m.ufrag, m.pwd, fingerprint(m.cert.Certificate[0]), setup, at.Addr(), at.Port())
}

// fingerprint of a certificate (RFC 8122, 5).
func fingerprint(certificate []byte) string {
	sum := sha256.Sum256(certificate)
	return strings.ReplaceAll(fmt.Sprintf("% X", sum[:]), " ", ":")
}
