package auth

import (
	"net/http"
	"net/netip"
	"strings"
)

// ClientAddr is the address that the request came from. What X-Forwarded-For says
// counts only as far as configured proxies wrote it: it is read from the right, and
// the first address that is no proxy is the client.
func (g *Gate) ClientAddr(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := at.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && g.isProxy(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
	}
	return addr
}

// Secure reports whether the client's side of the connection is encrypted.
func (g *Gate) Secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && g.isProxy(at.Addr().Unmap()) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func (g *Gate) isProxy(addr netip.Addr) bool {
	for _, p := range g.Proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
