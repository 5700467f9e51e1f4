package main

import (
	"context"
	"time"

	"golang.org/x/sys/unix"
)

// The disk of the recordings: below warnFree people are told, below stopFree no new
// recording begins, so that the journal and the database keep their room.
const (
	warnFree   = 0.15
	stopFree   = 0.05
	spaceEvery = 5 * time.Second
)

// watchSpace looks after the disk until ctx ends.
func (s *server) watchSpace(ctx context.Context) error {
	t := time.NewTicker(spaceEvery)
	defer t.Stop()
	for {
		s.lookAtSpace()
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

func (s *server) lookAtSpace() {
	free, err := freeShare(s.recordings())
	if err != nil {
		s.log.Error("the disk of the recordings can't be looked at", "err", err)
		return
	}
	s.diskFull.Store(free < stopFree)
	switch {
	case free < stopFree:
		s.alarms.Raise("disk_full", "The disk of the recordings is all but full: new talks are not recorded until space is freed.")
	case free < warnFree:
		s.alarms.Raise("disk_low", "The disk of the recordings has less than 15 % free: free some space.")
	}
}

// freeShare is the part of a file system that is free to us, 0 to 1.
func freeShare(dir string) (float64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	if st.Blocks == 0 {
		return 1, nil
	}
	return float64(st.Bavail) / float64(st.Blocks), nil
}
