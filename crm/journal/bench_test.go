package journal

import (
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
)

func BenchmarkAppend(b *testing.B) {
	j, _ := mustOpen(b, b.TempDir(), Options{SyncEvery: 10 * time.Millisecond})
	call := crm.NewID()
	data := crm.Offered{Leg: crm.NewID(), Agent: crm.NewID(), Reason: "least_busy", WaitMS: 1200}
	b.ReportAllocs()
	seq := 0
	for b.Loop() {
		seq++
		if err := j.Append(fact(call, seq, data)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendParallel(b *testing.B) {
	j, _ := mustOpen(b, b.TempDir(), Options{SyncEvery: 10 * time.Millisecond})
	data := crm.Offered{Leg: crm.NewID(), Agent: crm.NewID(), Reason: "least_busy", WaitMS: 1200}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		call, seq := crm.NewID(), 0
		for pb.Next() {
			seq++
			if err := j.Append(fact(call, seq, data)); err != nil {
				b.Error(err)
			}
		}
	})
}
