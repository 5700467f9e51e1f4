package media

import "encoding/binary"

// rtpHeaderLen is the fixed part of the RTP header (RFC 3550, 5.1).
const rtpHeaderLen = 12

// packet is a received RTP packet: the header's meaning and where the payload lies
// in the reader's buffer. It is valid until the next read.
type packet struct {
	marker bool
	pt     uint8
	seq    uint16
	ts     uint32
	ssrc   uint32
	raw    []byte // the whole datagram without padding
	off    int    // of the payload in raw, >= rtpHeaderLen
}

func (p *packet) payload() []byte { return p.raw[p.off:] }

// parseRTP reads a datagram. ok is false for anything that is not RTP version 2 or
// whose lengths do not fit.
func parseRTP(b []byte) (p packet, ok bool) {
	if len(b) < rtpHeaderLen || b[0]>>6 != 2 {
		return p, false
	}
	off := rtpHeaderLen + 4*int(b[0]&0x0F)
	if b[0]&0x10 != 0 { // header extension (5.3.1)
		if len(b) < off+4 {
			return p, false
		}
		off += 4 + 4*int(binary.BigEndian.Uint16(b[off+2:]))
	}
	end := len(b)
	if b[0]&0x20 != 0 { // padding: its last byte counts itself
		pad := int(b[end-1])
		if pad == 0 {
			return p, false
		}
		end -= pad
	}
	if off > end {
		return p, false
	}
	return packet{
		marker: b[1]&0x80 != 0,
		pt:     b[1] & 0x7F,
		seq:    binary.BigEndian.Uint16(b[2:]),
		ts:     binary.BigEndian.Uint32(b[4:]),
		ssrc:   binary.BigEndian.Uint32(b[8:]),
		raw:    b[:end],
		off:    off,
	}, true
}

// putRTP writes a fixed header into the first twelve bytes of b.
func putRTP(b []byte, marker bool, pt uint8, seq uint16, ts, ssrc uint32) {
	b[0] = 0x80
	b[1] = pt & 0x7F
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], seq)
	binary.BigEndian.PutUint32(b[4:], ts)
	binary.BigEndian.PutUint32(b[8:], ssrc)
}
