package media

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/callcard/callcard/telephony"
)

//go:generate go run soundgen.go

//go:embed sounds/*.wav
var builtIn embed.FS

// sound is a prompt in both laws, so that playing is copying.
type sound struct{ encoded [2][]byte }

func (s *sound) samples() int { return len(s.encoded[PCMU]) }

// library holds the prompts by name.
type library map[telephony.Sound]*sound

// loadSounds reads the built-in sounds and then <name>.wav of the overrides.
func loadSounds(overrides fs.FS) (library, error) {
	lib := library{}
	own, err := fs.Sub(builtIn, "sounds")
	if err != nil {
		return nil, fmt.Errorf("built-in sounds: %w", err)
	}
	for _, from := range []fs.FS{own, overrides} {
		if from == nil {
			continue
		}
		if err := lib.load(from); err != nil {
			return nil, err
		}
	}
	return lib, nil
}

func (lib library) load(from fs.FS) error {
	names, err := fs.Glob(from, "*.wav")
	if err != nil {
		return fmt.Errorf("list the prompts: %w", err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			return fmt.Errorf("prompt %s: %w", name, err)
		}
		s, err := newSound(raw)
		if err != nil {
			return fmt.Errorf("prompt %s: %w", name, err)
		}
		lib[telephony.Sound(strings.TrimSuffix(path.Base(name), ".wav"))] = s
	}
	return nil
}

// ReadSound reads a WAV file as ReadWAV does and makes it mono at 8 kHz.
func ReadSound(r io.Reader) ([]int16, error) {
	pcm, rate, channels, err := ReadWAV(r)
	if err != nil {
		return nil, err
	}
	return Resample(mono(pcm, channels), rate, SampleRate), nil
}

func newSound(wav []byte) (*sound, error) {
	pcm, err := ReadSound(bytes.NewReader(wav))
	if err != nil {
		return nil, err
	}
	if len(pcm) < frameSamples {
		return nil, errors.New("the sound is shorter than 20 ms")
	}
	s := &sound{}
	for law := range s.encoded {
		s.encoded[law] = Codec(law).AppendEncoded(nil, pcm)
	}
	return s, nil
}
