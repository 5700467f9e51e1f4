package media

import (
	"encoding/binary"
	"time"
)

// keyNames are the events 0 to 15 of RFC 4733, 3.2.
const keyNames = "0123456789*#ABCD"

// keyLost is how long after its last packet a key counts as released when the
// packets that say so were lost.
const keyLost = 200 * time.Millisecond

// keyDetector finds key presses in telephone-events (RFC 4733). A press is told
// once: at the first packet with the end bit, or, when all of those were lost, when
// something else follows. All packets of a press have the same timestamp.
type keyDetector struct {
	active bool // a press was seen
	told   bool
	ts     uint32 // of the press
	key    byte
	at     time.Duration // last packet
}

// event takes the payload of a telephone-event and returns up to two presses: an
// earlier one whose end was lost, and this one. 0 = none.
func (d *keyDetector) event(ts uint32, payload []byte, now time.Duration) (keys [2]byte) {
	if len(payload) < 4 || int(payload[0]) >= len(keyNames) {
		return keys
	}
	if d.active && int32(ts-d.ts) < 0 {
		return keys // a late packet of an earlier press
	}
	if !d.active || ts != d.ts {
		keys[0] = d.release()
		*d = keyDetector{active: true, ts: ts, key: keyNames[payload[0]]}
	}
	d.at = now
	if payload[1]&0x80 != 0 {
		keys[1] = d.release()
	}
	return keys
}

// sound says that a packet of sound has come.
func (d *keyDetector) sound(ts uint32) (keys [2]byte) {
	if d.active && !d.told && int32(ts-d.ts) > 0 {
		keys[0] = d.release()
	}
	return keys
}

// overdue releases a key of which nothing has been heard for keyLost.
func (d *keyDetector) overdue(now time.Duration) (keys [2]byte) {
	if now-d.at >= keyLost {
		keys[0] = d.release()
	}
	return keys
}

func (d *keyDetector) release() byte {
	if !d.active || d.told {
		return 0
	}
	d.told = true
	return d.key
}

// putEvent writes a telephone-event payload (RFC 4733, 2.3): -10 dBm0.
func putEvent(b []byte, event byte, end bool, length uint16) {
	b[0] = event
	b[1] = 10
	if end {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], length)
}
