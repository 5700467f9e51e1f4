package media

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/callcard/callcard/telephony"
)

func wavOf(t *testing.T, pcm []int16, rate int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteWAV(&b, pcm, rate); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBuiltInSounds(t *testing.T) {
	lib, err := loadSounds(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, length := range map[telephony.Sound]time.Duration{
		telephony.Music: 8 * time.Second, telephony.Ringback: 5 * time.Second,
		telephony.Hold: 4 * time.Second, telephony.Busy: 960 * time.Millisecond,
	} {
		s := lib[name]
		if s == nil {
			t.Fatalf("no %s", name)
		}
		within(t, string(name), duration(int64(s.samples())), length, 0)
		for law, b := range s.encoded {
			loudest := 0
			for _, v := range Codec(law).AppendDecoded(nil, b) {
				loudest = max(loudest, abs(int(v)))
			}
			if loudest < 2000 || loudest > 32000 {
				t.Errorf("%s in %v: loudest sample %d", name, Codec(law), loudest)
			}
		}
	}
	// 425 Hz, a second on and four off.
	ring := PCMA.AppendDecoded(nil, lib[telephony.Ringback].encoded[PCMA])
	checkTone(t, ring[:SampleRate], 425)
	if got := level(ring[SampleRate:], 425); got > 0.001 {
		t.Errorf("the pause rings at %.3f", got)
	}
}

func TestPromptsReplaceAndAdd(t *testing.T) {
	lib, err := loadSounds(fstest.MapFS{
		"music.wav":     {Data: wavOf(t, Tone(time.Second, 0.3, 700), SampleRate)},
		"greeting.wav":  {Data: wavOf(t, Tone(4*time.Second, 0.3, 200), 32000)}, // 800 Hz for a second, at 32 kHz
		"read me.txt":   {Data: []byte("not a prompt")},
		"sub/other.wav": {Data: []byte("in a folder")},
	})
	if err != nil {
		t.Fatal(err)
	}
	checkTone(t, PCMU.AppendDecoded(nil, lib["music"].encoded[PCMU]), 700, 261.63)
	greeting := PCMU.AppendDecoded(nil, lib["greeting"].encoded[PCMU])
	if len(greeting) != SampleRate {
		t.Errorf("%d samples, want a second", len(greeting))
	}
	checkTone(t, greeting, 800, 200)
	if lib[telephony.Ringback] == nil {
		t.Error("the others are gone")
	}
}

func TestBadPrompts(t *testing.T) {
	good := wavOf(t, Tone(time.Second, 0.3, 700), SampleRate)
	change := func(at int, b byte) []byte {
		c := bytes.Clone(good)
		c[at] = b
		return c
	}
	for want, wav := range map[string][]byte{
		"not a WAV":                    []byte("ID3 something else"),
		"not a WAV file":               nil,
		"ends before its samples":      good[:36],
		"ends within its format":       good[:30],
		"WAV format 3: want":           change(20, 3),
		"3 channels: want 1 or 2":      change(22, 3),
		"3904 samples a second":        change(25, 0x0F),
		"24 bits a sample: want 16":    change(34, 24),
		"holds no samples":             good[:44],
		"shorter than 20 ms":           good[:100],
		"format has a size of 1048592": change(18, 16),
		"no format before its samples": append([]byte("RIFF\x00\x00\x00\x00WAVEdata\x02\x00\x00\x00"), 1, 2),
		`within its "LIST" chunk`:      []byte("RIFF\x00\x00\x00\x00WAVELIST\xff\x00\x00\x00abc"),
	} {
		_, err := New(Config{PortMin: 20000, PortMax: 20001, Prompts: fstest.MapFS{"greeting.wav": {Data: wav}}})
		if err == nil || !strings.Contains(err.Error(), "prompt greeting.wav: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestReadWAVStereo(t *testing.T) {
	left, right := Tone(time.Second, 0.3, 1000), Tone(time.Second, 0.3, 440)
	path := writeRecording(t, PCMA, left, right, 1<<31) // a size beyond the end
	tape := channels(t, path)
	checkTone(t, tape[0], 1000, 440)
	checkTone(t, tape[1], 440, 1000)
}

// What 8 kHz cannot hold must not come back as another tone.
func TestResample(t *testing.T) {
	for _, rate := range []int{11025, 16000, 44100, 48000} {
		tone := func(hertz float64) []int16 {
			// Tone counts at 8 kHz: a frequency scaled by the rates is hertz at rate.
			return Tone(time.Second*time.Duration(rate)/SampleRate, 0.3, hertz*SampleRate/float64(rate))
		}
		in := Resample(tone(1000), rate, SampleRate)
		within(t, "a second", duration(int64(len(in))), time.Second, time.Millisecond)
		if got := level(in, 1000); got < 0.28 || got > 0.32 {
			t.Errorf("%d Hz: 1000 Hz at %.3f, want 0.3", rate, got)
		}
		if rate > 11025 {
			if got := level(Resample(tone(5000), rate, SampleRate), 3000); got > 0.003 {
				t.Errorf("%d Hz: 5000 Hz comes back as 3000 Hz at %.4f", rate, got)
			}
		}
	}
	if got := level(Resample(Tone(time.Second, 0.3, 500), 8000, 16000), 250); got < 0.28 {
		t.Errorf("upwards: %.3f", got)
	}
}
