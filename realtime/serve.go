package realtime

import (
	"net/http"
	"strconv"
)

// Listener is who connects.
type Listener struct {
	User    string
	Session string // for Kick; may be ""
	Since   Place  // the last envelope that the listener has seen
	// Snapshot tells everything that the user would know had he listened all the
	// time. It calls pin exactly once, at the moment at which the answer is true: no
	// event that is in the answer may be published after pin, none that is not in it
	// before.
	Snapshot func(pin func()) (data any, err error)
	// Confirm is asked whether the listener may stay: once the socket can be reached
	// by Kick, which closes the gap between the check of the request and that moment,
	// and then with every pong. May be nil.
	Confirm func() bool
}

// Serve makes the request a socket and serves it until it ends. It answers the
// request by itself when it can't be one.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, l Listener) {
	if !h.enter() {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the server is stopping", http.StatusServiceUnavailable)
		return
	}
	defer h.serving.Done()
	conn, err := h.upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	st := h.stream(l.User)
	sock := newSocket(conn, l, &h.opts)
	opening := h.open(sock, st, l)
	written := make(chan struct{})
	go func() { sock.write(st, opening); close(written) }()
	sock.read()
	<-written
}

// enter counts a socket in, unless the hub is closed.
func (h *Hub) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.serving.Add(1)
	h.sweep()
	return true
}

// sweep forgets, once in a while, the streams that nobody follows any more.
func (h *Hub) sweep() {
	now := h.opts.Now()
	if now.Sub(h.swept) < h.opts.Keep/4 {
		return
	}
	h.swept = now
	for user, s := range h.streams {
		if s.forgotten(now.Add(-h.opts.Keep)) {
			delete(h.streams, user)
		}
	}
}

// stream finds or makes the user's stream.
func (h *Hub) stream(user string) *stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.streams[user]
	if s == nil {
		h.made++
		s = newStream(h.epoch+"."+strconv.Itoa(h.made), h.opts.Ring)
		h.streams[user] = s
	}
	s.touch(h.opts.Now())
	return s
}

// open attaches the socket to the stream where it left off, if that is known, else
// with a snapshot as the opening frame. A socket that must not stay is told to end.
func (h *Hub) open(sock *socket, st *stream, l Listener) (opening []byte) {
	if st.full(h.opts.MaxSockets) {
		sock.end(CloseTooMany)
		return nil
	}
	if !st.resume(sock, l.Since) {
		var err error
		if opening, err = h.snapshot(sock, st, l); err != nil {
			h.opts.Log.Error("make a live snapshot", "user", l.User, "error", err)
			sock.end(CloseFault)
			return nil
		}
	}
	// Close and Kick reach only attached sockets: look again what happened before.
	h.mu.RLock()
	closed := h.closed
	h.mu.RUnlock()
	switch {
	case closed:
		st.dropIf(sock.is, CloseGoingAway)
	case !sock.confirm():
		st.dropIf(sock.is, CloseSignedOut)
	}
	return opening
}

func (h *Hub) snapshot(sock *socket, st *stream, l Listener) ([]byte, error) {
	var seq uint64
	data, err := l.Snapshot(func() { seq = st.pin(sock) })
	if err != nil {
		return nil, err
	}
	msg, err := encode(Event{Type: Snapshot, At: h.opts.Now(), Data: data})
	if err != nil {
		return nil, err
	}
	return append(appendHead(nil, st.epoch, seq), msg.tail...), nil
}
