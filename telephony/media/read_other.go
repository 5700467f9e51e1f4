//go:build !linux

package media

import (
	"errors"
	"net"
)

// readRTP reads until the socket is closed.
func (l *Leg) readRTP() {
	var b [readSize]byte
	for {
		n, from, err := l.rtp.ReadFromUDPAddrPort(b[:])
		if err != nil {
			if l.closing.Load() || errors.Is(err, net.ErrClosed) {
				return
			}
			continue // an ICMP error of an earlier packet
		}
		l.receive(b[:n], unmap(from), l.engine.now())
	}
}
