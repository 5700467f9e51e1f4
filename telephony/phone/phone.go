package phone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
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
	Server   string     // host:port of the SIP server, UDP
	Local    netip.Addr // address to work from; zero: the one that reaches Server
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
	conn   *net.UDPConn
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
	addr, err := net.ResolveUDPAddr("udp4", cfg.Server)
	if err != nil {
		return nil, fmt.Errorf("find the SIP server %s: %w", cfg.Server, err)
	}
	if !cfg.Local.IsValid() {
		probe, err := net.DialUDP("udp4", nil, addr)
		if err != nil {
			return nil, fmt.Errorf("find the way to the SIP server: %w", err)
		}
		cfg.Local = probe.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
		probe.Close()
	}
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(cfg.Local, 0)))
	if err != nil {
		return nil, fmt.Errorf("open the telephone's socket: %w", err)
	}
	if cfg.AuthUser == "" {
		cfg.AuthUser = cfg.User
	}
	local := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	p := &Phone{
		cfg: cfg, conn: conn, local: netip.AddrPortFrom(local.Addr().Unmap(), local.Port()),
		server: netip.AddrPortFrom(addr.AddrPort().Addr().Unmap(), uint16(addr.Port)),
		calls:  make(chan *Call, 64), pending: map[string]chan *message{}, dialogs: map[string]*Call{},
	}
	p.ctx, p.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		p.read()
	}()
	return p, nil
}

// Calls gives the calls that ring here; it is closed with the telephone. One that
// nobody takes out is refused as busy.
func (p *Phone) Calls() <-chan *Call { return p.calls }

// Addr is the telephone's own SIP address.
func (p *Phone) Addr() netip.AddrPort { return p.local }

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
		c.over("crashed")
	}
	p.mu.Unlock()
	p.end(errors.New("the telephone has crashed"))
}

// end lets go of the socket, once.
func (p *Phone) end(cause error) {
	p.once.Do(func() {
		p.cancel(cause)
		p.conn.Close()
		p.wg.Wait()
		p.byes.wait()
		close(p.calls)
	})
}

func (p *Phone) read() {
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			if p.ctx.Err() != nil {
				return
			}
			continue
		}
		m, err := parse(string(buf[:n]))
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
	if _, err := p.conn.WriteToUDPAddrPort(m.bytes(), to); err != nil && p.ctx.Err() == nil {
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
		case <-p.ctx.Done():
			return nil, context.Cause(p.ctx)
		}
	}
}

func (p *Phone) via() string {
	return fmt.Sprintf("SIP/2.0/UDP %s;rport;branch=z9hG4bK%s", p.local, token())
}

func (p *Phone) contact() string { return fmt.Sprintf("<sip:%s@%s>", p.cfg.User, p.local) }
