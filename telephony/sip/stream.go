package sip

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// acceptPause is the wait after a failed accept (no file descriptors).
const acceptPause = 50 * time.Millisecond

// streamLimits bound what connections may cost. Half a message costs 34 KiB.
type streamLimits struct {
	firstMessage time.Duration // how long a new connection may take to say something whole
	idleStranger time.Duration // how long a connection may be silent
	idlePeer     time.Duration // same, with a trunk or a registered device at its end
	perAddress   int           // 500 phones behind one address must have room
	all          int
}

// usualLimits: a device refreshes its registration at least every hour.
var usualLimits = streamLimits{
	firstMessage: 10 * time.Second,
	idleStranger: 2 * time.Minute,
	idlePeer:     2 * time.Hour,
	perAddress:   1000,
	all:          8000,
}

var errBanned = errors.New("address is banned")

// streamListener accepts TCP connections within bounds. TLS is begun here and not by
// a TLS listener, so that deadlines and counting see plain SIP.
type streamListener struct {
	net.Listener
	s         *Server
	transport string
	tls       *tls.Config
	limits    streamLimits

	mu   sync.Mutex
	open map[*stream]struct{}
	from map[netip.Addr]int
}

// Accept returns the next connection that is welcome.
func (l *streamListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return nil, err
			}
			// The library gives up listening after one error; a shortage of file
			// descriptors passes.
			l.s.metrics.dropped.WithLabelValues("accept").Inc()
			time.Sleep(acceptPause)
			continue
		}
		if c, refused := l.admit(conn); refused != "" {
			l.s.metrics.dropped.WithLabelValues(refused).Inc()
			_ = conn.Close()
		} else {
			return c, nil
		}
	}
}

func (l *streamListener) admit(conn net.Conn) (c *stream, refused string) {
	peer := conn.RemoteAddr().(*net.TCPAddr).AddrPort()
	addr := peer.Addr().Unmap()
	trusted := l.s.trunks.trusted(addr)
	if !trusted && l.s.gate.isBanned(addr) {
		return nil, "banned"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) >= l.limits.all || !trusted && l.from[addr] >= l.limits.perAddress {
		return nil, "connections"
	}
	plain := conn
	if l.tls != nil {
		plain = tls.Server(conn, l.tls)
	}
	c = &stream{Conn: plain, l: l, peer: netip.AddrPortFrom(addr, peer.Port()), deadline: time.Now().Add(l.limits.firstMessage)}
	l.open[c] = struct{}{}
	l.from[addr]++
	return c, ""
}

func (l *streamListener) forget(c *stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, c)
	addr := c.peer.Addr()
	if l.from[addr]--; l.from[addr] <= 0 {
		delete(l.from, addr)
	}
}

// Close ends the listener and every connection it has accepted.
func (l *streamListener) Close() error {
	err := l.Listener.Close()
	l.mu.Lock()
	open := make([]*stream, 0, len(l.open))
	for c := range l.open {
		open = append(open, c)
	}
	l.mu.Unlock()
	for _, c := range open {
		_ = c.Close()
	}
	return err
}

// stream is one accepted connection. One goroutine reads it.
type stream struct {
	net.Conn
	l        *streamListener
	peer     netip.AddrPort
	deadline time.Time // of the first whole message
	spoken   bool      // that message has come
	tail     []byte    // last three bytes read, where an empty line may begin
	closing  sync.Once
}

// Read returns admitted bytes; an address that was banned meanwhile is cut.
func (c *stream) Read(b []byte) (int, error) {
	deadline := c.deadline
	if c.spoken {
		idle := c.l.limits.idleStranger
		if c.l.s.trunks.trusted(c.peer.Addr()) || c.l.s.registrar.hasSource(c.RemoteAddr().String()) {
			idle = c.l.limits.idlePeer
		}
		deadline = time.Now().Add(idle)
	}
	if err := c.SetReadDeadline(deadline); err != nil {
		return 0, fmt.Errorf("set read deadline: %w", err)
	}
	n, err := c.Conn.Read(b)
	if n > 0 {
		if drop := c.l.s.admit(c.peer, b[:n]); drop != "" {
			c.l.s.metrics.dropped.WithLabelValues(drop).Inc()
			return 0, errBanned
		}
		c.listen(b[:n])
	}
	return n, err
}

// listen looks for the empty line that ends the headers of a first message.
func (c *stream) listen(data []byte) {
	if c.spoken {
		return
	}
	joined := append(c.tail, data...)
	if bytes.Contains(joined, []byte("\r\n\r\n")) {
		c.spoken, c.tail = true, nil
		return
	}
	c.tail = append([]byte(nil), joined[max(0, len(joined)-3):]...)
}

// Close ends the connection and with it whatever was registered over it: nobody
// could reach it any more.
func (c *stream) Close() (err error) {
	c.closing.Do(func() {
		err = c.Conn.Close()
		c.l.forget(c)
		c.l.s.peerGone(c.l.transport, c.RemoteAddr().String())
	})
	return err
}
