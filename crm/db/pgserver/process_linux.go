package pgserver

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// runChild starts cmd and waits for its end on one locked thread: the kernel sends
// Pdeathsig when the parent's *thread* ends, not its process, so that thread must
// live as long as the child. With it PostgreSQL stops by itself when we are killed.
func runChild(cmd *exec.Cmd, started chan<- error, exited chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(exited)
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGINT
	// A Ctrl-C in the terminal is for us; we stop the database when we are done.
	cmd.SysProcAttr.Setpgid = true
	err := cmd.Start()
	started <- err
	if err == nil {
		_ = cmd.Wait() // the exit status of a database says nothing that its log does not
	}
}

// servant is the unprivileged user that PostgreSQL runs as when we are root.
func servant() (uid, gid int, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, lookupErr := user.Lookup(name)
		if lookupErr != nil {
			continue
		}
		uid, err = strconv.Atoi(u.Uid)
		if err != nil {
			return 0, 0, err
		}
		gid, err = strconv.Atoi(u.Gid)
		return uid, gid, err
	}
	return 0, 0, fmt.Errorf("PostgreSQL refuses to run as root and there is no user postgres or nobody: run callcard as an ordinary user")
}

// drop makes cmd run without root's privileges.
func (s *Server) drop(cmd *exec.Cmd) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid, err := servant()
	if err != nil {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	if !reachable(s.cfg.Dir) {
		cmd.SysProcAttr.AmbientCaps = []uintptr{capDACReadSearch}
	}
	return nil
}

// capDACReadSearch lets a process pass through folders that are closed to its user
// (capabilities(7)).
const capDACReadSearch = 2

// reachable reports whether any user may pass through dir and all folders above. A
// folder below /root is not: there the server is given the one capability to get to
// its own data, and nothing more.
func reachable(dir string) bool {
	for p := dir; ; p = filepath.Dir(p) {
		if info, err := os.Stat(p); err != nil || info.Mode()&0o001 == 0 {
			return false
		}
		if p == filepath.Dir(p) {
			return true
		}
	}
}

// own hands paths over to the user that PostgreSQL runs as.
func (s *Server) own(paths ...string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid, err := servant()
	if err != nil {
		return err
	}
	for _, p := range paths {
		if err := os.Chown(p, uid, gid); err != nil {
			return fmt.Errorf("hand %s over to the user of PostgreSQL: %w", p, err)
		}
	}
	return nil
}

func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || err == syscall.EPERM
}
