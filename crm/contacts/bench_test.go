package contacts_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/callcard/callcard/crm/contacts"
)

// BenchmarkIdentify is the way of a call to its card among a million numbers.
func BenchmarkIdentify(b *testing.B) {
	o := newOffice(b)
	contacts.Generate(b, o.pool, o.anna.User, o.unit, 700_000, 300_000)
	measure := func(name, prefix string, size int) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				norm := prefix + fmt.Sprintf("%07d", rand.IntN(size))
				start := time.Now()
				if _, err := o.Identify(b.Context(), norm, o.unit, ""); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
		})
	}
	measure("known", "+99890", 1_000_000)
	measure("unknown", "+99893", 10_000_000)
	b.Run("unknown_parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := o.Identify(b.Context(), fmt.Sprintf("+99891%07d", rand.IntN(10_000_000)), o.unit, ""); err != nil {
					b.Error(err)
				}
			}
		})
	})
}
