package journal

import (
	"os"

	"golang.org/x/sys/unix"
)

// dataSync brings the contents of f to the disk and leaves out what no reader needs,
// e.g. the time of the last change.
func dataSync(f *os.File) error { return unix.Fdatasync(int(f.Fd())) }
