package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const suffix = ".facts"

// Position is a place between two lines of the journal.
type Position struct {
	Segment uint64
	Offset  int64
}

// Before reports whether p comes earlier than q.
func (p Position) Before(q Position) bool {
	return p.Segment < q.Segment || p.Segment == q.Segment && p.Offset < q.Offset
}

// segmentFile is the segment that is being written: an *os.File, except in the
// tests of full and broken disks.
type segmentFile interface {
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

type diskFile struct{ *os.File }

// Sync is fdatasync(2) where there is one.
func (f diskFile) Sync() error { return dataSync(f.File) }

func createSegment(path string) (segmentFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (j *Journal) path(segment uint64) string {
	return filepath.Join(j.dir, fmt.Sprintf("%08d%s", segment, suffix))
}

// listSegments are the numbers of the segments in dir, oldest first.
func listSegments(dir string) ([]uint64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list the journal: %w", err)
	}
	var found []uint64
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok || e.IsDir() {
			continue
		}
		if n, err := strconv.ParseUint(name, 10, 64); err == nil {
			found = append(found, n)
		}
	}
	slices.Sort(found)
	return found, nil
}

// lines calls f for each line of the file at path with its offset; the line has
// lost its newline and is valid only during the call. complete is false for a last
// line that has no newline.
func lines(path string, f func(offset int64, line []byte, complete bool)) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 256<<10)
	var offset int64
	var long []byte
	for {
		part, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long, part...)
			continue
		}
		line := part
		if len(long) > 0 {
			long = append(long, part...)
			line = long
		}
		if len(line) > 0 {
			f(offset, bytes.TrimSuffix(line, []byte{'\n'}), err == nil)
			offset += int64(len(line))
		}
		long = long[:0]
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the journal: %w", err)
		}
	}
}

// syncDir makes the names in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
