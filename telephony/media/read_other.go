//go:build !linux

package media

import (
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// readDatagrams reads until the socket is closed, one datagram at a time.
func readDatagrams(c *net.UDPConn, _ int, closing *atomic.Bool, clock func() time.Duration,
	take func(b []byte, from netip.AddrPort, now time.Duration),
) {
	var b [readSize]byte
	for {
		n, from, err := c.ReadFromUDPAddrPort(b[:])
		if err != nil {
			if closing.Load() || errors.Is(err, net.ErrClosed) {
				return
			}
			continue // an ICMP error of an earlier packet
		}
		take(b[:n], unmap(from), clock())
	}
}
