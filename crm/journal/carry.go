package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/callcard/callcard/crm"
)

const damagedFolder = "damaged"

// carryAfter is how many segments a call may go on for before its facts are carried.
// Most calls have ended by then, so that copies are rare; and copies can't fill a
// segment with nothing but themselves.
const carryAfter = 8

// removePassed removes the segments before the cursor's. It belongs to the
// reader's goroutine.
func (j *Journal) removePassed() error {
	for {
		j.mu.Lock()
		oldest, passed, age := j.segments[0], j.segments[0] < j.committed.Segment, j.end.Segment-j.segments[0]
		j.mu.Unlock()
		if !passed {
			return nil
		}
		if j.needs(oldest) {
			if age < carryAfter {
				return nil
			}
			if err := j.carry(oldest); err != nil {
				return err
			}
		}
		if err := j.remove(oldest); err != nil {
			return err
		}
	}
}

// carry appends the lines of segment that belong to calls which still go on to the
// current segment and makes them durable. All of them go in one write under the
// mutex, so that no copy can come after the end of its call.
func (j *Journal) carry(segment uint64) error {
	type copied struct {
		call crm.ID
		line []byte
	}
	var found []copied
	err := lines(j.path(segment), func(_ int64, line []byte, complete bool) {
		if _, ok := body(line); ok && complete {
			if h, ok := headOf(line); ok && j.ongoing(h.call) {
				found = append(found, copied{h.call, append(bytes.Clone(line), '\n')})
			}
		}
	})
	if err != nil {
		return err
	}
	j.mu.Lock()
	var all []byte
	for _, c := range found {
		if j.calls[c.call] != nil {
			all = append(all, c.line...)
		}
	}
	if len(all) > 0 {
		err = j.write(all)
	}
	j.mu.Unlock()
	if err == nil && len(all) > 0 {
		err = j.sync()
	}
	if err != nil {
		return fmt.Errorf("carry the calls that go on: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, call := range j.calls {
		call.first = max(call.first, segment+1)
	}
	return nil
}

func (j *Journal) needs(segment uint64) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, call := range j.calls {
		if call.first <= segment {
			return true
		}
	}
	return false
}

func (j *Journal) ongoing(call crm.ID) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.calls[call] != nil
}

// remove deletes the oldest segment, or keeps it aside when it is damaged.
func (j *Journal) remove(segment uint64) error {
	j.mu.Lock()
	damaged := j.damaged[segment]
	j.mu.Unlock()
	var err error
	if damaged {
		aside := filepath.Join(j.dir, damagedFolder)
		err = errors.Join(os.MkdirAll(aside, 0o700), os.Rename(j.path(segment), filepath.Join(aside, filepath.Base(j.path(segment)))))
	} else {
		err = os.Remove(j.path(segment))
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove segment %d of the journal: %w", segment, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.segments = j.segments[1:]
	delete(j.sizes, segment)
	delete(j.damaged, segment)
	return nil
}
