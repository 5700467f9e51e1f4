package pgserver_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm/db/pgserver"
)

// home makes a folder that the unprivileged user of PostgreSQL can reach.
func home(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgserver")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func start(t *testing.T, dir string) *pgserver.Server {
	t.Helper()
	s, err := pgserver.Start(t.Context(), pgserver.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func query(t *testing.T, s *pgserver.Server, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		c, err := pgx.Connect(ctx, s.URL())
		if err == nil {
			defer c.Close(ctx)
			var out string
			if err := c.QueryRow(ctx, sql).Scan(&out); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
			return out
		}
		if ctx.Err() != nil {
			t.Fatalf("connect: %v", err)
		}
	}
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(b), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestDataOutlivesKillAndStop(t *testing.T) {
	dir := home(t)
	s := start(t, dir)
	if got := query(t, s, "select current_setting('data_checksums')"); got != "on" {
		t.Fatalf("data checksums are %s", got)
	}
	ctx := t.Context()
	c, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(ctx, "create table kept (x int); insert into kept values (7)"); err != nil {
		t.Fatal(err)
	}
	c.Close(ctx)

	before := postmaster(t, dir)
	if err := syscall.Kill(before, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if got := query(t, s, "select x::text from kept"); got != "7" {
		t.Fatalf("after kill -9 the table holds %s", got)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	s = start(t, dir)
	defer s.Stop()
	if got := query(t, s, "select x::text from kept"); got != "7" {
		t.Fatalf("after stop and start the table holds %s", got)
	}
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	dir := home(t)
	precious := filepath.Join(dir, "data", "precious")
	if err := os.MkdirAll(filepath.Dir(precious), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(precious, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := pgserver.Start(t.Context(), pgserver.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Fatal("the foreign file is gone")
	}
}

func TestOtherMajorVersionIsRefused(t *testing.T) {
	dir := home(t)
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	version := filepath.Join(dir, "data", "PG_VERSION")
	if err := os.WriteFile(version, []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := pgserver.Start(t.Context(), pgserver.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "PostgreSQL 9") {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(version); err != nil {
		t.Fatal("the old data is gone")
	}
}

// TestKilledParent starts a server in a child process, kills the child, and finds
// every committed row again.
func TestKilledParent(t *testing.T) {
	if dir := os.Getenv("PGSERVER_TEST_CHILD"); dir != "" {
		s := start(t, dir)
		query(t, s, "select 1::text")
		os.Stdout.WriteString("up\n")
		select {}
	}
	dir := home(t)
	child := exec.Command(os.Args[0], "-test.run=^TestKilledParent$")
	child.Env = append(os.Environ(), "PGSERVER_TEST_CHILD="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 3)
	if _, err := out.Read(line); err != nil || string(line) != "up\n" {
		t.Fatalf("the child said %q, %v", line, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	s := start(t, dir)
	defer s.Stop()
	if got := query(t, s, "select 2::text"); got != "2" {
		t.Fatal(got)
	}
}
