package journal

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// syncLoop brings what was appended to the disk after SyncEvery, together with what
// has come meanwhile. Not at once: the first fact of a call is followed by others within
// milliseconds, and the call is at its most urgent then.
func (j *Journal) syncLoop() {
	defer j.background.Done()
	pause := time.NewTimer(0)
	<-pause.C
	for {
		select {
		case <-j.stop:
			return
		case <-j.dirty:
		}
		pause.Reset(j.opts.SyncEvery)
		select {
		case <-j.stop:
			return
		case <-pause.C:
		}
		if err := j.sync(); err != nil {
			j.log.Error("the journal's disk fails: facts of the last moments may be lost at a power failure", "error", err)
		}
	}
}

// sync makes all lines up to now durable. When the disk refuses, the lines are
// given to the reader all the same: the database is then their only safe place.
// The segment is given up, because the kernel drops pages that it could not write
// and a later fdatasync would not tell.
func (j *Journal) sync() error {
	j.syncing.Lock()
	defer j.syncing.Unlock()
	j.mu.Lock()
	file, target, retired := j.file, j.end, j.retired
	fresh := file != nil && target.Segment != j.synced.Segment
	j.retired = nil
	j.mu.Unlock()

	var err error
	for _, f := range retired {
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if file != nil {
		err = errors.Join(err, file.Sync())
	}
	if fresh {
		err = errors.Join(err, syncDir(j.dir))
	}

	j.mu.Lock()
	defer j.mu.Unlock()
	j.synced = target
	j.moved.Broadcast()
	if err != nil && j.file != nil && j.file == file && !j.closed {
		j.retired = append(j.retired, j.file)
		j.file = nil
	}
	return err
}

const aliveFile = "alive"

// aliveLoop leaves a sign of life once a second, from the first fact on: a process
// that fails to start must not hide when the one before it died.
func (j *Journal) aliveLoop() {
	defer j.background.Done()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-j.stop:
			j.touch()
			return
		case <-tick.C:
			j.touch()
		}
	}
}

func (j *Journal) touch() {
	if j.appended.Load() == 0 {
		return
	}
	path, now := filepath.Join(j.dir, aliveFile), time.Now()
	err := os.Chtimes(path, now, now)
	if errors.Is(err, os.ErrNotExist) {
		err = os.WriteFile(path, nil, 0o600)
	}
	if err != nil {
		j.log.Warn("the journal can't leave a sign of life", "error", err)
	}
}

// lastAlive is when the previous process left its last sign of life; not later than
// now, should the clock have been set back.
func lastAlive(dir string) time.Time {
	info, err := os.Stat(filepath.Join(dir, aliveFile))
	if err != nil {
		return time.Time{}
	}
	if now := time.Now(); info.ModTime().After(now) {
		return now.UTC()
	}
	return info.ModTime().UTC()
}
