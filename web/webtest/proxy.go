package webtest

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/db/dbtest"
)

// Proxy is the way to a database, which can be cut or fall silent.
type Proxy struct {
	listener net.Listener
	target   string
	wg       sync.WaitGroup

	mu      sync.Mutex
	stopped bool
	thawed  chan struct{} // closed while bytes flow
	open    map[net.Conn]bool
}

// NewPool makes a database and a pool that reaches it through a proxy.
func NewPool(t testing.TB) (*pgxpool.Pool, *Proxy) {
	t.Helper()
	u, err := url.Parse(dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: l, target: u.Host, thawed: make(chan struct{}), open: map[net.Conn]bool{}}
	close(p.thawed)
	p.wg.Go(p.accept)
	u.Host = l.Addr().String()
	pool, err := db.Open(t.Context(), u.String(), 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.Close()
		p.Stop()
		pool.Close()
		p.wg.Wait()
	})
	return pool, p
}

// Stop cuts every connection and takes no new ones.
func (p *Proxy) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	for c := range p.open {
		c.Close()
	}
	select {
	case <-p.thawed:
	default:
		close(p.thawed)
	}
}

// Start takes connections again after Stop.
func (p *Proxy) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = false
}

// Freeze lets no byte through until Stop; connections stay open and are taken.
func (p *Proxy) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.thawed = make(chan struct{})
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		s, err := net.Dial("tcp", p.target)
		if err != nil {
			c.Close()
			continue
		}
		p.mu.Lock()
		if p.stopped {
			c.Close()
			s.Close()
		} else {
			p.open[c], p.open[s] = true, true
			p.wg.Go(func() { p.pipe(c, s) })
			p.wg.Go(func() { p.pipe(s, c) })
		}
		p.mu.Unlock()
	}
}

func (p *Proxy) pipe(to, from net.Conn) {
	// An end of the connection, however it comes, ends both sides.
	_, _ = io.Copy(valve{p, to}, from)
	p.mu.Lock()
	defer p.mu.Unlock()
	to.Close()
	from.Close()
	delete(p.open, to)
	delete(p.open, from)
}

// valve writes when the proxy is not frozen.
type valve struct {
	*Proxy
	to net.Conn
}

func (v valve) Write(b []byte) (int, error) {
	v.mu.Lock()
	thawed := v.thawed
	v.mu.Unlock()
	<-thawed
	return v.to.Write(b)
}
