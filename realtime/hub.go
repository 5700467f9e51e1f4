package realtime

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Options of a Hub; the zero value of each means its default.
type Options struct {
	// CheckOrigin says whether a page of the request's Origin may open a socket.
	// Nil allows only the origin that the request was sent to.
	CheckOrigin func(*http.Request) bool
	Ring        int           // envelopes kept for each user, and how far a socket may fall behind; a power of two; 256
	Keep        time.Duration // how long a stream outlives its last socket; 10 min
	PingEvery   time.Duration // 25 s
	PongTimeout time.Duration // silence tolerated after a ping; 10 s
	// WriteTimeout is how long one frame may take to leave; 5 s. Past it the socket
	// is closed.
	WriteTimeout time.Duration
	MaxSockets   int // for each user; 16
	Now          func() time.Time
	Log          *slog.Logger
}

// Hub holds the streams of all users. Its methods may be called from any goroutine.
type Hub struct {
	opts     Options
	epoch    string
	upgrader websocket.Upgrader

	mu      sync.RWMutex
	streams map[string]*stream
	made    int // streams ever made, part of their epochs
	swept   time.Time
	closed  bool
	serving sync.WaitGroup
}

// New makes a hub with an epoch of its own.
func New(o Options) *Hub {
	o.Ring, o.MaxSockets = or(o.Ring, 256), or(o.MaxSockets, 16)
	o.Keep, o.PingEvery = or(o.Keep, 10*time.Minute), or(o.PingEvery, 25*time.Second)
	o.PongTimeout, o.WriteTimeout = or(o.PongTimeout, 10*time.Second), or(o.WriteTimeout, 5*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Hub{
		opts: o, epoch: strconv.FormatUint(rand.Uint64(), 36), streams: map[string]*stream{}, swept: o.Now(),
		upgrader: websocket.Upgrader{
			HandshakeTimeout: 10 * time.Second, CheckOrigin: o.CheckOrigin,
			// Small buffers of our own let go of the server's 4 KB ones; a write
			// buffer is only borrowed while a frame is written.
			ReadBufferSize: 512, WriteBufferSize: 2048, WriteBufferPool: &sync.Pool{},
		},
	}
}

func or[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// Publish gives e to every listed user: to his sockets at once, and to the ring of
// his stream for those that come back. A user who has not been here lately gets
// nothing. It never blocks. Events of one caller keep their order.
func (h *Hub) Publish(e Event, users ...string) Ticket {
	streams := h.find(users)
	if len(streams) == 0 {
		return Ticket{}
	}
	msg, err := encode(e)
	if err != nil {
		h.opts.Log.Error("publish a live event", "type", e.Type, "error", err)
		return Ticket{}
	}
	due := newDelivery()
	for _, s := range streams {
		s.publish(msg, due)
	}
	due.settle()
	return Ticket{due}
}

func (h *Hub) find(users []string) []*stream {
	h.mu.RLock()
	defer h.mu.RUnlock()
	found := make([]*stream, 0, len(users))
	for _, u := range users {
		if s := h.streams[u]; s != nil {
			found = append(found, s)
		}
	}
	return found
}

// Listening reports whether the user has a stream: a socket, or one not long ago.
func (h *Hub) Listening(user string) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.streams[user] != nil
}

// Kick closes the user's sockets that belong to session, which has ended.
func (h *Hub) Kick(user, session string) {
	for _, s := range h.find([]string{user}) {
		s.dropIf(func(sock *socket) bool { return sock.session == session }, CloseSignedOut)
	}
}

// Sockets is how many sockets are open.
func (h *Hub) Sockets() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	n := 0
	for _, s := range h.streams {
		s.mu.Lock()
		n += len(s.sockets)
		s.mu.Unlock()
	}
	return n
}

// Close ends all sockets with CloseGoingAway and returns when they are gone. It may
// be called twice.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	for _, s := range h.streams {
		s.dropIf(func(*socket) bool { return true }, CloseGoingAway)
	}
	h.mu.Unlock()
	h.serving.Wait()
}
