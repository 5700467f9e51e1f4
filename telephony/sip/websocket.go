package sip

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

// webSocket is the name of SIP over WebSocket in a Via (RFC 7118 sec. 4), also when the
// page has come over TLS: that ends before us. What speaks it is a browser.
const webSocket = "WS"

// Page is who stands at the far end of a socket. Whoever accepts sockets has checked
// his session.
type Page struct {
	// Extension is whose telephone the page is. No other extension is believed to
	// register or to call over this socket.
	Extension string
	// Session is what the page's passwords are bound to, see Ticket and CloseSession.
	Session string
	// Remote is where the browser is.
	Remote netip.AddrPort
	// Holds is asked whether the page may keep its socket: at the beginning, with every
	// pong and after Reload. It may ask a database. Nil always holds.
	Holds func() bool
}

// socketLimits bound what pages may cost.
type socketLimits struct {
	ping    time.Duration // between two pings
	silence time.Duration // after so long without a word or a pong a socket is dead
	write   time.Duration // how long one message may take to leave
	grace   time.Duration // how long the far end has to take our close frame
	queue   int           // messages that may wait to leave
	message int64         // bytes of one message that comes in
	rate    rate.Limit    // messages that come in, per second
	burst   int
	each    int // sockets of one extension: tabs, and what the network has not given up yet
	all     int
}

// usualSockets: a browser writes a few messages for each call; a description with many
// candidates has some kilobytes.
var usualSockets = socketLimits{
	ping: 25 * time.Second, silence: time.Minute, write: 5 * time.Second, grace: time.Second,
	queue: 256, message: 32 << 10, rate: 50, burst: 200, each: maxDevices, all: 8000,
}

// The codes a socket is closed with (RFC 6455 sec. 7.4). From 4050 on they are those of
// the live socket: the page does not come back by itself.
const (
	closeLost      = 0 // nobody is there to be told
	closeBye       = websocket.CloseNormalClosure
	closeGoing     = websocket.CloseGoingAway
	closeGarbage   = websocket.CloseInvalidFramePayloadData
	closePolicy    = websocket.ClosePolicyViolation
	closeSlow      = 4001
	closeSignedOut = 4050
	closeTooMany   = 4051
)

// sockets are the open sockets of pages. To the library they are a listener: it takes
// each of them for a connection on which a WebSocket is yet to be begun.
type sockets struct {
	s      *Server
	limits socketLimits

	arriving chan *socket
	closing  chan struct{}

	mu      sync.Mutex
	known   map[string]*socket // by source, as the library names it; also those that have just ended
	open    int
	byOwner map[string]int // extension -> sockets
	closed  bool
	serving sync.WaitGroup
}

func newSockets(s *Server) *sockets {
	return &sockets{s: s, limits: usualSockets, arriving: make(chan *socket), closing: make(chan struct{}),
		known: make(map[string]*socket), byOwner: make(map[string]int)}
}

// ServeWebSocket carries SIP over a socket until either side ends it (RFC 7118). It
// closes the socket.
func (s *Server) ServeWebSocket(conn *websocket.Conn, p Page) {
	c, refused := s.sockets.admit(conn, p)
	if refused != "" {
		s.metrics.dropped.WithLabelValues(refused).Inc()
		code := closePolicy
		switch refused {
		case "stopping":
			code = closeGoing
		case "connections":
			code = closeTooMany
		}
		sayClose(conn, code, s.sockets.limits.grace)
		_ = conn.Close()
		return
	}
	defer s.sockets.serving.Done()
	s.gate.proved(c.peer) // whoever is signed in is at home where he is
	if p.Holds != nil && !p.Holds() {
		c.end(closeSignedOut)
	}
	c.serve()
}

// CloseSession closes the sockets of a session that has ended, at once.
func (s *Server) CloseSession(session string) {
	for _, c := range s.sockets.list() {
		if c.page.Session == session {
			c.end(closeSignedOut)
		}
	}
}

// admit lets a socket in, or tells why not.
func (l *sockets) admit(conn *websocket.Conn, p Page) (c *socket, refused string) {
	peer := netip.AddrPortFrom(p.Remote.Addr().Unmap().WithZone(""), p.Remote.Port())
	if !l.s.trunks.trusted(peer.Addr()) && l.s.gate.isBanned(peer.Addr()) {
		return nil, "banned"
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, "stopping"
	case !peer.Addr().IsValid():
		return nil, "address"
	case l.open >= l.limits.all || l.byOwner[p.Extension] >= l.limits.each:
		return nil, "connections"
	}
	// The library tells connections apart by the far end's address. Behind a proxy that
	// names its clients two of them may have one port.
	for l.known[net.TCPAddrFromAddrPort(peer).String()] != nil {
		peer = netip.AddrPortFrom(peer.Addr(), peer.Port()+1)
	}
	c = newSocket(l, conn, p, peer)
	l.known[c.source] = c
	l.open++
	l.byOwner[p.Extension]++
	l.serving.Add(1)
	return c, ""
}

// forget makes a socket one that has ended.
func (l *sockets) forget(c *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.gone = true
	l.open--
	if l.byOwner[c.page.Extension]--; l.byOwner[c.page.Extension] <= 0 {
		delete(l.byOwner, c.page.Extension)
	}
}

// at is the open socket of a source, or nil.
func (l *sockets) at(source string) *socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.known[source]; c != nil && !c.gone {
		return c
	}
	return nil
}

// remove takes a socket out of the table.
func (l *sockets) remove(c *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.known, c.source)
}

// taken hears that a request has reached its handler.
func (l *sockets) taken(source string) {
	l.mu.Lock()
	c := l.known[source]
	l.mu.Unlock()
	if c != nil && c.inHand.Add(-1) <= 0 {
		select {
		case c.emptied <- struct{}{}:
		default:
		}
	}
}

// present is where a page is now that was once at source: it may have come back over
// another socket before the network gave the old one up.
func (l *sockets) present(source string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.known[source].now(); c != nil {
		return c.source
	}
	return source
}

// succeed notes that the page at one source has registered from another.
func (l *sockets) succeed(from, to string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	old, now := l.known[from], l.known[to]
	if old != nil && now != nil && old != now {
		old.successor, now.successor = now, nil
	}
}

// heir is the open socket that has taken the place of c, or nil.
func (l *sockets) heir(c *socket) *socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := c.now(); h != c {
		return h
	}
	return nil
}

// now follows a socket to the one that the page has now; nil if that is closed. The
// table's lock is held.
func (c *socket) now() *socket {
	for c != nil && c.successor != nil {
		c = c.successor
	}
	if c == nil || c.gone {
		return nil
	}
	return c
}

func (l *sockets) list() []*socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]*socket, 0, l.open)
	for _, c := range l.known {
		if !c.gone {
			all = append(all, c)
		}
	}
	return all
}

func (l *sockets) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open
}

// recheck asks for every socket whether it still holds.
func (l *sockets) recheck() {
	for _, c := range l.list() {
		select {
		case <-l.closing:
			return
		default:
		}
		if c.page.Holds != nil && !c.page.Holds() {
			c.end(closeSignedOut)
		}
	}
}

// parsed hears, in the reader's goroutine, of each message that the library has
// understood. A page that hangs up and is closed sends a BYE and then the end of its
// socket, which would be faster than the BYE's handler: so a BYE is noted here.
func (l *sockets) parsed(msg sip.Message) {
	req, _ := msg.(*sip.Request)
	if c := l.at(msg.Source()); c != nil {
		c.puzzling.Store(false)
		if req != nil && !req.IsAck() {
			c.inHand.Add(1)
		}
	}
	if req != nil && req.Method == sip.BYE && req.To() != nil {
		if lg := l.s.calls.find(req.To().Params.GetOr("tag", "")); lg != nil {
			lg.goodbye.Store(req)
		}
	}
}

// Accept implements net.Listener for the library.
func (l *sockets) Accept() (net.Conn, error) {
	select {
	case c := <-l.arriving:
		return c, nil
	case <-l.closing:
		return nil, net.ErrClosed
	}
}

// Close ends the listener and every socket.
func (l *sockets) Close() error {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.closing)
	}
	l.mu.Unlock()
	for _, c := range l.list() {
		c.end(closeGoing)
	}
	return nil
}

// Addr implements net.Listener. The real listener belongs to whoever accepts.
func (l *sockets) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4zero} }

// noWayBack stands for the address of a page that has no socket any more: nobody can
// call a browser up.
func noWayBack(string) string { return "" }
