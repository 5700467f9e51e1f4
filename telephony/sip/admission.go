package sip

import (
	"bytes"
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// admit decides about raw input before a byte of it is parsed: trunks pass, banned
// addresses do not, strangers are counted. It returns the reason of a refusal or "".
func (s *Server) admit(addr netip.Addr, data []byte) (drop string) {
	if s.trunks.trusted(addr) {
		return ""
	}
	return s.gate.packet(addr, bytes.HasPrefix(data, []byte("INVITE ")))
}

// scanners are the names by which tools that enumerate extensions introduce
// themselves. They are not a defence, only a quicker end.
var scanners = [...]string{"friendly-scanner", "sipvicious", "sundayddr", "sip-scan", "sipsscan", "vaxsipuseragent"}

// scans reports whether a request says that it comes from a scanner.
func scans(req *sip.Request) bool {
	h := req.GetHeader("User-Agent")
	if h == nil {
		return false
	}
	name := strings.ToLower(h.Value())
	for _, scanner := range scanners {
		if strings.Contains(name, scanner) {
			return true
		}
	}
	return false
}

// sourceAddr is the IP address a message came from.
func sourceAddr(msg sip.Message) netip.Addr {
	peer, err := netip.ParseAddrPort(msg.Source())
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap()
}
