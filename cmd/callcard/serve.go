package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/callcard/callcard/crm"
)

func serve(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := readConfig("serve", ":8080", args, out, nil)
	if err != nil {
		return err
	}
	stopping, done := terminations()
	defer done()
	log := newLogger(cfg.LogLevel)
	s, err := startUntil(ctx, stopping, cfg, log)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "callcard is ready: API http://%s, SIP %s (UDP, TCP), data %s\n", s.httpAddr, cfg.SIP, cfg.Data)
	err = s.wait(ctx, stopping)
	return errors.Join(err, s.stop())
}

var errTerminated = errors.New("it was asked to stop before it had started")

// startUntil starts the server; a SIGTERM meanwhile, say while it waits for its
// database, ends the attempt.
func startUntil(ctx context.Context, stopping <-chan os.Signal, cfg config, log *slog.Logger, hears ...func(crm.Fact)) (*server, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	started := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-stopping:
			cancel(errTerminated)
		case <-started:
		}
	}()
	s, err := start(ctx, cfg, log, hears...)
	close(started)
	<-watched
	if err == nil && ctx.Err() != nil {
		return nil, errors.Join(context.Cause(ctx), s.stop())
	}
	return s, err
}

// terminations hears SIGTERM.
func terminations() (<-chan os.Signal, func()) {
	ch := make(chan os.Signal, 2)
	signal.Notify(ch, syscall.SIGTERM)
	return ch, func() { signal.Stop(ch) }
}

// wait returns when the server should stop: at once on SIGINT or a second SIGTERM;
// after SIGTERM when the talks have ended or had their time; when a part has broken.
func (s *server) wait(ctx context.Context, stopping <-chan os.Signal) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	case <-stopping:
	}
	s.sip.Drain()
	s.log.Info("stopping: no new calls are taken, talks may finish", "calls", s.flow.Live(), "at_most", s.cfg.Drain)
	limit := time.NewTimer(s.cfg.Drain)
	defer limit.Stop()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for s.flow.Live() > 0 {
		select {
		case <-ctx.Done():
			return nil
		case <-stopping:
			return nil
		case <-limit.C:
			return nil
		case err := <-s.failed:
			return err
		case <-look.C:
		}
	}
	return nil
}
