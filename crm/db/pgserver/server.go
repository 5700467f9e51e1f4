package pgserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// startPatience is how long a server may take to answer: after a crash it recovers
// first, and a dead parent that nobody has reaped yet can hold its lock for a second.
const startPatience = 30 * time.Second

// Config says where the cluster lives.
type Config struct {
	Dir string // of the cluster and what belongs to it; made when missing
	// Settings are added to the server's command line, name -> value.
	Settings map[string]string
	// KeepAdopted leaves a server that was running already, perhaps another's, running
	// at Stop.
	KeepAdopted bool
	Log         *slog.Logger
}

// Server is a running private PostgreSQL.
type Server struct {
	cfg     Config
	bin     string
	cluster cluster
	proc    *process
	adopted bool // proc was running before us
	cancel  context.CancelCauseFunc
	done    chan struct{}
}

// Start makes the cluster if there is none, starts the server (or adopts the one
// that a killed predecessor left running) and returns once it answers. The server is
// started again whenever it dies, until Stop.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("find the folder of the private PostgreSQL: %w", err)
	}
	cfg.Dir = dir
	s := &Server{cfg: cfg, done: make(chan struct{})}
	major, err := existingMajor(s.data())
	if err != nil {
		return nil, err
	}
	s.bin, err = findBinaries(usualPlaces(), major)
	if errors.Is(err, ErrNoBinaries) && major != "" {
		return nil, fmt.Errorf("the data in %s was made by PostgreSQL %s, which is not installed here: install postgresql-%s, or move the data with pg_upgrade", s.data(), major, major)
	}
	if err != nil {
		return nil, err
	}
	if s.cluster, err = openCluster(ctx, s, major == ""); err != nil {
		return nil, err
	}
	if err := s.up(ctx); err != nil {
		if s.proc != nil {
			err = errors.Join(err, s.end())
		}
		return nil, err
	}
	watch, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	s.cancel = cancel
	go func() {
		defer close(s.done)
		s.supervise(watch)
	}()
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.cfg.Dir, "data") }

// URL is the address of the database callcard as its owner.
func (s *Server) URL() string { return s.url("callcard") }

// TCPURL is the same over TCP, for tests that put something between.
func (s *Server) TCPURL() string { return s.tcpURL("callcard") }

// up starts the server, unless a live one is there already, and waits until it
// answers.
func (s *Server) up(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startPatience, errors.New("PostgreSQL did not come up in time"))
	defer cancel()
	for {
		if s.proc == nil || s.proc.gone() {
			if pid, _, ok := s.running(); ok {
				s.proc, s.adopted = adopt(pid), true
				s.cfg.Log.Info("adopted the private PostgreSQL that was left running", "pid", pid)
			} else if p, err := s.spawn(); err != nil {
				return err
			} else {
				s.proc, s.adopted = p, false
			}
		}
		err := s.ping(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("start the private PostgreSQL in %s (its log: %s): %w", s.cfg.Dir, s.logFile(), errors.Join(err, context.Cause(ctx)))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *Server) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	var exists bool
	if err := c.QueryRow(ctx, "select exists(select from pg_database where datname = 'callcard')").Scan(&exists); err != nil {
		return err
	}
	if !exists {
		if _, err := c.Exec(ctx, "create database callcard template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"); err != nil {
			return fmt.Errorf("create the database: %w", err)
		}
	}
	return nil
}

// supervise starts the server again whenever it dies.
func (s *Server) supervise(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.proc.exited:
		}
		if ctx.Err() != nil {
			return
		}
		s.cfg.Log.Error("the private PostgreSQL has died and is started again", "log", s.logFile())
		for ctx.Err() == nil {
			err := s.up(ctx)
			if err == nil {
				break
			}
			s.cfg.Log.Error("the private PostgreSQL does not start; trying again", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}

// Stop shuts the server down in an orderly way; what is committed is safe either way.
func (s *Server) Stop() error {
	s.cancel(errors.New("stopped"))
	<-s.done // nobody starts it again
	return s.end()
}

// end ends the process, unless it is somebody else's and to be left to him.
func (s *Server) end() error {
	if s.adopted && s.cfg.KeepAdopted {
		return nil
	}
	err := s.proc.interrupt()
	select {
	case <-s.proc.exited:
	case <-time.After(10 * time.Second):
		err = errors.Join(err, errors.New("the private PostgreSQL does not stop"), s.proc.kill())
	}
	return err
}

func (s *Server) logFile() string { return filepath.Join(s.cfg.Dir, "postgres.log") }

// existingMajor reads which major version made the data; "" when there is none.
func existingMajor(data string) (string, error) {
	b, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err == nil {
		return strings.TrimSpace(string(b)), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("read which PostgreSQL made %s: %w", data, err)
	}
	entries, err := os.ReadDir(data)
	if err == nil && len(entries) > 0 {
		return "", fmt.Errorf("%s holds files but no PostgreSQL cluster: move it away (nothing is deleted by us) or name another folder", data)
	}
	return "", nil
}

// freePort finds a port that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
