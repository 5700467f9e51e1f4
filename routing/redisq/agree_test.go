package redisq

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/callcard/callcard/routing"
)

// TestTwinAndScriptsAgree does the same random things at a desk on Redis, on
// miniredis, and at the twin, and compares every record after every step.
func TestTwinAndScriptsAgree(t *testing.T) {
	const seeds, steps = 4, 600
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			desks := []*bench{
				open(t, noRedis(t)),
				open(t, startRedis(t).client),
				open(t, startMiniredis(t)),
			}
			for _, b := range desks {
				b.stop(errClosed) // the watchers would act between the steps
			}
			play := newPlay(seed)
			for step := range steps {
				what, do := play.next()
				answers := map[string]bool{}
				for _, b := range desks {
					answers[do(b)] = true
					b.clock.pass(play.pause)
				}
				if len(answers) != 1 {
					t.Fatalf("step %d, %s: different answers %v", step, what, slices.Collect(maps.Keys(answers)))
				}
				compare(t, fmt.Sprintf("step %d, %s", step, what), desks)
			}
			if desks[0].isLocal() != true || desks[1].isLocal() || desks[2].isLocal() {
				t.Fatal("a desk has changed its ground during the test")
			}
		})
	}
}

func compare(t *testing.T, when string, desks []*bench) {
	t.Helper()
	want := desks[0].records()
	for _, b := range desks[1:] {
		got := b.records()
		for id, r := range want {
			if got[id] != r {
				t.Fatalf("%s: record %s\n got %+v\nwant %+v", when, id, got[id], r)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%s: %d records, want %d", when, len(got), len(want))
		}
	}
}

// records are all of them without their versions.
func (b *bench) records() map[string]any {
	b.mirror.mu.RLock()
	defer b.mirror.mu.RUnlock()
	all := map[string]any{}
	for id, s := range b.mirror.agents {
		r := s.record
		r.Version = 0
		all["agent "+string(id)] = r
	}
	for id, c := range b.mirror.calls {
		c.Version = 0
		all["call "+string(id)] = c
	}
	return all
}

// play invents what happens at a small office, mostly things that make sense.
type play struct {
	*rand.Rand
	agents []routing.AgentID
	queues []routing.QueueName
	tokens map[routing.CallID]string
	count  int
	pause  time.Duration
}

func newPlay(seed uint64) *play {
	return &play{
		Rand:   rand.New(rand.NewPCG(seed, 7)),
		agents: []routing.AgentID{"anna", "bek", "vera", "dina", "egor", "zoya"},
		queues: []routing.QueueName{"sales", "service", "vip"},
		tokens: map[routing.CallID]string{},
	}
}

func (p *play) agent() routing.AgentID { return p.agents[p.IntN(len(p.agents))] }

func (p *play) some() []routing.AgentID {
	var list []routing.AgentID
	for _, i := range p.Perm(len(p.agents))[:p.IntN(len(p.agents))] {
		list = append(list, p.agents[i])
	}
	return list
}

func (p *play) next() (what string, do func(*bench) string) {
	p.pause = time.Duration(p.IntN(3000)) * time.Millisecond
	call := routing.CallID(fmt.Sprintf("call%d", p.IntN(10)))
	agent, reason := p.agent(), []string{"", NoAnswer, Declined, "lunch"}[p.IntN(4)]
	state := []routing.State{routing.Available, routing.Available, routing.WrapUp, routing.Break, routing.Offline}[p.IntN(5)]
	token := p.tokens[call]
	if p.IntN(8) == 0 {
		token = "stale"
	}
	switch n := p.IntN(22); {
	case n < 6:
		return p.reserve(call)
	case n < 9:
		return "claim " + string(call), func(b *bench) string {
			return fmt.Sprint(b.claim(call, b.heldBy(call, agent), token))
		}
	case n < 13:
		return "release " + string(call), func(b *bench) string {
			b.release(call, b.heldBy(call, agent), token, state, reason)
			return ""
		}
	case n < 14:
		return "leave " + string(call), func(b *bench) string { b.must(b.Leave(b.t.Context(), call)); return "" }
	case n < 15:
		return "wrap-up of " + string(agent), func(b *bench) string { b.must(b.EndWrapUp(b.t.Context(), agent)); return "" }
	case n < 17:
		return "state of " + string(agent), func(b *bench) string {
			b.must(b.SetState(b.t.Context(), agent, state, reason))
			return ""
		}
	case n < 19:
		up := p.IntN(4) > 0
		return "phone of " + string(agent), func(b *bench) string { b.must(b.SetDevice(b.t.Context(), agent, up)); return "" }
	case n < 21:
		busy := []routing.State{routing.Talking, routing.Ringing}[p.IntN(2)]
		p.count++
		own := fmt.Sprintf("token%d", p.count)
		return "call of " + string(agent), func(b *bench) string {
			ok, err := b.Occupy(b.t.Context(), call+"-out", agent, own, busy)
			b.must(err)
			return fmt.Sprint(ok)
		}
	}
	var members []Member
	for _, a := range p.some() {
		members = append(members, Member{ID: a, Queues: []routing.QueueName{p.queues[p.IntN(3)], p.queues[p.IntN(3)]}})
	}
	return "roster", func(b *bench) string { b.must(b.SetAgents(b.t.Context(), members)); return "" }
}

func (p *play) reserve(call routing.CallID) (string, func(*bench) string) {
	r := routing.Reserve{
		Call: call, Queue: p.queues[p.IntN(3)], Priority: p.IntN(3), All: p.IntN(4) == 0,
		Candidates: p.some(), Refused: p.some(),
	}
	if len(r.Refused) > 2 {
		r.Refused = r.Refused[:2]
	}
	if p.IntN(5) == 0 {
		r.Queue = ""
	}
	only, wait := p.IntN(5) == 0, time.Duration(p.IntN(20))*time.Second
	if only {
		r.Only, r.Candidates = p.agent(), nil
	}
	if p.IntN(6) > 0 || p.tokens[call] == "" {
		p.count++
		p.tokens[call] = fmt.Sprintf("token%d", p.count)
	}
	r.Token = p.tokens[call]
	return "reserve for " + string(call), func(b *bench) string {
		r := r
		r.EnteredAt = b.clock.Now()
		if only {
			r.OnlyUntil = b.clock.Now().Add(wait)
		}
		return fmt.Sprint(b.reserveFor(r))
	}
}

// heldBy is the agent who rings or talks for the call, or the one given.
func (b *bench) heldBy(call routing.CallID, otherwise routing.AgentID) routing.AgentID {
	b.mirror.mu.RLock()
	defer b.mirror.mu.RUnlock()
	found := otherwise
	for _, id := range slices.Sorted(maps.Keys(b.mirror.agents)) {
		if b.mirror.agents[id].record.Call == call {
			found = id
		}
	}
	return found
}
