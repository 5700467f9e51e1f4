package media

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// Peaks sums up a recording for drawing: for each of its two channels (caller,
// agent) one lowest and highest sample per bucket, from -1 to 1. A file with fewer
// samples than buckets gives as many buckets as samples.
func Peaks(path string, buckets int) (peaks [][][2]float32, err error) {
	if buckets < 1 {
		return nil, fmt.Errorf("peaks: %d buckets", buckets)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("peaks: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	format, _, size, err := openRecording(f)
	if err != nil {
		return nil, fmt.Errorf("peaks of %s: %w", path, err)
	}
	law := PCMU
	if format == recordingFormat(PCMA) {
		law = PCMA
	}
	count := size / 2
	buckets = int(min(int64(buckets), count))
	peaks = [][][2]float32{make([][2]float32, buckets), make([][2]float32, buckets)}
	r := bufio.NewReaderSize(f, 64<<10)
	for i := range count {
		bucket := i * int64(buckets) / count
		for _, channel := range peaks {
			b, err := r.ReadByte()
			if errors.Is(err, io.EOF) { // it was shortened while we read
				return peaks, nil
			}
			if err != nil {
				return nil, fmt.Errorf("peaks of %s: %w", path, err)
			}
			v := float32(law.Decode(b)) / (1 << 15)
			p := &channel[bucket]
			p[0], p[1] = min(p[0], v), max(p[1], v)
		}
	}
	return peaks, nil
}
