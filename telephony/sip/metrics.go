package sip

import (
	"strconv"

	"github.com/emiago/sipgo/sip"
	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the counters of the edge. Labels come from closed sets only: what a
// stranger writes into a message never becomes a label.
type metrics struct {
	requests *prometheus.CounterVec // method, status: final answers given by us
	sentReqs *prometheus.CounterVec // method: requests sent by us
	dropped  *prometheus.CounterVec // reason: input thrown away before it was parsed
	bans     *prometheus.CounterVec // reason
	refused  *prometheus.CounterVec // reason: calls refused for load
	auth     *prometheus.CounterVec // result
	panics   prometheus.Counter
	trunkUp  *prometheus.GaugeVec // trunk
	lateness prometheus.Gauge

	registry prometheus.Registerer
}

func newMetrics(registry prometheus.Registerer) *metrics {
	if registry == nil {
		registry = prometheus.NewRegistry()
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "callcard", Subsystem: "sip", Name: name, Help: help}, labels)
		registry.MustRegister(c)
		return c
	}
	m := &metrics{
		registry: registry,
		requests: counters("requests_total", "Requests answered, by method and final status.", "method", "status"),
		sentReqs: counters("requests_sent_total", "Requests sent, by method.", "method"),
		dropped:  counters("dropped_total", "Packets and connections dropped before parsing, by reason.", "reason"),
		bans:     counters("bans_total", "Addresses banned, by reason.", "reason"),
		refused:  counters("refused_calls_total", "Calls refused with 503, by reason.", "reason"),
		auth:     counters("authentications_total", "Digest verdicts.", "result"),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "callcard", Subsystem: "sip", Name: "panics_total", Help: "Panics contained in a handler."}),
		trunkUp: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "callcard", Subsystem: "sip", Name: "trunk_up", Help: "1 while the trunk answers."}, []string{"trunk"}),
		lateness: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "callcard", Subsystem: "sip", Name: "scheduling_lateness_seconds", Help: "How late timers fire, smoothed."}),
	}
	registry.MustRegister(m.panics, m.trunkUp, m.lateness)
	return m
}

// gauge publishes a figure that somebody else keeps.
func (m *metrics) gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(
		prometheus.GaugeOpts{Namespace: "callcard", Subsystem: "sip", Name: name, Help: help}, value))
}

func (m *metrics) answered(method sip.RequestMethod, status int) {
	m.requests.WithLabelValues(methodLabel(method), strconv.Itoa(status)).Inc()
}

func (m *metrics) sent(method sip.RequestMethod) {
	m.sentReqs.WithLabelValues(methodLabel(method)).Inc()
}

func methodLabel(method sip.RequestMethod) string {
	if knownMethod(method) {
		return string(method)
	}
	return "other"
}

// knownMethod reports whether a method is one of RFC 3261 or of a registered
// extension.
func knownMethod(method sip.RequestMethod) bool {
	switch method {
	case sip.INVITE, sip.ACK, sip.BYE, sip.CANCEL, sip.REGISTER, sip.OPTIONS, sip.INFO, sip.UPDATE,
		sip.PRACK, sip.REFER, sip.NOTIFY, sip.SUBSCRIBE, sip.MESSAGE, sip.PUBLISH:
		return true
	}
	return false
}
