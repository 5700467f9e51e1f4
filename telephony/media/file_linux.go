package media

import "golang.org/x/sys/unix"

// startSync gives the file's blocks their place and sends them on their way. Done
// for all files before the first Sync it lets one commit of the file system's
// journal serve all of them: a quarter of the cost on ext4.
func (f osFile) startSync() {
	// Advice only: Sync tells of errors.
	_ = unix.SyncFileRange(int(f.Fd()), 0, 0, unix.SYNC_FILE_RANGE_WRITE)
}
