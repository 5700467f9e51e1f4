package redisq

import (
	"context"
	"errors"
	"log/slog"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/callcard/callcard/routing"
)

func TestMain(m *testing.M) {
	redis.SetLogger(silent{}) // the tests take Redis away on purpose
	// A client that has lost its server looks for it once a second; on a busy machine it
	// notices a moment late that it was closed.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// backends are what the desk must behave the same on.
var backends = map[string]func(testing.TB) *redis.Client{
	"redis":     func(t testing.TB) *redis.Client { return startRedis(t).client },
	"miniredis": startMiniredis,
	"twin":      noRedis,
}

// onEach runs a test on real Redis, on miniredis, and on the twin.
func onEach(t *testing.T, test func(*testing.T, *redis.Client)) {
	for name, start := range backends {
		t.Run(name, func(t *testing.T) { test(t, start(t)) })
	}
}

// server is a redis-server of the test's own.
type server struct {
	client *redis.Client
	socket string
	dir    string
	cmd    *exec.Cmd
}

func startRedis(t testing.TB) *server {
	t.Helper()
	s := &server{dir: t.TempDir()}
	s.socket = filepath.Join(s.dir, "redis.sock")
	s.start(t)
	t.Cleanup(func() {
		_ = s.client.Close()
		s.kill()
	})
	s.client = redis.NewClient(ClientOptions(&redis.Options{Network: "unix", Addr: s.socket}))
	waitFor(t, "redis-server to answer", func() bool { return s.client.Ping(t.Context()).Err() == nil })
	return s
}

func (s *server) start(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", s.socket, "--dir", s.dir,
		"--save", "", "--appendonly", "no", "--daemonize", "no", "--logfile", filepath.Join(s.dir, "log"))
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("start redis-server: %v", err)
	}
}

func (s *server) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

func startMiniredis(t testing.TB) *redis.Client {
	t.Helper()
	m := miniredis.NewMiniRedis()
	if err := m.Start(); err != nil {
		t.Fatalf("start miniredis: %v", err)
	}
	client := redis.NewClient(ClientOptions(&redis.Options{Addr: m.Addr()}))
	t.Cleanup(func() {
		_ = client.Close()
		m.Close()
	})
	return client
}

// noRedis is a client of a Redis that is not there.
func noRedis(t testing.TB) *redis.Client {
	t.Helper()
	client := redis.NewClient(ClientOptions(&redis.Options{
		Network: "unix", Addr: filepath.Join(t.TempDir(), "nobody.sock"),
	}))
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// waitFor polls for what no event tells.
func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	look, give := time.NewTicker(2*time.Millisecond), time.After(15*time.Second)
	defer look.Stop()
	for !done() {
		select {
		case <-look.C:
		case <-give:
			t.Fatalf("waited too long for %s", what)
		}
	}
}

// clock is the injected time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 5, 9, 10, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// bench is a desk under test with what it has told.
type bench struct {
	*Desk
	t       testing.TB
	clock   *clock
	matches chan Match
	mu      sync.Mutex
	changes []routing.Change
}

func open(t testing.TB, client *redis.Client, change ...func(*Options)) *bench {
	t.Helper()
	b := &bench{t: t, clock: newClock(), matches: make(chan Match, 10_000)}
	o := Options{
		Client: client, Node: "a", Now: b.clock.Now, Lease: time.Hour,
		Timeout: 2 * time.Second, // the race detector on a busy machine is slow
		OnMatch: func(m Match) { b.matches <- m },
		OnChange: func(c routing.Change) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.changes = append(b.changes, c)
		},
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	for _, c := range change {
		c(&o)
	}
	d, err := Open(o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	b.Desk = d
	t.Cleanup(d.Close)
	return b
}

// staff brings agents of one queue to work.
func (b *bench) staff(queue routing.QueueName, agents ...routing.AgentID) {
	b.t.Helper()
	var members []Member
	for _, a := range agents {
		members = append(members, Member{ID: a, Name: string(a), Queues: []routing.QueueName{queue}})
	}
	b.must(b.SetAgents(b.t.Context(), members))
	for _, a := range agents {
		b.must(b.SetDevice(b.t.Context(), a, true))
		b.must(b.SetState(b.t.Context(), a, routing.Available, ""))
	}
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// call reserves for a call in queue "sales" with the agents as candidates.
func (b *bench) call(id routing.CallID, candidates ...routing.AgentID) []routing.AgentID {
	b.t.Helper()
	return b.reserveFor(routing.Reserve{Call: id, Token: string(id) + "/1", Candidates: candidates, Queue: "sales"})
}

func (b *bench) reserveFor(r routing.Reserve) []routing.AgentID {
	b.t.Helper()
	if r.EnteredAt.IsZero() {
		r.EnteredAt = b.clock.Now()
	}
	got, err := b.Reserve(b.t.Context(), r)
	b.must(err)
	return got.Agents
}

func (b *bench) wantAgents(got []routing.AgentID, want ...routing.AgentID) {
	b.t.Helper()
	if !slices.Equal(got, want) {
		b.t.Fatalf("reserved %v, want %v", got, want)
	}
}

func (b *bench) claim(call routing.CallID, agent routing.AgentID, token string) bool {
	b.t.Helper()
	ok, err := b.Claim(b.t.Context(), call, agent, token)
	b.must(err)
	return ok
}

func (b *bench) release(call routing.CallID, agent routing.AgentID, token string, next routing.State, reason string) {
	b.t.Helper()
	b.must(b.Release(b.t.Context(), call, agent, token, next, reason))
}

func (b *bench) wantState(agent routing.AgentID, want routing.State) {
	b.t.Helper()
	got := b.Agents([]routing.AgentID{agent})
	if len(got) != 1 || got[0].State != want {
		b.t.Fatalf("agent %s is %+v, want %s", agent, got, want)
	}
}

func (b *bench) record(agent routing.AgentID) agentRecord {
	b.mirror.mu.RLock()
	defer b.mirror.mu.RUnlock()
	if s, ok := b.mirror.agents[agent]; ok {
		return s.record
	}
	return agentRecord{}
}

func (b *bench) wantMatch(call routing.CallID, agent routing.AgentID) Match {
	b.t.Helper()
	ctx, cancel := context.WithTimeoutCause(b.t.Context(), 10*time.Second, errors.New("no match came"))
	defer cancel()
	select {
	case m := <-b.matches:
		if m.Call != call || m.Agent != agent {
			b.t.Fatalf("call %s got agent %s, want call %s and agent %s", m.Call, m.Agent, call, agent)
		}
		return m
	case <-ctx.Done():
		b.t.Fatal(context.Cause(ctx))
	}
	return Match{}
}

// quiet ends the desk and fails if a match is left that nobody has waited for.
func (b *bench) quiet() {
	b.t.Helper()
	b.Close()
	select {
	case m := <-b.matches:
		b.t.Fatalf("unexpected match of call %s with agent %s", m.Call, m.Agent)
	default:
	}
}
