package sip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/routing/redisq"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/callflow"
	telephone "github.com/callcard/callcard/telephony/phone"
)

// shop is a whole office without a database: the edge, the stories and the desk.
type shop struct {
	*office
	flow   *callflow.Flow
	desk   *redisq.Desk
	redis  *miniredis.Miniredis
	queue  callflow.Queue
	agents map[crm.ID]callflow.Agent
	dir    string

	mu    sync.Mutex
	ends  map[crm.ID]int
	talks map[crm.ID]crm.ID // agent -> call
	faces map[crm.ID]crm.ID // call -> agent
}

func openShop(t *testing.T, agents int, strategy routing.Strategy) *shop {
	t.Helper()
	s := &shop{
		redis: miniredis.RunT(t), dir: t.TempDir(), agents: map[crm.ID]callflow.Agent{},
		ends: map[crm.ID]int{}, talks: map[crm.ID]crm.ID{}, faces: map[crm.ID]crm.ID{},
		queue: callflow.Queue{
			Name: "sales", Ring: 150 * time.Millisecond, MaxWait: 5 * time.Second, Record: true,
			Routing: routing.Queue{Name: "sales", Strategy: strategy},
		},
	}
	var members []redisq.Member
	for i := range agents {
		a := callflow.Agent{ID: crm.ID(fmt.Sprintf("agent%02d", i)), Extension: fmt.Sprint(101 + i)}
		s.agents[a.ID] = a
		s.queue.Routing.Agents = append(s.queue.Routing.Agents, routing.AgentID(a.ID))
		members = append(members, redisq.Member{ID: routing.AgentID(a.ID), Queues: []routing.QueueName{"sales"}})
	}
	client := redis.NewClient(redisq.ClientOptions(&redis.Options{Addr: s.redis.Addr()}))
	t.Cleanup(func() { client.Close() })
	wired := make(chan struct{})
	var err error
	s.desk, err = redisq.Open(redisq.Options{
		Client: client, Node: "test", MaxMissed: 1 << 20,
		OnMatch:  func(m redisq.Match) { <-wired; s.flow.Matched(m.Call, m.Agent, m.Token) },
		OnChange: func(c routing.Change) { <-wired; s.flow.AgentChanged(c) },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.flow = callflow.New(t.Context(), callflow.Config{
		Node: "test", Journal: s, Audience: s, Contacts: s, Desk: s.desk, Traces: s, Alarms: s,
		Office: func() callflow.Office { return s },
		RecordingPath: func(_ time.Time, id crm.ID) (string, string) {
			return filepath.Join(s.dir, string(id)+".wav"), string(id)
		},
		Log: slog.New(slog.DiscardHandler),
	})
	close(wired)
	if err := s.desk.SetAgents(t.Context(), members); err != nil {
		t.Fatal(err)
	}
	s.office = openOffice(t, func(c *Config, _ *timing) { c.Stories, c.Directory, c.Presence = s.flow, s, s.flow.Agents() })
	t.Cleanup(func() { s.flow.Close(); s.office.stop(); s.desk.Close() })
	return s
}

// The shop is its own journal, audience, contacts, office and directory.

func (s *shop) Append(facts ...crm.Fact) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range facts {
		s.happened(f)
	}
	return nil
}

func (s *shop) happened(f crm.Fact) {
	switch d := f.Data.(type) {
	case crm.Answered:
		if other, busy := s.talks[d.Agent]; busy {
			s.t.Errorf("%s talks in %s and in %s", d.Agent, other, f.CallID)
		}
		s.talks[d.Agent], s.faces[f.CallID] = f.CallID, d.Agent
	case crm.Ended:
		s.ends[f.CallID]++
		if agent, ok := s.faces[f.CallID]; ok {
			delete(s.talks, agent)
		}
	case crm.Recorded:
		if d.Truncated != "" {
			s.t.Errorf("recording of %s: %s", f.CallID, d.Truncated)
		}
	case crm.Arrived:
		s.ends[f.CallID] += 0
	}
}

func (s *shop) Show(crm.Fact) callflow.Shown     { return s }
func (s *shop) Wait(context.Context) error       { return nil }
func (s *shop) Save(crm.ID, []telephony.Message) {}
func (s *shop) Raise(code, _ string)             { s.t.Errorf("alarm: %s", code) }
func (s *shop) Identify(_ context.Context, norm string, _ crm.ID, _ string, stranger func()) (callflow.Caller, error) {
	stranger()
	return callflow.Caller{Contact: "card of " + crm.ID(norm), Created: true}, nil
}
func (s *shop) ReadNumber(raw, _, _ string) (string, bool) { return raw, raw == "" }
func (s *shop) Number(to, _, _ string) (callflow.Number, bool) {
	return callflow.Number{E164: to, Queue: "sales"}, to == "700"
}
func (s *shop) Queue(string) (callflow.Queue, bool) { return s.queue, true }
func (s *shop) Agent(id crm.ID) (callflow.Agent, bool) {
	a, ok := s.agents[id]
	return a, ok
}
func (s *shop) AgentByExtension(extension string) (callflow.Agent, bool) {
	for _, a := range s.agents {
		if a.Extension == extension {
			return a, true
		}
	}
	return callflow.Agent{}, false
}

// Nobody of the shop calls out.
func (s *shop) Dial(crm.ID, string) (callflow.Destination, error) {
	return callflow.Destination{}, crm.Errorf(crm.DiallingDenied, "Closed.")
}
func (s *shop) Policy(crm.ID) callflow.Queue { return s.queue }

func (s *shop) Credential(extension string) (Credential, bool) {
	return HashCredential(extension, DefaultRealm, "secret"), true
}

func (s *shop) Trunks() []Trunk { return []Trunk{{Name: "line", Hosts: []string{"127.0.0.1"}}} }

// telephone opens a telephone.
func (s *shop) telephone(user string) *telephone.Phone {
	s.t.Helper()
	p, err := telephone.New(s.t.Context(), telephone.Config{
		Server: s.addr.String(), Local: netip.MustParseAddr("127.0.0.1"), User: user, Password: "secret",
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(p.Close)
	return p
}

func (s *shop) staff() {
	s.t.Helper()
	for id, a := range s.agents {
		p := s.telephone(a.Extension)
		if err := p.Register(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		if err := s.desk.SetState(s.t.Context(), routing.AgentID(id), routing.Available, ""); err != nil {
			s.t.Fatal(err)
		}
		go func() {
			for c := range p.Calls() {
				go moodyAgent(c)
			}
		}()
	}
}

func chance(n int) bool { return rand.IntN(n) == 0 }

// a while, or the end of the call.
func while(c *telephone.Call, most time.Duration) {
	select {
	case <-c.Done():
	case <-time.After(rand.N(most)):
	}
}

var errTime = errors.New("the test has waited long enough")

// moodyAgent does whatever an agent may do with a call.
func moodyAgent(c *telephone.Call) {
	while(c, 60*time.Millisecond)
	switch {
	case chance(6):
		c.Reject(603, "Decline")
		return
	case chance(8): // lets it ring
		return
	}
	if c.Answer() != nil {
		return
	}
	if chance(4) {
		ctx, cancel := context.WithTimeoutCause(context.Background(), 3*time.Second, errTime)
		_ = c.SetHold(ctx, true) // it may meet the end of the call
		cancel()
	}
	if chance(2) {
		while(c, 150*time.Millisecond)
		c.Hangup()
	}
}

// moodyCaller calls, and hangs up before, during or after the ringing.
func moodyCaller(t *testing.T, p *telephone.Phone) {
	c, err := p.Call("700", nil)
	if err != nil {
		t.Error(err)
		return
	}
	most := 400 * time.Millisecond
	if chance(4) {
		most = 20 * time.Millisecond
	}
	while(c, most)
	c.Hangup()
}

// TestSoak lets a few hundred calls go every way there is, and looks at what is left.
func TestSoak(t *testing.T) {
	for _, strategy := range []routing.Strategy{routing.LeastBusy, routing.RingAll} {
		t.Run(string(strategy), func(t *testing.T) { soak(t, strategy) })
	}
}

func soak(t *testing.T, strategy routing.Strategy) {
	const agents, lines = 8, 12
	s := openShop(t, agents, strategy)
	s.staff()
	s.quiet()
	phones := make([]*telephone.Phone, lines)
	for i := range phones {
		phones[i] = s.telephone(fmt.Sprintf("+99890%07d", i))
	}
	s.rush(phones, 3) // opens what stays open: connections to Redis
	s.empty()
	sockets, goroutines := openFiles(t), runtime.NumGoroutine()
	s.rush(phones, 22)
	s.empty()
	s.rest("open files", func() any { return openFiles(t) <= sockets+4 }, true)
	s.rest("goroutines", func() any { return runtime.NumGoroutine() <= goroutines+8 }, true)
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, n := range s.ends {
		if n != 1 {
			t.Errorf("call %s has %d ends", id, n)
		}
	}
	// How many come to a talk depends on how busy the machine is; without any nothing was tried.
	if len(s.ends) < 150 || len(s.faces) < 10 {
		t.Errorf("%d calls with %d talks: this says little", len(s.ends), len(s.faces))
	}
}

// rush lets every telephone call so many times.
func (s *shop) rush(phones []*telephone.Phone, times int) {
	var callers sync.WaitGroup
	for _, p := range phones {
		callers.Go(func() {
			for range times {
				moodyCaller(s.t, p)
			}
		})
	}
	callers.Wait()
}

// empty waits until nobody calls any more and checks that everybody is free.
func (s *shop) empty() {
	s.t.Helper()
	s.rest("calls", func() any { return s.flow.Live() + s.server.LiveCalls() }, 0)
	c := s.server.calls
	s.rest("lines, legs, open INVITEs, trunks", func() any {
		c.mu.Lock()
		defer c.mu.Unlock()
		return fmt.Sprint(len(c.lines), len(c.legs), len(c.opening), len(c.trunks))
	}, "0 0 0 0")
	for id := range s.agents {
		s.rest(string(id), func() any { return s.desk.Agents([]routing.AgentID{routing.AgentID(id)})[0].State }, routing.Available)
	}
	s.rest("waiting", func() any { return len(s.desk.Waiting("sales")) }, 0)
	if left, err := s.redis.HKeys("callcard:calls"); err == nil && len(left) > 0 {
		s.t.Errorf("calls left in Redis: %v", left)
	}
}

// rest polls until what is left is what should be: nothing tells the end of the last
// retransmission.
func (s *shop) rest(what string, left func() any, want any) {
	s.t.Helper()
	got := left()
	for stop := time.Now().Add(20 * time.Second); got != want && time.Now().Before(stop); got = left() {
		<-time.After(5 * time.Millisecond)
	}
	if got != want {
		_ = pprof.Lookup("goroutine").WriteTo(os.Stderr, 1)
		s.t.Fatalf("%s: %v, want %v", what, got, want)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}
