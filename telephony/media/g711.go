package media

// Codec is one of the two laws of ITU-T G.711, 8000 samples a second. The zero
// value is PCMU.
type Codec uint8

const (
	PCMU Codec = iota // mu-law, RTP payload type 0
	PCMA              // A-law, RTP payload type 8
)

// SampleRate is the clock of everything in this package, Hz.
const SampleRate = 8000

// frameSamples is 20 ms: the packet time of everything that we send ourselves.
const frameSamples = 160

// PayloadType is the static RTP payload type (RFC 3551, table 4).
func (c Codec) PayloadType() uint8 {
	if c == PCMA {
		return 8
	}
	return 0
}

// String is the encoding name of RFC 3551.
func (c Codec) String() string {
	if c == PCMA {
		return "PCMA"
	}
	return "PCMU"
}

// Silence is the byte of the zero level.
func (c Codec) Silence() byte {
	if c == PCMA {
		return 0xD5
	}
	return 0xFF
}

// Decode returns the 16-bit linear value of one byte.
func (c Codec) Decode(b byte) int16 { return linear[c&1][b] }

// Encode returns the byte whose value comes nearest to a 16-bit linear sample.
func (c Codec) Encode(s int16) byte {
	if c == PCMA {
		return encodeALaw(s)
	}
	return encodeMuLaw(s)
}

// AppendEncoded appends the encoded samples to dst.
func (c Codec) AppendEncoded(dst []byte, pcm []int16) []byte {
	for _, s := range pcm {
		dst = append(dst, c.Encode(s))
	}
	return dst
}

// AppendDecoded appends the linear samples to dst.
func (c Codec) AppendDecoded(dst []int16, g711 []byte) []int16 {
	t := &linear[c&1]
	for _, b := range g711 {
		dst = append(dst, t[b])
	}
	return dst
}

// translate changes bytes of one law into the other in place.
func translate(b []byte, from, to Codec) {
	if from == to {
		return
	}
	t := &crossLaw[from&1]
	for i, v := range b {
		b[i] = t[v]
	}
}

var (
	linear   = [2][256]int16{PCMU: decodeTable(decodeMuLaw), PCMA: decodeTable(decodeALaw)}
	crossLaw = [2][256]byte{PCMU: crossTable(PCMU, PCMA), PCMA: crossTable(PCMA, PCMU)}
)

func decodeTable(decode func(byte) int16) (t [256]int16) {
	for i := range t {
		t[i] = decode(byte(i))
	}
	return t
}

func crossTable(from, to Codec) (t [256]byte) {
	for i := range t {
		t[i] = to.Encode(linear[from][i])
	}
	return t
}

// muBias moves the segment ends of mu-law to powers of two (G.711, table 2a).
const muBias = 0x84

func decodeMuLaw(b byte) int16 {
	b = ^b
	v := (int16(b&0x0F)<<3+muBias)<<(b>>4&7) - muBias
	if b&0x80 != 0 {
		return -v
	}
	return v
}

func encodeMuLaw(s int16) byte {
	v, sign := int(s), byte(0)
	if v < 0 {
		v, sign = -v, 0x80
	}
	v = min(v, 32635) + muBias
	seg := segment(v >> 7)
	return ^(sign | seg<<4 | byte(v>>(seg+3))&0x0F)
}

func decodeALaw(b byte) int16 {
	b ^= 0x55
	v := int16(b&0x0F)<<4 + 8
	if seg := b >> 4 & 7; seg > 0 {
		v = (v + 0x100) << (seg - 1)
	}
	if b&0x80 == 0 {
		return -v
	}
	return v
}

func encodeALaw(s int16) byte {
	v, sign := int(s)>>3, byte(0x80)
	if v < 0 {
		v, sign = -v-1, 0
	}
	seg := segment(v >> 4)
	if seg == 0 {
		return (sign | byte(v>>1)&0x0F) ^ 0x55
	}
	return (sign | seg<<4 | byte(v>>seg)&0x0F) ^ 0x55
}

// segment is the number of the highest bit of v that is set above bit 0, at most 7.
func segment(v int) (seg byte) {
	for v >>= 1; v > 0 && seg < 7; v >>= 1 {
		seg++
	}
	return seg
}
