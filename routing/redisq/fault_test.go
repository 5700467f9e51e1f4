package redisq

import (
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/routing"
)

func impatient(o *Options) { o.Timeout = 200 * time.Millisecond }

func (b *bench) waitLocal(want bool) {
	b.t.Helper()
	waitFor(b.t, "the desk to change its ground", func() bool { return b.isLocal() == want })
}

// poke does something harmless, so that a fault is noticed without waiting for a beat.
func (b *bench) poke() {
	b.t.Helper()
	b.must(b.SetDevice(b.t.Context(), "nobody", false))
}

// TestRedisComesAndGoes stops, kills, restarts and empties Redis under full load.
func TestRedisComesAndGoes(t *testing.T) {
	redisServer := startRedis(t)
	o := newOffice(t, redisServer.client, 30, impatient)
	var over atomic.Bool
	var day sync.WaitGroup
	var calls int64
	day.Go(func() { calls = o.run(100, func(int64) bool { return over.Load() }) })

	progress := func() {
		t.Helper()
		from := o.served.Load()
		waitFor(t, "calls to be answered", func() bool { return o.served.Load() > from+50 })
	}
	freeze := func(signal syscall.Signal) {
		t.Helper()
		if err := redisServer.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		progress()
		freeze(syscall.SIGSTOP)
		o.waitLocal(true)
		progress()
		freeze(syscall.SIGCONT)
		o.waitLocal(false)
		progress()

		redisServer.kill()
		o.waitLocal(true)
		progress()
		redisServer.start(t)
		o.waitLocal(false)
		progress()

		o.must(redisServer.client.FlushAll(t.Context()).Err())
		progress()
	}
	over.Store(true)
	day.Wait()
	o.waitLocal(false)
	o.mirrorIsRedis()
	o.check(calls)
	t.Logf("%d calls", calls)
}

// mirrorIsRedis compares the agents after all is quiet.
func (o *office) mirrorIsRedis() {
	o.t.Helper()
	o.poke()
	changes, _, err := o.redis.load(o.t.Context(), o.incarnation(o.era))
	o.must(err)
	for _, c := range changes {
		if c.agent != nil && o.record(c.agent.ID) != *c.agent {
			o.t.Errorf("agent in Redis %+v, in the mirror %+v", *c.agent, o.record(c.agent.ID))
		}
		if c.call != nil {
			o.t.Errorf("call %s is still in Redis", c.call.ID)
		}
	}
}

// TestEmptiedRedisIsRebuilt: talks, rings and the queue are all there again.
func TestEmptiedRedisIsRebuilt(t *testing.T) {
	for _, name := range []string{"redis", "miniredis"} {
		t.Run(name, func(t *testing.T) {
			client := backends[name](t)
			b := open(t, client, func(o *Options) { o.Lease = time.Second })
			b.staff("sales", "anna", "bek", "vera")
			b.call("c1", "anna")
			b.claim("c1", "anna", "c1/1")
			b.call("c2", "bek")
			b.must(b.SetState(t.Context(), "vera", routing.Break, "lunch"))
			b.call("c3")
			before := b.records()
			b.must(client.FlushAll(t.Context()).Err())
			// No call comes; the next beat notices.
			waitFor(t, "the desk to be rebuilt", func() bool {
				n, err := client.HLen(t.Context(), b.redis.keys[1]).Result()
				return err == nil && n == 3
			})
			after := b.records()
			for id, r := range before {
				if after[id] != r {
					t.Errorf("%s was %+v, is %+v", id, r, after[id])
				}
			}
			b.release("c1", "anna", "c1/1", routing.Available, "")
			b.wantMatch("c3", "anna")
			if !b.claim("c2", "bek", "c2/1") {
				t.Error("bek's offer was lost")
			}
			b.quiet()
		})
	}
}

// TestRedisSetBackIsRebuilt: an older dump is loaded after a restart.
func TestRedisSetBackIsRebuilt(t *testing.T) {
	s := startRedis(t)
	b := open(t, s.client, impatient)
	b.staff("sales", "anna", "bek")
	b.must(s.client.Save(t.Context()).Err())
	b.call("c1", "anna")
	b.claim("c1", "anna", "c1/1")
	s.kill()
	s.start(t) // loads the dump, where Anna is free
	waitFor(t, "redis-server to answer", func() bool { return s.client.Ping(t.Context()).Err() == nil })
	b.wantAgents(b.call("c2", "anna", "bek"), "bek")
	b.waitLocal(false)
	b.wantState("anna", routing.Talking)
	b.quiet()
}

// TestReadOnlyRedisIsAway: a Redis that refuses writes is no Redis.
func TestReadOnlyRedisIsAway(t *testing.T) {
	s := startRedis(t)
	b := open(t, s.client)
	b.staff("sales", "anna")
	b.must(s.client.ReplicaOf(t.Context(), "127.0.0.1", "1").Err())
	b.wantAgents(b.call("c1", "anna"), "anna")
	if !b.isLocal() {
		t.Fatal("still on a Redis that refuses writes")
	}
	b.must(s.client.ReplicaOf(t.Context(), "NO", "ONE").Err())
	b.waitLocal(false)
	b.claim("c1", "anna", "c1/1")
	b.quiet()
}

// lossy is a TCP proxy that now and then cuts the connection instead of passing on
// the reply: the script has run and nobody knows.
type lossy struct {
	listener net.Listener
	target   string
	lose     func() (cut, swallow bool)
	lost     atomic.Int64
	wg       sync.WaitGroup
	mu       sync.Mutex
	open     []net.Conn
}

func startLossy(t *testing.T, socket string, lose func() (cut, swallow bool)) *lossy {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "lossy.sock"))
	if err != nil {
		t.Fatal(err)
	}
	p := &lossy{listener: l, target: socket, lose: lose}
	p.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.open = append(p.open, c)
			p.mu.Unlock()
			p.wg.Go(func() { p.pass(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.mu.Lock()
		for _, c := range p.open { // go-redis may have left some open
			_ = c.Close()
		}
		p.mu.Unlock()
		p.wg.Wait()
	})
	return p
}

func (p *lossy) pass(client net.Conn) {
	server, err := net.Dial("unix", p.target)
	if err != nil {
		_ = client.Close()
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	})
	buffer := make([]byte, 1<<20)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			break
		}
		cut, swallow := p.lose()
		if cut {
			p.lost.Add(1)
			break
		}
		if swallow {
			p.lost.Add(1)
			continue
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			break
		}
	}
	_ = client.Close()
	_ = server.Close()
	wg.Wait()
}

// TestLostRepliesReserveNobodyTwice cuts connections after the script has run, for
// thousands of scripts, under load.
func TestLostRepliesReserveNobodyTwice(t *testing.T) {
	s := startRedis(t)
	var quiet atomic.Bool
	quiet.Store(true)
	p := startLossy(t, s.socket, func() (cut, swallow bool) {
		n := rand.IntN(1000)
		return !quiet.Load() && n < 10, !quiet.Load() && n == 999
	})
	client := redis.NewClient(ClientOptions(&redis.Options{Network: "unix", Addr: p.listener.Addr().String()}))
	t.Cleanup(func() { _ = client.Close() })
	o := newOffice(t, client, 30, impatient)
	quiet.Store(false)
	// A busy machine spends more of the time without Redis, where nothing can be lost.
	const enough = 50
	calls := o.run(60, func(n int64) bool { return n > 4000 && p.lost.Load() >= enough || n > 100_000 })
	quiet.Store(true)
	o.waitLocal(false)
	o.mirrorIsRedis()
	o.check(calls)
	if p.lost.Load() < enough {
		t.Errorf("only %d replies were lost", p.lost.Load())
	}
}
