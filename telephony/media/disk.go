package media

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/callcard/callcard/telephony"
)

const (
	flushTick = 100 * time.Millisecond
	// syncEvery is what a power cut can cost of a recording, even of one that has
	// just been told to be complete. Syncs have a goroutine of their own: they may
	// take as long as the disk pleases.
	syncEvery = 2 * time.Second
	// finishers bounds how many recordings are closed at once.
	finishers = 4
)

// disk writes all recordings of an engine: one goroutine flushes, one syncs, and
// those that end are finished by a few more.
type disk struct {
	log    *slog.Logger
	now    func() time.Duration
	life   *lifetime
	create func(path string) (file, error)

	flusher pulse
	syncer  pulse
	scratch []byte      // of the flusher
	tokens  chan []byte // a finisher's scratch; holding one is the right to run
	rings   sync.Pool

	mu       sync.Mutex
	shut     bool
	open     map[*recording]struct{}
	complete []*recording // whose files wait for their last sync
}

func newDisk(e *Engine) *disk {
	d := &disk{
		log: e.log, now: e.now, life: e.life, create: createFile,
		tokens: make(chan []byte, finishers), open: map[*recording]struct{}{},
	}
	for range finishers {
		d.tokens <- nil
	}
	d.flusher = pulse{every: flushTick, tick: d.flush, life: e.life}
	d.syncer = pulse{every: syncEvery, tick: d.sync, life: e.life}
	return d
}

// record makes the file with its header and begins a recording.
func (d *disk) record(path string, law Codec, done func(telephony.RecordingDone)) (*recording, error) {
	f, err := d.create(path)
	if err != nil {
		return nil, fmt.Errorf("create the file: %w", err)
	}
	now := d.now()
	r := &recording{
		disk: d, path: path, law: law, begin: now, done: done,
		ring: d.ring(law.Silence()), file: f, next: now + flushEvery,
	}
	if err := r.writeHead(); err != nil {
		return nil, errors.Join(fmt.Errorf("write the header: %w", err), f.Close(), os.Remove(path))
	}
	if !d.add(r) {
		return nil, errors.Join(ErrClosed, f.Close(), os.Remove(path))
	}
	d.flusher.wake()
	d.syncer.wake()
	return r, nil
}

func (d *disk) add(r *recording) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.shut {
		d.open[r] = struct{}{}
	}
	return !d.shut
}

func (d *disk) ring(silence byte) *ring {
	r, ok := d.rings.Get().(*ring)
	if !ok {
		r = &ring{}
	}
	r.reset(silence)
	return r
}

// recordings is a snapshot of those that are open.
func (d *disk) recordings() []*recording {
	d.mu.Lock()
	defer d.mu.Unlock()
	rs := make([]*recording, 0, len(d.open))
	for r := range d.open {
		rs = append(rs, r)
	}
	return rs
}

func (d *disk) flush() (more bool) {
	rs := d.recordings()
	for _, r := range rs {
		now := d.now()
		r.io.Lock()
		var err error
		if !r.over && now >= r.next {
			r.next = now + flushEvery
			d.scratch, err = r.flushUpTo(now, d.scratch)
		}
		r.io.Unlock()
		if err != nil {
			r.fail(fmt.Errorf("write: %w", err))
		}
	}
	return len(rs) > 0
}

// sync brings the files to the disk itself: those that are being written, and
// those that have been completed since the last time, which are closed then.
func (d *disk) sync() (more bool) {
	rs := d.recordings()
	d.mu.Lock()
	complete := d.complete
	d.complete = nil
	d.mu.Unlock()
	for _, r := range rs {
		r.file.startSync()
	}
	for _, r := range complete {
		r.file.startSync()
	}
	for _, r := range rs {
		if err := r.file.Sync(); err != nil {
			r.fail(fmt.Errorf("sync: %w", err))
		}
	}
	for _, r := range complete {
		if err := errors.Join(r.file.Sync(), r.file.Close()); err != nil {
			d.log.Error("recording may be damaged", "path", r.path, "err", err)
		}
	}
	return len(rs)+len(complete) > 0
}

// finish completes a recording that has ended, because it was stopped or because
// of an error.
func (d *disk) finish(r *recording, cause error) {
	complete := func() {
		scratch := <-d.tokens
		r.io.Lock()
		r.over = true
		scratch = r.complete(cause, scratch)
		r.io.Unlock()
		d.tokens <- scratch
		d.mu.Lock()
		delete(d.open, r)
		d.complete = append(d.complete, r)
		d.mu.Unlock()
		d.rings.Put(r.ring)
		r.ring = nil
	}
	if !d.life.run(complete) {
		complete()
	}
}

// close stops all recordings; the engine's lifetime waits for them.
func (d *disk) close() {
	d.mu.Lock()
	d.shut = true
	d.mu.Unlock()
	for _, r := range d.recordings() {
		r.stop()
	}
}
