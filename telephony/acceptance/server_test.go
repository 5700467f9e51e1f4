//go:build linux

package acceptance

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/callcard/callcard/crm/db/dbtest"
)

const startTime = 20 * time.Second

// setup is how a server of a test differs from the usual.
type setup struct {
	database func(url string) string // another way to the database
	flags    []string
	prepare  func(data string) // before the first start
}

// server is the program, run by `callcard serve`.
type server struct {
	t        testing.TB
	dir      string
	data     string
	http     string // host:port
	sip      string // host:port
	database string // as the server reaches it
	redis    *redisChild
	flags    []string
	log      *logbook

	process *exec.Cmd
	exited  chan struct{} // closed when the process is gone

	people map[string]*client // signed in
	mu     sync.Mutex
	number atomic.Int64 // of callers, teams
}

const password = "tulip orchard 7"

const baseOffice = `
offices:
  - {name: Tashkent, timezone: Asia/Tashkent, region: UZ}
  - {name: Samarkand, timezone: Asia/Samarkand, region: UZ}
users:
  - {login: admin, name: Admin, password: "` + password + `", role: admin, office: Tashkent}
  - {login: boss, name: Timur Rashidov, password: "` + password + `", role: supervisor, office: Tashkent}
  - {login: sara, name: Sara Nazarova, password: "` + password + `", role: supervisor, office: Samarkand}
  - {login: farid, name: Farid Umarov, password: "` + password + `", role: agent, office: Samarkand}
trunks:
  - {name: carrier, hosts: ["127.0.0.2"], region: UZ}
`

// newServer starts a server with the base office.
func newServer(t testing.TB, with setup) *server {
	t.Helper()
	dir := t.TempDir()
	s := &server{t: t, dir: dir, data: filepath.Join(dir, "data"), log: &logbook{}, people: map[string]*client{}}
	s.database = dbtest.URL(t)
	direct := s.database
	if with.database != nil {
		s.database = with.database(s.database)
	}
	s.redis = startRedis(t, dir)
	s.http, s.sip = freePort(t), freePort(t)
	low := 20000 + 400*int((time.Now().UnixNano()/1000)%25) // below the kernel's own choice of ports
	s.flags = append([]string{"--data", s.data, "--http", s.http, "--sip", s.sip, "--rtp", fmt.Sprintf("%d-%d", low, low+399),
		"--webrtc", "0", "--advertise", "127.0.0.1", "--node", "test"}, with.flags...)
	if with.prepare != nil {
		with.prepare(s.data)
	}
	s.start()
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("the server's log ends so:\n%s", s.log.tail(60))
		} else if wrong := s.complaints(); wrong != "" {
			t.Errorf("%s", wrong)
		}
	})
	if out, code := s.applyTo(direct, baseOffice); code != 0 {
		t.Fatalf("the base office was refused:\n%s", out)
	}
	await(t, "the office to be applied", 10*time.Second, func() bool {
		status, _ := s.send(http.MethodPost, "/session", "", map[string]string{"login": "nobody", "password": "x"}, nil)
		return status == http.StatusUnauthorized
	})
	return s
}

// start runs the program until it says that it is ready.
func (s *server) start() {
	s.t.Helper()
	ready, err := s.launch()
	if err != nil {
		s.t.Fatalf("start the server: %v", err)
	}
	select {
	case <-ready:
	case <-s.exited:
		s.t.Fatalf("the server did not start, %v:\n%s", s.process.ProcessState, s.log.tail(20))
	case <-time.After(startTime):
		s.t.Fatalf("the server was not ready in time:\n%s", s.log.tail(20))
	}
}

func (s *server) launch() (ready <-chan struct{}, err error) {
	s.process = exec.Command(program, append([]string{"serve"}, s.flags...)...)
	s.process.Env, s.process.SysProcAttr = s.environment(s.database), boundToUs()
	s.process.Stderr = s.log
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	up, exited, process := make(chan struct{}), make(chan struct{}), s.process
	s.exited = exited
	go func() {
		defer close(exited)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(s.log, lines.Text())
			if strings.HasPrefix(lines.Text(), "callcard is ready") {
				close(up)
			}
		}
		_ = process.Wait() // how it ended is asked for where it matters
	}()
	return up, nil
}

// boundToUs lets a child die with the tests, however they end.
func boundToUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

func (s *server) environment(database string) []string {
	return append(os.Environ(), "DATABASE_URL="+database, "REDIS_URL="+s.redis.url())
}

// kill ends the process at once, as a power cut does; a dead one stays dead.
func (s *server) kill() {
	_ = s.process.Process.Kill()
	<-s.exited
}

func (s *server) signal(sig syscall.Signal) {
	if err := s.process.Process.Signal(sig); err != nil {
		s.t.Fatalf("signal the server: %v", err)
	}
}

// apply runs `callcard apply` with an office file.
func (s *server) apply(office string, flags ...string) (output string, code int) {
	return s.applyTo(s.database, office, flags...)
}

func (s *server) applyTo(database, office string, flags ...string) (output string, code int) {
	path := filepath.Join(s.dir, fmt.Sprintf("office-%d.yaml", s.number.Add(1)))
	if err := os.WriteFile(path, []byte(office), 0o600); err != nil {
		s.t.Fatal(err)
	}
	args := append([]string{"apply", path, "--data", s.data}, flags...)
	return runProgram(s.t, s.environment(database), args...)
}

// runProgram runs a command of the program to its end.
func runProgram(t testing.TB, env []string, args ...string) (output string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Second, errPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatalf("run callcard %s: %v", args[0], err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// await polls a state, where there is no event to wait for.
func await(t testing.TB, what string, limit time.Duration, is func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(limit); !is(); {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// metric is a figure of /metrics; -1 while there is none.
func (s *server) metric(name string) float64 {
	r, err := http.Get("http://" + s.http + "/metrics")
	if err != nil {
		return -1
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return -1
	}
	for _, line := range strings.Split(string(text), "\n") {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			if f, err := strconv.ParseFloat(value, 64); err == nil {
				return f
			}
		}
	}
	return -1
}

// awaitQuiet waits until no call has a leg.
func (s *server) awaitQuiet(t testing.TB, limit time.Duration) {
	t.Helper()
	await(t, "all legs to be gone", limit, func() bool { return s.metric("callcard_sip_live_calls") == 0 })
}

func freePort(t testing.TB) string {
	t.Helper()
	for range 100 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := tcp.Addr().String()
		udp, err := net.ListenPacket("udp", addr)
		tcp.Close()
		if err == nil {
			udp.Close()
			return addr
		}
	}
	t.Fatal("there is no free port")
	return ""
}

// logbook keeps what a process writes.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logbook) tail(n int) string {
	lines := strings.Split(strings.TrimSpace(l.String()), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
