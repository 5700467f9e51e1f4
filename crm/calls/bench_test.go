package calls_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
)

// BenchmarkWriter brings a day of calls, some thirty at a time, from Append to the
// committed row; figures are facts a second. The database and the test share the cores.
func BenchmarkWriter(b *testing.B) {
	pool := newPool(b)
	h := newHouse(b, pool, pool)
	h.stop()
	h.gather, h.limit, h.segment = 0, 0, 0 // as in production
	h.start()
	rnd := rand.New(rand.NewPCG(1, 1))
	facts := 0
	var took time.Duration
	for b.Loop() {
		var stories [][]crm.Fact
		for i := range 500 {
			stories = append(stories, talked(morning, fmt.Sprintf("+99890%07d", i), crm.NewID(), id(i%50)), randomCall(rnd))
		}
		mixed := shuffled(rnd, stories)
		begin := time.Now()
		h.append(mixed...)
		h.stored()
		took += time.Since(begin)
		facts += len(mixed)
	}
	b.ReportMetric(float64(facts)/took.Seconds(), "facts/s")
	b.ReportMetric(0, "ns/op")
}
