package media

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync/atomic"
	"time"
)

// LegConfig is what a leg reports. Both functions are called from the leg's own
// goroutines: they must return at once and must not call the leg or its bridge.
type LegConfig struct {
	OnDigit func(digit byte) // 0-9 * # A-D was pressed on the far side (RFC 4733)
	// OnTimeout: no RTP for Config.RTPTimeout; again only after RTP has come. Of a web
	// leg: the browser is gone, see WebConfig.Timeout.
	OnTimeout func()
	// Web makes it the leg of a browser: ICE, DTLS and SRTP on the engine's one port for
	// browsers. ErrNoWeb: the engine has none.
	Web bool
}

// Direction is ours, as in our SDP (RFC 3264).
type Direction uint8

const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

func (d Direction) sends() bool    { return d == SendRecv || d == SendOnly }
func (d Direction) receives() bool { return d == SendRecv || d == RecvOnly }

// Params is what an SDP exchange settled for a leg.
type Params struct {
	Codec Codec
	DTMF  uint8 // payload type of telephone-event/8000 in both directions, 0 = none
	// Remote is where the far side wants its RTP. RemoteRTCP defaults to the port
	// after it (RFC 3605 tells of another).
	Remote, RemoteRTCP netip.AddrPort
	// Peer is the host that the signalling comes from, if that is a device that may
	// sit behind NAT: media from there counts as from the signalled host.
	Peer      netip.Addr
	Direction Direction
	// Web is what else the SDP of a browser says. Its Remote is of no account.
	Web WebParams
}

// Leg is one party's RTP session.
type Leg struct {
	engine  *Engine
	config  LegConfig
	carrier transport

	in     receiver
	out    sender
	report reporter
	route  atomic.Pointer[route] // where accepted sound goes
	hears  hearing               // guarded by the bridge's mutex
	bridge atomic.Pointer[Bridge]

	seen    atomic.Int64 // engine time of the last accepted packet or of the arming; 0 = not armed
	overdue atomic.Bool  // OnTimeout was called and no RTP has come since
	held    atomic.Bool  // on hold by the bridge

	closing atomic.Bool
	closed  chan struct{}
}

// route is where a leg's sound goes; it is replaced, never changed.
type route struct {
	to   *Leg        // the leg that hears it as it is, or nil
	mix  []*mixInput // of the legs that hear it among others
	rec  *recording  // or nil
	lane int         // in rec
}

func newLeg(e *Engine, c LegConfig) (*Leg, error) {
	l := &Leg{engine: e, config: c, closed: make(chan struct{})}
	l.in.streams = &e.streams
	l.out.ssrc = rand.Uint32()
	l.out.seq = uint16(rand.Uint32())
	l.out.ts = rand.Uint32()
	var err error
	if c.Web {
		l.in.proven = true
		l.out.seq >>= 1 // SRTP counts the wraps, and the first packets may be lost (RFC 3711, 3.3.1)
		l.carrier, err = e.openWeb(l)
	} else {
		l.carrier, err = openSockets(l)
	}
	if err != nil {
		return nil, err
	}
	l.out.carrier = l.carrier
	return l, nil
}

// Addr is the RTP address for the SDP. RTCP has the port after it, or the same one if
// the leg is a browser's.
func (l *Leg) Addr() netip.AddrPort { return l.carrier.addr() }

// Update sets what an SDP exchange settled. Each call learns the source of the
// media anew; our SSRC and sequence go on.
func (l *Leg) Update(p Params) error {
	if l.closing.Load() {
		return fmt.Errorf("update a leg: %w", ErrClosed)
	}
	if p.Codec > PCMA {
		return fmt.Errorf("update a leg: unknown codec %d", p.Codec)
	}
	if p.DTMF > 127 {
		return fmt.Errorf("update a leg: payload type %d of telephone-event is not within 0-127", p.DTMF)
	}
	p.Remote = unmap(p.Remote)
	p.RemoteRTCP = unmap(p.RemoteRTCP)
	if err := l.carrier.update(p); err != nil {
		return fmt.Errorf("update a leg: %w", err)
	}
	l.in.mu.Lock()
	l.in.update(p)
	l.out.update(p, l.carrier.target()) // under the same lock as in retarget
	l.in.mu.Unlock()
	l.report.update(p)
	if l.seen.Load() != 0 {
		l.seen.Store(int64(l.engine.now()))
	}
	l.overdue.Store(false)
	return nil
}

func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// Close ends the leg and returns when none of its goroutines runs.
func (l *Leg) Close() {
	if l.closing.Swap(true) {
		<-l.closed
		return
	}
	if b := l.bridge.Load(); b != nil {
		b.drop(l)
	}
	l.out.close()
	l.carrier.close()
	l.engine.forget(l)
	close(l.closed)
}

// receive takes one datagram through the leg: check, count, record, send on.
func (l *Leg) receive(b []byte, from netip.AddrPort, now time.Duration) {
	l.in.mu.Lock()
	f, keys, verdict := l.in.accept(b, from, now)
	if verdict.moved {
		l.out.setTarget(l.carrier.target())
	}
	l.in.mu.Unlock()
	l.pressed(keys)
	if verdict.accepted {
		l.seen.Store(int64(now))
		if l.overdue.Load() {
			l.overdue.Store(false)
		}
	}
	if !verdict.forward {
		return
	}
	r := l.route.Load()
	if r == nil {
		return
	}
	if r.rec != nil && !f.key {
		r.rec.put(r.lane, &f)
	}
	if !f.key {
		for _, in := range r.mix {
			in.put(&f)
		}
	}
	if r.to != nil { // last: it writes into the frame
		f.from = l
		r.to.out.relay(&f)
	}
}

// retarget follows a change of where our sound goes.
func (l *Leg) retarget() {
	l.in.mu.Lock()
	defer l.in.mu.Unlock()
	l.out.setTarget(l.carrier.target())
}

func (l *Leg) pressed(keys [2]byte) {
	for _, k := range keys {
		if k != 0 && l.config.OnDigit != nil {
			l.config.OnDigit(k)
		}
	}
}

// arm starts the RTP time-out of a leg that has not sent yet.
func (l *Leg) arm() { l.seen.CompareAndSwap(0, int64(l.engine.now())) }

// attend is called by the engine every carePeriod.
func (l *Leg) attend(now time.Duration) {
	if l.closing.Load() {
		return
	}
	l.in.mu.Lock()
	talks := l.in.params.Direction == SendRecv
	keys := l.in.keys.overdue(now)
	l.in.mu.Unlock()
	l.pressed(keys)
	l.sendReport(now)
	seen := time.Duration(l.seen.Load())
	if talks = talks && !l.held.Load(); !talks && seen != 0 {
		l.seen.Store(int64(now)) // the clock stands still during a hold
	}
	if l.carrier.silent(now, seen, talks) && !l.overdue.Swap(true) && l.config.OnTimeout != nil {
		l.config.OnTimeout()
	}
}
