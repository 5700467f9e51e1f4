package media

import (
	"testing"
)

// The values are of ITU-T G.711, tables 1 and 2, scaled to 16 bits.
func TestG711(t *testing.T) {
	for _, c := range []struct {
		law  Codec
		pcm  int16
		want byte
	}{
		{PCMU, 0, 0xFF}, {PCMU, 32767, 0x80}, {PCMU, -32768, 0x00}, {PCMU, 1000, 0xCE}, {PCMU, -1000, 0x4E},
		{PCMA, 0, 0xD5}, {PCMA, 32767, 0xAA}, {PCMA, -32768, 0x2A}, {PCMA, 1000, 0xFA}, {PCMA, -1000, 0x7A},
	} {
		if got := c.law.Encode(c.pcm); got != c.want {
			t.Errorf("%v of %d: %#x, want %#x", c.law, c.pcm, got, c.want)
		}
	}
	for _, law := range []Codec{PCMU, PCMA} {
		for i := range 256 {
			v := law.Decode(byte(i))
			if back := law.Encode(v); law.Decode(back) != v {
				t.Errorf("%v %#x: decoded %d, encoded %#x", law, i, v, back)
			}
		}
		for s := -32768; s <= 32767; s++ {
			got := int(law.Decode(law.Encode(int16(s))))
			if limit := max(16, abs(s)/16); abs(got-s) > limit && abs(s) < 32256 {
				t.Fatalf("%v of %d comes back as %d", law, s, got)
			}
		}
	}
}

func abs(v int) int { return max(v, -v) }

func TestTranslate(t *testing.T) {
	for _, law := range []Codec{PCMU, PCMA} {
		other := 1 - law
		for i := range 256 {
			b := []byte{byte(i)}
			translate(b, law, other)
			if b[0] != other.Encode(law.Decode(byte(i))) {
				t.Errorf("%v %#x became %#x", law, i, b[0])
			}
		}
	}
}

// The vectors are computed from the formulas of G.107 with Bpl 25.1.
func TestMOS(t *testing.T) {
	for _, c := range []struct{ delay, loss, r, mos float64 }{
		{20, 0, 92.7, 4.40}, {150, 0, 89.6, 4.33}, {150, 1, 86.0, 4.23},
		{150, 3, 79.5, 4.00}, {300, 0, 72.5, 3.71}, {300, 5, 56.7, 2.93},
	} {
		if r := rFactor(c.delay, c.loss); r < c.r-0.1 || r > c.r+0.1 {
			t.Errorf("R of %v ms, %v %%: %.2f, want %.1f", c.delay, c.loss, r, c.r)
		}
		if m := MOS(c.delay, c.loss); m < c.mos-0.01 || m > c.mos+0.01 {
			t.Errorf("MOS of %v ms, %v %%: %.3f, want %.2f", c.delay, c.loss, m, c.mos)
		}
	}
	if MOS(2000, 100) != 1 {
		t.Error("the worst is 1")
	}
}
