package redisq

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/routing"
)

// benchDesk is a desk with 300 agents of one queue, all free, in real time.
func benchDesk(b *testing.B, client *redis.Client) (*bench, []routing.AgentID) {
	desk := open(b, client, func(o *Options) { o.Now = time.Now })
	var agents []routing.AgentID
	for i := range 300 {
		agents = append(agents, routing.AgentID(fmt.Sprintf("018f0000-0000-7000-8000-%012d", i)))
	}
	desk.staff("sales", agents...)
	return desk, agents
}

func BenchmarkReserveClaimRelease(b *testing.B) {
	for name, client := range backends {
		b.Run(name, func(b *testing.B) {
			desk, agents := benchDesk(b, client(b))
			var reserve, claim, release time.Duration
			n := 0
			for b.Loop() {
				n++
				call := routing.CallID(fmt.Sprintf("018f0000-0000-7000-9000-%012d", n))
				t0 := time.Now()
				got := desk.call(call, agents...)
				t1 := time.Now()
				desk.claim(call, got[0], string(call)+"/1")
				t2 := time.Now()
				desk.release(call, got[0], string(call)+"/1", routing.Available, "")
				reserve, claim, release = reserve+t1.Sub(t0), claim+t2.Sub(t1), release+time.Since(t2)
			}
			b.ReportMetric(float64(reserve.Microseconds())/float64(n), "µs/reserve")
			b.ReportMetric(float64(claim.Microseconds())/float64(n), "µs/claim")
			b.ReportMetric(float64(release.Microseconds())/float64(n), "µs/release")
		})
	}
}

// BenchmarkReserveNobodyFree is the dear case: the whole queue is looked at, and the
// call waits.
func BenchmarkReserveNobodyFree(b *testing.B) {
	for name, client := range backends {
		b.Run(name, func(b *testing.B) {
			desk, agents := benchDesk(b, client(b))
			for i, a := range agents {
				desk.call(routing.CallID(fmt.Sprint("busy", i)), a)
			}
			n := 0
			for b.Loop() {
				n++
				call := routing.CallID(fmt.Sprint("call", n))
				desk.call(call)
				desk.must(desk.Leave(b.Context(), call))
			}
		})
	}
}

func BenchmarkAgents(b *testing.B) {
	desk, agents := benchDesk(b, noRedis(b))
	b.ReportAllocs()
	for b.Loop() {
		if len(desk.Agents(agents)) != len(agents) {
			b.Fatal("agents are missing")
		}
	}
}
