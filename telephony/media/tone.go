package media

import (
	"math"
	"strings"
	"time"
)

// Tone makes a sum of sines at 8 kHz, each at the given level (1 = full scale, the
// whole is cut there), that begins and ends softly enough not to click.
func Tone(length time.Duration, level float64, hertz ...float64) []int16 {
	pcm := make([]int16, samples(length))
	const soft = SampleRate / 400 // 2.5 ms
	for i := range pcm {
		v := 0.0
		for _, f := range hertz {
			v += math.Sin(2 * math.Pi * f * float64(i) / SampleRate)
		}
		edge := min(1, float64(min(i, len(pcm)-1-i))/soft)
		pcm[i] = int16(math.MaxInt16 * max(-1, min(1, v*level*edge)))
	}
	return pcm
}

// KeyTone is the pair of tones of a telephone key (ITU-T Q.23) at -10 dBFS each;
// nil for what is no key.
func KeyTone(key byte, length time.Duration) []int16 {
	const layout = "123A456B789C*0#D"
	i := strings.IndexByte(layout, key)
	if i < 0 {
		return nil
	}
	low := [4]float64{697, 770, 852, 941}[i/4]
	high := [4]float64{1209, 1336, 1477, 1633}[i%4]
	return Tone(length, 0.316, low, high)
}
