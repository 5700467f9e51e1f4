package phone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/callcard/callcard/telephony/media"
)

// Timers of RFC 3261 section 17.1.1.1.
const (
	t1       = 500 * time.Millisecond
	t2       = 4 * time.Second
	patience = 32 * time.Second // 64*T1
)

// lastWordsWait is how long a telephone that closes waits for answers to its last words.
const lastWordsWait = 2 * time.Second

// Config describes a telephone.
type Config struct {
	// Server is host:port of the SIP server, UDP; or a ws or wss address: then the
	// telephone is a page, and Header is what its browser sends (cookie, origin).
	Server   string
	Header   http.Header
	Local    netip.Addr // address to work from; zero: the one that reaches Server
	Port     uint16     // to work from; 0: any that is free
	User     string     // extension, or the number shown to the called party
	Display  string
	Password string // for digest challenges
	AuthUser string // user of the digest when it is not User
	Codec    media.Codec
	Log      *slog.Logger
}

// Phone is a telephone. Close hangs up and lets go of everything.
type Phone struct {
	cfg    Config
	wire   wire
	page   bool   // over WebSocket: nothing is repeated, and we have no address
	host   string // what we write where we are to be found
	gone   chan struct{}
	local  netip.AddrPort
	server netip.AddrPort
	calls  chan *Call

	mu      sync.Mutex
	pending map[string]chan *message // transactions by branch + method
	dialogs map[string]*Call         // by Call-ID

	ctx    context.Context
	cancel context.CancelCauseFunc
	once   sync.Once
	wg     sync.WaitGroup
	byes   lastWords
}

// New opens a telephone. Incoming calls come out of Calls.
func New(ctx context.Context, cfg Config) (*Phone, error) {
	if cfg.AuthUser == "" {
		cfg.AuthUser = cfg.User
	}
	p := &Phone{cfg: cfg, calls: make(chan *Call, 64), gone: make(chan struct{}), pending: map[string]chan *message{}, dialogs: map[string]*Call{}}
	open := p.openUDP
	if strings.Contains(cfg.Server, "://") {
		open = p.openPage
	}
	if err := open(ctx); err != nil {
		return nil, err
	}
	p.ctx, p.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		defer close(p.gone)
		p.read()
	}()
	return p, nil
}

func (p *Phone) openPage(ctx context.Context) error {
	w, err := dialPage(ctx, p.cfg.Server, p.cfg.Header)
	if err != nil {
		return err
	}
	p.wire, p.page, p.server, p.local = w, true, w.server, addrPort(w.conn.LocalAddr())
	p.host = token() + ".invalid"
	if !p.cfg.Local.IsValid() {
		p.cfg.Local = p.local.Addr()
	}
	return nil
}

func (p *Phone) openUDP(context.Context) error {
	cfg := &p.cfg
	addr, err := net.ResolveUDPAddr("udp4", cfg.Server)
	if err != nil {
		return fmt.Errorf("find the SIP server %s: %w", cfg.Server, err)
	}
	if !cfg.Local.IsValid() {
		probe, err := net.DialUDP("udp4", nil, addr)
		if err != nil {
			return fmt.Errorf("find the way to the SIP server: %w", err)
		}
		cfg.Local = probe.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
		probe.Close()
	}
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(cfg.Local, cfg.Port)))
	if err != nil {
		return fmt.Errorf("open the telephone's socket: %w", err)
	}
	p.wire, p.local = &datagrams{conn, make([]byte, 65536)}, addrPort(conn.LocalAddr())
	p.server = netip.AddrPortFrom(addr.AddrPort().Addr().Unmap(), uint16(addr.Port))
	p.host = p.local.String()
	return nil
}

// Calls gives the calls that ring here; it is closed with the telephone. One that
// nobody takes out is refused as busy.
func (p *Phone) Calls() <-chan *Call { return p.calls }

// Addr is the telephone's own SIP address.
func (p *Phone) Addr() netip.AddrPort { return p.local }

// Gone is closed when the telephone has no line any more: it was closed, or the server
// has closed the page's socket.
func (p *Phone) Gone() <-chan struct{} { return p.gone }

// Close hangs up every call and ends the telephone; it may be called again.
func (p *Phone) Close() {
	p.mu.Lock()
	calls := make([]*Call, 0, len(p.dialogs))
	for _, c := range p.dialogs {
		calls = append(calls, c)
	}
	p.mu.Unlock()
	for _, c := range calls {
		c.Hangup()
	}
	enough := time.NewTimer(lastWordsWait)
	defer enough.Stop()
	for _, c := range calls {
		if c.dialled == nil {
			continue
		}
		select { // a call that was answered while it was cancelled needs a BYE
		case <-c.dialled:
		case <-enough.C:
			enough.Reset(0)
		}
	}
	p.byes.wait() // what was not sent when the socket closes, the other side never hears
	p.end(errors.New("the telephone is closed"))
}

// Crash lets go of everything without a word, as a telephone does that loses its
// power.
func (p *Phone) Crash() {
	p.mu.Lock()
	for _, c := range p.dialogs {
		c.voice.carrier.lose(true)
		c.over("crashed")
	}
	p.mu.Unlock()
	p.end(errors.New("the telephone has crashed"))
}

// end lets go of the socket, once.
func (p *Phone) end(cause error) {
	p.once.Do(func() {
		p.cancel(cause)
		p.wire.close()
		p.wg.Wait()
		p.byes.wait()
		close(p.calls)
	})
}

func (p *Phone) read() {
	for {
		text, from, over := p.wire.read()
		if over {
			return
		}
		m, err := parse(text)
		if err != nil {
			continue // keep-alives and noise
		}
		if m.method == "" {
			p.response(m)
		} else {
			p.request(m, from)
		}
	}
}

func (p *Phone) send(m *message, to netip.AddrPort) {
	if err := p.wire.write(m.bytes(), to); err != nil && p.ctx.Err() == nil {
		p.cfg.Log.Warn("the telephone can't send", "err", err)
	}
}

func branchOf(m *message) string {
	_, rest, _ := strings.Cut(m.get("via"), "branch=")
	branch, _, _ := strings.Cut(rest, ";")
	branch, _, _ = strings.Cut(branch, ",")
	return branch
}

func (p *Phone) response(m *message) {
	_, method := m.cseq()
	p.mu.Lock()
	ch := p.pending[branchOf(m)+method]
	c := p.dialogs[m.get("call-id")]
	p.mu.Unlock()
	if ch != nil {
		select {
		case ch <- m:
		default:
		}
		return
	}
	// A repeated 200 means that our ACK was lost (13.2.2.4).
	if c != nil && method == "INVITE" && m.status >= 200 && m.status < 300 {
		c.ackAgain()
	}
}

// transact sends a request, repeats it until something comes back, and returns the
// final response. seen gets provisional ones.
func (p *Phone) transact(ctx context.Context, m *message, to netip.AddrPort, seen func(*message)) (*message, error) {
	ch := make(chan *message, 16)
	key := branchOf(m) + m.method
	p.mu.Lock()
	p.pending[key] = ch
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.pending, key)
		p.mu.Unlock()
	}()
	p.send(m, to)
	wait, give := t1, time.NewTimer(patience)
	defer give.Stop()
	again := time.NewTimer(wait)
	defer again.Stop()
	if p.page {
		again.Stop()
	}
	for {
		select {
		case r := <-ch:
			if r.status >= 200 {
				return r, nil
			}
			again.Stop()
			if m.method == "INVITE" {
				give.Stop() // it may ring as long as it likes
			}
			if seen != nil {
				seen(r)
			}
		case <-again.C:
			p.send(m, to)
			wait = min(2*wait, t2)
			again.Reset(wait)
		case <-give.C:
			return nil, fmt.Errorf("no answer to %s from %s", m.method, to)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-p.gone:
			return nil, errors.New("the telephone's line is gone")
		case <-p.ctx.Done():
			return nil, context.Cause(p.ctx)
		}
	}
}

func (p *Phone) via() string {
	if p.page {
		return fmt.Sprintf("SIP/2.0/WS %s;branch=z9hG4bK%s", p.host, token())
	}
	return fmt.Sprintf("SIP/2.0/UDP %s;rport;branch=z9hG4bK%s", p.host, token())
}

func (p *Phone) contact() string {
	if p.page {
		return fmt.Sprintf("<sip:%s@%s;transport=ws>", p.cfg.User, p.host)
	}
	return fmt.Sprintf("<sip:%s@%s>", p.cfg.User, p.host)
}
