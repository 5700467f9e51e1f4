package media

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/callcard/callcard/telephony"
)

const (
	// flushEvery, with flushTick, is what a kill can cost of a recording: less than
	// a second.
	flushEvery = 700 * time.Millisecond
	// openFor is how long a position stays open for late packets after it was
	// written for the first time; the next flush writes it again.
	openFor = SampleRate * 4 / 10
	// recordingHead is the size of the header of a recording.
	recordingHead = 58
)

// recording is one stereo file. RTP goroutines only touch the ring; the disk's
// goroutines do the rest.
type recording struct {
	disk  *disk
	path  string
	law   Codec
	begin time.Duration
	done  func(telephony.RecordingDone)

	mu    sync.Mutex // lanes, ring, ended
	lanes [2]lane
	ring  *ring
	ended bool
	end   time.Duration
	// missed counts packets without a place: very late ones, or all that came while
	// the disk stood still for longer than the ring lasts.
	missed int

	io      sync.Mutex // file and what follows
	file    file
	next    time.Duration // flush
	written int64         // samples that the file holds
	over    bool          // complete has been called
}

// put records a packet; called by the legs' readers.
func (r *recording) put(n int, f *frame) {
	var table *[256]byte
	if f.law != r.law {
		table = &crossLaw[f.law]
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	at := r.lanes[n].place(f.stream, f.ts, position(r.begin, f.now))
	if !r.ring.put(n, at, f.payload(), table) {
		r.missed++
	}
}

// stop ends the recording now; the file is finished in the background.
func (r *recording) stop() { r.conclude(nil) }

// fail ends the recording with what the file holds.
func (r *recording) fail(cause error) { r.conclude(cause) }

// discard ends a recording that was never used; its file goes and done is not called.
func (r *recording) discard() {
	r.done = nil
	r.conclude(errDiscarded)
}

var errDiscarded = errors.New("not needed")

func (r *recording) conclude(cause error) {
	r.mu.Lock()
	first := !r.ended
	if first {
		r.ended, r.end = true, r.disk.now()
	}
	r.mu.Unlock()
	if first {
		r.disk.finish(r, cause)
	}
}

// flushUpTo writes all that is there: more than a ring's length if the disk has
// stalled. It returns scratch, maybe grown.
func (r *recording) flushUpTo(now time.Duration, scratch []byte) ([]byte, error) {
	for {
		var err error
		if scratch, err = r.flush(now, scratch); err != nil || r.written >= position(r.begin, now) {
			return scratch, err
		}
	}
}

// flush writes up to now, or as far as the ring goes. A header that tells the new
// size follows the samples, so the file is whole whenever the process dies.
func (r *recording) flush(now time.Duration, scratch []byte) ([]byte, error) {
	r.mu.Lock()
	from := r.ring.begin
	to := min(position(r.begin, now), from+ringSamples)
	scratch = r.ring.read(scratch[:0], from, to)
	r.mu.Unlock()
	if _, err := r.file.WriteAt(scratch, recordingHead+2*from); err != nil {
		return scratch, err
	}
	r.mu.Lock()
	r.ring.advance(to - openFor)
	r.mu.Unlock()
	r.written = max(r.written, to)
	return scratch, r.writeHead()
}

func (r *recording) writeHead() error {
	head := appendWAVHead(make([]byte, 0, recordingHead), recordingFormat(r.law), 2*r.written)
	_, err := r.file.WriteAt(head, 0)
	return err
}

func recordingFormat(law Codec) wavFormat {
	f := wavFormat{tag: wavMuLaw, channels: 2, rate: SampleRate, bits: 8}
	if law == PCMA {
		f.tag = wavALaw
	}
	return f
}

// complete brings the file to its end and tells of it; the disk syncs and closes it. cause is what went wrong before, or nil.
func (r *recording) complete(cause error, scratch []byte) []byte {
	if cause == nil {
		scratch, cause = r.flushUpTo(r.end, scratch)
	}
	if cause != nil {
		// Up to the last flush that went well. The header lies in blocks that the
		// file has, so this works on a full disk too.
		cause = errors.Join(cause, r.file.Truncate(recordingHead+2*r.written), r.writeHead())
	}
	d := telephony.RecordingDone{
		Path: r.path, Duration: duration(r.written), Bytes: recordingHead + 2*r.written, Truncated: truncation(cause),
	}
	var err error
	if d.SHA256, err = sumFile(r.file); cause == nil && err != nil {
		cause, d.Truncated = err, truncation(err)
	}
	if r.written == 0 && cause != nil { // nothing worth keeping, and nothing to be taken for a recording
		cause = errors.Join(cause, os.Remove(r.path))
		d.Bytes, d.SHA256 = 0, ""
	}
	if cause != nil && !errors.Is(cause, errDiscarded) {
		r.disk.log.Error("recording cut short", "path", r.path, "kept", d.Duration, "err", cause)
	}
	if r.missed > 0 {
		r.disk.log.Warn("recording has gaps: packets came too late or the disk was too slow", "path", r.path, "packets", r.missed)
	}
	if r.done != nil {
		r.done(d)
	}
	return scratch
}

// truncation is RecordingDone.Truncated for an error.
func truncation(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "disk_full"
	}
	return "io_error"
}
