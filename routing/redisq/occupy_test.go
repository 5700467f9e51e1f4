package redisq

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/routing"
)

// Who places a call is offered none, and is afterwards what he was before.
func TestOwnCallKeepsQueueAway(t *testing.T) {
	onEach(t, func(t *testing.T, client *redis.Client) {
		b := open(t, client)
		b.staff("sales", "anna")
		occupy := func(call routing.CallID, token string, state routing.State) bool {
			ok, err := b.Occupy(t.Context(), call, "anna", token, state)
			b.must(err)
			return ok
		}
		for range 2 {
			if !occupy("out", "t1", routing.Talking) {
				t.Fatal("a free agent could not place a call, or not ask twice")
			}
		}
		b.wantState("anna", routing.Talking)
		if occupy("other", "t2", routing.Ringing) {
			t.Fatal("two calls at once")
		}
		b.wantAgents(b.call("c1", "anna"))
		b.release("out", "anna", "t1", routing.Available, "")
		b.wantMatch("c1", "anna")
		if occupy("out", "t3", routing.Talking) {
			t.Fatal("a call could be placed while another one rings")
		}
		b.claim("c1", "anna", "c1/1")
		b.release("c1", "anna", "c1/1", routing.Available, "")

		b.must(b.SetState(t.Context(), "anna", routing.Break, "lunch"))
		occupy("out", "t4", routing.Talking)
		b.release("out", "anna", "t4", routing.WrapUp, "")
		b.wantState("anna", routing.WrapUp)
		b.must(b.EndWrapUp(t.Context(), "anna"))
		b.wantState("anna", routing.Break)

		occupy("in", "t5", routing.Ringing)
		b.wantState("anna", routing.Ringing)
		if !b.claim("in", "anna", "t5") {
			t.Fatal("a colleague's call could not be taken")
		}
		b.wantState("anna", routing.Talking)
		b.must(b.SetState(t.Context(), "anna", routing.Available, "")) // his wish goes before what he was
		b.release("in", "anna", "t5", routing.Available, "")
		b.wantState("anna", routing.Available)
		b.quiet()
	})
}
