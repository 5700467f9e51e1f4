package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/callcard/callcard/crm"
)

// Reader reads the facts in the order they were appended, from the durable cursor
// on. It belongs to one goroutine. After a restart, and for calls that were
// carried, facts may come a second time.
type Reader struct {
	j    *Journal
	file *os.File
	at   Position // behind the last fact that Next gave
	buf  []byte   // unread bytes of the file, which start at at
}

// Reader is the one reader of the journal; its place is the durable cursor.
func (j *Journal) Reader() *Reader {
	j.mu.Lock()
	defer j.mu.Unlock()
	return &Reader{j: j, at: j.committed}
}

// Next appends up to limit facts to dst. It blocks until there is at least one,
// ctx ends (then its cause) or the journal is closed and read to its end (io.EOF).
func (r *Reader) Next(ctx context.Context, dst []crm.Fact, limit int) ([]crm.Fact, error) {
	defer context.AfterFunc(ctx, r.j.wake)()
	had := len(dst)
	for {
		until, last, err := r.wait(ctx)
		if err != nil {
			return dst, err
		}
		if dst, err = r.read(dst, had+limit, until); err != nil {
			return dst, err
		}
		if len(dst) > had {
			return dst, nil
		}
		if !last {
			r.nextSegment()
		}
	}
}

// wait returns how far the reader's segment may be read, and whether it is the
// segment that is being written.
func (r *Reader) wait(ctx context.Context) (until int64, last bool, err error) {
	j := r.j
	j.mu.Lock()
	defer j.mu.Unlock()
	for {
		if err := context.Cause(ctx); err != nil {
			return 0, false, err
		}
		if r.at.Segment < j.synced.Segment {
			return j.sizes[r.at.Segment], false, nil
		}
		if r.at.Before(j.synced) {
			return j.synced.Offset, true, nil
		}
		if j.over {
			return 0, false, io.EOF
		}
		j.moved.Wait()
	}
}

// read takes facts from the reader's segment until dst has limit or the segment is
// read up to until.
func (r *Reader) read(dst []crm.Fact, limit int, until int64) ([]crm.Fact, error) {
	if dst = r.remembered(dst, limit, until); len(dst) == limit || r.at.Offset >= until {
		return dst, nil
	}
	if err := r.open(); err != nil {
		return dst, err
	}
	for len(dst) < limit {
		if r.at.Offset >= until {
			return dst, nil
		}
		n := bytes.IndexByte(r.buf, '\n')
		if n < 0 {
			if err := r.fill(until); err != nil {
				return dst, err
			}
			continue
		}
		f, err := decode(r.buf[:n])
		if err == nil {
			dst = append(dst, f)
		} else {
			r.j.mu.Lock()
			if !r.j.damaged[r.at.Segment] {
				r.j.reportDamage(r.at.Segment, r.at.Offset, err)
			}
			r.j.mu.Unlock()
		}
		r.at.Offset += int64(n) + 1
		r.buf = r.buf[n+1:]
	}
	return dst, nil
}

// remembered takes what the journal still has in memory from the reader's place on.
func (r *Reader) remembered(dst []crm.Fact, limit int, until int64) []crm.Fact {
	was := r.at.Offset
	r.j.mu.Lock()
	dst, r.at = r.j.recent.take(dst, r.at, until, limit)
	r.j.mu.Unlock()
	if passed := r.at.Offset - was; passed >= int64(len(r.buf)) {
		r.buf = nil
	} else {
		r.buf = r.buf[passed:]
	}
	return dst
}

func (r *Reader) open() error {
	if r.file != nil {
		return nil
	}
	f, err := os.Open(r.j.path(r.at.Segment))
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	r.file, r.buf = f, nil
	return nil
}

// fill reads on. A segment that ends without a newline before until has lost its
// last bytes; what is left of it is no line.
func (r *Reader) fill(until int64) error {
	from := r.at.Offset + int64(len(r.buf))
	if from >= until {
		r.at.Offset, r.buf = until, nil
		return nil
	}
	chunk := make([]byte, min(256<<10, until-from))
	n, err := r.file.ReadAt(chunk, from)
	if n == 0 {
		if errors.Is(err, io.EOF) {
			r.at.Offset, r.buf = until, nil
			return nil
		}
		return fmt.Errorf("read the journal: %w", err)
	}
	r.buf = append(r.buf, chunk[:n]...)
	return nil
}

// nextSegment goes on with the next segment that exists.
func (r *Reader) nextSegment() {
	r.close()
	j := r.j
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range j.segments {
		if s > r.at.Segment {
			r.at = Position{Segment: s}
			return
		}
	}
}

func (r *Reader) close() {
	if r.file != nil {
		r.file.Close()
	}
	r.file, r.buf = nil, nil
}

// Commit says that all facts that Next gave are stored: the cursor moves behind
// them, and segments that nobody needs are removed.
func (r *Reader) Commit() error {
	j := r.j
	j.mu.Lock()
	same := j.committed == r.at
	j.mu.Unlock()
	if same {
		return nil
	}
	if err := writeCursor(j.dir, r.at); err != nil {
		return err
	}
	j.mu.Lock()
	j.committed = r.at
	j.moved.Broadcast()
	j.mu.Unlock()
	return j.removePassed()
}

// Close frees the reader's file.
func (r *Reader) Close() { r.close() }
