package media

import (
	"bytes"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

func TestParseRTP(t *testing.T) {
	full := rtp.Packet{
		Header: rtp.Header{
			Version: 2, Marker: true, PayloadType: 8, SequenceNumber: 0xFFFE, Timestamp: 0xDEADBEEF, SSRC: 0xCAFEBABE,
			CSRC: []uint32{1, 2, 3}, Extension: true, ExtensionProfile: 0xBEDE,
			PaddingSize: 8, Padding: true,
		},
		Payload: []byte("sound"),
	}
	if err := full.SetExtension(1, []byte{9, 9}); err != nil {
		t.Fatal(err)
	}
	b, err := full.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	p, ok := parseRTP(b)
	if !ok || !p.marker || p.pt != 8 || p.seq != 0xFFFE || p.ts != 0xDEADBEEF || p.ssrc != 0xCAFEBABE || string(p.payload()) != "sound" {
		t.Fatalf("%v %+v %q", ok, p, p.payload())
	}
	for n := range len(b) {
		if p, ok := parseRTP(b[:n]); ok && p.off > len(p.raw) {
			t.Fatalf("cut to %d bytes: payload at %d of %d", n, p.off, len(p.raw))
		}
	}
	putRTP(b, false, 0, 1, 2, 3)
	if p, ok := parseRTP(b); !ok || p.marker || p.pt != 0 || p.seq != 1 || p.ts != 2 || p.ssrc != 3 {
		t.Errorf("own header: %+v", p)
	}
}

type heard struct {
	sr     []senderInfo
	blocks []reportBlock
}

func (h *heard) senderReport(_ uint32, i senderInfo) { h.sr = append(h.sr, i) }
func (h *heard) receiverReport(b reportBlock)        { h.blocks = append(h.blocks, b) }

func TestReportsRoundTrip(t *testing.T) {
	info := &senderInfo{ntp: 0x0102030405060708, ts: 9, packets: 10, octets: 11}
	block := &reportBlock{ssrc: 12, fraction: 13, lost: 14, highest: 15, jitter: 16, lastSR: 17, delay: 18}
	for _, c := range []struct {
		info  *senderInfo
		block *reportBlock
	}{{info, block}, {info, nil}, {nil, block}, {nil, nil}} {
		b := appendReport(nil, 1, c.info, c.block, "callcard")
		if _, err := rtcp.Unmarshal(b); err != nil {
			t.Errorf("pion does not read it: %v", err)
		}
		var h heard
		if !parseRTCP(b, &h) {
			t.Fatal("we do not read it")
		}
		if (c.info != nil) != (len(h.sr) == 1) || c.info != nil && h.sr[0] != *c.info {
			t.Errorf("%+v", h.sr)
		}
		if (c.block != nil) != (len(h.blocks) == 1) || c.block != nil && h.blocks[0] != *c.block {
			t.Errorf("%+v", h.blocks)
		}
	}
}

func FuzzRTP(f *testing.F) {
	b := make([]byte, 172)
	putRTP(b, true, 8, 1, 2, 3)
	f.Add(b)
	f.Add([]byte{0xB1, 8, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0xBE, 0xDE, 0, 1, 1, 2, 3, 4, 5, 6, 2})
	f.Add([]byte{0x80, 101, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 5, 0x8A, 0, 160})
	f.Fuzz(func(t *testing.T, b []byte) {
		x := newTester(t)
		keep := bytes.Clone(b)
		for i := range 3 {
			fr, _, v := x.r.accept(b, signalled, x.now+time.Duration(i)*time.Second)
			if v.forward && (fr.off < rtpHeaderLen || fr.off >= len(fr.raw)) {
				t.Fatalf("payload at %d of %d", fr.off, len(fr.raw))
			}
		}
		if !bytes.Equal(b, keep) {
			t.Fatal("reading changed the packet")
		}
	})
}

func FuzzRTCP(f *testing.F) {
	f.Add(appendReport(nil, 1, &senderInfo{}, &reportBlock{}, "callcard"))
	f.Add(appendReport(nil, 1, nil, nil, ""))
	f.Add([]byte{0x81, 203, 0, 1, 1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, b []byte) {
		var r reporter
		parseRTCP(b, &r)
		if r.rtt < 0 || r.rtt > time.Minute {
			t.Fatalf("round trip of %v", r.rtt)
		}
	})
}

func FuzzReadWAV(f *testing.F) {
	var b bytes.Buffer
	if err := WriteWAV(&b, []int16{1, 2, 3}, SampleRate); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(append(appendWAVHead(nil, recordingFormat(PCMA), 0), 1, 2, 3))
	f.Fuzz(func(t *testing.T, b []byte) {
		pcm, rate, channels, err := ReadWAV(bytes.NewReader(b))
		if err == nil && (len(pcm)%channels != 0 || rate < 8000) {
			t.Fatalf("%d samples in %d channels at %d Hz", len(pcm), channels, rate)
		}
	})
}
