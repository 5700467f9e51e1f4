//go:build linux

package acceptance

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony/media"
)

// sound is a recording with the caller's and the agent's channel, 8 kHz.
type sound struct{ caller, agent []float64 }

func (s sound) length() time.Duration {
	return time.Duration(len(s.caller)) * time.Second / media.SampleRate
}

// recordingOf downloads a recording.
func (c *client) recordingOf(t *testing.T, id string) sound {
	t.Helper()
	file := c.download(t, id, "", http.StatusOK)
	pcm, rate, channels, err := media.ReadWAV(bytes.NewReader(file))
	if err != nil || rate != media.SampleRate || channels != 2 {
		t.Fatalf("the recording is %d Hz, %d channels: %v", rate, channels, err)
	}
	var s sound
	for i := 0; i+1 < len(pcm); i += 2 {
		s.caller = append(s.caller, float64(pcm[i])/32768)
		s.agent = append(s.agent, float64(pcm[i+1])/32768)
	}
	return s
}

func (c *client) download(t *testing.T, id, bytesRange string, want int) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("http://%s/api/v1/calls/%s/recording", c.s.http, id), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if bytesRange != "" {
		r.Header.Set("Range", bytesRange)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != want {
		t.Fatalf("the recording, range %q: status %d, %v", bytesRange, answer.StatusCode, err)
	}
	return body
}

// share is the part of the power of x that lies at hertz (Goertzel), measured over
// stretches of a tenth of a second so that small jumps of phase do no harm; silent
// stretches count as not the tone.
func share(x []float64, hertz float64) float64 {
	const block = media.SampleRate / 10
	if len(x) < block {
		return 0
	}
	sum, n := 0.0, 0
	for ; len(x) >= block; x = x[block:] {
		sum += tone(x[:block], hertz)
		n++
	}
	return sum / float64(n)
}

func tone(x []float64, hertz float64) float64 {
	coeff := 2 * math.Cos(2*math.Pi*hertz/media.SampleRate)
	total, s1, s2 := 0.0, 0.0, 0.0
	for _, v := range x {
		total += v * v
		s1, s2 = v+coeff*s1-s2, s1
	}
	if n := float64(len(x)); total/n > 1e-5 {
		return 2 * (s1*s1 + s2*s2 - coeff*s1*s2) / (n * total)
	}
	return 0
}

// silent is the part of x in which there is nothing, in stretches of a tenth of a second.
func silent(x []float64) float64 {
	const block = media.SampleRate / 10
	none, n := 0, 0
	for ; len(x) >= block; x = x[block:] {
		if !slices.ContainsFunc(x[:block], func(v float64) bool { return math.Abs(v) > 0.01 }) {
			none++
		}
		n++
	}
	return float64(none) / float64(n)
}

// last is the end of the sound.
func (s sound) last(d time.Duration) sound {
	from := max(0, len(s.caller)-int(d.Seconds()*media.SampleRate))
	return sound{s.caller[from:], s.agent[from:]}
}

// holdsBothSides checks that the channels carry the tones of their sides and nothing of the
// other's.
func (s sound) holdsBothSides(t *testing.T) {
	t.Helper()
	edge := min(len(s.caller)/4, media.SampleRate/2)
	caller, agent := s.caller[edge:len(s.caller)-edge], s.agent[edge:len(s.agent)-edge]
	for _, c := range []struct {
		what    string
		channel []float64
		own     float64
		other   float64
	}{{"caller's", caller, callerTone, agentTone}, {"agent's", agent, agentTone, callerTone}} {
		if own, other := share(c.channel, c.own), share(c.channel, c.other); own < 0.8 || other > 0.05 {
			t.Errorf("the %s channel of the recording holds %.2f of its tone and %.2f of the other's", c.what, own, other)
		}
	}
}

// lasts checks the length of the recording against the talk.
func (s sound) lasts(t *testing.T, talk, tolerance time.Duration) {
	t.Helper()
	if d := s.length() - talk; d < -tolerance || d > tolerance {
		t.Errorf("the recording is %v long, the talk %v", s.length(), talk)
	}
}

var tone440 = media.Tone(time.Second, 0.3, agentTone)
