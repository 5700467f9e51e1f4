package journal

import (
	"errors"
	"fmt"
	"os"
	"slices"
)

// recover reads what the last process left: cuts the torn tail, fills the index,
// collects unfinished calls, places the cursor and starts a new segment.
func (j *Journal) recover() error {
	segments, err := listSegments(j.dir)
	if err != nil {
		return err
	}
	j.diedAt = lastAlive(j.dir)
	j.segments = segments
	left := unfinished{}
	for i, s := range segments {
		if err := j.scan(s, i == len(segments)-1, left); err != nil {
			return err
		}
		j.end = Position{s, j.sizes[s]}
	}
	j.left = left.calls()
	if j.committed, err = readCursor(j.dir); err != nil {
		return err
	}
	// After the loss of the segments, numbers must not start below the cursor again.
	j.end.Segment = max(j.end.Segment, j.committed.Segment)
	if err := j.rotate(); err != nil {
		return err
	}
	if err := syncDir(j.dir); err != nil {
		return fmt.Errorf("sync the journal's folder: %w", err)
	}
	// The cursor's segment may be gone: go on with the next one.
	if i, found := slices.BinarySearch(j.segments, j.committed.Segment); !found {
		j.committed = Position{Segment: j.segments[i]}
	}
	j.synced = j.end
	return nil
}

// scan reads one segment. Facts of calls that end within the journal are dropped
// again, so that memory holds no more than the unfinished calls.
func (j *Journal) scan(segment uint64, last bool, left unfinished) error {
	path := j.path(segment)
	var good int64 // behind the last good line
	var badLines []int64
	var size int64
	err := lines(path, func(offset int64, line []byte, complete bool) {
		size = offset + int64(len(line))
		if complete {
			size++
		}
		_, ok := body(line)
		if !ok || !complete {
			badLines = append(badLines, offset)
			return
		}
		good = size
		if h, ok := headOf(line); ok {
			j.calls.add(h, segment)
			left.add(h, line)
		}
	})
	if err != nil {
		return err
	}
	if last && good < size {
		if err := cutTail(path, good); err != nil {
			return err
		}
		j.log.Warn("the journal's torn tail was cut: these bytes were not yet on the disk", "segment", segment, "offset", good, "bytes", size-good)
		size = good
	}
	j.sizes[segment] = size
	for _, offset := range badLines {
		if offset < size {
			j.reportDamage(segment, offset, errDamaged)
		}
	}
	return nil
}

func cutTail(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("cut the journal's torn tail: %w", err)
	}
	if err := errors.Join(f.Truncate(size), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("cut the journal's torn tail: %w", err)
	}
	return nil
}

// reportDamage tells of a line that can't be read though it is not the tail. The
// segment will be kept aside. The caller holds j.mu, or is alone.
func (j *Journal) reportDamage(segment uint64, offset int64, err error) {
	j.damaged[segment] = true
	j.log.Error("a line of the journal is damaged and left out; the segment will be kept in "+damagedFolder,
		"segment", segment, "offset", offset, "error", err)
}
