package media

import (
	"bytes"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/callcard/callcard/telephony"
)

func TestPromptsAreReplacedWhileRunning(t *testing.T) {
	e, err := New(Config{PortMin: 41000, PortMax: 41010})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	own, err := ConvertPrompt(bytes.NewReader(wavOf(t, make([]int16, 48000), 48000)))
	if err != nil {
		t.Fatal(err)
	}
	if err := e.SetPrompts(fstest.MapFS{"music.wav": {Data: own}}); err != nil {
		t.Fatal(err)
	}
	length := func() (d time.Duration) {
		for _, p := range e.Prompts() {
			if p.Name == telephony.Music {
				d = p.Length
			}
		}
		return d
	}
	if length() != time.Second {
		t.Errorf("music of a second has %v", length())
	}
	if err := e.SetPrompts(fstest.MapFS{"music.wav": {Data: []byte("no")}}); err == nil || length() != time.Second {
		t.Errorf("after a bad file: %v, %v", err, length())
	}
	if err := e.SetPrompts(nil); err != nil || length() != 8*time.Second {
		t.Errorf("built in again: %v, %v", err, length())
	}
	if wav, err := BuiltInPrompt(telephony.Music); err != nil || len(wav) < 1000 {
		t.Errorf("%d bytes, %v", len(wav), err)
	}
	if _, err := BuiltInPrompt("../music"); err == nil {
		t.Error("a name leads out of the folder")
	} else if _, err := BuiltInPrompt("no"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestEightBitsAreRead(t *testing.T) {
	wav := appendWAVHead(nil, wavFormat{tag: wavPCM, channels: 1, rate: 8000, bits: 8}, 3)
	pcm, rate, channels, err := ReadWAV(bytes.NewReader(append(wav, 0, 128, 255)))
	if err != nil || rate != 8000 || channels != 1 || pcm[0] != -32768 || pcm[1] != 0 || pcm[2] != 127<<8 {
		t.Errorf("%v %d %d %v", pcm, rate, channels, err)
	}
}

// The largest file that people may send: 52 s at 48 kHz.
func BenchmarkConvertPrompt(b *testing.B) {
	var wav bytes.Buffer
	if err := WriteWAV(&wav, make([]int16, 5<<19), 48000); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := ConvertPrompt(bytes.NewReader(wav.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}
