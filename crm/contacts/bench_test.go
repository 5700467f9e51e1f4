package contacts_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/callcard/callcard/crm/contacts"
)

// BenchmarkMillion measures among a million numbers of 700,000 cards: the way of a
// call to its card (bars: known < 1 ms, new <= 1.2 ms), and the searches of the page.
func BenchmarkMillion(b *testing.B) {
	o := newOffice(b)
	contacts.Generate(b, o.pool, o.anna.User, o.unit, o.another, 700_000, 300_000)
	measure := func(name string, work func() error) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if err := work(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
		})
	}
	identify := func(prefix string, size int) error {
		_, err := o.Identify(b.Context(), prefix+fmt.Sprintf("%07d", rand.IntN(size)), o.unit, "")
		return err
	}
	measure("identify/known", func() error { return identify("+99890", 1_000_000) })
	measure("identify/new", func() error { return identify("+99893", 10_000_000) })
	b.Run("identify/new_parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := identify("+99891", 10_000_000); err != nil {
					b.Error(err)
				}
			}
		})
	})
	for _, f := range []contacts.Filter{
		{Phone: "90 012 34 56"}, {Q: "+998 90 012 34"}, {Q: "90 012"}, {Q: "+998"}, {Q: "23456"}, {Q: "456"}, {Q: "9001"}, {Q: "900"},
		{Q: "ўткир жук abc"}, {Q: "шахноза"}, {Q: "an"}, {}, {Sort: contacts.ByName},
	} {
		measure(fmt.Sprintf("list/%s%s%s", f.Phone, f.Q, f.Sort), func() error {
			_, err := o.List(b.Context(), o.anna, f)
			return err
		})
	}
	for _, f := range []contacts.Filter{{}, {Sort: contacts.ByName}, {Q: "анвар"}, {Q: "an"}, {Q: "456"}, {Q: "900"}, {Q: "+998"}} {
		measure(fmt.Sprintf("small_office/%s%s", f.Q, f.Sort), func() error {
			_, err := o.List(b.Context(), o.stranger, f)
			return err
		})
	}
	measure("timeline", func() error {
		_, err := o.Timeline(b.Context(), o.anna, "00000001-0000-7000-8000-000000000007", contacts.TimelineFilter{})
		return err
	})
}
