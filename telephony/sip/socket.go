package sip

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

// socket shows a WebSocket to the library as the connection below one. The library's
// own WebSocket has no pongs, loses fragments and stumbles over pings, so it gets an
// ideal far end: a request to begin, then each message whole, in one text frame.
type socket struct {
	l      *sockets
	conn   *websocket.Conn
	page   Page
	peer   netip.AddrPort
	source string // peer as the library writes it
	limit  *rate.Limiter

	successor *socket // the same page's newer socket; like gone under sockets.mu
	gone      bool    // it has ended

	in       []byte      // what the library has not read yet
	puzzling atomic.Bool // the last message has been handed over and not been parsed

	inHand  atomic.Int32 // requests on their way from the reader to their handlers
	emptied chan struct{}

	writing sync.Mutex
	out     []byte // what the library has written of the next frame
	begun   bool   // its answer to the request has been swallowed

	queue  chan []byte
	ended  chan struct{} // closed by end
	unread chan struct{} // closed when nobody reads any more
	ending sync.Once
	still  sync.Once
	code   int // why; valid once ended is closed
}

// beginning is what a browser writes to begin a WebSocket, to the library's liking.
const beginning = "GET /sip HTTP/1.1\r\nHost: callcard\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sip\r\n\r\n"

func newSocket(l *sockets, conn *websocket.Conn, p Page, peer netip.AddrPort) *socket {
	return &socket{l: l, conn: conn, page: p, peer: peer, source: net.TCPAddrFromAddrPort(peer).String(),
		limit: rate.NewLimiter(l.limits.rate, l.limits.burst), in: []byte(beginning), emptied: make(chan struct{}, 1),
		queue: make(chan []byte, l.limits.queue), ended: make(chan struct{}), unread: make(chan struct{})}
}

var (
	errSilent   = errors.New("the page's socket has ended")
	errTooFast  = errors.New("the page sends too much")
	errSignedIn = errors.New("the page's session has ended")
	errSlow     = errors.New("the page does not read")
)

// serve hands the socket to the library and writes what goes out, until the end.
func (c *socket) serve() {
	defer c.l.remove(c)
	c.listen()
	select {
	case c.l.arriving <- c:
	case <-c.ended:
		sayClose(c.conn, c.code, c.l.limits.grace)
		_ = c.conn.Close()
		return
	}
	switch err := c.pump(); {
	case err != nil:
		c.end(closeLost)
	case sayClose(c.conn, c.code, c.l.limits.grace):
		c.wait(c.unread) // closing while his frames are unread would make the kernel take ours back
	}
	_ = c.conn.Close()
	c.wait(c.unread)
}

func (c *socket) wait(what <-chan struct{}) {
	select {
	case <-what:
	case <-time.After(c.l.limits.grace):
	}
}

// listen sets what bounds reading.
func (c *socket) listen() {
	c.conn.SetReadLimit(c.l.limits.message)
	c.alive()
	c.conn.SetPongHandler(func(string) error {
		c.alive()
		if !c.limit.Allow() {
			return errTooFast
		}
		if c.page.Holds != nil && !c.page.Holds() { // here, for the writer must not wait for an answer
			return errSignedIn
		}
		return nil
	})
	answer := c.conn.PingHandler()
	c.conn.SetPingHandler(func(data string) error {
		c.alive()
		if !c.limit.Allow() {
			return errTooFast
		}
		return answer(data)
	})
}

// alive gives the page time until it must have said something again.
func (c *socket) alive() {
	// An error means that the connection is gone, which the next read tells too.
	_ = c.conn.SetReadDeadline(time.Now().Add(c.l.limits.silence))
}

// pump writes until the socket is to end, or fails.
func (c *socket) pump() error {
	ping := time.NewTicker(c.l.limits.ping)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-c.ended:
			return nil
		case text := <-c.queue:
			if err = c.conn.SetWriteDeadline(time.Now().Add(c.l.limits.write)); err == nil {
				err = c.conn.WriteMessage(websocket.TextMessage, text)
			}
		case <-ping.C:
			err = c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.l.limits.write))
		}
		if err != nil {
			return err
		}
	}
}

// end closes the socket for a reason; the first one wins. When it returns, nothing is
// registered over the socket any more, and its legs hear of it.
func (c *socket) end(code int) {
	c.ending.Do(func() {
		c.code = code
		close(c.ended)
		c.l.forget(c)
		c.l.s.peerGone(webSocket, c.source)
		c.l.s.calls.socketGone(c)
		// From now on the reader only looks for the answer to our close frame.
		_ = c.conn.SetReadDeadline(time.Now().Add(c.l.limits.grace))
	})
}

// quiet: nobody reads any more.
func (c *socket) quiet() { c.still.Do(func() { close(c.unread) }) }

// Read gives the library the next bytes that it would find on the network. One
// goroutine calls it.
func (c *socket) Read(b []byte) (int, error) {
	if len(c.in) == 0 {
		text, err := c.next()
		if err != nil {
			c.end(codeOfRead(err))
			c.settle()
			c.quiet()
			return 0, net.ErrClosed
		}
		c.in = appendFrame(c.in, text)
		c.puzzling.Store(true)
	}
	n := copy(b, c.in)
	c.in = c.in[n:]
	return n, nil
}

// settle gives what the page has said last the time to reach its handlers. For a
// request whose connection is gone the library would ask DNS for the name in its Via,
// which is none.
func (c *socket) settle() {
	enough := time.After(c.l.limits.grace)
	for c.inHand.Load() > 0 {
		select {
		case <-c.emptied:
		case <-enough:
			return
		}
	}
}

// next is the next message of the page that deserves to be parsed. RFC 7118 sec. 3
// leaves the page the choice between text and binary frames.
func (c *socket) next() ([]byte, error) {
	c.in = nil // a large message's memory is not kept
	for {
		_, text, err := c.conn.ReadMessage()
		if err != nil {
			return nil, err
		}
		select {
		case <-c.ended:
			continue // what the page still says, nobody hears
		default:
		}
		c.alive()
		if !c.limit.Allow() {
			c.l.s.metrics.dropped.WithLabelValues("volume").Inc()
			return nil, errTooFast
		}
		if drop := c.l.s.gate.packet(c.peer, false); drop != "" {
			c.l.s.metrics.dropped.WithLabelValues(drop).Inc()
			return nil, errBanned
		}
		if len(text) > 0 {
			return text, nil
		}
	}
}

// codeOfRead is what a page is told whose socket could not be read.
func codeOfRead(err error) int {
	switch {
	case errors.Is(err, errTooFast), errors.Is(err, errBanned):
		return closePolicy
	case errors.Is(err, errSignedIn):
		return closeSignedOut
	case errors.Is(err, websocket.ErrReadLimit):
		return websocket.CloseMessageTooBig
	case websocket.IsCloseError(err, closeBye, closeGoing, websocket.CloseNoStatusReceived):
		return closeBye
	}
	return closeLost
}

// Write takes what the library would put on the network and queues whole messages. It
// never waits for the page: a call does not wait for a browser.
func (c *socket) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	select {
	case <-c.ended:
		return 0, errSilent
	default:
	}
	c.out = append(c.out, b...)
	if !c.begun {
		_, frames, found := bytes.Cut(c.out, []byte("\r\n\r\n"))
		if !found {
			return len(b), nil
		}
		c.begun, c.out = true, frames
	}
	for {
		text, rest, err := cutFrame(c.out)
		if err != nil {
			c.end(closeLost)
			return 0, errSilent
		}
		if text == nil {
			return len(b), nil
		}
		c.out = rest
		if len(rest) == 0 {
			c.out = nil
		}
		select {
		case c.queue <- text:
		default:
			c.end(closeSlow)
			return 0, errSlow
		}
	}
}

// Close is the library's way to let go: it could not parse what the page has said, or
// all ends.
func (c *socket) Close() error {
	select {
	case <-c.ended:
	default:
		if c.puzzling.Load() {
			c.l.s.metrics.dropped.WithLabelValues("unparseable").Inc()
			c.l.s.gate.offended(c.peer, weightBroken, "broken messages")
			c.end(closeGarbage)
		} else {
			c.end(closeGoing)
		}
	}
	c.quiet()
	return nil
}

// LocalAddr is the address that the page has reached.
func (c *socket) LocalAddr() net.Addr { return c.conn.LocalAddr() }

// RemoteAddr is where the page is.
func (c *socket) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.peer) }

// SetDeadline and its kin do nothing: reading and writing have bounds of their own.
func (*socket) SetDeadline(time.Time) error      { return nil }
func (*socket) SetReadDeadline(time.Time) error  { return nil }
func (*socket) SetWriteDeadline(time.Time) error { return nil }

// sayClose tells the page why its socket ends, and reports whether that has left.
func sayClose(conn *websocket.Conn, code int, grace time.Duration) bool {
	return code != closeLost && conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(grace)) == nil
}
