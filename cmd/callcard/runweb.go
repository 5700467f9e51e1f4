package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/callcard/callcard/crm/audit"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/web"
	"github.com/callcard/callcard/web/api"
	"github.com/callcard/callcard/web/auth"
)

func (s *server) openWeb(ctx context.Context) error {
	gate := &auth.Gate{Users: s.users, Proxies: s.cfg.Proxies}
	if s.cfg.PublicOrigin != "" {
		gate.Origins = []string{s.cfg.PublicOrigin}
	}
	var demo api.Demo
	if s.demo != nil {
		demo = s.demo
	}
	handler := web.New(web.Config{
		API: api.Config{
			Demo: demo,
			Gate: gate, Hub: s.hub, Feed: s.feed, Office: s.cache.Current, Trunks: s.trunkStates,
			Audit: audit.NewStore(s.pool), Prompts: s.prompts, Settings: &office.Settings{Pool: s.pool, Passwords: s.passwords, Cache: s.cache, Log: s.log}, Users: s.users, Contacts: s.contacts, Calls: s.calls,
			Tasks: s.tasks, Notifications: s.bell, Control: control{s.flow, s.flow.Agents(), s.desk}, Phones: s.phoneRules, Recordings: s.recordings(),
			Softphone: softphone{s.sip}, ICEServers: s.cfg.ICEServers,
			Peaks: media.Peaks, Version: buildVersion, Log: s.log,
		},
		Ready: s.ready, Metrics: promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{}), Log: s.log,
	})
	l, err := net.Listen("tcp", s.cfg.HTTP)
	if err != nil {
		return fmt.Errorf("open the API's address%s: %w", advice(err, "--http"), err)
	}
	s.httpAddr = reachableAddress(l.Addr().String())
	s.http = web.Server(handler, s.log)
	s.background(ctx, "HTTP", func(context.Context) error {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	s.onStop(func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if err := s.http.Shutdown(ctx); err != nil {
			return s.http.Close() // somebody downloads a long recording
		}
		return nil
	})
	return nil
}

// advice says what to do about an address that can't be listened on.
func advice(err error, flags string) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return " (another program has this address: stop it, or choose one with " + flags + ")"
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.Is(err, syscall.EACCES):
		return " (this machine does not give us this address: choose one with " + flags + ")"
	}
	return ""
}

// openProfiler serves Go's profiles on an address of its own, never on the public one.
func (s *server) openProfiler(ctx context.Context) error {
	if s.cfg.Profile == "" {
		return nil
	}
	l, err := net.Listen("tcp", s.cfg.Profile)
	if err != nil {
		return fmt.Errorf("open the profiler%s: %w", advice(err, "--profile"), err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	s.background(ctx, "the profiler", func(context.Context) error {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	s.onStop(srv.Close)
	return nil
}

// ready says whether calls are taken. The database may be away: calls are taken
// without it.
func (s *server) ready() error {
	if !s.sip.Ready() {
		return errors.New("SIP takes no calls: starting or stopping")
	}
	return nil
}

func openAPI(_ context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		return usagef("openapi takes no arguments")
	}
	doc, err := api.OpenAPI(buildVersion)
	if err != nil {
		return err
	}
	_, err = out.Write(doc)
	return err
}
