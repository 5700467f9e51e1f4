//go:build !linux

package main

import "os/exec"

func runBound(cmd *exec.Cmd, started chan<- error, exited chan<- struct{}) {
	defer close(exited)
	err := cmd.Start()
	started <- err
	if err == nil {
		_ = cmd.Wait()
	}
}
