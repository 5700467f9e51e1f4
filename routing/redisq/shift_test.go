package redisq

import (
	"math"
	"testing"
	"time"

	"github.com/callcard/callcard/routing"
)

func TestOccupancyIsBusyPerStaffedTimeOfTheLastHour(t *testing.T) {
	b := open(t, noRedis(t))
	b.staff("sales", "anna")
	want := func(occupancy float64) {
		t.Helper()
		b.mirror.refresh()
		got := b.Agents([]routing.AgentID{"anna"})[0].Occupancy
		if math.Abs(got-occupancy) > 1e-9 {
			t.Fatalf("occupancy %v, want %v", got, occupancy)
		}
	}
	want(0)
	b.clock.pass(10 * time.Minute) // 10 idle
	b.call("c1", "anna")
	b.clock.pass(10 * time.Minute) // 10 ringing: staffed, not busy
	b.claim("c1", "anna", "c1/1")
	b.clock.pass(15 * time.Minute) // 15 talk
	b.release("c1", "anna", "c1/1", routing.WrapUp, "")
	b.clock.pass(5 * time.Minute) // 5 wrap-up
	want(20.0 / 40)
	b.must(b.SetState(t.Context(), "anna", routing.Break, "lunch"))
	b.clock.pass(20 * time.Minute) // outside of both
	want(20.0 / 40)
	b.must(b.SetState(t.Context(), "anna", routing.Available, ""))
	b.clock.pass(15 * time.Minute) // the first 15 minutes have left the hour
	want(20.0 / 40)
	b.clock.pass(10 * time.Minute) // of the talk 5 minutes are left out: 10+5 busy, 25 idle
	want(15.0 / 40)
	b.clock.pass(2 * time.Hour)
	want(0)
}

// A returning client goes to his manager, who serves another queue. The round of this one
// goes on where it was.
func TestRoundGoesOnAfterAStrangerToTheQueue(t *testing.T) {
	b := open(t, noRedis(t))
	b.must(b.SetAgents(t.Context(), []Member{
		{ID: "anna", Queues: []routing.QueueName{"sales"}},
		{ID: "bek", Queues: []routing.QueueName{"sales"}},
		{ID: "vera", Queues: []routing.QueueName{"service"}},
	}))
	for _, a := range []routing.AgentID{"anna", "bek", "vera"} {
		b.must(b.SetDevice(t.Context(), a, true))
		b.must(b.SetState(t.Context(), a, routing.Available, ""))
	}
	b.wantAgents(b.call("c1", "anna", "bek"), "anna")
	b.wantAgents(b.call("c2", "vera", "bek"), "vera")
	if got := b.LastOffered("sales"); got != "anna" {
		t.Fatalf("the round stands at %q", got)
	}
}

func TestFiguresOfAnAgent(t *testing.T) {
	b := open(t, noRedis(t))
	signedIn := b.clock.Now()
	b.staff("sales", "anna")
	b.SetOpenTasks("anna", 4)
	b.SetCallsToday("anna", 6)
	b.clock.pass(time.Minute)
	b.call("c1", "anna")
	b.claim("c1", "anna", "c1/1")
	if a := b.Agents([]routing.AgentID{"anna"})[0]; a.LiveCalls != 1 || a.CallsToday != 7 || a.OpenTasks != 4 ||
		a.Name != "anna" || !a.Device || !a.SignedInAt.Equal(signedIn) || !a.IdleSince.Equal(signedIn) {
		t.Fatalf("%+v", a)
	}
	if b.LastOffered("sales") != "anna" {
		t.Fatalf("last offered %q", b.LastOffered("sales"))
	}
	b.clock.pass(time.Minute)
	b.release("c1", "anna", "c1/1", routing.WrapUp, "")
	b.clock.pass(time.Minute)
	b.must(b.SetState(t.Context(), "anna", routing.Available, ""))
	if a := b.Agents([]routing.AgentID{"anna"})[0]; !a.IdleSince.Equal(signedIn.Add(3*time.Minute)) || a.LiveCalls != 0 {
		t.Fatalf("%+v", a)
	}
	b.clock.pass(14 * time.Hour) // midnight
	b.mirror.refresh()
	if a := b.Agents([]routing.AgentID{"anna"})[0]; a.CallsToday != 0 {
		t.Fatalf("%d calls after midnight", a.CallsToday)
	}
	if s := b.Snapshot(); len(s) != 1 || s[0].Agent != "anna" || s[0].State != routing.Available {
		t.Fatalf("snapshot %+v", s)
	}
}
