package routing

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestReferenceModelAgrees compares Decide with a model that knows nothing of
// sorting: it picks the best of those who are left, again and again, by the wording
// of the rule.
func TestReferenceModelAgrees(t *testing.T) {
	for _, s := range []Strategy{LeastBusy, LongestIdle, RoundRobin, Linear, RingAll, Random, FewestCalls} {
		t.Run(string(s), func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, uint64(len(s))))
			for i := range 10_000 {
				r := randomRequest(random, s)
				want, got := model(r), Decide(r)
				if short(got) != want {
					t.Fatalf("situation %d\n%+v\ngot  %s\nwant %s", i, r, short(got), want)
				}
				if again := short(Decide(r)); again != short(got) {
					t.Fatalf("the same request gives %s and %s", short(got), again)
				}
			}
		})
	}
}

func randomRequest(r *rand.Rand, s Strategy) Request {
	now := time.Date(2026, 5, 9, 10, 0, 0, 0, time.UTC)
	q := Request{
		Call: CallID(fmt.Sprint("call", r.IntN(1000))), Now: now, Seed: r.Uint64(),
		EnteredAt: now.Add(-time.Duration(r.IntN(40)) * time.Second),
		Queue: Queue{
			Name: "sales", Strategy: s, PreviousWait: time.Duration(r.IntN(3)) * 10 * time.Second,
			Previous: []PreviousMode{PreviousOff, LastSpoken, OwnerFirst}[r.IntN(3)],
		},
	}
	states := []State{Available, Available, Available, Ringing, Talking, WrapUp, Break, Offline}
	name := func() AgentID { return AgentID(fmt.Sprint("agent", r.IntN(12))) }
	for i := range r.IntN(10) {
		a := Agent{
			ID: AgentID(fmt.Sprint("agent", i)), State: states[r.IntN(len(states))], Device: r.IntN(8) > 0,
			Deleted: r.IntN(15) == 0, LiveCalls: r.IntN(2), Occupancy: float64(r.IntN(4)) / 4,
			OpenTasks: r.IntN(3), CallsToday: r.IntN(4),
			IdleSince:  now.Add(-time.Duration(r.IntN(4)) * time.Minute),
			SignedInAt: now.Add(-time.Duration(r.IntN(20)) * time.Minute),
		}
		q.Agents = append(q.Agents, a)
		if r.IntN(6) > 0 {
			q.Queue.Agents = append(q.Queue.Agents, a.ID)
		}
		if r.IntN(8) == 0 {
			q.Tried = append(q.Tried, a.ID)
		}
	}
	if r.IntN(5) > 0 {
		q.Queue.LastOffered = name()
		q.Caller = Caller{LastAgent: name(), Owner: name()}
	}
	r.Shuffle(len(q.Agents), func(i, j int) { q.Agents[i], q.Agents[j] = q.Agents[j], q.Agents[i] })
	return q
}

func short(p Plan) string {
	if p.WaitFor != "" {
		return fmt.Sprint("wait ", p.WaitFor, " ", p.WaitUntil.Unix())
	}
	s := fmt.Sprint(p.All)
	for _, c := range p.Candidates {
		s += " " + string(c.Agent)
	}
	return s
}

// model is the naive decision, written down as short gives it.
func model(r Request) string {
	find := func(id AgentID) *Agent {
		for i := range r.Agents {
			if r.Agents[i].ID == id {
				return &r.Agents[i]
			}
		}
		return nil
	}
	can := func(a *Agent) bool {
		return a != nil && !a.Deleted && a.State == Available && a.Device && !slices.Contains(r.Tried, a.ID)
	}
	prev := r.Caller.LastAgent
	if r.Queue.Previous == OwnerFirst && r.Caller.Owner != "" {
		if o := find(r.Caller.Owner); o != nil && !o.Deleted || prev == "" {
			prev = r.Caller.Owner
		}
	}
	if r.Queue.Previous == PreviousOff {
		prev = ""
	}
	a := find(prev)
	if prev != "" && a != nil && !a.Deleted && a.Device && !slices.Contains(r.Tried, prev) &&
		(a.State == Ringing || a.State == Talking || a.State == WrapUp) &&
		r.Now.Sub(r.EnteredAt) < r.Queue.PreviousWait {
		return fmt.Sprint("wait ", prev, " ", r.EnteredAt.Add(r.Queue.PreviousWait).Unix())
	}
	first := prev != "" && can(a)
	s := fmt.Sprint(r.Queue.Strategy == RingAll && !first)
	if first {
		s += " " + string(prev)
	}
	for _, id := range modelOrder(r, find, can) {
		if !first || id != prev {
			s += " " + string(id)
		}
	}
	return s
}

func modelOrder(r Request, find func(AgentID) *Agent, can func(*Agent) bool) (order []AgentID) {
	queue := r.Queue.Agents
	if at := slices.Index(queue, r.Queue.LastOffered); r.Queue.Strategy == RoundRobin && at >= 0 {
		queue = slices.Concat(queue[at+1:], queue[:at+1])
	}
	var left []*Agent
	for _, id := range queue {
		if a := find(id); can(a) {
			left = append(left, a)
		}
	}
	for len(left) > 0 {
		best := 0
		for i := range left {
			if modelBetter(r, find, left[i], left[best]) {
				best = i
			}
		}
		order = append(order, left[best].ID)
		left = slices.Delete(left, best, best+1)
	}
	return order
}

// modelBetter says whether a goes before b by the wording of the strategy; the
// ordered strategies never say so.
func modelBetter(r Request, find func(AgentID) *Agent, a, b *Agent) bool {
	var x, y float64
	switch r.Queue.Strategy {
	case LeastBusy:
		x, y = modelLoad(r, find, a), modelLoad(r, find, b)
	case FewestCalls:
		x, y = float64(a.CallsToday), float64(b.CallsToday)
	case Random:
		return mix(r.Seed, string(a.ID)) < mix(r.Seed, string(b.ID))
	case LongestIdle:
	default:
		return false
	}
	if x != y {
		return x < y
	}
	if !a.IdleSince.Equal(b.IdleSince) {
		return a.IdleSince.Before(b.IdleSince)
	}
	return mix(0, string(r.Call), string(a.ID)) < mix(0, string(r.Call), string(b.ID))
}

func modelLoad(r Request, find func(AgentID) *Agent, a *Agent) float64 {
	newcomer := func(a *Agent) bool { return r.Now.Before(a.SignedInAt.Add(10 * time.Minute)) }
	occupancy := a.Occupancy
	if newcomer(a) {
		var team []float64
		for _, id := range r.Queue.Agents {
			if m := find(id); m != nil && !m.Deleted && m.State != Offline && !newcomer(m) {
				team = append(team, m.Occupancy)
			}
		}
		slices.Sort(team)
		if n := len(team); n > 0 {
			occupancy = (team[(n-1)/2] + team[n/2]) / 2
		}
	}
	return math.Round((1000*float64(a.LiveCalls)+100*occupancy+2*float64(a.OpenTasks))*100) / 100
}

func BenchmarkDecide(b *testing.B) {
	for _, s := range []Strategy{LeastBusy, RoundRobin, RingAll} {
		b.Run(string(s), func(b *testing.B) {
			now := time.Date(2026, 5, 9, 10, 0, 0, 0, time.UTC)
			r := Request{Call: "c", Now: now, EnteredAt: now, Queue: Queue{Strategy: s, Previous: LastSpoken}}
			for i := range 300 {
				id := AgentID(fmt.Sprintf("018f0000-0000-7000-8000-%012d", i))
				r.Queue.Agents = append(r.Queue.Agents, id)
				r.Agents = append(r.Agents, Agent{
					ID: id, State: Available, Device: true, Occupancy: float64(i%97) / 97,
					IdleSince: now.Add(-time.Duration(i) * time.Second), SignedInAt: now.Add(-time.Hour),
				})
			}
			r.Caller.LastAgent = r.Agents[150].ID
			b.ReportAllocs()
			for b.Loop() {
				Decide(r)
			}
		})
	}
}
