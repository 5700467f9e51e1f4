package realtime

import (
	"sync"
	"time"
)

// stream is the history of one user and the sockets that follow it.
type stream struct {
	epoch string
	ring  int // envelopes kept at most, a power of two

	mu      sync.Mutex
	entries []entry // entry of seq n is at n & (len-1); grows to ring
	last    uint64  // seq of the newest envelope, 0 before the first
	first   uint64  // seq of the oldest envelope kept; last+1 when there is none
	sockets map[*socket]struct{}
	idle    time.Time // since when there is no socket
}

type entry struct {
	msg *message
	due *delivery
}

func newStream(epoch string, ring int) *stream {
	return &stream{epoch: epoch, ring: ring, first: 1, sockets: map[*socket]struct{}{}}
}

// publish appends msg and wakes the sockets. A socket that still needs the envelope
// that has to go is too slow.
func (s *stream) publish(msg *message, due *delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sock := range s.sockets {
		if s.last+1-sock.written > uint64(s.ring) {
			s.drop(sock, CloseSlow)
		}
	}
	s.last++
	s.makeRoom()
	due.expect(len(s.sockets))
	s.entries[s.last&uint64(len(s.entries)-1)] = entry{msg, due}
	for sock := range s.sockets {
		sock.wake()
	}
}

// makeRoom makes the slot of s.last free: by growing while the ring is small, by
// forgetting the oldest envelope afterwards.
func (s *stream) makeRoom() {
	kept := int(s.last - s.first)
	if kept < len(s.entries) {
		return
	}
	if len(s.entries) == s.ring {
		s.first++
		return
	}
	grown := make([]entry, max(8, 2*len(s.entries)))
	for n := s.first; n < s.last; n++ {
		grown[n&uint64(len(grown)-1)] = s.entries[n&uint64(len(s.entries)-1)]
	}
	s.entries = grown
}

// resume attaches sock behind the given place; false when the stream does not know
// what came after it.
func (s *stream) resume(sock *socket, p Place) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.Epoch != s.epoch || p.Seq > s.last || p.Seq+1 < s.first {
		return false
	}
	s.attach(sock, p.Seq)
	return true
}

// pin attaches sock at the newest envelope and returns its seq.
func (s *stream) pin(sock *socket) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attach(sock, s.last)
	return s.last
}

func (s *stream) attach(sock *socket, seen uint64) {
	sock.written, sock.settled = seen, s.last
	s.sockets[sock] = struct{}{}
	sock.wake()
}

// next copies what sock has still to write into batch and returns how much that is,
// and the seq of the first.
func (s *stream) next(sock *socket, batch []*message) (from uint64, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, on := s.sockets[sock]; !on {
		return 0, 0
	}
	from = sock.written + 1
	for seq := from; seq <= s.last && n < len(batch); seq++ {
		batch[n] = s.entries[seq&uint64(len(s.entries)-1)].msg
		n++
	}
	return from, n
}

// wrote notes that sock has written everything up to seq.
func (s *stream) wrote(sock *socket, seq uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sock.written = seq
	s.settle(sock, seq)
}

// settle tells the deliveries up to seq that sock need no longer be waited for.
// Those before its attachment never counted it.
func (s *stream) settle(sock *socket, seq uint64) {
	for ; sock.settled < seq; sock.settled++ {
		s.entries[(sock.settled+1)&uint64(len(s.entries)-1)].due.settle()
	}
}

// drop detaches sock, so that nobody waits for it, and has it closed.
func (s *stream) drop(sock *socket, code CloseCode) {
	if _, on := s.sockets[sock]; !on {
		return
	}
	s.settle(sock, s.last)
	delete(s.sockets, sock)
	sock.end(code)
}

// leave is drop for a socket that has ended by itself.
func (s *stream) leave(sock *socket, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(sock, CloseGoingAway)
	s.idle = now
}

// dropIf drops the sockets that match.
func (s *stream) dropIf(match func(*socket) bool, code CloseCode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sock := range s.sockets {
		if match(sock) {
			s.drop(sock, code)
		}
	}
}

// full reports whether n sockets follow the stream.
func (s *stream) full(n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets) >= n
}

// touch keeps the stream from being forgotten before its next socket is attached.
func (s *stream) touch(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = now
}

// forgotten reports whether no socket has followed the stream since before.
func (s *stream) forgotten(before time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets) == 0 && s.idle.Before(before)
}
