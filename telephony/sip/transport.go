package sip

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// listeners are the sockets of the edge. They are opened by New, so that a port
// that is taken is an error at start, and served by Run.
type listeners struct {
	s        *Server
	udp      *net.UDPConn
	tcp, tls *streamListener
	udpAddr  sip.Addr // local address that binds our UDP requests to the listener
	udpNow   *datagrams
	udpMu    sync.Mutex
	udpPeers int           // more source addresses than this retire a reader
	reading  chan struct{} // closed when the UDP reader is known to the library
}

// udpBuffer absorbs a burst while the reader waits for a CPU; the kernel may cap it.
const udpBuffer = 4 << 20

func openListeners(s *Server) (l *listeners, err error) {
	l = &listeners{s: s, udpPeers: maxUDPSources, reading: make(chan struct{})}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if s.config.UDP != "" {
		if err := l.openUDP(s.config.UDP); err != nil {
			return l, err
		}
	}
	if s.config.TCP != "" {
		if l.tcp, err = openStream(s, "TCP", s.config.TCP, nil); err != nil {
			return l, err
		}
	}
	if s.config.TLS != "" {
		if l.tls, err = openStream(s, "TLS", s.config.TLS, s.config.TLSConfig); err != nil {
			return l, err
		}
	}
	return l, nil
}

func (l *listeners) openUDP(address string) error {
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		return fmt.Errorf("listen for SIP over UDP: %w", err)
	}
	l.udp = conn.(*net.UDPConn)
	if err := l.udp.SetReadBuffer(udpBuffer); err != nil {
		l.s.log.Debug("UDP receive buffer stays small", "err", err)
	}
	local := l.udp.LocalAddr().(*net.UDPAddr)
	l.udpAddr = sip.Addr{IP: local.IP, Port: local.Port}
	return nil
}

// has reports whether a transport is switched on.
func (l *listeners) has(transport string) bool {
	switch transport {
	case "UDP":
		return l.udp != nil
	case "TCP":
		return l.tcp != nil
	case "TLS":
		return l.tls != nil
	}
	return false
}

// port is the listening port of a transport: what a peer must be told.
func (l *listeners) port(transport string) int {
	switch sip.NetworkToLower(transport) {
	case "tcp":
		if l.tcp != nil {
			return l.tcp.Addr().(*net.TCPAddr).Port
		}
	case "tls":
		if l.tls != nil {
			return l.tls.Addr().(*net.TCPAddr).Port
		}
	case "ws":
		return 0 // a page speaks over the socket that it has, whatever a Contact says
	}
	if l.udp != nil {
		return l.udpAddr.Port
	}
	if l.tcp != nil {
		return l.tcp.Addr().(*net.TCPAddr).Port
	}
	return sip.DefaultUdpPort
}

// serve reads all sockets until they are closed; ctx only tells that this was meant.
func (l *listeners) serve(ctx context.Context, server *sipgo.Server) error {
	var readers sync.WaitGroup
	failures := make(chan error, 4)
	start := func(name string, serve func() error) {
		readers.Go(func() {
			if err := serve(); err != nil && ctx.Err() == nil && !errors.Is(err, net.ErrClosed) {
				failures <- fmt.Errorf("serve SIP over %s: %w", name, err)
				l.close()
			}
		})
	}
	if l.udp != nil {
		start("UDP", func() error { return l.serveUDP(server) })
	} else {
		close(l.reading)
	}
	if l.tcp != nil {
		start("TCP", func() error { return server.ServeTCP(l.tcp) })
	}
	if l.tls != nil {
		start("TLS", func() error { return server.ServeTLS(l.tls) })
	}
	start("WebSocket", func() error { return server.ServeWS(l.s.sockets) })
	readers.Wait()
	select {
	case err := <-failures:
		return err
	default:
		return nil
	}
}

// serveUDP reads the socket through one wrapper after the other. The library keeps
// an entry for every source address that a reader has ever seen and drops them only
// when the reader ends, so forged sources would fill the memory: a reader that has
// collected too many is retired and the next one starts empty.
func (l *listeners) serveUDP(server *sipgo.Server) error {
	pool := server.TransportLayer().Pool("udp")
	started := sync.OnceFunc(func() { close(l.reading) })
	crowded := func() bool {
		l.udpMu.Lock()
		defer l.udpMu.Unlock()
		return pool.Size() > l.udpPeers
	}
	for {
		reader := &datagrams{UDPConn: l.udp, s: l.s, started: started, crowded: crowded}
		l.udpMu.Lock()
		l.udpNow = reader
		l.udpMu.Unlock()
		if err := server.ServeUDP(reader); err != nil || !reader.retired {
			return err
		}
	}
}

// understood tells the UDP reader that the library could parse the last datagram.
// It runs in the reader's goroutine.
func (l *listeners) understood() {
	l.udpMu.Lock()
	defer l.udpMu.Unlock()
	if l.udpNow != nil {
		l.udpNow.parsed = true
	}
}

// peerGone closes nothing; it only forgets what was reachable over a connection.
func (s *Server) peerGone(transport, source string) { s.registrar.connectionClosed(transport, source) }

func (l *listeners) close() {
	_ = l.s.sockets.Close()
	if l.udp != nil {
		_ = l.udp.Close()
	}
	if l.tcp != nil {
		_ = l.tcp.Close()
	}
	if l.tls != nil {
		_ = l.tls.Close()
	}
}

// openStream listens for TCP, or for TLS if a configuration is given.
func openStream(s *Server, name, address string, conf *tls.Config) (*streamListener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for SIP over %s: %w", name, err)
	}
	return &streamListener{Listener: l, s: s, transport: name, tls: conf, limits: usualLimits,
		open: make(map[*stream]struct{}), from: make(map[netip.Addr]int)}, nil
}
