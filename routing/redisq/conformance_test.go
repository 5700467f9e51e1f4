package redisq

import (
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/routing"
)

func TestFirstFreeCandidateGetsTheCall(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna", "bek", "vera")
		b.wantAgents(b.call("c1", "bek", "anna"), "bek")
		b.wantState("bek", routing.Ringing)
		b.wantAgents(b.call("c2", "bek", "anna"), "anna")
		if !b.claim("c1", "bek", "c1/1") {
			t.Fatal("bek could not claim his offer")
		}
		b.wantState("bek", routing.Talking)
		b.release("c1", "bek", "c1/1", routing.WrapUp, "")
		b.wantState("bek", routing.WrapUp)
		b.must(b.SetState(t.Context(), "bek", routing.Available, ""))
		b.wantState("bek", routing.Available)
		b.quiet()
	})
}

func TestWaitingCallIsMatchedWhenSomebodyIsFree(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna")
		b.wantAgents(b.call("c1", "anna"), "anna")
		b.wantAgents(b.call("c2", "anna"))
		b.clock.pass(time.Second)
		b.wantAgents(b.call("c3", "anna"))
		if w := b.Waiting("sales"); len(w) != 2 || w[0].Call != "c2" || w[1].Call != "c3" {
			t.Fatalf("waiting: %+v", w)
		}
		b.claim("c1", "anna", "c1/1")
		b.release("c1", "anna", "c1/1", routing.Available, "")
		m := b.wantMatch("c2", "anna")
		if m.Token != "c2/1" || !b.claim(m.Call, m.Agent, m.Token) {
			t.Fatalf("the match could not be claimed: %+v", m)
		}
		b.quiet()
	})
}

func TestOrderIsPriorityWithAgeingThenWait(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client) // a point of priority is worth 2 minutes
		b.staff("sales", "anna")
		b.call("busy", "anna")
		start := b.clock.Now()
		for _, c := range []struct {
			id       routing.CallID
			priority int
			after    time.Duration
		}{{"early", 0, 0}, {"later", 0, time.Minute}, {"vip", 1, 90 * time.Second}, {"late-vip", 1, 3*time.Minute + 30*time.Second}} {
			b.reserveFor(routing.Reserve{
				Call: c.id, Token: "t-" + string(c.id), Queue: "sales",
				Priority: c.priority, EnteredAt: start.Add(c.after),
			})
		}
		b.release("busy", "anna", "busy/1", routing.Available, "")
		for _, want := range []routing.CallID{"vip", "early", "later", "late-vip"} {
			m := b.wantMatch(want, "anna")
			b.claim(m.Call, m.Agent, m.Token)
			b.release(m.Call, m.Agent, m.Token, routing.Available, "")
		}
		b.quiet()
	})
}

func TestOrderHoldsAcrossQueues(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.must(b.SetAgents(t.Context(), []Member{{ID: "anna", Queues: []routing.QueueName{"sales", "service"}}}))
		b.must(b.SetDevice(t.Context(), "anna", true))
		start := b.clock.Now()
		for i, q := range []routing.QueueName{"service", "sales", "other", "service"} {
			b.reserveFor(routing.Reserve{
				Call: routing.CallID(rune('1' + i)), Token: "t", Queue: q, EnteredAt: start.Add(time.Duration(i) * time.Second),
			})
		}
		b.must(b.SetState(t.Context(), "anna", routing.Available, ""))
		for _, want := range []routing.CallID{"1", "2", "4"} {
			m := b.wantMatch(want, "anna")
			b.release(m.Call, m.Agent, m.Token, routing.Available, "")
		}
		if w := b.Waiting("other"); len(w) != 1 {
			t.Fatalf("the call of a queue that anna does not serve: %+v", w)
		}
		b.quiet()
	})
}

func TestRequeuedCallKeepsItsPlace(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna", "bek")
		entered := b.clock.Now()
		b.wantAgents(b.call("c1", "anna"), "anna")
		b.wantAgents(b.call("busy", "bek"), "bek")
		b.clock.pass(10 * time.Second)
		b.wantAgents(b.call("c2"))
		// Anna does not answer c1; its story asks again and it is before c2.
		b.reserveFor(routing.Reserve{
			Call: "c1", Token: "c1/2", Queue: "sales", EnteredAt: entered, Refused: []routing.AgentID{"anna"},
		})
		b.wantMatch("c2", "anna") // who refused c1 gets the next call
		b.release("busy", "bek", "busy/1", routing.Available, "")
		if m := b.wantMatch("c1", "bek"); m.Token != "c1/2" {
			t.Fatalf("matched under the token %q", m.Token)
		}
		b.quiet()
	})
}

func TestCallIsKeptForOneAgentUntilItsTime(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		// Anna serves another queue; the client knows her.
		b.must(b.SetAgents(t.Context(), []Member{
			{ID: "anna", Queues: []routing.QueueName{"service"}},
			{ID: "bek", Queues: []routing.QueueName{"sales"}},
		}))
		for _, a := range []routing.AgentID{"anna", "bek"} {
			b.must(b.SetDevice(t.Context(), a, true))
		}
		b.must(b.SetState(t.Context(), "anna", routing.Break, "lunch"))
		b.must(b.SetState(t.Context(), "bek", routing.Available, ""))
		keep := func(call routing.CallID) {
			b.wantAgents(b.reserveFor(routing.Reserve{
				Call: call, Token: "t", Queue: "sales", Only: "anna", OnlyUntil: b.clock.Now().Add(20 * time.Second),
			}))
		}
		keep("c1")
		b.clock.pass(10 * time.Second)
		b.wantState("bek", routing.Available)
		b.must(b.SetState(t.Context(), "anna", routing.Available, ""))
		b.wantMatch("c1", "anna")

		keep("c2")
		b.clock.pass(21 * time.Second)
		b.wantMatch("c2", "bek")
		b.quiet()
	})
}

func TestRingAllHasOneWinner(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna", "bek", "vera")
		b.wantAgents(b.call("c0", "vera"), "vera")
		got := b.reserveFor(routing.Reserve{
			Call: "c1", Token: "t1", Queue: "sales", All: true, Candidates: []routing.AgentID{"anna", "bek", "vera"},
		})
		b.wantAgents(got, "anna", "bek")
		b.wantAgents(b.call("c2", "anna", "bek"))
		if !b.claim("c1", "bek", "t1") || b.claim("c1", "anna", "t1") || !b.claim("c1", "bek", "t1") {
			t.Fatal("bek was first and may say so twice; anna was late")
		}
		b.wantMatch("c2", "anna") // who has lost is free for the next
		b.quiet()
	})
}

func TestStaleTokenChangesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna")
		b.wantAgents(b.call("c1", "anna"), "anna")
		b.release("c1", "anna", "c1/1", routing.Available, "")
		b.wantAgents(b.call("c2", "anna"), "anna")
		b.release("c1", "anna", "c1/1", routing.Offline, "")
		if b.claim("c1", "anna", "c1/1") || b.claim("c2", "anna", "c1/1") {
			t.Fatal("claimed with a stale token")
		}
		b.wantState("anna", routing.Ringing)
		if r := b.record("anna"); r.Call != "c2" {
			t.Fatalf("anna rings for %q", r.Call)
		}
		b.quiet()
	})
}

func TestRepeatedRequestGetsTheSameAnswer(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna", "bek")
		for range 3 {
			b.wantAgents(b.call("c1", "anna", "bek"), "anna")
		}
		b.wantState("bek", routing.Available)
		b.claim("c1", "anna", "c1/1")
		b.release("c1", "anna", "c1/1", routing.WrapUp, "")
		b.release("c1", "anna", "c1/1", routing.Available, "")
		b.wantState("anna", routing.WrapUp)
		b.quiet()
	})
}

func TestWishIsKeptUntilAfterTheCall(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna")
		b.call("c1", "anna")
		b.claim("c1", "anna", "c1/1")
		b.must(b.SetState(t.Context(), "anna", routing.Break, "lunch"))
		b.wantState("anna", routing.Talking)
		b.release("c1", "anna", "c1/1", routing.WrapUp, "")
		b.wantState("anna", routing.WrapUp)
		if r := b.record("anna"); r.Next != routing.Break {
			t.Fatalf("her wish is %q", r.Next)
		}
		b.must(b.EndWrapUp(t.Context(), "anna"))
		b.wantState("anna", routing.Break)
		if r := b.record("anna"); r.Reason != "lunch" || r.Next != "" {
			t.Fatalf("record %+v", r)
		}
		b.must(b.EndWrapUp(t.Context(), "anna")) // a timer that comes too late
		b.wantState("anna", routing.Break)
		b.must(b.SetState(t.Context(), "anna", routing.Available, ""))
		b.wantState("anna", routing.Available)

		b.call("c2", "anna")
		b.must(b.SetState(t.Context(), "anna", routing.Offline, ""))
		b.must(b.SetState(t.Context(), "anna", routing.Available, "")) // changed her mind
		b.release("c2", "anna", "c2/1", "", "")
		b.wantState("anna", routing.Available)

		b.call("c3", "anna")
		b.claim("c3", "anna", "c3/1")
		b.must(b.SetState(t.Context(), "anna", routing.Break, "lunch"))
		b.release("c3", "anna", "c3/1", routing.WrapUp, "")
		b.must(b.SetState(t.Context(), "anna", routing.Available, "")) // changed her mind, and says so herself
		b.wantState("anna", routing.Available)
		if r := b.record("anna"); r.Next != "" {
			t.Fatalf("she still wishes to be %q", r.Next)
		}
		b.quiet()
	})
}

func TestLeavingFreesWhoRings(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna")
		b.call("c1", "anna")
		b.call("c2", "anna")
		b.clock.pass(time.Second)
		b.call("c3", "anna")
		b.must(b.Leave(t.Context(), "c2"))
		b.must(b.Leave(t.Context(), "c1"))
		b.wantMatch("c3", "anna")
		b.claim("c3", "anna", "c3/1")
		b.must(b.Leave(t.Context(), "c3"))
		b.wantState("anna", routing.Talking) // until her part is released
		b.release("c3", "anna", "c3/1", routing.Available, "")
		b.wantState("anna", routing.Available)
		b.must(b.Leave(t.Context(), "never heard of"))
		b.quiet()
	})
}

func TestPhoneDecidesWhoCanBeRung(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna")
		b.must(b.SetDevice(t.Context(), "anna", false))
		b.wantAgents(b.call("c1", "anna"))
		b.must(b.SetDevice(t.Context(), "anna", true))
		b.wantMatch("c1", "anna")
		b.quiet()
	})
}

func TestMissedOffersLeadToABreak(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna")
		miss := func(call routing.CallID, reason string) {
			b.wantAgents(b.call(call, "anna"), "anna")
			b.release(call, "anna", string(call)+"/1", routing.Available, reason)
		}
		miss("c1", NoAnswer)
		miss("c2", Declined)
		miss("c3", "cancelled") // the caller gave up: not her fault
		b.wantAgents(b.call("c4", "anna"), "anna")
		b.claim("c4", "anna", "c4/1") // starts the count anew
		b.release("c4", "anna", "c4/1", routing.Available, "")
		miss("c5", NoAnswer)
		miss("c6", NoAnswer)
		b.wantState("anna", routing.Available)
		miss("c7", NoAnswer)
		b.wantState("anna", routing.Break)
		if r := b.record("anna"); r.Reason != MissedOffers {
			t.Fatalf("reason %q", r.Reason)
		}
		b.quiet()
	})
}

func TestSomebodyFreeSinceThePlanGetsTheCall(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna", "bek")
		b.wantAgents(b.call("c0", "anna"), "anna")
		b.wantAgents(b.call("c1", "anna"), "bek") // the plan knew only Anna
		b.wantAgents(b.call("c2"))
		b.quiet()
	})
}

func TestTransferReservesASecondAgentForTheCall(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna", "bek")
		b.call("c1", "anna")
		b.claim("c1", "anna", "c1/1")
		b.wantAgents(b.reserveFor(routing.Reserve{Call: "c1", Token: "c1/2", Candidates: []routing.AgentID{"bek"}}), "bek")
		b.wantState("anna", routing.Talking)
		b.claim("c1", "bek", "c1/2")
		b.release("c1", "anna", "c1/1", routing.WrapUp, "")
		b.wantState("bek", routing.Talking)
		b.wantState("anna", routing.WrapUp)
		// A call without a queue does not wait.
		b.wantAgents(b.reserveFor(routing.Reserve{Call: "c2", Token: "t", Candidates: []routing.AgentID{"bek"}}))
		if n := len(b.Waiting("")); n != 0 {
			t.Fatalf("%d calls wait in no queue", n)
		}
		b.quiet()
	})
}

func TestNewcomerToAQueueGetsItsWaitingCalls(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("service", "anna")
		b.wantAgents(b.call("c1"))
		b.must(b.SetAgents(t.Context(), []Member{{ID: "anna", Queues: []routing.QueueName{"service", "sales"}}}))
		b.wantMatch("c1", "anna")
		b.release("c1", "anna", "c1/1", routing.Available, "")
		b.must(b.SetAgents(t.Context(), nil)) // she has left the company
		b.wantAgents(b.call("c2"))
		b.quiet()
	})
}

func TestOnlyStatesThatMayBeWishedAreTaken(t *testing.T) {
	b := open(t, noRedis(t))
	for _, s := range []routing.State{routing.Ringing, routing.Talking, "lunch", ""} {
		if err := b.SetState(t.Context(), "anna", s, ""); err == nil {
			t.Errorf("state %q was taken", s)
		}
	}
}

func TestChangesAreToldOnceAndInOrder(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna")
		b.call("c1", "anna")
		b.claim("c1", "anna", "c1/1")
		b.release("c1", "anna", "c1/1", routing.WrapUp, "")
		b.quiet()
		var states []routing.State
		for _, c := range b.changes {
			states = append(states, c.State)
		}
		// first that her phone has come, while she is offline still
		want := []routing.State{routing.Offline, routing.Available, routing.Ringing, routing.Talking, routing.WrapUp}
		if !slices.Equal(states, want) {
			t.Fatalf("told %v, want %v", states, want)
		}
	})
}
