package redisq

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/routing"
)

// twoNodes are two desks on one Redis: Anna's phone is at a, Bek's at b.
func twoNodes(t *testing.T, client *redis.Client) (a, b *bench) {
	t.Helper()
	common := newClock()
	node := func(name string) *bench {
		n := open(t, client, func(o *Options) {
			o.Node, o.Shared, o.Lease, o.Now = name, true, 8*time.Second, common.Now
		})
		n.clock = common
		return n
	}
	a, b = node("a"), node("b")
	members := []Member{
		{ID: "anna", Queues: []routing.QueueName{"sales"}},
		{ID: "bek", Queues: []routing.QueueName{"sales"}},
	}
	a.must(a.SetAgents(t.Context(), members))
	b.must(b.SetAgents(t.Context(), members))
	a.must(a.SetDevice(t.Context(), "anna", true))
	b.must(b.SetDevice(t.Context(), "bek", true))
	a.must(a.SetState(t.Context(), "anna", routing.Available, ""))
	b.must(b.SetState(t.Context(), "bek", routing.Available, ""))
	a.waitFree("bek")
	b.waitFree("anna")
	return a, b
}

func (b *bench) waitFree(agent routing.AgentID) {
	b.t.Helper()
	waitFor(b.t, "news of agent "+string(agent), func() bool { return b.record(agent).free() })
}

func onShared(t *testing.T, test func(*testing.T, *redis.Client)) {
	for _, name := range []string{"redis", "miniredis"} {
		t.Run(name, func(t *testing.T) { test(t, backends[name](t)) })
	}
}

func TestMatchIsToldToTheNodeOfTheCall(t *testing.T) {
	onShared(t, func(t *testing.T, client *redis.Client) {
		a, b := twoNodes(t, client)
		a.wantAgents(a.call("c1", "anna"), "anna")
		b.wantAgents(b.call("c2", "bek"), "bek")
		b.wantAgents(b.call("c3", "anna"))
		a.release("c1", "anna", "c1/1", routing.Available, "")
		m := b.wantMatch("c3", "anna")
		if !b.claim(m.Call, m.Agent, m.Token) {
			t.Fatal("the match could not be claimed at its node")
		}
		a.quiet()
		b.quiet()
	})
}

func TestDeadNodeIsClearedAndItsReturnChangesNothing(t *testing.T) {
	onShared(t, func(t *testing.T, client *redis.Client) {
		a, b := twoNodes(t, client)
		a.wantAgents(a.call("c1", "bek"), "bek") // a call of node a rings at Bek
		a.wantAgents(a.call("c2", "anna"), "anna")
		a.claim("c2", "anna", "c2/1")
		b.wantAgents(b.call("c3"))

		// Node a freezes: only b beats.
		a.stop(errClosed)
		a.clock.pass(9 * time.Second)
		b.beat(t.Context())
		b.wantMatch("c3", "bek")
		if r := b.record("anna"); r.free() || r.Device != 0 {
			t.Fatalf("anna's phone is at the dead node: %+v", r)
		}

		// It thaws and goes on as if nothing had happened.
		if a.claim("c1", "bek", "c1/1") {
			t.Fatal("a thawed node has claimed an agent of another call")
		}
		if !b.claim("c3", "bek", "c3/1") {
			t.Fatal("the living node has lost its agent")
		}
		a.wantState("anna", routing.Talking) // her talk was not cut, so she is not free
		waitFor(t, "b to hear of her talk", func() bool { return b.record("anna").State == routing.Talking })
		a.release("c2", "anna", "c2/1", routing.Available, "")
		b.waitFree("anna")
	})
}

func TestAgentMovesToAnotherNode(t *testing.T) {
	onShared(t, func(t *testing.T, client *redis.Client) {
		a, b := twoNodes(t, client)
		b.must(b.SetDevice(t.Context(), "anna", true))
		a.must(a.SetDevice(t.Context(), "anna", false)) // the old registration ends later
		waitFor(t, "a to hear of the move", func() bool { return a.record("anna").Home == "b" })
		b.waitFree("anna")
		b.wantAgents(b.call("c1", "anna"), "anna")
	})
}

// TestNodeWithoutRedisKeepsToItsOwn: cut off, two nodes cannot pick the same agent.
func TestNodeWithoutRedisKeepsToItsOwn(t *testing.T) {
	s := startRedis(t)
	a, b := twoNodes(t, s.client)
	s.kill()
	a.wantAgents(a.call("c1", "bek", "anna"), "anna")
	b.wantAgents(b.call("c2", "anna", "bek"), "bek")
	a.wantAgents(a.call("c3", "bek"))
	s.start(t)
	a.waitLocal(false)
	b.waitLocal(false)
	waitFor(t, "a to hear of bek's call", func() bool { return a.record("bek").Call == "c2" })
	if !a.claim("c1", "anna", "c1/1") || !b.claim("c2", "bek", "c2/1") {
		t.Fatal("a reservation was lost on the way back")
	}
	b.release("c2", "bek", "c2/1", routing.Available, "")
	a.wantMatch("c3", "bek")
}

// TestRestartFreesWhatTheProcessHeld: nobody stays in a call that is gone.
func TestRestartFreesWhatTheProcessHeld(t *testing.T) {
	onShared(t, func(t *testing.T, client *redis.Client) {
		before := open(t, client)
		before.staff("sales", "anna", "bek")
		before.call("c1", "anna")
		before.claim("c1", "anna", "c1/1")
		before.must(before.SetState(t.Context(), "anna", routing.Break, "lunch"))
		before.call("c2", "bek")
		before.call("c3")
		before.Close()

		after := open(t, client)
		after.wantState("anna", routing.Break)
		after.wantState("bek", routing.Available)
		if w := after.Waiting("sales"); len(w) != 0 {
			t.Fatalf("calls of the old process: %+v", w)
		}
		after.must(after.SetDevice(t.Context(), "bek", true))
		after.wantAgents(after.reserveFor(routing.Reserve{Call: "c4", Token: "t", Candidates: []routing.AgentID{"bek"}}), "bek")
		if after.claim("c2", "bek", "c2/1") {
			t.Fatal("claimed for a call of the old process")
		}
		after.quiet()
	})
}
