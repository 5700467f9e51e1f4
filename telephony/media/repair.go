package media

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// Repair makes the header of a recording tell the size that the file has, as after
// a kill between samples and header, and returns what RecordingDone would have
// told. A whole file stays as it is. A file that is no recording, or holds no
// samples, is an error and is not touched.
func Repair(path string) (length time.Duration, bytes int64, sha256 string, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, 0, "", fmt.Errorf("repair: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	format, head, size, err := openRecording(f)
	if err != nil {
		return 0, 0, "", fmt.Errorf("repair %s: %w", path, err)
	}
	size -= size % 2 // both lanes
	fresh := appendWAVHead(nil, format, size)
	if int64(len(fresh)) == head {
		if _, err := f.WriteAt(fresh, 0); err != nil {
			return 0, 0, "", fmt.Errorf("repair %s: write the header: %w", path, err)
		}
	}
	if err := errors.Join(f.Truncate(head+size), f.Sync()); err != nil {
		return 0, 0, "", fmt.Errorf("repair %s: %w", path, err)
	}
	sum, err := sumFile(f)
	if err != nil {
		return 0, 0, "", fmt.Errorf("repair %s: %w", path, err)
	}
	return duration(size / 2), head + size, sum, nil
}

// openRecording reads the header of a file of ours and returns its size and that
// of the samples that the file really holds.
func openRecording(f *os.File) (format wavFormat, head, size int64, err error) {
	format, _, err = readWAVHead(f)
	if err != nil {
		return format, 0, 0, err
	}
	if format != recordingFormat(PCMU) && format != recordingFormat(PCMA) {
		return format, 0, 0, errors.New("not a recording: want two channels of G.711 at 8 kHz")
	}
	if head, err = f.Seek(0, 1); err != nil {
		return format, 0, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return format, 0, 0, err
	}
	if size = info.Size() - head; size < 2 {
		return format, 0, 0, errors.New("the recording holds no samples")
	}
	return format, head, size, nil
}
