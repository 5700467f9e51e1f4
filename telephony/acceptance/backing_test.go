//go:build linux

package acceptance

import (
	"io"
	"net"
	"net/url"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// redisChild is a Redis of a test's own.
type redisChild struct {
	t      testing.TB
	socket string
	dir    string
	cmd    *exec.Cmd
	exited chan struct{}
}

func startRedis(t testing.TB, dir string) *redisChild {
	t.Helper()
	r := &redisChild{t: t, dir: dir, socket: filepath.Join(dir, "redis.sock")}
	r.start()
	t.Cleanup(r.kill)
	return r
}

func (r *redisChild) url() string { return "unix://" + r.socket }

func (r *redisChild) start() {
	r.t.Helper()
	r.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", r.socket, "--dir", r.dir, "--save", "", "--appendonly", "no")
	r.cmd.SysProcAttr = boundToUs()
	if err := r.cmd.Start(); err != nil {
		r.t.Fatalf("start redis-server: %v", err)
	}
	exited, cmd := make(chan struct{}), r.cmd
	r.exited = exited
	go func() {
		defer close(exited)
		_ = cmd.Wait() // it is killed
	}()
	await(r.t, "redis-server to listen", 10*time.Second, func() bool {
		c, err := net.Dial("unix", r.socket)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

func (r *redisChild) kill() {
	_ = r.cmd.Process.Kill()
	<-r.exited
}

func (r *redisChild) signal(sig syscall.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(sig); err != nil {
		r.t.Fatalf("signal redis-server: %v", err)
	}
}

// proxy stands between the server and its database, and can be cut.
type proxy struct {
	listener net.Listener
	target   string
	wg       sync.WaitGroup

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

// proxied puts a proxy before the database and gives the address to use instead.
func proxied(t *testing.T, database string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{target: u.Host, conns: map[net.Conn]bool{}}
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	p.wg.Go(p.accept)
	t.Cleanup(func() {
		p.listener.Close()
		p.setCut(true)
		p.wg.Wait()
	})
	u.Host = p.listener.Addr().String()
	return p, u.String()
}

// setCut breaks every connection and lets no new one through, until it is undone.
func (p *proxy) setCut(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = on
	for c := range p.conns {
		if on {
			c.Close()
		}
	}
}

func (p *proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.wg.Go(func() { p.carry(c) })
	}
}

func (p *proxy) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	p.mu.Lock()
	if p.cut {
		p.mu.Unlock()
		return
	}
	p.conns[client], p.conns[server] = true, true
	p.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(server, client) // ends when either side is closed
		server.Close()
	}()
	_, _ = io.Copy(client, server)
	client.Close()
	<-done
	p.mu.Lock()
	delete(p.conns, client)
	delete(p.conns, server)
	p.mu.Unlock()
}
