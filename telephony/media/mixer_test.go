package media

import (
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
)

// Three who talk with each other hear the two others and not themselves; the recording has
// the caller left and both others right.
func TestConference(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, anna, bek := newParty(t, e, PCMA), newParty(t, e, PCMU), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(anna.leg)
	b.Mix(map[*Leg][]*Leg{caller.leg: {anna.leg, bek.leg}, anna.leg: {caller.leg, bek.leg}, bek.leg: {caller.leg, anna.leg}})
	end := taping(t, b)
	together(caller.says(1000, 2*time.Second), anna.says(440, 2*time.Second), bek.says(700, 2*time.Second))
	d, tape := end()

	for _, x := range []struct {
		who     *party
		hears   [2]float64
		himself float64
	}{{caller, [2]float64{440, 700}, 1000}, {anna, [2]float64{1000, 700}, 440}, {bek, [2]float64{1000, 440}, 700}} {
		ks := x.who.packets(0)
		x.who.hears(ks, x.hears[0], x.himself)
		x.who.hears(ks, x.hears[1], x.himself)
		inLine(t, ks)
		within(t, "what one hears", time.Duration(len(ks))*frameTime, 2*time.Second, 200*time.Millisecond)
	}
	checkTone(t, tape[callerLane], 1000, 440, 700)
	checkTone(t, tape[agentLane], 440, 1000)
	checkTone(t, tape[agentLane], 700, 1000)
	within(t, "recording", d.Duration, 2*time.Second, 200*time.Millisecond)
}

// Of two who talk the caller hears the agent only, whatever a supervisor whispers; he who
// whispers hears both. Nothing of it is recorded.
func TestWhisper(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent, boss := newParty(t, e, PCMA), newParty(t, e, PCMA), newParty(t, e, PCMU)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	b.Mix(map[*Leg][]*Leg{agent.leg: {caller.leg, boss.leg}, boss.leg: {caller.leg, agent.leg}})
	end := taping(t, b)
	together(caller.says(1000, 2*time.Second), agent.says(440, 2*time.Second), boss.says(700, 2*time.Second))
	_, tape := end()
	caller.hears(caller.packets(0), 440, 700, 1000)
	agent.hears(agent.packets(0), 1000, 440)
	agent.hears(agent.packets(0), 700, 440)
	boss.hears(boss.packets(0), 1000, 700)
	boss.hears(boss.packets(0), 440, 700)
	checkTone(t, tape[callerLane], 1000, 440, 700)
	checkTone(t, tape[agentLane], 440, 1000, 700)
}

// Who listens hears both and is heard by nobody, and the two go on hearing each other's
// packets as they come.
func TestListen(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	first, second := newParty(t, e, PCMA), newParty(t, e, PCMU)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	b.Mix(map[*Leg][]*Leg{first.leg: {caller.leg, agent.leg}})
	b.Mix(map[*Leg][]*Leg{second.leg: {caller.leg}})
	together(caller.says(1000, time.Second), agent.says(440, time.Second), first.says(700, time.Second), second.says(1900, time.Second))
	caller.hears(caller.packets(0), 440, 700, 1900)
	agent.hears(agent.packets(0), 1000, 700, 1900)
	first.hears(first.packets(0), 1000, 1900)
	first.hears(first.packets(0), 440, 1900)
	second.hears(second.packets(0), 1000, 440, 700)
}

// While the agent asks a colleague the caller hears music, and nothing of the two is
// recorded. Then the client and the colleague talk, and whoever has asked hears nothing.
func TestConsultation(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, anna, bek := newParty(t, e, PCMA), newParty(t, e, PCMU), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(anna.leg)
	end := taping(t, b)
	if err := b.Play(caller.leg, telephony.Ringback, true, nil); err != nil {
		t.Fatal(err)
	}
	b.Mix(map[*Leg][]*Leg{caller.leg: nil, anna.leg: {bek.leg}, bek.leg: {anna.leg}})
	all := []func(){caller.says(1000, time.Second), anna.says(440, time.Second), bek.says(700, time.Second)}
	together(all...)
	caller.hears(caller.packets(0)[:40], 425, 440, 700)
	anna.hears(anna.packets(0), 700, 1000)
	bek.hears(bek.packets(0), 440, 1000)

	b.Connect(bek.leg)
	heard, before := len(anna.packets(0)), len(caller.packets(0))
	together(all...)
	caller.hears(caller.packets(before), 700, 440)
	if n := len(anna.packets(0)) - heard; n > 1 {
		t.Errorf("who has handed the call over hears %d packets of it", n)
	}
	inLine(t, caller.packets(0))
	inLine(t, bek.packets(0))
	_, tape := end()
	half := len(tape[agentLane]) / 2
	if got := level(tape[agentLane][:half-2000], 440) + level(tape[agentLane][:half-2000], 700); got > 0.01 {
		t.Errorf("the consultation is recorded: %.3f", got)
	}
	checkTone(t, tape[agentLane][half+2000:], 700, 440)
}

// A leg that leaves is missed by nobody; two who are left hear each other as they come. Who
// is on hold is not heard.
func TestLeavingAMix(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, anna, bek := newParty(t, e, PCMA), newParty(t, e, PCMA), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Mix(map[*Leg][]*Leg{caller.leg: {anna.leg, bek.leg}, anna.leg: {caller.leg, bek.leg}, bek.leg: {caller.leg, anna.leg}})
	b.Hold(bek.leg)
	together(caller.says(1000, time.Second), anna.says(440, time.Second), bek.says(700, time.Second))
	caller.hears(caller.packets(0), 440, 700)
	anna.hears(anna.packets(0), 1000, 700)
	b.Resume(bek.leg)
	anna.leg.Close()
	before := len(caller.packets(0))
	together(caller.says(1000, time.Second), bek.says(700, time.Second))
	caller.hears(caller.packets(before), 700, 440)
	inLine(t, caller.packets(0))
	inLine(t, bek.packets(0))
}

func BenchmarkMixerBeat(b *testing.B) {
	e, err := New(Config{PortMin: 22000, PortMax: 31999, Bind: loopback})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	var legs []*Leg
	for range 3 {
		l, err := e.NewLeg(LegConfig{})
		if err != nil {
			b.Fatal(err)
		}
		legs = append(legs, l)
	}
	m := &mixer{leg: legs[0], stream: 1}
	m.set(legs[1:])
	legs[0].out.setFeed(m)
	f := frame{stream: 2, law: PCMA, raw: make([]byte, rtpHeaderLen+frameSamples), off: rtpHeaderLen}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		f.now = time.Duration(i) * frameTime
		f.ts += frameSamples
		for _, in := range m.inputs {
			in.put(&f)
		}
		m.beat(f.now)
	}
}
