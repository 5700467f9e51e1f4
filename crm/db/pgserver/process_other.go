//go:build !linux

package pgserver

import (
	"os"
	"os/exec"
	"syscall"
)

// runChild starts cmd and waits for its end. Without Linux' Pdeathsig the server
// outlives us when we are killed; the next start adopts it.
func runChild(cmd *exec.Cmd, started chan<- error, exited chan<- struct{}) {
	defer close(exited)
	err := cmd.Start()
	started <- err
	if err == nil {
		_ = cmd.Wait()
	}
}

func (s *Server) drop(*exec.Cmd) error { return nil }

func (s *Server) own(...string) error { return nil }

func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}
