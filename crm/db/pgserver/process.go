package pgserver

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// process is the postmaster: our child, or one we have adopted.
type process struct {
	proc   *os.Process
	exited chan struct{} // closed when it is gone
}

func (p *process) gone() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

// interrupt asks for PostgreSQL's fast shutdown.
func (p *process) interrupt() error {
	err := p.proc.Signal(os.Interrupt)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

func (p *process) kill() error { return p.proc.Kill() }

// spawn starts the postmaster as our child.
func (s *Server) spawn() (*process, error) {
	args := []string{"-D", s.data(), "-p", strconv.Itoa(s.cluster.Port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + s.socketDir()}
	for name, value := range s.cfg.Settings {
		args = append(args, "-c", name+"="+value)
	}
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), args...)
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log of the private PostgreSQL: %w", err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Dir = "/" // the server finds its data by an absolute path; our folder may be closed to its user
	if err := s.drop(cmd); err != nil {
		return nil, err
	}
	exited := make(chan struct{})
	started := make(chan error, 1)
	go runChild(cmd, started, exited)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the private PostgreSQL: %w", err)
	}
	return &process{proc: cmd.Process, exited: exited}, nil
}

// adopt takes over a postmaster that is not our child, so nobody tells us of its
// death: we look.
func adopt(pid int) *process {
	proc, err := os.FindProcess(pid)
	p := &process{proc: proc, exited: make(chan struct{})}
	if err != nil {
		close(p.exited)
		return p
	}
	go func() {
		defer close(p.exited)
		for alive(pid) {
			time.Sleep(200 * time.Millisecond)
		}
	}()
	return p
}

// running finds the live postmaster that holds our data, by its pid file.
func (s *Server) running() (pid, port int, ok bool) {
	b, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return 0, 0, false
	}
	lines := strings.Split(string(b), "\n")
	if len(lines) < 4 {
		return 0, 0, false
	}
	pid, err = strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || !alive(pid) || filepath.Clean(lines[1]) != s.data() {
		return 0, 0, false
	}
	port, err = strconv.Atoi(strings.TrimSpace(lines[3]))
	return pid, port, err == nil && !portFree(port)
}

func portFree(port int) bool {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func lastLine(out []byte) string {
	out = bytes.TrimSpace(out)
	return string(out[bytes.LastIndexByte(out, '\n')+1:])
}
