package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program as a user gets it, built once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "callcard")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

// workshop is a folder for the whole test binary.
var workshop string

func TestMain(m *testing.M) {
	newLogger(slog.LevelError) // silences the Redis client, as in production
	var err error
	if workshop, err = os.MkdirTemp("", "callcard-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(workshop); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// home makes a folder with a short path: a socket must fit in it.
func home(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "cc-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// output collects what a program writes, line by line.
type output struct {
	mu    sync.Mutex
	rest  []byte
	lines []string
	news  chan struct{} // closed at the next line
}

func newOutput() *output { return &output{news: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rest = append(o.rest, p...)
	for {
		line, rest, ok := bytes.Cut(o.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		o.lines, o.rest = append(o.lines, string(line)), rest
		close(o.news)
		o.news = make(chan struct{})
	}
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(append(slices.Clone(o.lines), string(o.rest)), "\n")
}

// await gives the first line that contains all of parts, which may still be to come.
func (o *output) await(t *testing.T, within time.Duration, parts ...string) string {
	t.Helper()
	late := time.After(within)
	for seen := 0; ; {
		o.mu.Lock()
		lines, news := o.lines[seen:], o.news
		o.mu.Unlock()
		for _, line := range lines {
			if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(line, part) }) {
				return line
			}
		}
		seen += len(lines)
		select {
		case <-news:
		case <-late:
			t.Fatalf("waited in vain for a line with %q; there was:\n%s", parts, o)
		}
	}
}

// running is a program that runs.
type running struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err *output
	over     chan struct{}
}

// launch runs the program in dir.
func launch(t *testing.T, dir string, args ...string) *running {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return launchCommand(t, exec.Command(path, args...), dir)
}

func launchCommand(t *testing.T, cmd *exec.Cmd, dir string) *running {
	t.Helper()
	r := &running{t: t, cmd: cmd, out: newOutput(), err: newOutput(), over: make(chan struct{})}
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, r.out, r.err
	cmd.Env = slices.DeleteFunc(os.Environ(), func(e string) bool {
		return strings.HasPrefix(e, "CALLCARD_") || strings.HasPrefix(e, "DATABASE_URL=") || strings.HasPrefix(e, "REDIS_URL=")
	})
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(r.over)
		_ = cmd.Wait() // the tests look at the code
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-r.over
	})
	return r
}

func (r *running) signal(s syscall.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
}

// exit waits for the end and gives the exit code, -1 after a kill.
func (r *running) exit(within time.Duration) int {
	r.t.Helper()
	select {
	case <-r.over:
	case <-time.After(within):
		r.t.Fatalf("%v runs on:\n%s\n%s", r.cmd.Args, r.out, r.err)
	}
	return r.cmd.ProcessState.ExitCode()
}

// done runs the program to its end, which must be a good one, and gives what it says.
func done(t *testing.T, dir string, args ...string) string {
	t.Helper()
	r := launch(t, dir, args...)
	if code := r.exit(time.Minute); code != exitDone || r.err.String() != "" {
		t.Fatalf("callcard %v: code %d\n%s\n%s", args, code, r.out, r.err)
	}
	return r.out.String()
}

// freeAddresses finds a TCP address for HTTP and one that is free for UDP and TCP for
// SIP, and gives them as flags.
func freeAddresses(t *testing.T) []string {
	t.Helper()
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	for range 100 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		tcp.Close()
		if err == nil {
			udp.Close()
			low := 11000 + 200*rand.IntN(40)
			return []string{"--http", web.Addr().String(), "--sip", tcp.Addr().String(), "--rtp", fmt.Sprintf("%d-%d", low, low+199), "--webrtc", "0", "--advertise", "127.0.0.1"}
		}
	}
	t.Fatal("there is no port that is free for UDP and TCP")
	return nil
}

// eventually looks again and again, where nothing tells of the change.
func eventually(t *testing.T, within time.Duration, what string, is func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), within, errors.New(what))
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !is(ctx) {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain: %v", context.Cause(ctx))
		}
	}
}

// inside runs a command in this process and gives its code and what it says.
func inside(ctx context.Context, args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = dispatch(ctx, args, &o, &e)
	return code, o.String(), e.String()
}

// bare takes away what the configuration reads from the environment.
func bare(t *testing.T) {
	t.Helper()
	for _, e := range os.Environ() {
		name, _, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, "CALLCARD_") && name != "CALLCARD_TEST_DATABASE_URL" || name == "DATABASE_URL" || name == "REDIS_URL" {
			t.Setenv(name, "")
		}
	}
}
