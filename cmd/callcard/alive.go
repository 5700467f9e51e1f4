package main

import "syscall"

// processAlive reports whether a process with this id runs, whoever owns it.
func processAlive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return pid > 0 && (err == nil || err == syscall.EPERM)
}
