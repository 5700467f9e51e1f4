package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/crm/db/pgserver"
	"github.com/callcard/callcard/routing/redisq"
)

// stopper is a part that is stopped when the server ends.
type stopper func() error

// openDatabase gives the address of the database: the one that is named, else a
// private PostgreSQL below the data folder.
func openDatabase(ctx context.Context, c config, log *slog.Logger) (url string, stop stopper, err error) {
	if c.DatabaseURL != "" {
		return c.DatabaseURL, func() error { return nil }, nil
	}
	s, err := pgserver.Start(ctx, pgserver.Config{
		Dir: filepath.Join(c.Data, "postgres"), Log: log,
		// Compiling queries (jit) never pays for queries as short as ours.
		Settings: map[string]string{"shared_buffers": "64MB", "max_connections": "60", "jit": "off"},
	})
	if err != nil {
		return "", nil, err
	}
	return s.URL(), s.Stop, nil
}

// openRedis gives a client of the store of agent states: the Redis that is named,
// else a private child, else one inside this process. What it holds can be rebuilt,
// so losing it loses nothing.
func openRedis(ctx context.Context, c config, log *slog.Logger) (redis.UniversalClient, stopper, error) {
	if c.RedisURL != "" {
		opts, err := redis.ParseURL(c.RedisURL)
		if err != nil {
			return nil, nil, fmt.Errorf("read REDIS_URL: %w", err)
		}
		client := redis.NewClient(redisq.ClientOptions(opts))
		return client, client.Close, nil
	}
	for _, name := range []string{"redis-server", "valkey-server"} {
		if bin, err := exec.LookPath(name); err == nil {
			return startRedis(ctx, bin, filepath.Join(c.Data, "redis"), log)
		}
	}
	return startMiniredis(log)
}

// startMiniredis runs the store inside this process. It has no keys that expire, so
// nothing needs its clock.
func startMiniredis(log *slog.Logger) (redis.UniversalClient, stopper, error) {
	m := miniredis.NewMiniRedis()
	if err := m.Start(); err != nil {
		return nil, nil, fmt.Errorf("start the built-in store of agent states: %w", err)
	}
	log.Info("redis-server was not found; agent states are kept inside this process (single server only)")
	client := redis.NewClient(redisq.ClientOptions(&redis.Options{Addr: m.Addr()}))
	return client, func() error {
		err := client.Close()
		m.Close()
		return err
	}, nil
}

// redisChild is a private redis-server, started again whenever it dies.
type redisChild struct {
	bin, dir, socket string
	shortDir         string // of the socket, when the path below dir is too long; ours to remove
	log              *slog.Logger
	cancel           context.CancelCauseFunc
	done             chan struct{}
}

func startRedis(ctx context.Context, bin, dir string, log *slog.Logger) (redis.UniversalClient, stopper, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("make the folder of the private Redis: %w", err)
	}
	r := &redisChild{bin: bin, dir: dir, socket: filepath.Join(dir, "redis.sock"), log: log, done: make(chan struct{})}
	if len(r.socket) > 100 { // sun_path holds 108 bytes, unix(7)
		short, err := os.MkdirTemp("", "callcard-redis-")
		if err != nil {
			return nil, nil, fmt.Errorf("make the socket of the private Redis: %w", err)
		}
		r.shortDir, r.socket = short, filepath.Join(short, "redis.sock")
	}
	run, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	r.cancel = cancel
	first := make(chan error, 1)
	go func() {
		defer close(r.done)
		r.supervise(run, first)
		if r.shortDir != "" {
			_ = os.RemoveAll(r.shortDir)
		}
	}()
	if err := <-first; err != nil {
		cancel(err)
		<-r.done
		return nil, nil, err
	}
	client := redis.NewClient(redisq.ClientOptions(&redis.Options{Network: "unix", Addr: r.socket}))
	if err := r.awaitUp(ctx, client); err != nil {
		cancel(err)
		<-r.done
		return nil, nil, errors.Join(err, client.Close())
	}
	return client, func() error {
		err := client.Close()
		cancel(errors.New("stopped"))
		<-r.done
		return err
	}, nil
}

func (r *redisChild) awaitUp(ctx context.Context, client *redis.Client) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 20*time.Second, errors.New("it did not come up in time"))
	defer cancel()
	for {
		_, err := os.Stat(r.socket)
		if err == nil {
			err = client.Ping(ctx).Err()
		}
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("start the private Redis (its log: %s): %w", r.logFile(), errors.Join(err, context.Cause(ctx)))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (r *redisChild) logFile() string { return filepath.Join(r.dir, "redis.log") }

// supervise runs the child until ctx ends. first hears whether it could be started
// at all.
func (r *redisChild) supervise(ctx context.Context, first chan<- error) {
	for attempt := 0; ; attempt++ {
		r.removeStaleSocket()
		cmd := exec.Command(r.bin, "--port", "0", "--unixsocket", r.socket, "--unixsocketperm", "700", "--dir", r.dir,
			"--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--daemonize", "no", "--logfile", r.logFile())
		started, exited := make(chan error, 1), make(chan struct{})
		go runBound(cmd, started, exited)
		err := <-started
		if attempt == 0 {
			if err != nil {
				err = fmt.Errorf("start the private Redis: %w", err)
			}
			first <- err
		}
		if err == nil {
			select {
			case <-exited:
			case <-ctx.Done():
				_ = cmd.Process.Signal(os.Interrupt)
				select {
				case <-exited:
				case <-time.After(5 * time.Second):
					_ = cmd.Process.Kill()
					<-exited
				}
				return
			}
		}
		r.log.Error("the private Redis has died and is started again", "log", r.logFile())
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(time.Duration(attempt)*100*time.Millisecond, 2*time.Second)):
		}
	}
}

// removeStaleSocket clears the way when the last one was killed. A live one answers
// and is left alone: two servers on one folder would be worse than none.
func (r *redisChild) removeStaleSocket() {
	conn, err := net.DialTimeout("unix", r.socket, time.Second)
	if err == nil {
		conn.Close()
		return
	}
	if !strings.Contains(err.Error(), "no such file") {
		_ = os.Remove(r.socket)
	}
}
