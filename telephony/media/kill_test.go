package media

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// recordUntilKilled makes the test binary record a talk into the file it names.
const recordUntilKilled = "MEDIA_TEST_RECORD_UNTIL_KILLED"

// recordForever writes "r" when the recording begins, then sends a tone on both
// lanes for as long as it lives.
func recordForever(path string) {
	e, err := New(Config{PortMin: 33000, PortMax: 33999, Bind: loopback})
	if err != nil {
		panic(err)
	}
	rec, err := e.disk.record(path, PCMA, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println("r")
	payload := PCMA.AppendEncoded(make([]byte, rtpHeaderLen), Tone(frameTime, 0.3, 1000))
	begin := e.now()
	for ts := uint32(0); ; ts += frameSamples {
		for lane := range rec.lanes {
			rec.put(lane, &frame{stream: uint64(lane + 1), law: PCMA, ts: ts, raw: payload, off: rtpHeaderLen, now: e.now()})
		}
		<-time.After(begin + duration(int64(ts)) - e.now())
	}
}

func TestKilledRecordingPlays(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "call.wav")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), recordUntilKilled+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadByte(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	<-time.After(2500 * time.Millisecond)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	talk := time.Since(began)
	_ = child.Wait() // killed

	tape := channels(t, path) // as it lies there, before any repair
	for lane := range tape {
		kept := duration(int64(len(tape[lane])))
		if kept < talk-time.Second || kept > talk+50*time.Millisecond {
			t.Errorf("lane %d: %v kept of %v", lane, kept, talk)
		}
		checkTone(t, tape[lane], 1000)
	}
	length, size, sum, err := Repair(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if length < talk-time.Second || size != info.Size() || len(sum) != 64 {
		t.Errorf("repaired: %v, %d bytes of %d, sum %q", length, size, info.Size(), sum)
	}
}
