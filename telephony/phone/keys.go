package phone

import (
	"encoding/binary"
	"strings"
)

const (
	keyNames = "0123456789*#ABCD" // by event number, RFC 4733 section 3.2
	// keyPackets is how long a key is pressed, in packets; keyEnds how often its end
	// is said (RFC 4733 section 2.5.1.4).
	keyPackets, keyEnds = 8, 3
	keyEnd              = 0x80
	keyVolume           = 10 // -dBm0
)

// keyEvent is one packet about a pressed key.
type keyEvent struct {
	code, flags byte
	length      uint16
	ts          uint32
}

func (e keyEvent) payload() []byte {
	return binary.BigEndian.AppendUint16([]byte{e.code, e.flags | keyVolume}, e.length)
}

// keying presses keys one after the other.
type keying struct {
	queue []byte
	sent  int // packets of the first key
	ts    uint32
}

// next is the packet of this moment, if a key is pressed.
func (k *keying) next(now uint32) (e keyEvent, begins, ok bool) {
	if len(k.queue) == 0 {
		return e, false, false
	}
	begins = k.sent == 0
	if begins {
		k.ts = now
	}
	k.sent++
	e = keyEvent{code: k.queue[0], length: uint16(min(k.sent, keyPackets) * packetSamples), ts: k.ts}
	if k.sent >= keyPackets {
		e.flags = keyEnd
	}
	if k.sent == keyPackets+keyEnds-1 {
		k.queue, k.sent = k.queue[1:], 0
	}
	return e, begins, true
}

// Press presses keys of the telephone: 0-9, *, #, A-D; others are left out.
func (c *Call) Press(keys string) {
	c.voice.mu.Lock()
	defer c.voice.mu.Unlock()
	for _, k := range keys {
		if code := strings.IndexRune(keyNames, k); code >= 0 {
			c.voice.keys.queue = append(c.voice.keys.queue, byte(code))
		}
	}
}

// Pressed gives the keys that the other side presses, each once.
func (c *Call) Pressed() <-chan byte { return c.voice.pressed.keys }

// keypad hears keys.
type keypad struct {
	keys  chan byte
	heard bool
	last  uint32 // time stamp of the newest key whose end was heard
}

func newKeypad() keypad { return keypad{keys: make(chan byte, 64)} }

// take hears a packet. A key counts once, however often its end is repeated.
func (k *keypad) take(ts uint32, payload []byte) {
	if len(payload) < 4 || int(payload[0]) >= len(keyNames) || payload[1]&keyEnd == 0 || (k.heard && ts == k.last) {
		return
	}
	k.heard, k.last = true, ts
	select {
	case k.keys <- keyNames[payload[0]]:
	default:
	}
}
