package sip

import (
	"encoding/binary"
	"errors"
)

// The frames between a socket and the library (RFC 6455 sec. 5.2). They go through
// memory only, so there is one kind in each direction: final, text, and from the page's
// side masked, with a mask of zeros.

const (
	finalText  = 0x80 | 0x1
	masked     = 0x80
	maxFrame   = 64 << 10 // of the library's: no message of ours is larger
	length16   = 126
	length64   = 127
	maskLength = 4
)

var errFrame = errors.New("no frame of the library")

// appendFrame writes a message as a browser would.
func appendFrame(b, text []byte) []byte {
	b = append(b, finalText)
	switch n := len(text); {
	case n < length16:
		b = append(b, masked|byte(n))
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16(append(b, masked|length16), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, masked|length64), uint64(n))
	}
	b = append(b, make([]byte, maskLength)...)
	return append(b, text...)
}

// cutFrame takes the first frame of the library out of b; text is nil while it is not
// whole.
func cutFrame(b []byte) (text, rest []byte, err error) {
	if len(b) < 2 {
		return nil, b, nil
	}
	if b[0] != finalText || b[1]&masked != 0 {
		return nil, b, errFrame
	}
	size, head := uint64(b[1]), 2
	switch {
	case size == length16 && len(b) >= 4:
		size, head = uint64(binary.BigEndian.Uint16(b[2:])), 4
	case size == length64 && len(b) >= 10:
		size, head = binary.BigEndian.Uint64(b[2:]), 10
	case size >= length16:
		return nil, b, nil
	}
	if size > maxFrame {
		return nil, b, errFrame
	}
	end := head + int(size)
	if len(b) < end {
		return nil, b, nil
	}
	text = make([]byte, size)
	copy(text, b[head:end])
	return text, b[end:], nil
}
