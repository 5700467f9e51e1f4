package redisq

import (
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
