package sip

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// office is a running server whose stories are told by the test.
type office struct {
	t      *testing.T
	server *Server
	engine *media.Engine
	addr   net.Addr
	calls  chan *story
	refuse atomic.Pointer[telephony.Refusal]
	panics atomic.Bool
	broken atomic.Bool
	limit  atomic.Int64
	stop   func()
}

// story is a call that has reached the test.
type story struct {
	t      *testing.T
	in     telephony.Incoming
	line   telephony.Line
	events chan telephony.Event
	unread []telephony.Event
	onTell func(telephony.Event)
}

func (s *story) Deliver(e telephony.Event) {
	if s.onTell != nil {
		s.onTell(e)
	}
	s.events <- e
}

func (o *office) Incoming(in telephony.Incoming, l telephony.Line) (telephony.Sink, *telephony.Refusal) {
	if refusal := o.refuse.Load(); refusal != nil {
		return nil, refusal
	}
	if o.broken.Load() {
		panic("a story that fails")
	}
	s := &story{t: o.t, in: in, line: l, events: make(chan telephony.Event, 256)}
	if o.panics.Load() {
		s.onTell = func(e telephony.Event) {
			if _, digit := e.(telephony.Digit); digit {
				panic("a sink that fails")
			}
		}
	}
	o.calls <- s
	return s, nil
}

func (o *office) Trunks() []Trunk {
	return []Trunk{{Name: "line", Region: "UZ", Hosts: []string{"127.0.0.1"}, MaxCalls: int(o.limit.Load())}}
}

func (*office) Credential(string) (Credential, bool) { return Credential{}, false }

// openOffice starts a server with short clocks.
func openOffice(t *testing.T, adjust ...func(*Config, *timing)) *office {
	t.Helper()
	o := &office{t: t, calls: make(chan *story, 64)}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	local := netip.MustParseAddr("127.0.0.1")
	var err error
	o.engine, err = media.New(media.Config{PortMin: 30000, PortMax: 39999, Bind: local, Advertise: local, Web: &media.WebConfig{}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	config := Config{
		UDP: "127.0.0.1:0", TCP: "127.0.0.1:0", Advertise: local, Media: o.engine,
		Stories: o, Directory: o, Log: log, Resolver: noDNS,
	}
	clocks := usualTiming
	clocks.linger = 100 * time.Millisecond
	for _, a := range adjust {
		a(&config, &clocks)
	}
	o.server, err = New(config)
	if err != nil {
		t.Fatal(err)
	}
	o.server.calls.timing = clocks
	end := serve(t, o.server)
	o.addr = &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: o.server.listeners.port("UDP")}
	stopped := false
	o.stop = func() {
		if stopped {
			return
		}
		stopped = true
		o.quiet()
		end()
		if err := o.engine.Close(); err != nil {
			t.Error("media:", err)
		}
	}
	t.Cleanup(o.stop)
	return o
}

// quiet waits until the server has read what the test has sent before: the library
// opens a socket of its own, which nobody closes, for a request that it still has in
// hand when the listener is gone.
func (o *office) quiet() {
	p := newPeer(o.t, o.addr)
	p.write(request{
		method: "OPTIONS", uri: "sip:" + o.addr.String(), from: "<sip:peer@" + p.addr() + ">;tag=q",
		to: "<sip:" + o.addr.String() + ">", callID: p.addr(), cseq: 1,
	})
	p.waitStatus(200, "OPTIONS")
}

// shortClocks makes 64*T1 less than a second.
func shortClocks(_ *Config, c *timing) { c.t1, c.t2 = 10*time.Millisecond, 80*time.Millisecond }

// register gives an extension a device: the peer.
func (o *office) register(extension string, p *peer) {
	port := netip.MustParseAddrPort(p.addr()).Port()
	o.server.registrar.mu.Lock()
	defer o.server.registrar.mu.Unlock()
	o.server.registrar.add(extension, binding{
		contact: sip.Uri{Scheme: "sip", User: extension, Host: "127.0.0.1", Port: int(port)},
		source:  p.addr(), transport: p.transport(), expires: time.Now().Add(time.Hour), callID: p.addr(),
	})
}

// story waits for the next call.
func (o *office) story() *story {
	o.t.Helper()
	select {
	case s := <-o.calls:
		return s
	case <-time.After(5 * time.Second):
		o.t.Fatal("no call reached its story")
		return nil
	}
}

func (s *story) do(c telephony.Command) {
	s.t.Helper()
	if err := s.line.Do(c); err != nil {
		s.t.Fatal(err)
	}
}

// expect waits for an event equal to this one; others are kept.
func (s *story) expect(want telephony.Event) {
	s.t.Helper()
	s.await(func(e telephony.Event) bool { return reflect.DeepEqual(e, want) }, want)
}

// await waits for an event that fits.
func (s *story) await(fits func(telephony.Event) bool, what any) telephony.Event {
	s.t.Helper()
	for i, e := range s.unread {
		if fits(e) {
			s.unread = append(s.unread[:i:i], s.unread[i+1:]...)
			return e
		}
	}
	timeout := time.After(5 * time.Second)
	for {
		select {
		case e := <-s.events:
			if fits(e) {
				return e
			}
			s.unread = append(s.unread, e)
		case <-timeout:
			s.t.Fatalf("no event %#v; unread: %#v", what, s.unread)
		}
	}
}

// of waits for an event of a type.
func of[E telephony.Event](s *story) E {
	s.t.Helper()
	var zero E
	return s.await(func(e telephony.Event) bool { _, ok := e.(E); return ok }, zero).(E)
}

// over waits for the end of the call and checks that nothing comes after it.
func (s *story) over() []telephony.Message {
	s.t.Helper()
	done := of[telephony.LineDone](s)
	select {
	case e := <-s.events:
		s.t.Errorf("%#v after LineDone", e)
	default:
	}
	return done.Ladder
}

// answeredCall brings a caller into a talk with the story, without an agent.
func (o *office) answeredCall(p *peer, headers ...string) (*caller, *story) {
	o.t.Helper()
	c := p.dial(p.sdp("8 101"), headers...)
	s := o.story()
	s.do(telephony.Answer{})
	c.dialogOf(p.waitStatus(200, "INVITE"))
	c.ack("")
	s.expect(telephony.CallerUp{})
	return c, s
}

// talk connects the caller with an agent of extension 101.
func (o *office) talk(callerPeer, agent *peer) (*caller, *story, message) {
	o.t.Helper()
	c, s := o.answeredCall(callerPeer)
	s.do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}, From: "+998901234567"})
	invite := agent.waitMethod("INVITE")
	agent.respond(invite, 180, "a", "")
	s.expect(telephony.LegRinging{Leg: "a1"})
	agent.respond(invite, 200, "a", agent.sdp("8 101"))
	agent.waitMethod("ACK")
	s.expect(telephony.LegAnswered{Leg: "a1"})
	s.do(telephony.Connect{Leg: "a1"})
	return c, s, invite
}

// serve runs a server; the returned function ends it.
func serve(t testing.TB, server *Server) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- server.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ran; err != nil {
			t.Error("server:", err)
		}
	}
}
