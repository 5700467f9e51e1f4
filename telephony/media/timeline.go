package media

import "time"

// The lanes of a recording.
const (
	callerLane = 0 // left
	agentLane  = 1 // right
)

// A lane follows the timestamps of its packets; only when it has been out of step
// with the wall clock by more than laneSlack for a whole laneWindow is it moved. A
// late packet makes a lane look late, never early, so the least delay within the
// window is what counts: neither jitter nor a burst moves a lane, while a sender
// whose clock runs wrong is kept within laneSlack.
const (
	laneSlack  = 40 * SampleRate / 1000
	laneWindow = SampleRate
	// laneJump is a step of the timestamps that no network makes. Two such packets
	// in a row move the lane at once.
	laneJump = SampleRate
)

// lane places packets of one party on the timeline of a recording.
type lane struct {
	stream uint64 // 0 = nothing yet
	first  uint32 // timestamp that offset belongs to
	offset int64  // position of first on the timeline

	since  int64 // position by the wall clock at which the window began
	least  int64 // least delay in the window
	strays int   // packets in a row that lie laneJump away
}

// place returns the position of a packet on the timeline; now is the position of
// the present moment.
func (l *lane) place(stream uint64, ts uint32, now int64) int64 {
	if stream != l.stream {
		*l = lane{stream: stream}
		return l.anchor(ts, now)
	}
	at := l.offset + int64(int32(ts-l.first))
	// The anchor follows, so that the difference never wraps.
	l.first, l.offset = ts, at
	late := now - at
	if late > laneJump || late < -laneJump {
		if l.strays++; l.strays >= 2 {
			return l.anchor(ts, now)
		}
		return at
	}
	l.strays = 0
	l.least = min(l.least, late)
	if now-l.since >= laneWindow {
		if l.least > laneSlack || l.least < -laneSlack {
			l.offset += l.least
			at += l.least
		}
		l.since, l.least = now, late
	}
	return at
}

func (l *lane) anchor(ts uint32, now int64) int64 {
	l.first, l.offset = ts, now
	l.since, l.least, l.strays = now, laneJump, 0
	return now
}

// ring holds the part of a recording that may still change: both lanes,
// interleaved as in the file. Positions count samples since the beginning.
type ring struct {
	data    [2 * ringSamples]byte
	begin   int64 // first position that is held
	silence byte
}

// ringSamples is 2 s: a second between flushes, openFor for late packets, and the
// rest for a disk that stalls.
const ringSamples = 1 << 14

func (r *ring) reset(silence byte) {
	r.begin, r.silence = 0, silence
	for i := range r.data {
		r.data[i] = silence
	}
}

// put writes samples into a lane. What is too old, or too far ahead because the
// disk has stalled, is left out: false.
func (r *ring) put(lane int, at int64, payload []byte, table *[256]byte) bool {
	if at < r.begin || at+int64(len(payload)) > r.begin+ringSamples {
		return false
	}
	i := 2*(int(at)&(ringSamples-1)) + lane
	for _, b := range payload {
		if table != nil {
			b = table[b]
		}
		r.data[i&(2*ringSamples-1)] = b
		i += 2
	}
	return true
}

// read copies the positions [from, to) as the file has them.
func (r *ring) read(dst []byte, from, to int64) []byte {
	for from < to {
		i := int(from) & (ringSamples - 1)
		n := min(int(to-from), ringSamples-i)
		dst = append(dst, r.data[2*i:2*(i+n)]...)
		from += int64(n)
	}
	return dst
}

// advance drops what lies before to and makes room for as much.
func (r *ring) advance(to int64) {
	for r.begin < to {
		i := int(r.begin) & (ringSamples - 1)
		n := min(int(min(to-r.begin, ringSamples)), ringSamples-i)
		part := r.data[2*i : 2*(i+n)]
		for j := range part {
			part[j] = r.silence
		}
		r.begin += int64(n)
	}
}

// position is a moment on the timeline of a recording that began at begin.
func position(begin, now time.Duration) int64 { return samples(now - begin) }
