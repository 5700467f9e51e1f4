package contacts_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// million fills the office with 700,000 cards that have 1,000,000 numbers,
// +998 90 0000000 and on; every third card has two.
func (o office) million(b *testing.B) {
	b.Helper()
	o.generate(b, 700_000, 300_000)
}

// generate makes cards and numbers: card i has number i, the first extra cards one
// more each, from number cards+i on.
func (o office) generate(t testing.TB, cards, extra int) {
	t.Helper()
	const id = `(lpad(to_hex(%s), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid`
	first := []string{"anvar", "nigora", "dmitri", "otkir", "shahnoza", "jasur", "elena", "hasan", "gulnora", "sergei", "madina", "timur"}
	last := []string{"karimov", "kodirov", "jukovski", "petrov", "rahimov", "semenov", "yusupov", "ivanov", "tashmatov", "olimov"}
	o.exec(t, fmt.Sprintf(`
insert into contact (id, kind, name, search_key, owner_id, unit_id, last_touch_at)
select `+id+`, 'person', f || ' ' || l || ' ' || i, f || ' ' || l || ' ' || substr(md5(i::text), 1, 5), $1, $2, now() - i * interval '1 second'
from generate_series(0, $3::int - 1) i, lateral (select ($4::text[])[1 + i %% 12] f, ($5::text[])[1 + i / 12 %% 10] l) n`, "1"),
		string(o.anna.User), string(o.unit), cards, first, last)
	o.exec(t, fmt.Sprintf(`
insert into channel (id, contact_id, kind, raw, norm)
select `+id+`, (lpad('1', 8, '0') || '-0000-7000-8000-' || lpad(to_hex(i %% $1::int), 12, '0'))::uuid, 'phone', '', '+99890' || lpad(i::text, 7, '0')
from generate_series(0, $1::int + $2::int - 1) i`, "2"), cards, extra)
	o.exec(t, `vacuum analyze contact, channel`)
}

func BenchmarkIdentify(b *testing.B) {
	o := newOffice(b)
	o.million(b)
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
