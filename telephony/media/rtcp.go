package media

import (
	"encoding/binary"
	"time"
)

// RTCP packet types (RFC 3550, 12.1). BYE and APP are not looked at: a forged BYE
// must not end a call, SIP does that.
const (
	rtcpSR   = 200
	rtcpRR   = 201
	rtcpSDES = 202
)

// reportBlock is what one side tells of a stream it receives (RFC 3550, 6.4.1).
type reportBlock struct {
	ssrc     uint32
	fraction uint8
	lost     uint32 // 24 bits
	highest  uint32
	jitter   uint32
	lastSR   uint32
	delay    uint32 // since lastSR, in 1/65536 s
}

// senderInfo is the middle part of a sender report.
type senderInfo struct {
	ntp             uint64
	ts              uint32
	packets, octets uint32
}

// rtcpVisitor hears what a compound packet says.
type rtcpVisitor interface {
	senderReport(ssrc uint32, info senderInfo)
	receiverReport(block reportBlock)
}

// parseRTCP walks through a compound packet; false at the first part that does not
// fit. What came before counts.
func parseRTCP(b []byte, v rtcpVisitor) bool {
	if len(b) == 0 {
		return false
	}
	for len(b) > 0 {
		if len(b) < 8 || b[0]>>6 != 2 {
			return false
		}
		size := 4 * (int(binary.BigEndian.Uint16(b[2:])) + 1)
		if size < 8 || size > len(b) {
			return false
		}
		part, count := b[:size], int(b[0]&0x1F)
		blocks := part[8:]
		if b[1] == rtcpSR {
			if len(part) < 28 {
				return false
			}
			v.senderReport(binary.BigEndian.Uint32(part[4:]), senderInfo{
				ntp:     binary.BigEndian.Uint64(part[8:]),
				ts:      binary.BigEndian.Uint32(part[16:]),
				packets: binary.BigEndian.Uint32(part[20:]),
				octets:  binary.BigEndian.Uint32(part[24:]),
			})
			blocks = part[28:]
		}
		if b[1] == rtcpSR || b[1] == rtcpRR {
			if len(blocks) < 24*count {
				return false
			}
			for ; count > 0; count, blocks = count-1, blocks[24:] {
				v.receiverReport(parseBlock(blocks))
			}
		}
		b = b[size:]
	}
	return true
}

func parseBlock(b []byte) reportBlock {
	return reportBlock{
		ssrc:     binary.BigEndian.Uint32(b),
		fraction: b[4],
		lost:     binary.BigEndian.Uint32(b[4:]) & 0xFFFFFF,
		highest:  binary.BigEndian.Uint32(b[8:]),
		jitter:   binary.BigEndian.Uint32(b[12:]),
		lastSR:   binary.BigEndian.Uint32(b[16:]),
		delay:    binary.BigEndian.Uint32(b[20:]),
	}
}

// appendReport makes a compound packet: SR, or RR when info is nil, with at most
// one block, and the CNAME that RFC 3550, 6.1 demands.
func appendReport(b []byte, ssrc uint32, info *senderInfo, block *reportBlock, cname string) []byte {
	begin := len(b)
	head, pt := byte(0x80), byte(rtcpRR)
	if block != nil {
		head |= 1
	}
	if info != nil {
		pt = rtcpSR
	}
	b = append(b, head, pt, 0, 0)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	if info != nil {
		b = binary.BigEndian.AppendUint64(b, info.ntp)
		b = binary.BigEndian.AppendUint32(b, info.ts)
		b = binary.BigEndian.AppendUint32(b, info.packets)
		b = binary.BigEndian.AppendUint32(b, info.octets)
	}
	if block != nil {
		b = binary.BigEndian.AppendUint32(b, block.ssrc)
		b = binary.BigEndian.AppendUint32(b, uint32(block.fraction)<<24|block.lost&0xFFFFFF)
		b = binary.BigEndian.AppendUint32(b, block.highest)
		b = binary.BigEndian.AppendUint32(b, block.jitter)
		b = binary.BigEndian.AppendUint32(b, block.lastSR)
		b = binary.BigEndian.AppendUint32(b, block.delay)
	}
	putLength(b[begin:])

	begin = len(b)
	b = append(b, 0x81, rtcpSDES, 0, 0)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	b = append(b, 1, byte(len(cname)))
	b = append(b, cname...)
	b = append(b, 0) // ends the items; then up to the next word
	for (len(b)-begin)%4 != 0 {
		b = append(b, 0)
	}
	putLength(b[begin:])
	return b
}

func putLength(part []byte) {
	binary.BigEndian.PutUint16(part[2:], uint16(len(part)/4-1))
}

// ntpTime is a time in 1/2^32 s since 1900 (RFC 3550, 4).
func ntpTime(t time.Time) uint64 {
	const from1900to1970 = 2208988800
	return uint64(t.Unix()+from1900to1970)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// middle is the part of an NTP time that reports carry back.
func middle(ntp uint64) uint32 { return uint32(ntp >> 16) }
