//go:build linux

package acceptance

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// program is the binary under test.
var program string

// world is what most tests share: a server that is started by the first who needs it
// and stopped after the last.
var world struct {
	sync.Once
	*server
	house *keeper
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if os.Getenv("CALLCARD_TEST_DATABASE_URL") == "" {
		fmt.Fprintln(os.Stderr, "CALLCARD_TEST_DATABASE_URL is not set: `make test` sets it")
		return 1
	}
	dir, err := os.MkdirTemp("", "callcard-acceptance-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a folder for the tests:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "callcard")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/callcard/callcard/cmd/callcard")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	world.house = &keeper{dir: filepath.Join(dir, "shared")}
	code := m.Run()
	if world.server != nil {
		if wrong := world.complaints(); wrong != "" {
			fmt.Fprintln(os.Stderr, wrong)
			code = 1
		}
	}
	world.house.close()
	return code
}

// shared is the server that most tests use.
func shared(t *testing.T) *server {
	t.Helper()
	world.Do(func() { world.server = newServer(world.house, setup{flags: []string{"--rtp-timeout", "8s"}}) })
	if world.server == nil {
		t.Fatal("the shared server could not be started, see the first test that needed it")
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server (%v) has written at last:\n%s", world.process.ProcessState, world.log.tail(40))
		}
	})
	return world.server
}

var number = regexp.MustCompile(`\+?9989\d{8}`)

// complaints says what must not be in any server's log: panics, and the numbers of
// clients, which are personal data.
func (s *server) complaints() string {
	all := s.log.String()
	for _, line := range strings.Split(all, "\n") {
		switch {
		case strings.Contains(line, "panic"):
			return "the server had a panic: " + line
		case number.MatchString(line):
			return "the log tells the number of a client: " + line
		}
	}
	return ""
}

// keeper stands in for a test where something outlives all tests.
type keeper struct {
	testing.TB // nil: only the methods below are used
	dir        string
	ends       []func()
}

func (k *keeper) Helper()                  {}
func (k *keeper) Context() context.Context { return context.Background() }
func (k *keeper) Cleanup(end func())       { k.ends = append(k.ends, end) }
func (k *keeper) Failed() bool             { return false }

func (k *keeper) TempDir() string {
	if err := os.MkdirAll(k.dir, 0o755); err != nil {
		k.Fatal(err)
	}
	return k.dir
}

// Fatal stops everything: without the shared server there is nothing to test.
func (k *keeper) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

func (k *keeper) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (k *keeper) Logf(format string, args ...any) { k.Errorf(format, args...) }

func (k *keeper) Errorf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

func (k *keeper) close() {
	for i := len(k.ends) - 1; i >= 0; i-- {
		k.ends[i]()
	}
}
