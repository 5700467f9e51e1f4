package media

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
)

func TestTalkIsHeardAndRecorded(t *testing.T) {
	t.Parallel()
	for _, codecs := range [][2]Codec{{PCMA, PCMA}, {PCMU, PCMU}, {PCMA, PCMU}, {PCMU, PCMA}} {
		t.Run(codecs[0].String()+" to "+codecs[1].String(), func(t *testing.T) {
			t.Parallel()
			e := testEngine(t)
			caller, agent := newParty(t, e, codecs[0]), newParty(t, e, codecs[1])
			b := e.NewBridge(caller.leg)
			b.Connect(agent.leg)
			end := taping(t, b)

			together(caller.says(1000, 2*time.Second), agent.says(440, 2*time.Second))
			caller.await(99)
			agent.await(99)
			d, tape := end()

			caller.hears(caller.packets(0), 440, 1000)
			agent.hears(agent.packets(0), 1000, 440)
			inLine(t, caller.packets(0))
			inLine(t, agent.packets(0))
			checkTone(t, tape[callerLane], 1000, 440)
			checkTone(t, tape[agentLane], 440, 1000)
			within(t, "recording", d.Duration, 2*time.Second, 200*time.Millisecond)
			if d.Truncated != "" || len(d.SHA256) != 64 || d.Bytes != recordingHead+2*int64(len(tape[0])) {
				t.Errorf("done: %+v, %d samples", d, len(tape[0]))
			}
			s := agent.leg.Stats()
			if s.Received != 100 || s.Lost != 0 || s.MOS < 4.3 {
				t.Errorf("agent's leg: %+v", s)
			}
		})
	}
}

// The payload must not change when both legs speak the same law.
func TestPayloadIsUntouched(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent := newParty(t, e, PCMU), newParty(t, e, PCMU)
	e.NewBridge(caller.leg).Connect(agent.leg)
	payload := make([]byte, 160)
	for i := range 4 {
		for j := range payload {
			payload[j] = byte(i*64 + j)
		}
		caller.send(0, false, uint32(i*160), payload)
		if got := agent.await(i + 1)[i]; string(got.Payload) != string(payload) {
			t.Fatalf("packet %d: payload changed", i)
		}
	}
}

func TestLostPacketsAreSilenceAndKeepTheLength(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	end := taping(t, b)
	caller.talk(context.Background(), 1000, 3*time.Second, func(i int) bool { return i%20 == 7 })
	agent.await(142)
	d, tape := end()
	within(t, "recording", d.Duration, 3*time.Second, 200*time.Millisecond)
	checkTone(t, tape[callerLane], 1000)
	// 1000 Hz has a period of 8 samples: a window without it is a gap.
	silent, first, last := 0, -1, 0
	for i := 0; i+8 <= len(tape[callerLane]); i += 8 {
		if level(tape[callerLane][i:i+8], 1000) > 0.2 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	for i := first; i < last; i += 8 {
		if level(tape[callerLane][i:i+8], 1000) < 0.01 {
			silent += 8
		}
	}
	if lost := 8 * frameSamples; silent < lost-8*8 || silent > lost+8*8 {
		t.Errorf("%d samples of silence within the sound, want %d", silent, lost)
	}
	if s := caller.leg.Stats(); s.Lost != 8 || s.Received != 142 {
		t.Errorf("stats: %+v", s)
	}
	// The listener sees the gaps too.
	heard := agent.packets(0)
	if got := heard[141].SequenceNumber - heard[0].SequenceNumber; got != 149 {
		t.Errorf("numbers span %d, want 149", got)
	}
}

func TestMusicWhileWaitingThenTalk(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	if err := b.Play(caller.leg, telephony.Ringback, true, nil); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	caller.says(1000, time.Second)()
	waiting := caller.packets(0)
	within(t, "ringback", time.Duration(len(waiting))*frameTime, time.Since(began), 200*time.Millisecond)
	caller.hears(waiting[:40], 425)
	if n := len(agent.packets(0)); n != 0 {
		t.Errorf("the agent heard %d packets before Connect", n)
	}

	b.Connect(agent.leg)
	before := len(caller.packets(0))
	together(caller.says(1000, time.Second), agent.says(700, time.Second))
	caller.await(before + 48)
	talk := caller.packets(before + 1) // one packet of ringback may have been on its way
	caller.hears(talk, 700, 425)
	if !caller.packets(0)[before].Marker && !talk[0].Marker {
		t.Error("no marker at the change of source")
	}
	inLine(t, caller.packets(0))
	agent.hears(agent.packets(0), 1000)
}

func TestSoundEnds(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller := newParty(t, e, PCMU)
	b := e.NewBridge(caller.leg)
	ended := make(chan struct{})
	if err := b.Play(caller.leg, telephony.Busy, false, func() { close(ended) }); err != nil {
		t.Fatal(err)
	}
	<-ended
	if n := len(caller.await(48)); n != 48 { // 960 ms
		t.Errorf("heard %d packets, want 48", n)
	}
	if err := b.Play(caller.leg, "no such", false, nil); err == nil {
		t.Error("an unknown sound was played")
	}
}

func TestHoldPlaysMusicToTheOther(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	end := taping(t, b)
	together(caller.says(1000, time.Second), agent.says(440, time.Second))
	caller.await(49)
	agent.await(49)

	// The agent's phone puts us on hold, and sends music of its own all the same.
	agent.update(RecvOnly)
	b.Hold(agent.leg)
	began := time.Now()
	heldAt, agentHad := len(caller.packets(0)), len(agent.packets(0))
	together(caller.says(1000, time.Second), agent.says(600, time.Second))
	music := caller.packets(heldAt)
	if c := level(caller.pcm(music), 261.63); c < 0.05 { // of the first chord
		t.Errorf("music at %.3f", c)
	}
	for _, hertz := range []float64{600, 440} {
		if got := level(caller.pcm(music), hertz); got > 0.01 {
			t.Errorf("%g Hz at %.3f during the hold", hertz, got)
		}
	}
	if n := len(agent.packets(agentHad)); n > 0 {
		t.Errorf("%d packets were sent to a leg on hold", n)
	}
	within(t, "music", time.Duration(len(music))*frameTime, time.Since(began), 200*time.Millisecond)

	agent.update(SendRecv)
	b.Resume(agent.leg)
	resumed := len(caller.packets(0))
	together(caller.says(1000, time.Second), agent.says(440, time.Second))
	caller.await(resumed + 49)
	caller.hears(caller.packets(resumed+1), 440, 600)
	agent.hears(agent.packets(agentHad), 1000)
	inLine(t, caller.packets(0))
	inLine(t, agent.packets(0))

	d, tape := end()
	within(t, "recording", d.Duration, 3*time.Second, 300*time.Millisecond)
	if got := level(tape[agentLane], 600); got > 0.01 {
		t.Errorf("what the agent's phone sent during the hold was recorded at %.3f", got)
	}
}

func TestAgentIsSwappedWhileRecording(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, anna, bek := newParty(t, e, PCMA), newParty(t, e, PCMA), newParty(t, e, PCMU)
	b := e.NewBridge(caller.leg)
	b.Connect(anna.leg)
	end := taping(t, b)
	together(caller.says(1000, time.Second), anna.says(440, time.Second))
	caller.await(50)

	b.Connect(bek.leg)
	had := len(caller.packets(0))
	together(caller.says(1000, time.Second), anna.says(500, time.Second), bek.says(700, time.Second))
	caller.await(had + 50)
	d, tape := end()

	caller.hears(caller.packets(had), 700, 500, 440)
	within(t, "recording", d.Duration, 2*time.Second, 200*time.Millisecond)
	half := len(tape[0]) / 2
	checkTone(t, tape[agentLane][:half], 440, 700)
	checkTone(t, tape[agentLane][half:], 700, 500)
	checkTone(t, tape[callerLane], 1000, 440, 700)
	if n := len(anna.packets(0)); n > 50 {
		t.Errorf("the first agent heard %d packets, 50 were hers", n)
	}
	inLine(t, caller.packets(0))
}

// The far side changes its SSRC in mid-talk, as a PBX does at a transfer: we go on
// with ours, and the recording keeps its length.
func TestNewSSRCInTheTalk(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	end := taping(t, b)
	caller.says(1000, time.Second)()
	caller.ssrc, caller.seq, caller.ts = 0xABCDEF, 7, 12345
	caller.says(600, time.Second)()
	ks := agent.await(97) // two at most prove that the old SSRC is gone
	d, tape := end()
	inLine(t, ks)
	agent.hears(ks[60:], 600, 1000)
	within(t, "recording", d.Duration, 2*time.Second, 200*time.Millisecond)
	half := len(tape[callerLane]) / 2
	checkTone(t, tape[callerLane][:half-800], 1000, 600)
	checkTone(t, tape[callerLane][half+800:], 600, 1000)
}

func TestLegsAreLetGo(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	b.Hold(agent.leg)
	agent.leg.Close()
	agent.leg.Close() // twice is once
	had := len(caller.packets(0))
	caller.says(1000, 200*time.Millisecond)()
	if n := len(caller.packets(had)); n > 1 {
		t.Errorf("%d packets of music after the leg on hold had gone", n)
	}
	b.Disconnect()
	b.Close()
	b.Close()
	if err := b.Play(caller.leg, telephony.Music, true, nil); err == nil {
		t.Error("a closed bridge plays")
	}
	if err := agent.leg.Update(Params{}); err == nil {
		t.Error("a closed leg was updated")
	}
}

func TestKeysGoThrough(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	digits := make(chan byte, 8)
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	caller.leg.config.OnDigit = func(d byte) { digits <- d }
	agent.dtmf = 96
	agent.update(SendRecv)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)

	caller.says(1000, 100*time.Millisecond)()
	heard := len(agent.await(5))
	press := caller.ts
	for i, end := range []bool{false, false, true, true, true} {
		event := make([]byte, 4)
		putEvent(event, 5, end, uint16(160*(i+1)))
		caller.send(101, i == 0, press, event)
	}
	caller.ts += 800
	caller.says(1000, 100*time.Millisecond)()
	ks := agent.await(heard + 10)
	if d := <-digits; d != '5' {
		t.Errorf("digit %c, want 5", d)
	}
	if len(digits) != 0 {
		t.Errorf("told again: %c", <-digits)
	}
	events := ks[heard : heard+5]
	for i, k := range events {
		if k.PayloadType != 96 || k.Timestamp != events[0].Timestamp || k.Payload[0] != 5 {
			t.Errorf("event %d: type %d, ts %d, payload %v", i, k.PayloadType, k.Timestamp, k.Payload)
		}
	}
	if got := binary.BigEndian.Uint16(events[4].Payload[2:]); got != 800 {
		t.Errorf("length %d, want 800", got)
	}
	inLine(t, ks)

	// Without telephone-event on the other side the keys vanish, without a gap.
	agent.dtmf = 0
	agent.update(SendRecv)
	had := len(agent.packets(0))
	caller.send(101, true, caller.ts, []byte{1, 0x8A, 0, 160})
	caller.says(1000, 100*time.Millisecond)()
	agent.await(had + 5)
	inLine(t, agent.packets(0))
	if d := <-digits; d != '1' {
		t.Errorf("digit %c, want 1", d)
	}
}

func TestSendDigits(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	t.Run("as events", func(t *testing.T) {
		t.Parallel()
		caller, phone := newParty(t, e, PCMA), newParty(t, e, PCMA)
		e.NewBridge(caller.leg).Connect(phone.leg)
		stop, cancel := context.WithCancel(context.Background())
		talked := make(chan struct{})
		go func() { defer close(talked); caller.talk(stop, 1000, 5*time.Second, nil) }()
		phone.await(5)
		phone.leg.SendDigits("1x#")
		var d keyDetector
		var got []byte
		for n := 5; len(got) < 2; n++ {
			k := phone.await(n + 1)[n]
			if k.PayloadType == 101 {
				for _, key := range d.event(k.Timestamp, k.Payload, 0) {
					if key != 0 {
						got = append(got, key)
					}
				}
			}
		}
		if string(got) != "1#" {
			t.Errorf("digits %q", got)
		}
		had := len(phone.packets(0))
		ks := phone.await(had + 20)
		phone.hears(ks[len(ks)-10:], 1000) // and the talk goes on
		cancel()
		<-talked
		inLine(t, phone.packets(0))
	})
	t.Run("as tones", func(t *testing.T) {
		t.Parallel()
		phone := newParty(t, e, PCMU)
		phone.dtmf = 0
		phone.update(SendRecv)
		phone.leg.SendDigits("7")
		ks := phone.await(keyBeats + keyPause)
		pcm := phone.pcm(ks[:keyBeats])
		checkTone(t, pcm, 852, 770, 941)
		checkTone(t, pcm, 1209, 1336)
		inLine(t, ks)
	})
}
