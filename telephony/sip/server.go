package sip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Server is the SIP edge of one process. New opens the sockets, Run serves them.
type Server struct {
	config  Config
	log     *slog.Logger
	metrics *metrics

	ua     *sipgo.UserAgent
	server *sipgo.Server
	client *sipgo.Client

	listeners *listeners
	sockets   *sockets
	gate      *gate
	load      *load
	auth      *authenticator
	tickets   *tickets
	registrar *registrar
	trunks    *trunks
	calls     *calls

	simulator       Trunk // the built-in one
	simulatorSecret Credential

	allow      sip.Header
	draining   atomic.Bool
	ready      atomic.Bool
	busy       *occupancy // requests being handled
	noTCP      *expiring  // peers that did not take a large request over TCP
	panicLines *lineLimit
}

// New opens the listeners and prepares the server. After an error nothing is left
// open; after success Run must be called, and ends everything.
func New(config Config) (*Server, error) {
	if err := config.complete(); err != nil {
		return nil, err
	}
	tameLibrary()
	s := &Server{
		config:  config,
		log:     config.Log.With("component", "sip"),
		metrics: newMetrics(config.Metrics),
		allow:   sip.NewHeader("Allow", allowed),
		busy:    newOccupancy(),
		noTCP:   newExpiring(config.Now, tcpMemory, tcpMemorySize),

		panicLines:      newLineLimit(config.Now, logRate),
		simulator:       Trunk{Name: SimulatorTrunk, Region: config.Simulator.Region},
		simulatorSecret: HashCredential(config.Simulator.User, config.Realm, config.Simulator.Password),
	}
	s.load = newLoad(s.metrics)
	s.gate = newGate(config.Now, s.log, s.metrics)
	s.registrar = newRegistrar(s)
	s.trunks = newTrunks(s)
	s.auth = newAuthenticator(config.Now, config.Realm)
	s.tickets = newTickets(config.Now)
	s.sockets = newSockets(s)
	var err error
	if s.listeners, err = openListeners(s); err != nil {
		return nil, err
	}
	if err := s.openAgent(); err != nil {
		s.listeners.close()
		return nil, err
	}
	s.registrar.open()
	s.calls = newCalls(s)
	s.metrics.gauge("registrations", "Registered devices.", func() float64 { return float64(s.registrar.size()) })
	s.metrics.gauge("web_sockets", "Open sockets of pages.", func() float64 { return float64(s.sockets.size()) })
	s.metrics.gauge("live_calls", "Calls with at least one leg.", func() float64 { return float64(s.calls.live()) })
	return s, nil
}

var tameOnce sync.Once

// tameLibrary sets what the library keeps in package variables, before its first
// use. It logs each broken message of a stranger, and drops whatever is larger than
// 1300 bytes over UDP, answers too: long Record-Routes and SDP of carriers are not
// rare.
func tameLibrary() {
	tameOnce.Do(func() {
		sip.SetDefaultLogger(slog.New(slog.DiscardHandler))
		sip.UDPMTUSize = 65000
	})
}

// openAgent makes the library's halves: transports with bounds, one handler for
// every method, and a client that writes no name of a product.
func (s *Server) openAgent() (err error) {
	quiet := slog.New(slog.DiscardHandler)
	stream := func() *sip.TransportTCP {
		return &sip.TransportTCP{WriteTimeout: streamWrite, DialerCreate: func(local net.Addr) net.Dialer {
			return net.Dialer{Timeout: streamDial, LocalAddr: local}
		}}
	}
	s.ua, err = sipgo.NewUA(
		sipgo.WithUserAgent("callcard"), sipgo.WithUserAgentHostname(s.host()),
		sipgo.WithUserAgentParser(tolerantParser()), sipgo.WithUserAgentDNSResolver(s.config.Resolver),
		sipgo.WithUserAgenTLSConfig(s.config.TLSConfig),
		sipgo.WithUserAgentTransportLayerOptions(
			sip.WithTransportLayerLogger(quiet),
			sip.WithTransportLayerTransports(sip.TransportsConfig{TCP: stream(), TLS: &sip.TransportTLS{TransportTCP: stream()},
				WS: &sip.TransportWS{DialURI: noWayBack}})),
		sipgo.WithUserAgentTransactionLayerOptions(
			sip.WithTransactionLayerLogger(quiet),
			sip.WithTransactionLayerTerminateOnConnClose(),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	if err != nil {
		return fmt.Errorf("make SIP user agent: %w", err)
	}
	if s.server, err = sipgo.NewServer(s.ua, sipgo.WithServerLogger(quiet)); err != nil {
		return fmt.Errorf("make SIP server: %w", err)
	}
	if s.client, err = sipgo.NewClient(s.ua, sipgo.WithClientLogger(quiet)); err != nil {
		return fmt.Errorf("make SIP client: %w", err)
	}
	s.server.OnNoRoute(s.handle)
	s.server.TransportLayer().OnMessage(s.received)
	return nil
}

const (
	streamWrite = 5 * time.Second
	streamDial  = 3 * time.Second
)

// received hears of every message that could be parsed, in the goroutine of the
// reader. It must not block.
func (s *Server) received(msg sip.Message) {
	switch msg.Transport() {
	case "UDP":
		s.listeners.understood()
	case webSocket:
		s.sockets.parsed(msg)
	}
}

// Run serves until ctx ends. It returns when the last of the server's goroutines
// has ended; the error is nil unless a listener broke.
func (s *Server) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var running sync.WaitGroup
	var broken error
	running.Go(func() {
		if broken = s.listeners.serve(ctx, s.server); broken != nil {
			stop(broken)
		}
	})
	// A request of ours that is earlier than the reader would make the library open a
	// socket of its own.
	select {
	case <-s.listeners.reading:
	case <-ctx.Done():
	}
	for _, background := range []func(context.Context){s.load.run, s.registrar.run, s.trunks.run, s.gate.run} {
		running.Go(func() { background(ctx) })
	}
	var asking sync.WaitGroup // those who send requests end before the sockets do, see above
	for _, background := range []func(context.Context){s.registrar.qualify, s.calls.buryGhosts} {
		asking.Go(func() { background(ctx) })
	}
	s.ready.Store(true)
	<-ctx.Done()
	s.ready.Store(false)
	s.draining.Store(true)
	s.trunks.stop()
	s.calls.close(context.WithoutCancel(ctx))
	asking.Wait()
	s.registrar.freeze()
	s.listeners.close()
	closing := s.ua.Close()
	running.Wait()
	s.sockets.serving.Wait()
	s.busy.wait()
	s.registrar.close()
	return errors.Join(broken, closing)
}

// Ready reports whether the server takes calls: it runs and does not drain.
func (s *Server) Ready() bool { return s.ready.Load() && !s.draining.Load() }

// Drain refuses new calls with 503 and lets the present ones finish.
func (s *Server) Drain() { s.draining.Store(true) }

// LiveCalls is the number of calls that have at least one leg.
func (s *Server) LiveCalls() int { return s.calls.live() }

// Reachable reports whether at least one device of the extension is registered.
func (s *Server) Reachable(extension string) bool { return s.registrar.reachable(extension) }

// Registrations lists the registered devices, sorted by extension.
func (s *Server) Registrations() []Registered { return s.registrar.list() }

// TrunkStatus lists the trunks with their state, sorted by name.
func (s *Server) TrunkStatus() []TrunkStatus { return s.trunks.status() }

// Reload re-reads the directory: new trunks are registered and watched, missing
// ones forgotten, and so are the devices of extensions that no longer exist; pages are
// asked whether they still hold. Live calls are not touched.
func (s *Server) Reload() {
	s.trunks.reload()
	s.registrar.forgetUnknown()
	s.calls.spawn(s.sockets.recheck)
}

// bindings returns the live devices of an extension, the newest first.
func (s *Server) bindings(extension string) []binding { return s.registrar.bindings(extension) }
