package main

import (
	"os/exec"
	"runtime"
	"syscall"
)

// runBound runs cmd so that it ends with us even when we are killed. The kernel
// watches the thread that started it, so this one stays with the child.
func runBound(cmd *exec.Cmd, started chan<- error, exited chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(exited)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	err := cmd.Start()
	started <- err
	if err == nil {
		_ = cmd.Wait()
	}
}
