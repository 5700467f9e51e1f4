package sip

import (
	"strconv"
	"syscall"
	"testing"
	"time"
)

// BenchmarkRegister is a registration of a phone with a challenge, kept over a
// restart, in a crowd of 500. It reports the CPU time of both ends together.
func BenchmarkRegister(b *testing.B) {
	const phones = 500
	extensions := make([]string, phones)
	for i := range extensions {
		extensions[i] = strconv.Itoa(1000 + i)
	}
	o := newHouse(extensions...)
	o.presence = make(chan string, phones)
	s, err := New(o.config(func(c *Config) { c.StateDir = b.TempDir() }))
	if err != nil {
		b.Fatal(err)
	}
	defer serve(b, s)()
	crowd := make([]*phone, phones)
	for i, e := range extensions {
		crowd[i] = newPhone(udpPeer(b, s, "127.0.0.9"), e)
	}
	begin := cpuTime(b)
	for i := 0; b.Loop(); i++ {
		wantStatus(b, crowd[i%phones].register("Expires: 600"), 200)
	}
	b.ReportMetric(float64((cpuTime(b)-begin).Microseconds())/float64(b.N), "us-cpu/op")
}

// cpuTime is what the process has used of all CPUs.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
