package realtime

import (
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

// What a listener may send: it has little to say, so little is allowed.
const (
	maxFrame    = 64 << 10 // bytes
	framesPerS  = 20       // data and control frames together
	framesBurst = 40
)

// closeGrace is how long a listener has to take the close frame. Closing while his
// frames are unread would make the kernel reset the connection and lose ours.
const closeGrace = time.Second

// socket is one WebSocket: a cursor in its user's stream. written and settled
// belong to the stream and its lock.
type socket struct {
	conn    *websocket.Conn
	session string
	confirm func() bool
	opts    *Options

	written uint64 // seq of the last envelope written
	settled uint64 // seq up to which deliveries do not wait for this socket

	ready  chan struct{} // there may be something to write
	pongs  chan struct{} // the listener has asked whether we are there
	ended  chan struct{} // closed by end
	unread chan struct{} // closed when read has returned
	ending sync.Once
	code   CloseCode // why; valid once ended is closed
}

func newSocket(conn *websocket.Conn, l Listener, opts *Options) *socket {
	if l.Confirm == nil {
		l.Confirm = func() bool { return true }
	}
	return &socket{conn: conn, session: l.Session, confirm: l.Confirm, opts: opts,
		ready: make(chan struct{}, 1), pongs: make(chan struct{}, 1),
		ended: make(chan struct{}), unread: make(chan struct{})}
}

func (s *socket) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

func (s *socket) is(other *socket) bool { return s == other }

// end asks the writer to close the socket with code; the first code wins.
func (s *socket) end(code CloseCode) {
	s.ending.Do(func() { s.code = code; close(s.ended) })
}

// write serves the socket until it ends, tells the listener why and closes the
// connection.
func (s *socket) write(st *stream, opening []byte) {
	err := s.pump(st, opening)
	st.leave(s, s.opts.Now())
	if err == nil {
		s.sayClose()
	}
	s.end(CloseLost)
	s.conn.Close()
}

// pump sends the opening envelope, if there is one, and then whatever the stream
// has. It returns nil when the socket was told to end.
func (s *socket) pump(st *stream, opening []byte) error {
	ping := time.NewTicker(s.opts.PingEvery)
	defer ping.Stop()
	if opening != nil {
		if err := s.send(opening, nil); err != nil {
			return err
		}
	}
	for {
		var err error
		select {
		case <-s.ended:
			return nil
		case <-s.ready:
			err = s.drain(st)
		case <-s.pongs:
			err = s.send([]byte(`{"type":"pong"}`), nil)
		case <-ping.C:
			err = s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(s.opts.WriteTimeout))
		}
		if err != nil {
			return err
		}
	}
}

// drain writes everything that the stream has for this socket.
func (s *socket) drain(st *stream) error {
	var batch [32]*message
	var head [96]byte
	for {
		from, n := st.next(s, batch[:])
		if n == 0 {
			return nil
		}
		for i, msg := range batch[:n] {
			seq := from + uint64(i)
			if err := s.send(appendHead(head[:0], st.epoch, seq), msg.tail); err != nil {
				return err
			}
			st.wrote(s, seq)
		}
	}
}

// send writes one text frame made of two parts.
func (s *socket) send(head, tail []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.opts.WriteTimeout)); err != nil {
		return err
	}
	w, err := s.conn.NextWriter(websocket.TextMessage)
	if err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	if _, err := w.Write(tail); err != nil {
		return err
	}
	return w.Close()
}

func (s *socket) sayClose() {
	if s.code == CloseLost {
		return // RFC 6455 section 7.4.1: 1006 never goes over the wire
	}
	frame := websocket.FormatCloseMessage(int(s.code), s.code.name())
	if s.conn.WriteControl(websocket.CloseMessage, frame, time.Now().Add(closeGrace)) != nil {
		return
	}
	select {
	case <-s.unread:
	case <-time.After(closeGrace):
	}
}

// read takes what the listener sends until the connection ends. The only word it
// may say is {"type":"ping"}, since a page can't send the protocol's own pings.
func (s *socket) read() {
	defer close(s.unread)
	limit := rate.NewLimiter(framesPerS, framesBurst)
	s.conn.SetReadLimit(maxFrame)
	s.alive()
	s.conn.SetPongHandler(func(string) error {
		if err := s.spend(limit); err != nil {
			return err
		}
		s.alive()
		if !s.confirm() { // here, for the writer must never wait for an answer
			return errSignedOut
		}
		return nil
	})
	answer := s.conn.PingHandler()
	s.conn.SetPingHandler(func(data string) error {
		if err := s.spend(limit); err != nil {
			return err
		}
		s.alive()
		return answer(data)
	})
	for {
		kind, r, err := s.conn.NextReader()
		if err == nil {
			err = s.heard(kind, r, limit)
		}
		if err != nil {
			code := codeOfRead(err)
			s.end(code)
			if code != CloseLost {
				s.discard()
			}
			return
		}
		s.alive()
	}
}

// discard reads on, without looking, so that the close frame can arrive.
func (s *socket) discard() {
	c := s.conn.NetConn()
	if c.SetReadDeadline(time.Now().Add(closeGrace)) == nil {
		// However it ends, the connection is closed next.
		_, _ = io.CopyN(io.Discard, c, 16*maxFrame)
	}
}

var (
	errPolicy    = errors.New("the listener broke the rules of the socket")
	errSignedOut = errors.New("the listener's session has ended")
)

func (s *socket) spend(limit *rate.Limiter) error {
	if !limit.Allow() {
		return errPolicy
	}
	return nil
}

func (s *socket) heard(kind int, r io.Reader, limit *rate.Limiter) error {
	if err := s.spend(limit); err != nil {
		return err
	}
	var word struct {
		Type string `json:"type"`
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if kind != websocket.TextMessage || json.Unmarshal(body, &word) != nil || word.Type != "ping" {
		return errPolicy
	}
	select {
	case s.pongs <- struct{}{}:
	default:
	}
	return nil
}

// alive gives the listener time until the next ping should have been answered.
func (s *socket) alive() {
	// An error means that the connection is gone; the next read reports it.
	_ = s.conn.SetReadDeadline(time.Now().Add(s.opts.PingEvery + s.opts.PongTimeout))
}

func codeOfRead(err error) CloseCode {
	switch {
	case errors.Is(err, errPolicy):
		return ClosePolicy
	case errors.Is(err, errSignedOut):
		return CloseSignedOut
	case errors.Is(err, websocket.ErrReadLimit):
		return CloseTooBig
	}
	return CloseLost
}
