package sip

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"github.com/callcard/callcard/telephony"
)

// timing are the protocol's clocks. Tests make them short.
type timing struct {
	t1, t2     time.Duration // RFC 3261 17.1.1.1
	second     time.Duration // the unit of Session-Expires
	trying     time.Duration // an INVITE without an answer gets 100 after ... (17.2.1)
	reprovided time.Duration // a provisional response is repeated each ... (13.3.1.1)
	// linger is how long the end of a call waits for the answers to its last requests
	// (BYE, CANCEL), so that they stand in the ladder, when a peer does not answer.
	linger  time.Duration
	silence time.Duration // a trunk's, to an INVITE
}

var usualTiming = timing{
	t1: 500 * time.Millisecond, t2: 4 * time.Second,
	second: time.Second, trying: 150 * time.Millisecond, reprovided: time.Minute, linger: 2 * time.Second,
	silence: trunkSilence,
}

// giveUp is 64*T1: how long a 2xx waits for its ACK, a CANCEL for the 487.
func (t timing) giveUp() time.Duration { return 64 * t.t1 }

// calls are the live calls of a server: the table of their dialogs, and the owner of
// their goroutines.
type calls struct {
	server *Server
	log    *slog.Logger
	now    func() time.Time
	timing timing
	ghosts *ghosts

	ctx  context.Context // ends late in close: from then on nobody waits for a peer
	stop context.CancelCauseFunc
	wg   sync.WaitGroup

	mu       sync.Mutex
	lines    map[*line]struct{}
	legs     map[string]*leg     // by our tag, which no other dialog has
	opening  map[string]struct{} // INVITEs by merge key
	alive    int                 // calls with at least one leg
	trunks   map[string]int      // of them by trunk
	refusing bool                // close has begun
	closed   bool                // no goroutine begins any more
	empty    chan struct{}       // closed when refusing and the last line is done
}

func newCalls(s *Server) *calls {
	c := &calls{
		server:  s,
		log:     s.log,
		now:     s.config.Now,
		timing:  usualTiming,
		lines:   make(map[*line]struct{}),
		legs:    make(map[string]*leg),
		opening: make(map[string]struct{}),
		empty:   make(chan struct{}),
		trunks:  make(map[string]int),
	}
	// The calls outlive the context of Server.Run by the time their BYEs take.
	c.ctx, c.stop = context.WithCancelCause(context.Background())
	c.ghosts = openGhosts(s.config.StateDir, s.log)
	return c
}

// begin announces work that close has to wait for; wg.Done ends it. It fails once
// nothing may begin any more.
func (c *calls) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.wg.Add(1)
	return true
}

// spawn runs f in a goroutine that close waits for.
func (c *calls) spawn(f func()) {
	if !c.begin() {
		return
	}
	go func() {
		defer c.wg.Done()
		defer func() {
			if r := recover(); r != nil {
				c.log.Error("panic beside a call", "panic", r, "stack", string(debug.Stack()))
			}
		}()
		f()
	}()
}

// errClosing ends what is still waiting when the server has had its time to say BYE.
var errClosing = errors.New("the SIP server is closing")

const (
	// byeTime is how long close waits for peers to answer BYE, filesTime how long it
	// then waits for the recordings to be complete.
	byeTime   = 3 * time.Second
	filesTime = 15 * time.Second
)

// close hangs up every call and returns when all goroutines have ended.
func (c *calls) close(ctx context.Context) {
	c.mu.Lock()
	c.refusing = true
	lines := make([]*line, 0, len(c.lines))
	for l := range c.lines {
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		c.markEmpty()
	}
	c.mu.Unlock()
	for _, l := range lines {
		l.run(func() { l.hangupAll(telephony.Failed) })
	}
	c.waitEmpty(ctx, byeTime)
	c.stop(errClosing)
	c.waitEmpty(ctx, filesTime)
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.wg.Wait()
	c.ghosts.close()
}

func (c *calls) waitEmpty(ctx context.Context, limit time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case <-c.empty:
	case <-ctx.Done():
	}
}

func (c *calls) markEmpty() {
	select {
	case <-c.empty:
	default:
		close(c.empty)
	}
}

// live is the number of calls that have at least one leg.
func (c *calls) live() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.alive
}

// byTrunk counts the calls that go on over each trunk.
func (c *calls) byTrunk() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.trunks)
}

// enter takes a new call into the table. It fails when the server closes, when the
// trunk has all the calls it may have, or when the same request has come another way
// (RFC 3261 8.2.2.2).
func (c *calls) enter(l *line, first *leg, trunk *Trunk) status {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refusing {
		return status{503, "Service Unavailable"}
	}
	if _, twice := c.opening[l.mergeKey]; twice {
		return status{482, "Loop Detected"}
	}
	if trunk != nil && !c.takeTrunk(l, trunk) {
		return status{503, "Service Unavailable"}
	}
	if first != nil {
		c.opening[l.mergeKey] = struct{}{}
		c.legs[first.dialog.localTag()] = first
	}
	c.lines[l] = struct{}{}
	c.alive++
	return status{}
}

// takeTrunk counts the call among those of a trunk, and no longer of another one. It
// fails when the trunk has all the calls it may have. c.mu is held.
func (c *calls) takeTrunk(l *line, trunk *Trunk) bool {
	if l.trunk == trunk.Name {
		return true
	}
	if trunk.MaxCalls > 0 && c.trunks[trunk.Name] >= trunk.MaxCalls {
		return false
	}
	c.leaveTrunk(l)
	l.trunk = trunk.Name
	c.trunks[l.trunk]++
	return true
}

func (c *calls) leaveTrunk(l *line) {
	if l.trunk == "" {
		return
	}
	c.freeTrunk(l.trunk)
	l.trunk = ""
}

// freeTrunkOf gives back the place of a leg that is beside the client's.
func (c *calls) freeTrunkOf(lg *leg) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if lg.trunk != "" {
		c.freeTrunk(lg.trunk)
		lg.trunk = ""
	}
}

// freeTrunk counts one call less. c.mu is held.
func (c *calls) freeTrunk(name string) {
	if c.trunks[name]--; c.trunks[name] == 0 {
		delete(c.trunks, name)
	}
}

// add makes a leg's dialog known, remove makes it unknown.
func (c *calls) add(lg *leg) {
	c.mu.Lock()
	c.legs[lg.dialog.localTag()] = lg
	c.mu.Unlock()
	c.attach(lg)
}

func (c *calls) remove(lg *leg) {
	if lg.dialog == nil {
		return
	}
	tag := lg.dialog.localTag()
	c.mu.Lock()
	delete(c.legs, tag)
	c.mu.Unlock()
	lg.line.later(func() { c.ghosts.forget(tag) })
}

func (c *calls) find(tag string) *leg {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.legs[tag]
}

// ended: the last leg of a call is gone.
func (c *calls) ended(l *line) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.alive--
	c.leaveTrunk(l)
	delete(c.opening, l.mergeKey)
}

// forget: nothing of the call is left.
func (c *calls) forget(l *line) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.lines, l)
	if c.refusing && len(c.lines) == 0 {
		c.markEmpty()
	}
}

// sessionID is the id of an o= line: unique for this host (RFC 4566 5.2).
func (c *calls) sessionID() uint64 { return rand.Uint64() >> 2 }

// newCallID is a UUIDv7, so that calls sort by their time.
func newCallID() telephony.CallID {
	id, err := uuid.NewV7()
	if err != nil { // the system has no randomness left: nothing works any more
		panic(err)
	}
	return telephony.CallID(id.String())
}

// inDialog takes a request with a To tag. ACK gets no answer.
func (c *calls) inDialog(req *sip.Request, tx sip.ServerTransaction) {
	tag := req.To().Params.GetOr("tag", "")
	lg := c.find(tag)
	if lg == nil {
		if !req.IsAck() {
			c.reply(req, tx, status{481, "Call/Transaction Does Not Exist"})
		}
		return
	}
	var res *sip.Response
	lg.line.run(func() { res = lg.receive(req, tx) })
	if res == nil {
		if !req.IsAck() {
			c.reply(req, tx, status{500, "Server Internal Error"})
		}
		return
	}
	if err := tx.Respond(res); err != nil {
		c.log.Debug("answer a request", "call_id", lg.line.in.ID, "method", req.Method, "error", err)
	}
}

// cancel takes a CANCEL that matches no transaction (RFC 3261 9.2).
func (c *calls) cancel(req *sip.Request, tx sip.ServerTransaction) {
	c.reply(req, tx, status{481, "Call/Transaction Does Not Exist"})
}

// reply answers a request that belongs to no call.
func (c *calls) reply(req *sip.Request, tx sip.ServerTransaction, s status, headers ...sip.Header) {
	res := sip.NewResponseFromRequest(req, s.code, s.reason, nil)
	for _, h := range headers {
		res.AppendHeader(h)
	}
	if err := tx.Respond(res); err != nil {
		c.log.Debug("refuse a request", "method", req.Method, "status", s.code, "error", err)
	}
}
