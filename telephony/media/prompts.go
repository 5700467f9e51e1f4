package media

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/callcard/callcard/telephony"
)

// Prompt is a sound of the library.
type Prompt struct {
	Name   telephony.Sound
	Length time.Duration
}

// Prompts lists the library by name.
func (e *Engine) Prompts() []Prompt {
	var list []Prompt
	for name, s := range *e.sounds.Load() {
		list = append(list, Prompt{name, time.Duration(s.samples()) * time.Second / SampleRate})
	}
	slices.SortFunc(list, func(a, b Prompt) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// SetPrompts reads the library anew, with <sound>.wav files that add to the built-in
// sounds or replace them. Who hears a sound now hears it to its end. On an error the
// library stays.
func (e *Engine) SetPrompts(overrides fs.FS) error {
	lib, err := loadSounds(overrides)
	if err != nil {
		return err
	}
	e.sounds.Store(&lib)
	return nil
}

func (e *Engine) sound(name telephony.Sound) (*sound, bool) {
	s, ok := (*e.sounds.Load())[name]
	return s, ok
}

// BuiltInPrompt is the WAV file of a built-in sound; fs.ErrNotExist when there is none.
func BuiltInPrompt(name telephony.Sound) ([]byte, error) {
	return builtIn.ReadFile("sounds/" + string(name) + ".wav")
}

// ConvertPrompt makes a WAV file as ReadSound takes it into one that is played as it is:
// mono, 16 bits, 8 kHz.
func ConvertPrompt(wav io.Reader) ([]byte, error) {
	pcm, err := ReadSound(wav)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := WriteWAV(&b, pcm, SampleRate); err != nil {
		return nil, err
	}
	if _, err := newSound(b.Bytes()); err != nil {
		return nil, fmt.Errorf("the prompt cannot be played: %w", err)
	}
	return b.Bytes(), nil
}
