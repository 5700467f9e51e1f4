//go:build ignore

// soundgen makes the built-in sounds: go generate ./telephony/media
package main

import (
	"bytes"
	"log"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/callcard/callcard/telephony/media"
)

func main() {
	sounds := map[string][]int16{
		"music":    music(),
		"ringback": beats(time.Second, 4*time.Second, 0.18, 425),
		"busy":     beats(480*time.Millisecond, 480*time.Millisecond, 0.18, 425),
		"hold":     beats(300*time.Millisecond, 3700*time.Millisecond, 0.05, 523.25, 659.26),
	}
	for name, pcm := range sounds {
		var b bytes.Buffer
		if err := media.WriteWAV(&b, pcm, media.SampleRate); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("sounds", name+".wav"), b.Bytes(), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// beats is a tone and a pause.
func beats(on, off time.Duration, level float64, hertz ...float64) []int16 {
	return append(media.Tone(on, level, hertz...), media.Tone(off, 0)...)
}

// music is four slow chords, C, A minor, F and G, of two seconds each, that swell
// and fade. Every note has a soft octave above it.
func music() []int16 {
	chords := [][]float64{
		{261.63, 329.63, 392.00},
		{220.00, 261.63, 329.63},
		{174.61, 261.63, 349.23},
		{196.00, 246.94, 392.00},
	}
	const length = 2 * media.SampleRate
	var pcm []int16
	for _, chord := range chords {
		for i := range length {
			v := 0.0
			for n, f := range chord {
				t := float64(i)/media.SampleRate - 0.12*float64(n) // one note after the other
				if t < 0 {
					continue
				}
				v += math.Exp(-1.1*t) * (math.Sin(2*math.Pi*f*t) + 0.25*math.Sin(4*math.Pi*f*t))
			}
			fade := math.Min(1, math.Min(float64(i)/80, float64(length-1-i)/1600))
			pcm = append(pcm, int16(4200*v*fade))
		}
	}
	return pcm
}
