package media

import (
	"math"
	"slices"
	"sync"
	"time"
)

// A mixer is behind the present by mixDelay, so that a packet may come laneSlack later than
// the steadiest of its stream, although 20 ms are taken at a time and the beats may be
// mixAhead early; if they come mixBehind late, what lies between is left out.
const (
	mixDelay  = laneSlack + frameSamples + mixAhead
	mixAhead  = frameSamples
	mixBehind = maxCatchUp * frameSamples
)

// mixer adds up what one leg hears of several others, 20 ms at a beat. A leg that sends
// nothing is silence. Only sound is mixed; digits go by other ways.
type mixer struct {
	leg    *Leg
	begin  time.Duration // position 0 of the timeline
	stream uint64

	mu     sync.Mutex
	inputs []*mixInput
	taps   *recording // records what the leg hears, or nil
	at     int64      // position of the next beat; 0: none was yet
	sum    [frameSamples]int32
	out    [frameSamples]byte
	ts     uint32 // of the recording
}

// mixInput is one of the legs that are heard.
type mixInput struct {
	mixer *mixer
	from  *Leg
	lane  lane // guarded by the mixer
	ring  [mixRing]int16
}

// mixRing is about a quarter of a second.
const mixRing = 1 << 11

// set makes the mixer hear just these legs. Those that it has heard before go on without
// a gap.
func (m *mixer) set(from []*Leg) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.inputs
	m.inputs = make([]*mixInput, len(from))
	for i, l := range from {
		if j := slices.IndexFunc(before, func(in *mixInput) bool { return in.from == l }); j >= 0 {
			m.inputs[i] = before[j]
		} else {
			m.inputs[i] = &mixInput{mixer: m, from: l}
		}
	}
}

// input is where the sound of a leg goes, nil if it is not heard.
func (m *mixer) input(from *Leg) *mixInput {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, in := range m.inputs {
		if in.from == from {
			return in
		}
	}
	return nil
}

func (m *mixer) record(r *recording) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.taps = r
}

// put takes a packet of the leg that is heard. What comes too late, or too far ahead, is
// left out.
func (in *mixInput) put(f *frame) {
	m := in.mixer
	m.mu.Lock()
	defer m.mu.Unlock()
	at := in.lane.place(f.stream, f.ts, position(m.begin, f.now))
	payload := f.payload()
	if at < m.at || at+int64(len(payload)) > m.at+mixRing && m.at > 0 {
		return
	}
	table := &linear[f.law&1]
	for i, b := range payload {
		in.ring[int(at+int64(i))&(mixRing-1)] = table[b]
	}
}

// beat sends the next 20 ms.
func (m *mixer) beat(now time.Duration) (more bool) {
	m.mu.Lock()
	m.move(position(m.begin, now) - mixDelay)
	for i := range m.sum {
		m.sum[i] = 0
	}
	for _, in := range m.inputs {
		for i := range m.sum {
			at := int(m.at+int64(i)) & (mixRing - 1)
			m.sum[i] += int32(in.ring[at])
			in.ring[at] = 0
		}
	}
	m.at += frameSamples
	m.leg.out.mix(m, now)
	if m.taps != nil {
		m.tape(now)
	}
	m.mu.Unlock()
	return true
}

func (m *mixer) ended() {}

// move puts the next beat to where the wall clock is, unless it is about there. What is
// jumped over is not heard.
func (m *mixer) move(want int64) {
	if m.at > 0 && want-m.at <= mixBehind && m.at-want <= mixAhead {
		return
	}
	want = max(want, 1)
	for _, in := range m.inputs {
		if m.at == 0 || want-m.at >= mixRing || want < m.at {
			in.ring = [mixRing]int16{}
			continue
		}
		for at := m.at; at < want; at++ {
			in.ring[int(at)&(mixRing-1)] = 0
		}
	}
	m.at = want
}

// fill encodes the sum.
func (m *mixer) fill(out []byte, law Codec) {
	for i, v := range m.sum {
		out[i] = law.Encode(int16(min(max(v, math.MinInt16), math.MaxInt16)))
	}
}

// tape records the sum as that of the agents: it is what the caller hears of them.
func (m *mixer) tape(now time.Duration) {
	f := frame{stream: m.stream, law: m.taps.law, ts: m.ts, raw: m.out[:], now: now}
	m.ts += frameSamples
	m.fill(m.out[:], f.law)
	m.taps.put(agentLane, &f)
}
