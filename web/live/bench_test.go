package live_test

import (
	"log/slog"
	"testing"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/webtest"
)

func slogDiscard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// A call of nine facts with 100 others going on and two supervisors watching.
func BenchmarkFact(b *testing.B) {
	f := newFloor(b, nil)
	boss, admin := f.open("boss"), f.open("admin")
	for _, p := range []*page{boss, admin} {
		go func() {
			for {
				if _, _, err := p.conn.ReadMessage(); err != nil {
					return
				}
			}
		}()
	}
	for range 100 {
		for _, fact := range webtest.NewStory("sales", "+998901234567", "", "").Facts {
			f.Show(fact)
		}
	}
	anna := f.ID("anna")
	n := 0
	for b.Loop() {
		s := webtest.NewStory("sales", "+998901234567", crm.NewID(), "Ўткир")
		s.Offer(anna)
		s.Answer(anna)
		s.End()
		for _, fact := range s.Facts {
			f.Show(fact)
			n++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "us/fact")
}
