package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/callcard/callcard/telephony"
)

// failing is a file on a disk that fails.
type failing struct {
	file
	writes *atomic.Int32 // how many still go well
	err    error
}

func (f failing) WriteAt(b []byte, at int64) (int, error) {
	if at > 0 && f.writes.Add(-1) < 0 { // the header's block is there
		n, _ := f.file.WriteAt(b[:len(b)/3], at) // as a full disk does
		return n, f.err
	}
	return f.file.WriteAt(b, at)
}

func TestDiskFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{syscall.ENOSPC, "disk_full"}, {syscall.EIO, "io_error"},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			e := testEngine(t)
			var good atomic.Int32
			good.Store(2)
			e.disk.create = func(path string) (file, error) {
				f, err := createFile(path)
				return failing{f, &good, &fs.PathError{Op: "write", Path: path, Err: c.err}}, err
			}
			caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
			b := e.NewBridge(caller.leg)
			b.Connect(agent.leg)
			path := filepath.Join(t.TempDir(), "call.wav")
			done := make(chan telephony.RecordingDone, 2)
			if err := b.Record(path, func(d telephony.RecordingDone) { done <- d }); err != nil {
				t.Fatal(err)
			}
			together(caller.says(1000, 3*time.Second), agent.says(440, 3*time.Second))
			d := <-done // without StopRecord
			b.StopRecord()
			if len(agent.await(149)) < 149 {
				t.Error("the talk did not go on")
			}
			within(t, "kept", d.Duration, 1500*time.Millisecond, 200*time.Millisecond)
			tape := channels(t, path)
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(raw)
			if d.Truncated != c.want || d.Bytes != int64(len(raw)) || d.SHA256 != hex.EncodeToString(sum[:]) {
				t.Errorf("%+v of a file of %d bytes", d, len(raw))
			}
			if int64(len(tape[0])) != samples(d.Duration) {
				t.Errorf("%d samples, said %v", len(tape[0]), d.Duration)
			}
			checkTone(t, tape[callerLane], 1000)

			// Space is free again: the next call records.
			good.Store(1000)
			next, _, err := recordAndStop(b, filepath.Join(t.TempDir(), "next.wav"))
			if err != nil || next.Truncated != "" {
				t.Errorf("after the disk had recovered: %+v, %v", next, err)
			}
		})
	}
}

func recordAndStop(b *Bridge, path string) (d telephony.RecordingDone, raw []byte, err error) {
	done := make(chan telephony.RecordingDone, 1)
	if err := b.Record(path, func(d telephony.RecordingDone) { done <- d }); err != nil {
		return d, nil, err
	}
	b.StopRecord()
	d = <-done
	raw, err = os.ReadFile(path)
	return d, raw, err
}

// A disk that takes nothing at all leaves no file that could be taken for a recording.
func TestDiskFullFromTheStart(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	e.disk.create = func(path string) (file, error) {
		f, err := createFile(path)
		return failing{f, new(atomic.Int32), syscall.ENOSPC}, err
	}
	l, err := e.NewLeg(LegConfig{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "call.wav")
	done := make(chan telephony.RecordingDone, 1)
	if err := e.NewBridge(l).Record(path, func(d telephony.RecordingDone) { done <- d }); err != nil {
		t.Fatal(err)
	}
	if d := <-done; d.Truncated != "disk_full" || d.Bytes != 0 || d.SHA256 != "" {
		t.Errorf("%+v", d)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

// stalling is a file on a disk that stands still until it is let go.
type stalling struct {
	file
	entered chan struct{}
	release chan struct{}
}

func (f stalling) WriteAt(b []byte, at int64) (int, error) {
	if at > 0 {
		select {
		case f.entered <- struct{}{}:
			<-f.release
		default:
		}
	}
	return f.file.WriteAt(b, at)
}

// A disk that stands still for three seconds costs sound in the file, but neither
// the file's length nor anything of the talk.
func TestDiskStalls(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	entered, release := make(chan struct{}, 1), make(chan struct{})
	e.disk.create = func(path string) (file, error) {
		f, err := createFile(path)
		return stalling{f, entered, release}, err
	}
	caller, agent := newParty(t, e, PCMA), newParty(t, e, PCMA)
	b := e.NewBridge(caller.leg)
	b.Connect(agent.leg)
	end := taping(t, b)
	caller.says(1000, 3*time.Second)()
	agent.await(150)
	inLine(t, agent.packets(0))
	close(release)
	caller.says(1000, 2*time.Second)()
	d, tape := end()
	within(t, "recording", d.Duration, 5*time.Second, 200*time.Millisecond)
	checkTone(t, tape[callerLane][:SampleRate*3/2], 1000)
	checkTone(t, tape[callerLane][SampleRate*7/2:], 1000)
}

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	e := testEngine(t)
	l, err := e.NewLeg(LegConfig{})
	if err != nil {
		t.Fatal(err)
	}
	b := e.NewBridge(l)
	dir := t.TempDir()
	_, before, err := recordAndStop(b, filepath.Join(dir, "a.wav"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Record(filepath.Join(dir, "a.wav"), nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing recording: %v", err)
	}
	if after, _ := os.ReadFile(filepath.Join(dir, "a.wav")); !bytes.Equal(before, after) {
		t.Error("an existing recording was changed")
	}
	if err := b.Record(filepath.Join(dir, "a.wav", "b.wav"), nil); err == nil {
		t.Error("a folder that is a file")
	}
	if err := b.Record(filepath.Join(dir, "c.wav"), nil); err != nil {
		t.Fatal(err)
	}
	if err := b.Record(filepath.Join(dir, "d.wav"), nil); err == nil {
		t.Error("two recordings at once")
	}
}

// A lane must keep step with the wall clock whatever the network does.
func TestTimeline(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	exponential := func(mean float64) float64 { return min(mean*random.ExpFloat64(), 380) }
	type packet struct{ sent, delay float64 } // ms
	for _, c := range []struct {
		name  string
		rate  float64 // of the sender's clock
		shape func(i int) (delay float64, lost bool)
		moves int // how often the lane may shift by more than laneSlack/2
		off   float64
	}{
		{"clean", 1, func(int) (float64, bool) { return 0, false }, 0, 1},
		{"jitter of 40 ms and 5 % loss", 1, func(int) (float64, bool) { return exponential(40), random.Float64() < 0.05 }, 1, 130},
		{"2000 ppm fast", 1.002, func(int) (float64, bool) { return 0, false }, 100, 50},
		{"2000 ppm slow", 0.998, func(int) (float64, bool) { return 0, false }, 100, 50},
		{"silence suppression", 1, func(i int) (float64, bool) { return 0, i/100%2 == 1 }, 0, 1},
		{"a stall of 600 ms", 1, func(i int) (float64, bool) { return max(0, float64(630-i)*20) * b2f(i > 600), false }, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l lane
			moves, late, shift := 0, 0, 0.0
			for i := range 5000 { // 100 s
				delay, lost := c.shape(i)
				if lost {
					continue
				}
				p := packet{float64(i) * 20 / c.rate, delay}
				at := l.place(1, uint32(i*frameSamples), int64((p.sent+p.delay)*8))
				off := float64(at)/8 - p.sent // how wrong the place is, ms
				if i > 0 && math.Abs(off-shift) > 20 {
					moves++
				}
				shift = off
				if i > 100 && math.Abs(off) > c.off {
					late++
				}
			}
			if moves > c.moves || late > 0 {
				t.Errorf("moved %d times, %d packets more than %g ms out of place", moves, late, c.off)
			}
		})
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func TestTimelineFollowsAJump(t *testing.T) {
	var l lane
	for i := range int64(10) {
		l.place(1, uint32(i*160), i*160)
	}
	l.place(1, 5_000_000, 1600)
	if at := l.place(1, 5_000_160, 1760); at != 1760 {
		t.Errorf("after a jump of the timestamps: %d, want 1760", at)
	}
	if at := l.place(2, 77, 9000); at != 9000 {
		t.Errorf("a new stream begins at %d, want 9000", at)
	}
}

func TestRing(t *testing.T) {
	var r ring
	r.reset(0xD5)
	if r.put(0, -160, make([]byte, 160), nil) || r.put(0, ringSamples-10, make([]byte, 160), nil) {
		t.Error("samples outside of the ring were taken")
	}
	r.advance(ringSamples - 100)
	if !r.put(1, ringSamples-80, bytes.Repeat([]byte{7}, 160), nil) { // over the edge
		t.Fatal("refused")
	}
	got := r.read(nil, ringSamples-100, ringSamples+100)
	for i := range 200 {
		want := byte(0xD5)
		if i >= 20 && i < 180 {
			want = 7
		}
		if got[2*i] != 0xD5 || got[2*i+1] != want {
			t.Fatalf("sample %d: %#x %#x", i, got[2*i], got[2*i+1])
		}
	}
	r.advance(10 * ringSamples)
	for i, b := range r.data {
		if b != 0xD5 {
			t.Fatalf("byte %d not silent", i)
		}
	}
}

func writeRecording(t *testing.T, law Codec, left, right []int16, declared int64) string {
	t.Helper()
	b := appendWAVHead(nil, recordingFormat(law), declared)
	for i := range left {
		b = append(b, law.Encode(left[i]), law.Encode(right[i]))
	}
	path := filepath.Join(t.TempDir(), "call.wav")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRepair(t *testing.T) {
	left, right := Tone(time.Second, 0.3, 1000), Tone(time.Second, 0.3, 440)
	for _, declared := range []int64{0, 100, 16000, 1 << 31} {
		path := writeRecording(t, PCMU, left, right, declared)
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte{1}) // half a sample
		f.Close()
		length, size, sum, err := Repair(path)
		if err != nil || length != time.Second || size != 16058 || len(sum) != 64 {
			t.Errorf("declared %d: %v, %d bytes, %q, %v", declared, length, size, sum, err)
		}
		tape := channels(t, path)
		checkTone(t, tape[0], 1000, 440)
		checkTone(t, tape[1], 440, 1000)
		if again, _, same, err := Repair(path); again != length || same != sum || err != nil {
			t.Errorf("repaired twice: %v, %v", again, err)
		}
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"empty": "", "text": strings.Repeat("no sound ", 20),
		"header": string(appendWAVHead(nil, recordingFormat(PCMA), 0)),
		"cut":    string(appendWAVHead(nil, recordingFormat(PCMA), 0)[:40]),
		"pcm":    string(appendWAVHead(nil, wavFormat{tag: wavPCM, channels: 1, rate: 8000, bits: 16}, 4)) + "abcd",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := Repair(path); err == nil {
			t.Errorf("%s: taken for a recording", name)
		}
		if after, _ := os.ReadFile(path); string(after) != content {
			t.Errorf("%s: was changed", name)
		}
	}
	if _, _, _, err := Repair(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestPeaks(t *testing.T) {
	left := append(Tone(time.Second, 0.5, 1000), Tone(time.Second, 0)...)
	right := append(Tone(time.Second, 0), Tone(time.Second, 0.25, 440)...)
	path := writeRecording(t, PCMA, left, right, 32000)
	peaks, err := Peaks(path, 10)
	if err != nil || len(peaks) != 2 || len(peaks[0]) != 10 {
		t.Fatalf("%d channels: %v", len(peaks), err)
	}
	for i := range 10 {
		want := [2]float32{0.5, 0}
		if i >= 5 {
			want = [2]float32{0, 0.25}
		}
		for c, p := range [2][2]float32{peaks[0][i], peaks[1][i]} {
			if p[1] < want[c]-0.03 || p[1] > want[c]+0.03 || -p[0] < want[c]-0.03 || -p[0] > want[c]+0.03 {
				t.Errorf("channel %d, bucket %d: %v, want %v", c, i, p, want[c])
			}
		}
	}
	if short, err := Peaks(writeRecording(t, PCMA, left[:3], right[:3], 6), 10); err != nil || len(short[0]) != 3 {
		t.Errorf("three samples: %v, %v", short, err)
	}
	if _, err := Peaks(path, 0); err == nil {
		t.Error("no buckets")
	}
	if _, err := Peaks(path+"x", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
