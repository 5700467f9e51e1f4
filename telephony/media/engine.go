package media

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Config of an Engine.
type Config struct {
	// PortMin and PortMax bound the RTP ports, both included; RTCP takes the odd
	// port after each even one.
	PortMin, PortMax int
	// Bind is the address the sockets listen on; Advertise is the one that goes into
	// the SDP. Advertise defaults to Bind, Bind to 0.0.0.0.
	Bind, Advertise netip.Addr
	// RTPTimeout is how long a leg may be without RTP; 30 s if 0.
	RTPTimeout time.Duration
	// Web opens the port for browsers; nil = there are none.
	Web *WebConfig
	// Prompts holds <sound>.wav files that add to the built-in sounds or replace
	// them. It may be nil.
	Prompts fs.FS
	// Log gets what has no other way to be told. Never numbers or names.
	Log *slog.Logger
}

// Engine owns what legs share: ports, sounds and clocks. Its methods may be called
// from any goroutine.
type Engine struct {
	config Config
	log    *slog.Logger
	begin  time.Time
	life   *lifetime
	ports  *ports
	// browsers is the port that all web legs share; nil = none.
	browsers *mux

	sounds atomic.Pointer[library]
	disk   *disk

	streams atomic.Uint64 // numbers the sources of sound, see frame.stream

	clock clock // prompts and digits
	care  pulse // RTCP and time-outs

	mu   sync.Mutex
	legs map[*Leg]struct{}
	shut bool
}

// ErrClosed says that the engine, or the leg, has been closed.
var ErrClosed = errors.New("media is closed")

// carePeriod is how precise RTCP times and RTP time-outs are.
const carePeriod = 500 * time.Millisecond

// New loads the sounds. A sound file that cannot be used is an error that names it.
func New(c Config) (*Engine, error) {
	if !c.Bind.IsValid() {
		c.Bind = netip.IPv4Unspecified()
	}
	if !c.Advertise.IsValid() {
		c.Advertise = c.Bind
	}
	if c.RTPTimeout == 0 {
		c.RTPTimeout = 30 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{config: c, log: c.Log, begin: time.Now(), life: newLifetime(), legs: map[*Leg]struct{}{}}
	var err error
	if e.ports, err = newPorts(c.Bind, c.PortMin, c.PortMax, e.now); err != nil {
		return nil, err
	}
	if err := e.SetPrompts(c.Prompts); err != nil {
		return nil, err
	}
	if c.Web != nil {
		if e.browsers, err = openMux(e, *c.Web); err != nil {
			return nil, err
		}
	}
	e.disk = newDisk(e)
	e.clock.pulse = pulse{every: frameTime, tick: e.clock.tick, life: e.life}
	e.clock.now = e.now
	e.care = pulse{every: carePeriod, tick: e.attend, life: e.life}
	return e, nil
}

// now is the time since the engine's start; it never jumps.
func (e *Engine) now() time.Duration { return time.Since(e.begin) }

// Close ends all legs and recordings and returns when no goroutine is left.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.shut = true
	legs := make([]*Leg, 0, len(e.legs))
	for l := range e.legs {
		legs = append(legs, l)
	}
	e.mu.Unlock()
	for _, l := range legs {
		l.Close()
	}
	if e.browsers != nil {
		e.browsers.close()
	}
	e.disk.close()
	e.life.end()
	e.disk.sync() // what the last ones left
	return nil
}

// NewLeg opens a leg on a port of its own. It takes nothing in and sends nothing
// before the first Update. ErrNoPort: the range is used up; ErrNoWeb: there are no
// browsers.
func (e *Engine) NewLeg(c LegConfig) (*Leg, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.shut {
		return nil, fmt.Errorf("open a leg: %w", ErrClosed)
	}
	l, err := newLeg(e, c)
	if err != nil {
		return nil, fmt.Errorf("open a leg: %w", err)
	}
	e.legs[l] = struct{}{}
	e.care.wake()
	return l, nil
}

func (e *Engine) forget(l *Leg) {
	e.mu.Lock()
	delete(e.legs, l)
	e.mu.Unlock()
}

// attend sends the legs' RTCP and looks for silent ones.
func (e *Engine) attend() (more bool) {
	e.mu.Lock()
	legs := make([]*Leg, 0, len(e.legs))
	for l := range e.legs {
		legs = append(legs, l)
	}
	e.mu.Unlock()
	now := e.now()
	for _, l := range legs {
		l.attend(now)
	}
	return len(legs) > 0
}
