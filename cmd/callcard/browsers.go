package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/callcard/callcard/telephony/media"
)

// browsers publishes what the port of the browsers' sound sees. Who knocks there without
// a call of ours is dropped and counted; what grows beside calls that sound bad tells why.
type browsers struct {
	seen func() media.WebStats

	legs, dropped, failed, impostors *prometheus.Desc
}

func newBrowsers(seen func() media.WebStats) *browsers {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("callcard_webrtc_"+name, help, labels, nil)
	}
	return &browsers{
		seen:      seen,
		legs:      desc("legs", "Legs of browsers that are open."),
		dropped:   desc("dropped_total", "Datagrams that were not taken, by reason.", "reason"),
		failed:    desc("handshakes_failed_total", "DTLS handshakes that failed."),
		impostors: desc("impostors_total", "Browsers that have shown another certificate than their SDP tells."),
	}
}

// Describe implements prometheus.Collector.
func (b *browsers) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{b.legs, b.dropped, b.failed, b.impostors} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (b *browsers) Collect(to chan<- prometheus.Metric) {
	s := b.seen()
	to <- prometheus.MustNewConstMetric(b.legs, prometheus.GaugeValue, float64(s.Legs))
	count := func(d *prometheus.Desc, n uint64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	count(b.failed, s.HandshakeLost)
	count(b.impostors, s.Impostors)
	for reason, n := range map[string]uint64{
		"unknown":   s.Unknown,    // neither STUN, DTLS nor RTP
		"stranger":  s.Strangers,  // no valid connectivity check came from there
		"bad_check": s.BadChecks,  // a connectivity check with a wrong password
		"limited":   s.Limited,    // checks of a host with too many wrong ones
		"forged":    s.AuthFailed, // SRTP that is not authentic
		"replayed":  s.Replayed,   // SRTP that had come before
	} {
		count(b.dropped, n, reason)
	}
}
