package sip

import (
	"bytes"
	"iter"
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// admit decides about raw input before a byte of it is parsed: trunks pass, banned
// addresses do not, strangers are counted. It returns the reason of a refusal or "".
func (s *Server) admit(peer netip.AddrPort, data []byte) (drop string) {
	if s.trunks.trusted(peer.Addr()) {
		return ""
	}
	return s.gate.packet(peer, bytes.HasPrefix(data, []byte("INVITE ")))
}

// scanners are the names by which tools that enumerate extensions introduce
// themselves. They are not a defence, only a quicker end.
var scanners = [...]string{"friendly-scanner", "sipvicious", "sundayddr", "sip-scan", "sipsscan", "vaxsipuseragent"}

// scans reports whether a request says that it comes from a scanner.
func scans(req *sip.Request) bool {
	name := strings.ToLower(headerValue(req, "User-Agent"))
	for _, scanner := range scanners {
		if strings.Contains(name, scanner) {
			return true
		}
	}
	return false
}

// named walks over a message's headers of one name. The library's own lookup turns
// every name of the message into lower case first, each time.
func named(msg interface{ Headers() []sip.Header }, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, h := range msg.Headers() {
			if n := h.Name(); len(n) == len(name) && strings.EqualFold(n, name) && !yield(h.Value()) {
				return
			}
		}
	}
}

// headerValue is the first header of a name, or "".
func headerValue(msg interface{ Headers() []sip.Header }, name string) string {
	for value := range named(msg, name) {
		return value
	}
	return ""
}

// judged is the peer whom a request may be put down to: not a trunk, and not a
// registered device, whose owner would be silenced by a ban.
func (s *Server) judged(req *sip.Request) (peer netip.AddrPort, ok bool) {
	peer = sourcePeer(req)
	return peer, peer.IsValid() && !s.trunks.trusted(peer.Addr()) && !s.registrar.hasSource(req.Source())
}

// sourcePeer is where a message came from.
func sourcePeer(msg sip.Message) netip.AddrPort {
	peer, err := netip.ParseAddrPort(msg.Source())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port())
}
