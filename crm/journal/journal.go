package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/callcard/callcard/crm"
)

// Options of a journal; the zero value is what production uses.
type Options struct {
	SegmentBytes int64         // a segment is closed when it has grown past this; 8 MiB if 0
	SyncEvery    time.Duration // how long a fact waits for the fdatasync that it shares with others; 10 ms if 0
	Log          *slog.Logger  // slog.Default if nil
}

// Journal is an open journal. All methods may be called by many goroutines.
type Journal struct {
	dir    string
	opts   Options
	log    *slog.Logger
	lock   *os.File
	create func(path string) (segmentFile, error)

	left   [][]crm.Fact // what the last process left unfinished
	diedAt time.Time

	mu       sync.Mutex
	closed   bool // nothing can be appended any more
	over     bool // and all is synced
	file     segmentFile
	end      Position // behind the last line
	segments []uint64 // all segments on disk, oldest first; the last is written
	sizes    map[uint64]int64
	damaged  map[uint64]bool
	calls    index
	recent   recent
	retired  []segmentFile // full segments that are still to be synced and closed
	dirty    chan struct{} // holds one token while there is something to sync
	moved    *sync.Cond    // synced or committed has moved, or over is set

	synced    Position // behind the last line that a power loss can't take
	committed Position // the durable cursor

	syncing    sync.Mutex // one sync at a time, so that synced only rises
	appended   atomic.Int64
	background sync.WaitGroup
	stop       chan struct{}
}

// Open opens the journal in dir, making the folder when it is not there. It cuts a
// torn tail, finds the calls that were not finished (OpenCalls), and takes a lock
// that a second process is refused by.
func Open(dir string, o Options) (*Journal, error) { return open(dir, o, createSegment) }

func open(dir string, o Options, create func(string) (segmentFile, error)) (_ *Journal, err error) {
	if o.SegmentBytes <= 0 {
		o.SegmentBytes = 8 << 20
	}
	if o.SyncEvery <= 0 {
		o.SyncEvery = 10 * time.Millisecond
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the journal's folder: %w", err)
	}
	j := &Journal{
		dir: dir, opts: o, log: o.Log, create: create,
		sizes: map[uint64]int64{}, damaged: map[uint64]bool{}, calls: index{},
		dirty: make(chan struct{}, 1), stop: make(chan struct{}),
	}
	j.moved = sync.NewCond(&j.mu)
	if j.lock, err = lockFolder(dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			j.lock.Close()
		}
	}()
	if err := j.recover(); err != nil {
		return nil, err
	}
	j.background.Add(2)
	go j.syncLoop()
	go j.aliveLoop()
	return j, nil
}

func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the journal: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("another callcard uses the journal in %s: stop it first", dir)
		}
		return nil, fmt.Errorf("lock the journal: %w", err)
	}
	return f, nil
}

// Append commits facts of one call, all or none, with one write: when it returns nil,
// the death of this process can't take them any more. Numbers of a call that goes on
// must rise. Errors: crm.Invalid for a fact without call, number or data, or facts that
// do not belong together;
// crm.Conflict for a number that was given out already; crm.Unavailable when the disk
// does not take them (the journal is unchanged and the next Append may work) or the
// journal is closed.
func (j *Journal) Append(facts ...crm.Fact) error {
	if len(facts) == 0 {
		return nil
	}
	b := linePool.Get().(*bytes.Buffer)
	defer linePool.Put(b)
	b.Reset()
	var few [8]int64
	ends := few[:0] // of the lines in b
	for i, f := range facts {
		if i > 0 && (f.CallID != facts[0].CallID || f.Seq <= facts[i-1].Seq) {
			return crm.Errorf(crm.Invalid, "The facts of one write belong to one call and their numbers rise.")
		}
		if err := encode(b, f); err != nil {
			return err
		}
		ends = append(ends, int64(b.Len()))
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return crm.Errorf(crm.Unavailable, "The journal is closed.")
	}
	if call := j.calls[facts[0].CallID]; call != nil && facts[0].Seq <= call.seq {
		return crm.Errorf(crm.Conflict, "Fact %d of call %s exists already; the last one is %d.", facts[0].Seq, facts[0].CallID, call.seq)
	}
	if err := j.write(b.Bytes()); err != nil {
		return err
	}
	from := Position{j.end.Segment, j.end.Offset - int64(b.Len())}
	start := from.Offset
	for i, f := range facts {
		to := Position{from.Segment, start + ends[i]}
		j.recent.add(from, to, f)
		j.calls.add(head{f.CallID, f.Seq, f.Kind()}, from.Segment)
		from = to
	}
	j.appended.Add(int64(len(facts)))
	return nil
}

// write puts whole lines behind the last one. The caller holds j.mu.
func (j *Journal) write(p []byte) error {
	if j.file == nil || j.end.Offset >= j.opts.SegmentBytes {
		if err := j.rotate(); err != nil {
			return unavailable(err)
		}
	}
	if _, err := j.file.WriteAt(p, j.end.Offset); err != nil {
		// What was written of it lies behind the end: cut it off now, or let the
		// next write go over it.
		return unavailable(errors.Join(err, j.file.Truncate(j.end.Offset)))
	}
	j.end.Offset += int64(len(p))
	j.sizes[j.end.Segment] = j.end.Offset
	select {
	case j.dirty <- struct{}{}:
	default:
	}
	return nil
}

func unavailable(err error) error {
	what := "The journal can't be written."
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		what = "The disk of the journal is full: free some space."
	}
	return &crm.Error{Code: crm.Unavailable, Message: what, Err: fmt.Errorf("append to the journal: %w", err)}
}

// rotate starts the next segment. The caller holds j.mu, or is alone.
func (j *Journal) rotate() error {
	next := j.end.Segment + 1
	f, err := j.create(j.path(next))
	if err != nil {
		return fmt.Errorf("start segment %d: %w", next, err)
	}
	if j.file != nil {
		j.retired = append(j.retired, j.file)
	}
	j.file, j.end = f, Position{Segment: next}
	j.segments = append(j.segments, next)
	j.sizes[next] = 0
	return nil
}

// OpenCalls are the calls that the last process did not finish: without Ended, or
// with a recording that was not closed. Each comes with all its facts in order.
func (j *Journal) OpenCalls() [][]crm.Fact { return j.left }

// DiedAt is when the last process that appended facts was alive for the last time, to
// the second; zero when it did not live for a second or there was none.
func (j *Journal) DiedAt() time.Time { return j.diedAt }

// Pending is how many bytes the cursor is behind.
func (j *Journal) Pending() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.unread(j.end)
}

// unread is how many bytes lie between the cursor and until. The caller holds j.mu.
func (j *Journal) unread(until Position) int64 {
	var n int64
	for _, s := range j.segments {
		if s < j.committed.Segment || s > until.Segment {
			continue
		}
		size := j.sizes[s]
		if s == until.Segment {
			size = until.Offset
		}
		if s == j.committed.Segment {
			size -= j.committed.Offset
		}
		n += max(0, size)
	}
	return n
}

// Appended counts the facts appended since Open.
func (j *Journal) Appended() int64 { return j.appended.Load() }

// WaitStored returns when the reader has committed all that was appended before
// the call.
func (j *Journal) WaitStored(ctx context.Context) error {
	defer context.AfterFunc(ctx, j.wake)()
	j.mu.Lock()
	defer j.mu.Unlock()
	target := j.end
	for j.unread(target) > 0 {
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("wait for the facts to be stored: %w", err)
		}
		if j.over {
			return crm.Errorf(crm.Unavailable, "The journal is closed.")
		}
		j.moved.Wait()
	}
	return nil
}

func (j *Journal) wake() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.moved.Broadcast()
}

// Close syncs what was appended and frees the folder. Readers get io.EOF.
func (j *Journal) Close() error {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return nil
	}
	j.closed = true
	j.mu.Unlock()
	close(j.stop)
	j.background.Wait()
	err := j.sync()
	j.mu.Lock()
	j.over = true
	j.moved.Broadcast()
	j.mu.Unlock()
	if j.file != nil {
		err = errors.Join(err, j.file.Close())
	}
	return errors.Join(err, j.lock.Close())
}
