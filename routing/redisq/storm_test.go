package redisq

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/routing"
)

// office is a whole working day in a few seconds: callers who ring, wait, are
// answered, and agents who decline, miss, lose their phones.
type office struct {
	*bench
	agents []routing.AgentID
	queues []routing.QueueName

	mu      sync.Mutex
	inboxes map[routing.CallID]chan Match
	holds   map[routing.AgentID]routing.CallID
	broken  []string
	served  atomic.Int64
}

func newOffice(t *testing.T, client *redis.Client, agents int, change ...func(*Options)) *office {
	o := &office{
		queues:  []routing.QueueName{"sales", "service", "vip"},
		inboxes: map[routing.CallID]chan Match{},
		holds:   map[routing.AgentID]routing.CallID{},
	}
	change = append(change, func(opt *Options) {
		opt.OnMatch = o.matched
		opt.OnChange = nil
		opt.MaxMissed = -1
	})
	o.bench = open(t, client, change...)
	var members []Member
	for i := range agents {
		id := routing.AgentID(fmt.Sprintf("agent%03d", i))
		o.agents = append(o.agents, id)
		members = append(members, Member{ID: id, Queues: []routing.QueueName{o.queues[i%3], o.queues[(i+1)%3]}})
	}
	o.must(o.SetAgents(t.Context(), members))
	for _, a := range o.agents {
		o.must(o.SetDevice(t.Context(), a, true))
		o.must(o.SetState(t.Context(), a, routing.Available, ""))
	}
	return o
}

func (o *office) violate(format string, args ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.broken = append(o.broken, fmt.Sprintf(format, args...))
}

// matched is the desk's callback: the agent is held from here on.
func (o *office) matched(m Match) {
	o.hold(m.Agent, m.Call)
	o.mu.Lock()
	inbox := o.inboxes[m.Call]
	o.mu.Unlock()
	if inbox == nil {
		o.violate("call %s was matched and is not there", m.Call)
		return
	}
	select {
	case inbox <- m:
	default:
		o.violate("call %s was matched twice: %+v", m.Call, m)
	}
}

// hold and drop are the invariant: nobody rings or talks for two calls.
func (o *office) hold(a routing.AgentID, call routing.CallID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if other := o.holds[a]; other != "" {
		o.broken = append(o.broken, fmt.Sprintf("agent %s was given call %s while in call %s", a, call, other))
	}
	o.holds[a] = call
}

func (o *office) drop(agents ...routing.AgentID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, a := range agents {
		delete(o.holds, a)
	}
}

// caller is one client from his first ring to the end of his talk.
func (o *office) caller(ctx context.Context, n int, r *rand.Rand) error {
	call := routing.CallID(fmt.Sprintf("call%05d", n))
	inbox := make(chan Match, 1)
	o.mu.Lock()
	o.inboxes[call] = inbox
	o.mu.Unlock()
	ask := routing.Reserve{
		Call: call, Queue: o.queues[r.IntN(3)], Priority: r.IntN(2), EnteredAt: o.clock.Now(), All: r.IntN(10) == 0,
	}
	for attempt := 1; ; attempt++ {
		ask.Token = fmt.Sprintf("%s/%d", call, attempt)
		ask.Candidates = o.plan(ask, r)
		got, err := o.Reserve(ctx, ask)
		if err != nil {
			return err
		}
		agents := got.Agents
		for _, a := range agents {
			o.hold(a, call)
		}
		if len(agents) == 0 {
			select {
			case m := <-inbox:
				agents = []routing.AgentID{m.Agent}
				if m.Token != ask.Token {
					return fmt.Errorf("call %s matched under token %s, want %s", call, m.Token, ask.Token)
				}
			case <-ctx.Done():
				return fmt.Errorf("caller %s was lost: %w", call, context.Cause(ctx))
			}
		}
		answered, err := o.ring(ctx, call, ask.Token, agents, r)
		if answered || err != nil {
			return err
		}
		ask.Refused = append(ask.Refused, agents...)
		if len(ask.Refused) > 10 { // a queue has more agents
			ask.Refused = nil
		}
	}
}

// plan is Decide with what the mirror shows at this moment.
func (o *office) plan(ask routing.Reserve, r *rand.Rand) []routing.AgentID {
	strategy := routing.LeastBusy
	if ask.All {
		strategy = routing.RingAll
	}
	serve := o.roster.of(ask.Queue)
	plan := routing.Decide(routing.Request{
		Call: ask.Call, Queue: routing.Queue{Name: ask.Queue, Strategy: strategy, Agents: serve},
		Agents: o.Agents(serve), Tried: ask.Refused, Now: o.clock.Now(), Seed: r.Uint64(),
	})
	var list []routing.AgentID
	for _, c := range plan.Candidates {
		list = append(list, c.Agent)
	}
	if len(list) > 5 && !ask.All {
		list = list[:5]
	}
	return list
}

// ring offers the call; somebody answers, or everybody lets it go.
func (o *office) ring(ctx context.Context, call routing.CallID, token string, agents []routing.AgentID, r *rand.Rand) (answered bool, err error) {
	first := agents[r.IntN(len(agents))]
	switch fate := r.IntN(20); {
	case fate < 14:
		for _, a := range agents {
			if a != first {
				o.drop(a) // Claim frees the others, who may get another call at once
			}
		}
		ok, err := o.Claim(ctx, call, first, token)
		if err != nil {
			return false, err
		}
		if !ok {
			return false, fmt.Errorf("agent %s could not claim call %s", first, call)
		}
		o.served.Add(1)
		o.drop(first)
		if r.IntN(3) > 0 {
			if err := o.Release(ctx, call, first, token, routing.WrapUp, ""); err != nil {
				return true, err
			}
			return true, o.SetState(ctx, first, routing.Available, "")
		}
		return true, o.Release(ctx, call, first, token, routing.Available, "")
	case fate < 15: // the phone of the first is lost and comes back
		if err := o.SetDevice(ctx, first, false); err != nil {
			return false, err
		}
		o.drop(agents...)
		for _, a := range agents {
			if err := o.Release(ctx, call, a, token, routing.Available, "unreachable"); err != nil {
				return false, err
			}
		}
		return false, o.SetDevice(ctx, first, true)
	}
	o.drop(agents...)
	for _, a := range agents {
		if err := o.Release(ctx, call, a, token, routing.Available, Declined); err != nil {
			return false, err
		}
	}
	return false, nil
}

// run lets callers ring, `lines` at a time, until `enough` says so.
func (o *office) run(lines int, enough func(calls int64) bool) (calls int64) {
	ctx, cancel := context.WithTimeoutCause(o.t.Context(), 2*time.Minute, fmt.Errorf("the day took too long"))
	defer cancel()
	var next atomic.Int64
	var wg sync.WaitGroup
	for line := range lines {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(line), 1))
			for {
				n := next.Add(1)
				if enough(n) {
					return
				}
				if err := o.caller(ctx, int(n), r); err != nil {
					o.violate("%v", err)
					return
				}
				atomic.AddInt64(&calls, 1)
			}
		})
	}
	wg.Wait()
	return calls
}

// check is the end of the day: everybody served, everybody free, nobody waits.
func (o *office) check(calls int64) {
	o.t.Helper()
	o.mu.Lock()
	broken := o.broken
	o.mu.Unlock()
	for i, b := range broken {
		if i == 10 {
			o.t.Errorf("and %d more", len(broken)-i)
			break
		}
		o.t.Error(b)
	}
	if got := o.served.Load(); got != calls {
		o.t.Errorf("%d talks for %d callers", got, calls)
	}
	for _, a := range o.agents {
		if r := o.record(a); !r.free() {
			o.t.Errorf("agent %s is stuck: %+v", a, r)
		}
	}
	for _, q := range o.queues {
		if w := o.Waiting(q); len(w) > 0 {
			o.t.Errorf("%d calls still wait in %s", len(w), q)
		}
	}
}

// checkRedis compares what Redis holds with the mirror.
func (o *office) checkRedis() {
	o.t.Helper()
	changes, _, err := o.redis.load(o.t.Context(), o.incarnation(o.era))
	o.must(err)
	agents := 0
	for _, c := range changes {
		switch {
		case c.agent != nil:
			agents++
			if r := o.record(c.agent.ID); r != *c.agent {
				o.t.Errorf("agent in Redis %+v, in the mirror %+v", *c.agent, r)
			}
		case c.call != nil:
			o.t.Errorf("call %s is still in Redis: %+v", c.call.ID, *c.call)
		}
	}
	if agents != len(o.agents) {
		o.t.Errorf("%d agents in Redis, want %d", agents, len(o.agents))
	}
	free, err := o.opt.Client.SCard(o.t.Context(), o.redis.keys[2]).Result()
	o.must(err)
	if int(free) != len(o.agents) {
		o.t.Errorf("%d agents are free in Redis, want %d", free, len(o.agents))
	}
}

func TestThousandCallersHundredAgents(t *testing.T) {
	for name, client := range backends {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, client(t), 100)
			calls := o.run(400, func(n int64) bool { return n > 1000 })
			o.check(calls)
			if calls != 1000 {
				t.Errorf("%d calls came through, want 1000", calls)
			}
			if name != "twin" {
				if o.isLocal() {
					t.Error("the desk has left Redis")
				}
				o.checkRedis()
			}
		})
	}
}
