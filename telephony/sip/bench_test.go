package sip

import (
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// straight is a story that offers at once and connects whoever picks up.
type straight struct{}

type straightCall struct{ line telephony.Line }

func (straight) Incoming(_ telephony.Incoming, l telephony.Line) (telephony.Sink, *telephony.Refusal) {
	return straightCall{l}, ring101(l)
}

// ring101 rings the agent.
func ring101(l telephony.Line) *telephony.Refusal {
	if l.Do(telephony.Offer{Leg: "a1", To: telephony.Target{Extension: "101"}, From: "+998901234567"}) != nil {
		return &telephony.Refusal{Cause: telephony.Failed}
	}
	return nil
}

func (c straightCall) Deliver(e telephony.Event) {
	switch e.(type) {
	case telephony.LegAnswered:
		if c.line.Do(telephony.Answer{}) == nil {
			_ = c.line.Do(telephony.Connect{Leg: "a1"})
		}
	case telephony.LegEnded:
		_ = c.line.Do(telephony.Hangup{Cause: telephony.Normal})
	}
}

// BenchmarkCall is a whole call without sound: INVITE to the agent's INVITE, answer,
// ACK, BYE on both sides. It reports the time from INVITE to the agent's INVITE,
// which includes two trips over the loopback.
func BenchmarkCall(b *testing.B) {
	local := netip.MustParseAddr("127.0.0.1")
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	engine, err := media.New(media.Config{PortMin: 20000, PortMax: 59999, Bind: local, Advertise: local, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	defer engine.Close()
	server, err := New(Config{UDP: "127.0.0.1:0", Advertise: local, Media: engine, Stories: straight{}, Directory: &office{}, Log: log, StateDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	stop := serve(b, server)
	defer stop()
	addr := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: server.listeners.port("UDP")}
	t := &testing.T{}
	client, agent := newPeer(t, addr), newPeer(t, addr)
	server.registrar.mu.Lock()
	server.registrar.add("101", binding{
		contact: sip.Uri{Scheme: "sip", User: "101", Host: "127.0.0.1", Port: agent.conn.LocalAddr().(*net.UDPAddr).Port},
		source:  agent.addr(), transport: "UDP", expires: time.Now().Add(time.Hour), callID: "x",
	})
	server.registrar.mu.Unlock()
	times := make([]time.Duration, 0, b.N)
	b.ReportAllocs()
	for b.Loop() {
		begin := time.Now()
		c := client.dial(client.sdp("8 101"))
		invite := agent.waitMethod("INVITE")
		times = append(times, time.Since(begin))
		agent.respond(invite, 200, "a", agent.sdp("8 101"))
		agent.waitMethod("ACK")
		c.dialogOf(client.waitStatus(200, "INVITE"))
		c.ack("")
		c.request("BYE", "")
		client.waitStatus(200, "BYE")
		agent.respond(agent.waitMethod("BYE"), 200, "", "")
		client.unread = slices.DeleteFunc(client.unread, func(m message) bool { return strings.HasPrefix(m.start, "SIP/2.0 100") })
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds()), "us-invite-p50")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "us-invite-p99")
	client.conn.Close()
	agent.conn.Close()
}
