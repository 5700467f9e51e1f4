package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// privateRedis opens the private store below data, as a server does.
func privateRedis(t *testing.T, data string) (client redis.UniversalClient, stop func()) {
	t.Helper()
	client, stopper, err := openRedis(t.Context(), config{Data: data}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		if err := stopper(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return client, stop
}

// redisPID is the process behind client, 0 when none answers.
func redisPID(ctx context.Context, client redis.UniversalClient) int {
	info, err := client.Info(ctx, "server").Result()
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(info, "process_id:")
	digits, _, _ := strings.Cut(rest, "\r")
	pid, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return pid
}

func TestPrivateRedisComesBackWithWhatItKnew(t *testing.T) {
	client, stop := privateRedis(t, home(t))
	if err := client.Set(t.Context(), "agent", "talking", 0).Err(); err != nil {
		t.Fatal(err)
	}
	first := redisPID(t.Context(), client)
	for range 2 {
		pid := redisPID(t.Context(), client)
		if err := client.ConfigSet(t.Context(), "appendfsync", "always").Err(); err != nil { // a crash may cost a second otherwise
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, 10*time.Second, "the store did not come back", func(ctx context.Context) bool {
			now := redisPID(ctx, client)
			return now != 0 && now != pid
		})
	}
	if v, err := client.Get(t.Context(), "agent").Result(); err != nil || v != "talking" {
		t.Errorf("it came back with %q, %v", v, err)
	}
	last := redisPID(t.Context(), client)
	stop()
	if processAlive(first) || processAlive(last) {
		t.Errorf("a store outlives its server: %d %v, %d %v", first, processAlive(first), last, processAlive(last))
	}
}

// A socket that a killed predecessor left behind is in nobody's way.
func TestPrivateRedisClearsAStaleSocket(t *testing.T) {
	data := home(t)
	if err := os.MkdirAll(filepath.Join(data, "redis"), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(data, "redis", "redis.sock"))
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	client, _ := privateRedis(t, data)
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Error(err)
	}
}

// A path that is too long for a socket moves the socket alone, and nothing of it is
// left afterwards.
func TestPrivateRedisBelowALongPath(t *testing.T) {
	tmp := home(t)
	data := filepath.Join(home(t), strings.Repeat("a-long-name-", 9))
	t.Setenv("TMPDIR", tmp)
	client, stop := privateRedis(t, data)
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(data, "redis", "redis.log")); err != nil {
		t.Error(err)
	}
	stop()
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestPrivateRedisThatCannotStartSaysWhereToLook(t *testing.T) {
	data := home(t)
	bin := filepath.Join(data, "redis-server")
	if err := os.WriteFile(bin, []byte("no program"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", data)
	if _, _, err := openRedis(t.Context(), config{Data: data}, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "start the private Redis") {
		t.Errorf("%v", err)
	}
}

func TestWithoutRedisTheStoreIsInsideTheProcess(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var log bytes.Buffer
	client, stop, err := openRedis(t.Context(), config{Data: home(t)}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Set(t.Context(), "agent", "talking", 0).Err(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "redis-server was not found; agent states are kept inside this process (single server only)") {
		t.Errorf("the log says %q", log.String())
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestWrongAddressesOfStores(t *testing.T) {
	bare(t)
	t.Setenv("CALLCARD_DATA", home(t))
	t.Setenv("DATABASE_URL", "postgres://user:hidden@[::1/db")
	if code, _, errOut := inside(t.Context(), "migrate"); code != exitFailed || strings.Count(errOut, "\n") != 1 || !strings.Contains(errOut, "DATABASE_URL") || strings.Contains(errOut, "hidden") {
		t.Errorf("code %d, %s", code, errOut)
	}
	if _, _, err := openRedis(t.Context(), config{RedisURL: "http://user:hidden@there"}, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "REDIS_URL") || strings.Contains(err.Error(), "hidden") {
		t.Errorf("%v", err)
	}
}

// The data of a PostgreSQL that is not here is left as it is; the message says what
// to install.
func TestDataOfAnotherPostgreSQL(t *testing.T) {
	bare(t)
	data := home(t)
	t.Setenv("CALLCARD_DATA", data)
	version := filepath.Join(data, "postgres", "data", "PG_VERSION")
	if err := os.MkdirAll(filepath.Dir(version), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(version, []byte("8\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve"}, {"demo"}, {"migrate"}} {
		code, _, errOut := inside(t.Context(), args...)
		if code != exitFailed || strings.Count(errOut, "\n") != 1 || !strings.Contains(errOut, "made by PostgreSQL 8, which is not installed here: install postgresql-8") {
			t.Errorf("%v: code %d, %s", args, code, errOut)
		}
	}
	if b, err := os.ReadFile(version); err != nil || string(b) != "8\n" {
		t.Errorf("the data was touched: %q, %v", b, err)
	}
}
