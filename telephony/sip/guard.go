package sip

import (
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
)

// allowed is what we tell peers we understand (RFC 3261 sec. 20.5).
const allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, UPDATE, INFO, PRACK"

// supported are the extensions a peer may require of us (RFC 3261 sec. 20.32).
const supported = "100rel, timer, path, outbound"

// handle is the entrance of every parsed request. It runs in a goroutine of its
// own and may take as long as the transaction: when it returns, the library ends a
// transaction that has no final answer.
func (s *Server) handle(req *sip.Request, library sip.ServerTransaction) {
	if req.Transport() == webSocket && !req.IsAck() {
		s.sockets.taken(req.Source())
	}
	if !s.busy.enter() {
		return
	}
	defer s.busy.leave()
	tx := &transaction{ServerTransaction: library, s: s, req: req}
	defer tx.settle()
	defer s.contain(req, tx)
	if code, reason, headers := s.refusal(req); code != 0 {
		s.offence(req, weightBroken, "broken messages")
		s.reject(req, tx, code, reason, headers...)
		return
	}
	s.dispatch(req, tx)
}

// contain keeps a panic within the request that caused it: the library has no
// recover, so without it one message would end every call.
func (s *Server) contain(req *sip.Request, tx sip.ServerTransaction) {
	p := recover()
	if p == nil {
		return
	}
	s.metrics.panics.Inc()
	if suppressed, ok := s.panicLines.allow(); ok {
		s.log.Error("panic in a SIP handler", "method", methodLabel(req.Method), "panic", p,
			"stack", string(debug.Stack()), "lines_suppressed", suppressed)
	}
	if !req.IsAck() {
		s.respond(req, tx, 500, "Server Internal Error")
	}
}

// dispatch sends a valid request to whoever is in charge of it.
func (s *Server) dispatch(req *sip.Request, tx *transaction) {
	inDialog := req.To().Params.Has("tag")
	switch {
	case req.Method == sip.REGISTER:
		s.registrar.register(req, tx)
	case req.Method == sip.CANCEL:
		s.calls.cancel(req, tx)
	case req.IsAck() && !inDialog:
		// Acknowledges an answer of ours that it does not name: nothing to end.
	case inDialog:
		s.calls.inDialog(req, tx)
	case req.Method == sip.INVITE:
		s.invite(req, tx)
	case req.Method == sip.OPTIONS:
		s.options(req, tx)
	default:
		// BYE, INFO, UPDATE, PRACK and their like live in dialogs only.
		s.offence(req, weightBroken, "requests without a dialog")
		s.reject(req, tx, 481, "Call/Transaction Does Not Exist")
	}
}

// options answers "are you there, and what can you do?" (RFC 3261 sec. 11).
func (s *Server) options(req *sip.Request, tx *transaction) {
	if scans(req) {
		s.offence(req, offenceLimit+1, "scanner")
		tx.Terminate()
		return
	}
	s.offence(req, weightOptions, "too many OPTIONS")
	headers := []sip.Header{s.allow, sip.NewHeader("Accept", "application/sdp"),
		sip.NewHeader("Accept-Language", "en"), sip.NewHeader("Supported", supported)}
	if s.draining.Load() {
		s.respond(req, tx, 503, "Service Unavailable", append(headers, retryAfter())...)
		return
	}
	s.respond(req, tx, 200, "OK", headers...)
}

// offence counts against whoever sent a request.
func (s *Server) offence(req *sip.Request, weight float64, reason string) {
	if peer, ok := s.judged(req); ok {
		s.gate.offended(peer, weight, reason)
	}
}

// respond answers a request, with headers of ours.
func (s *Server) respond(req *sip.Request, tx sip.ServerTransaction, code int, reason string, headers ...sip.Header) {
	s.finish(tx, s.answer(req, code, reason, headers))
}

// reject answers and forgets the transaction at once, like a stateless server
// (RFC 3261 sec. 8.2.7): strangers cost no timers and no memory. A retransmission is
// answered again, with the same To tag because the tag is derived from the request.
func (s *Server) reject(req *sip.Request, tx *transaction, code int, reason string, headers ...sip.Header) {
	if req.IsAck() {
		return
	}
	res := s.answer(req, code, reason, headers)
	// The request itself stays as it is: the library may be reading it for a 100.
	if asked, to := req.To(), res.To(); to != nil && !asked.Params.Has("tag") {
		to.Params.Add("tag", s.auth.tag(req))
	}
	s.finish(tx, res)
	tx.Terminate()
}

func (s *Server) answer(req *sip.Request, code int, reason string, headers []sip.Header) *sip.Response {
	res := sip.NewResponseFromRequest(req, code, reason, nil)
	res.SipVersion = "SIP/2.0"
	for _, h := range headers {
		res.AppendHeader(h)
	}
	return res
}

func (s *Server) finish(tx sip.ServerTransaction, res *sip.Response) {
	if err := tx.Respond(res); err != nil {
		s.log.Debug("answer not sent", "status", res.StatusCode, "err", err)
	}
}

// transaction is a server transaction that counts its answers. The legs see only
// the interface.
type transaction struct {
	sip.ServerTransaction
	s       *Server
	req     *sip.Request
	pending atomic.Bool // an INVITE in the hands of the legs, without a first answer
	began   time.Time
}

// Respond sends an answer.
func (t *transaction) Respond(res *sip.Response) error {
	if res.StatusCode > 100 {
		t.settle()
	}
	if res.StatusCode >= 200 {
		t.s.metrics.answered(t.req.Method, res.StatusCode)
	}
	return t.ServerTransaction.Respond(res)
}

// begin counts an INVITE as being set up.
func (t *transaction) begin() {
	t.began = time.Now()
	t.pending.Store(true)
	t.s.load.pending.Add(1)
}

func (t *transaction) settle() {
	if t.pending.CompareAndSwap(true, false) {
		t.s.load.settled(time.Since(t.began))
	}
}

// occupancy counts the handlers that run, so that the end can be waited for. A
// WaitGroup cannot be used: requests still arrive while one waits.
type occupancy struct {
	mu     sync.Mutex
	inside int
	closed bool
	empty  chan struct{}
}

func newOccupancy() *occupancy { return &occupancy{empty: make(chan struct{})} }

func (o *occupancy) enter() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return false
	}
	o.inside++
	return true
}

func (o *occupancy) leave() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.inside--; o.inside == 0 && o.closed {
		close(o.empty)
	}
}

// wait lets nobody in any more and returns when the last one has left.
func (o *occupancy) wait() {
	o.mu.Lock()
	if !o.closed {
		o.closed = true
		if o.inside == 0 {
			close(o.empty)
		}
	}
	o.mu.Unlock()
	<-o.empty
}
