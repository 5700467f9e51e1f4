package media

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// sockets is the transport of plain RTP: a pair of ports of the leg's own.
type sockets struct {
	leg     *Leg
	port    uint16
	rtp     *net.UDPConn
	rtcp    *net.UDPConn
	closing atomic.Bool
	readers sync.WaitGroup
}

// readSize is more than any RTP packet of G.711 that fits an Ethernet frame.
const readSize = 1500

func openSockets(l *Leg) (*sockets, error) {
	port, rtp, rtcp, err := l.engine.ports.open()
	if err != nil {
		return nil, err
	}
	s := &sockets{leg: l, port: port, rtp: rtp, rtcp: rtcp}
	s.readers.Go(func() { readDatagrams(rtp, 2, &s.closing, l.engine.now, l.receive) })
	s.readers.Go(s.readRTCP)
	return s, nil
}

func (s *sockets) readRTCP() {
	var b [512]byte
	for {
		n, from, err := s.rtcp.ReadFromUDPAddrPort(b[:])
		if err != nil {
			if s.closing.Load() || errors.Is(err, net.ErrClosed) {
				return
			}
			continue // an ICMP error of an earlier packet
		}
		s.leg.heardReport(b[:n], unmap(from), s.leg.engine.now())
	}
}

// addr is the RTP address; RTCP has the port after it.
func (s *sockets) addr() netip.AddrPort {
	return netip.AddrPortFrom(s.leg.engine.config.Advertise, s.port)
}

func (s *sockets) update(Params) error { return nil }

func (s *sockets) target() netip.AddrPort { return s.leg.in.source.target() }

func (s *sockets) sendRTP(b []byte, to netip.AddrPort) {
	// A full socket buffer or an ICMP error costs this packet, as the network would.
	_, _ = s.rtp.WriteToUDPAddrPort(b, to)
}

func (s *sockets) sendRTCP(b []byte, to netip.AddrPort) { _, _ = s.rtcp.WriteToUDPAddrPort(b, to) }

// silent: RTP has been missing for RTPTimeout although it is owed.
func (s *sockets) silent(now, seen time.Duration, talks bool) bool {
	return talks && seen != 0 && now-seen >= s.leg.engine.config.RTPTimeout
}

// close gives the port back, which drains before another leg gets it.
func (s *sockets) close() {
	s.closing.Store(true)
	_ = errors.Join(s.rtp.Close(), s.rtcp.Close()) // UDP sockets have nothing to flush
	s.readers.Wait()
	s.leg.engine.ports.release(s.port)
}
