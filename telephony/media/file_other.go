//go:build !linux

package media

func (f osFile) startSync() {}
