// Command withdb starts a throw-away PostgreSQL, runs a command with
// CALLCARD_TEST_DATABASE_URL set to it, and exits with that command's status. The
// Makefile uses it so that all test packages share one server.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/callcard/callcard/crm/db/pgserver"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "withdb:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

func run(args []string) (code int, err error) {
	if len(args) == 0 {
		return 2, errors.New("usage: withdb COMMAND [ARGUMENT …]")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "callcard-test-db-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	s, err := pgserver.Start(ctx, pgserver.Config{
		Dir: dir,
		// Test data need not survive anything, so speed wins over safety here.
		Settings: map[string]string{"fsync": "off", "max_connections": "400", "shared_buffers": "64MB"},
		Log:      slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "CALLCARD_TEST_DATABASE_URL="+s.TCPURL())
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
