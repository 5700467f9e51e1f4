package media

import "time"

// reception counts what came of a stream of packets (RFC 3550, A.1, A.3 and A.8).
// The totals go on over changes of SSRC.
type reception struct {
	received uint64 // without duplicates
	before   uint64 // expected of earlier SSRCs
	jitter   uint32 // in 1/16 timestamp units

	started  bool
	base     uint32 // extended sequence number of the first packet of this SSRC
	highest  uint32 // extended
	recent   uint64 // which of the 64 numbers up to highest came; bit 0 = highest
	bad      uint16 // what would continue a jump
	jumped   bool
	timed    bool
	transit  uint32
	expected uint64 // at the last report, for the fraction lost
	reported uint64 // received at the last report
}

// MAX_DROPOUT and MAX_MISORDER of RFC 3550, A.1.
const (
	maxDropout  = 3000
	maxMisorder = 100
)

type order uint8

const (
	inOrder order = iota
	duplicate
	outOfRange // far off; the next one may show that the numbering jumped
	restarted  // the numbering has jumped
)

// begin starts with a new SSRC.
func (c *reception) begin() {
	c.close()
	c.started, c.jumped, c.timed = false, false, false
}

func (c *reception) close() {
	if c.started {
		c.before += uint64(c.highest-c.base) + 1
	}
}

func (c *reception) add(seq uint16) order {
	if !c.started {
		c.start(seq)
		return inOrder
	}
	step := int16(seq - uint16(c.highest))
	switch {
	case step > 0 && step < maxDropout:
		c.highest += uint32(step)
		c.recent = c.recent<<step | 1
	case step <= 0 && step > -64:
		bit := uint64(1) << -step
		if c.recent&bit != 0 {
			return duplicate
		}
		c.recent |= bit
	case step <= 0 && step > -maxMisorder:
		return outOfRange
	default:
		if !c.jumped || seq != c.bad {
			c.jumped, c.bad = true, seq+1
			return outOfRange
		}
		c.begin()
		c.start(seq)
		return restarted
	}
	c.received++
	c.jumped = false
	return inOrder
}

func (c *reception) start(seq uint16) {
	// One cycle up, so that a packet from just before the first does not go below 0.
	c.base = 1<<16 | uint32(seq)
	c.highest = c.base
	c.recent = 1
	c.received++
	c.started = true
}

// timing measures the interarrival jitter. Packets of a telephone-event share one
// timestamp and must not be given to it.
func (c *reception) timing(ts uint32, now time.Duration) {
	transit := uint32(samples(now)) - ts
	if c.timed {
		d := int32(transit - c.transit)
		if d < 0 {
			d = -d
		}
		c.jitter += uint32(d) - (c.jitter+8)>>4
	}
	c.timed, c.transit = true, transit
}

func (c *reception) totalExpected() uint64 {
	if !c.started {
		return c.before
	}
	return c.before + uint64(c.highest-c.base) + 1
}

func (c *reception) lost() uint64 {
	if e := c.totalExpected(); e > c.received {
		return e - c.received
	}
	return 0
}

// fraction is the share lost since the last report, in 1/256.
func (c *reception) fraction() uint8 {
	expected, received := c.totalExpected(), c.received
	e, r := expected-c.expected, received-c.reported
	c.expected, c.reported = expected, received
	if e == 0 || r >= e {
		return 0
	}
	return uint8(min((e-r)*256/e, 255))
}

func (c *reception) jitterMS() float64 { return float64(c.jitter>>4) / (SampleRate / 1000) }

// samples is a length of time in timestamp units.
func samples(d time.Duration) int64 { return int64(d) * SampleRate / int64(time.Second) }

// duration is a number of samples as a length of time.
func duration(n int64) time.Duration { return time.Duration(n) * time.Second / SampleRate }
