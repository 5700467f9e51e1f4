package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// WAV format tags (RFC 2361).
const (
	wavPCM        = 1
	wavALaw       = 6
	wavMuLaw      = 7
	wavExtensible = 0xFFFE
)

// wavFormat is the fmt chunk.
type wavFormat struct {
	tag      uint16
	channels int
	rate     int
	bits     int
}

// ReadWAV reads a WAV file with 8- or 16-bit PCM or G.711, one or two channels, 8 to 48
// kHz. The samples of the channels are interleaved. A file whose sizes are 0 or
// too large, as a killed writer leaves it, is read as far as it goes.
func ReadWAV(r io.Reader) (pcm []int16, rate, channels int, err error) {
	f, size, err := readWAVHead(r)
	if err != nil {
		return nil, 0, 0, err
	}
	if err := f.check(); err != nil {
		return nil, 0, 0, err
	}
	if size == 0 {
		size = 1<<32 - 1
	}
	data, err := io.ReadAll(io.LimitReader(r, size))
	if err != nil {
		return nil, 0, 0, fmt.Errorf("read the samples: %w", err)
	}
	switch f.tag {
	case wavALaw:
		pcm = PCMA.AppendDecoded(nil, data)
	case wavMuLaw:
		pcm = PCMU.AppendDecoded(nil, data)
	case wavPCM:
		if f.bits == 8 { // unsigned, as the format wants it
			pcm = make([]int16, len(data))
			for i, b := range data {
				pcm[i] = (int16(b) - 128) << 8
			}
			break
		}
		pcm = make([]int16, len(data)/2)
		for i := range pcm {
			pcm[i] = int16(binary.LittleEndian.Uint16(data[2*i:]))
		}
	}
	pcm = pcm[:len(pcm)/f.channels*f.channels]
	if len(pcm) == 0 {
		return nil, 0, 0, errors.New("the WAV file holds no samples")
	}
	return pcm, f.rate, f.channels, nil
}

// readWAVHead reads up to the first byte of the data chunk, whose size it returns.
func readWAVHead(r io.Reader) (f wavFormat, size int64, err error) {
	var riff [12]byte
	if _, err := io.ReadFull(r, riff[:]); err != nil || string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return f, 0, errors.New("not a WAV file")
	}
	for {
		var head [8]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return f, 0, errors.New("the WAV file ends before its samples")
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		switch id := string(head[:4]); id {
		case "data":
			if f.channels == 0 {
				return f, 0, errors.New("the WAV file has no format before its samples")
			}
			return f, size, nil
		case "fmt ":
			if size < 16 || size > 1024 {
				return f, 0, fmt.Errorf("the WAV file's format has a size of %d bytes", size)
			}
			b := make([]byte, size+size&1)
			if _, err := io.ReadFull(r, b); err != nil {
				return f, 0, errors.New("the WAV file ends within its format")
			}
			f = parseFormat(b)
		default:
			if _, err := io.CopyN(io.Discard, r, size+size&1); err != nil {
				return f, 0, fmt.Errorf("the WAV file ends within its %q chunk", id)
			}
		}
	}
}

func parseFormat(b []byte) wavFormat {
	f := wavFormat{
		tag:      binary.LittleEndian.Uint16(b),
		channels: int(binary.LittleEndian.Uint16(b[2:])),
		rate:     int(binary.LittleEndian.Uint32(b[4:])),
		bits:     int(binary.LittleEndian.Uint16(b[14:])),
	}
	if f.tag == wavExtensible && len(b) >= 26 {
		f.tag = binary.LittleEndian.Uint16(b[24:]) // the first bytes of the sub-format's GUID
	}
	return f
}

func (f wavFormat) check() error {
	want := 16
	switch f.tag {
	case wavPCM:
		if f.bits == 8 {
			want = 8
		}
	case wavALaw, wavMuLaw:
		want = 8
	default:
		return fmt.Errorf("WAV format %d: want 8- or 16-bit PCM (1), A-law (6) or mu-law (7)", f.tag)
	}
	switch {
	case f.bits != want:
		return fmt.Errorf("%d bits a sample: want %d", f.bits, want)
	case f.channels < 1 || f.channels > 2:
		return fmt.Errorf("%d channels: want 1 or 2", f.channels)
	case f.rate < 8000 || f.rate > 48000:
		return fmt.Errorf("%d samples a second: want 8000 to 48000", f.rate)
	}
	return nil
}

// WriteWAV writes a 16-bit PCM file of one channel.
func WriteWAV(w io.Writer, pcm []int16, rate int) error {
	b := appendWAVHead(nil, wavFormat{tag: wavPCM, channels: 1, rate: rate, bits: 16}, int64(2*len(pcm)))
	for _, s := range pcm {
		b = binary.LittleEndian.AppendUint16(b, uint16(s))
	}
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("write a WAV file: %w", err)
	}
	return nil
}

// appendWAVHead makes the chunks before the samples. What is not PCM has an
// extension size and a fact chunk with the number of samples of a channel.
func appendWAVHead(b []byte, f wavFormat, size int64) []byte {
	begin := len(b)
	block := f.channels * f.bits / 8
	b = append(b, "RIFF\x00\x00\x00\x00WAVEfmt "...)
	extra := f.tag != wavPCM
	if extra {
		b = binary.LittleEndian.AppendUint32(b, 18)
	} else {
		b = binary.LittleEndian.AppendUint32(b, 16)
	}
	b = binary.LittleEndian.AppendUint16(b, f.tag)
	b = binary.LittleEndian.AppendUint16(b, uint16(f.channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(f.rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(f.rate*block))
	b = binary.LittleEndian.AppendUint16(b, uint16(block))
	b = binary.LittleEndian.AppendUint16(b, uint16(f.bits))
	if extra {
		b = append(b, 0, 0)
		b = append(b, "fact\x04\x00\x00\x00"...)
		b = binary.LittleEndian.AppendUint32(b, uint32(size/int64(block)))
	}
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	binary.LittleEndian.PutUint32(b[begin+4:], uint32(int64(len(b)-begin-8)+size+size&1))
	return b
}
