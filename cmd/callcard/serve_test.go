package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/callcard/callcard/crm/db/dbtest"
)

// An address that cannot be had is told in one line with the name of its flag, and
// whatever was started before is stopped again.
func TestAddressesThatAreTaken(t *testing.T) {
	bare(t)
	data := home(t)
	t.Setenv("CALLCARD_DATA", data)
	t.Setenv("DATABASE_URL", dbtest.URL(t))
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	good := freeAddresses(t)
	for what, wrong := range map[string]struct {
		flags []string
		says  string
	}{
		"page over TCP": {[]string{"--http", tcp.Addr().String()}, "choose one with --http)"},
		"SIP over TCP":  {[]string{"--sip", tcp.Addr().String()}, "choose one with --sip or --sip-tls)"},
		"SIP over UDP":  {[]string{"--sip", udp.LocalAddr().String()}, "choose one with --sip or --sip-tls)"},
		"profiler":      {[]string{"--profile", tcp.Addr().String()}, "choose one with --profile)"},
		"far away":      {[]string{"--http", "192.0.2.1:80"}, "this machine does not give us this address: choose one with --http)"},
		"certificate":   {[]string{"--sip-tls", "127.0.0.1:1", "--tls-cert", "none.pem", "--tls-key", "none.pem"}, "read the certificate of SIP over TLS: open none.pem"},
	} {
		code, out, errOut := inside(t.Context(), slices.Concat([]string{"serve", "--log", "error"}, good, wrong.flags)...)
		if code != exitFailed || out != "" || !strings.Contains(errOut, wrong.says) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%s: code %d\n%s%s", what, code, out, errOut)
		}
		if c, err := net.Dial("unix", filepath.Join(data, "redis", "redis.sock")); err == nil {
			c.Close()
			t.Errorf("%s: the private Redis is left running", what)
		}
		if _, err := os.Stat(runFilePath(data)); err == nil {
			t.Errorf("%s: it says that it runs", what)
		}
	}
	// Nothing holds the folder, the addresses or the database.
	s := begin(t, "serve", good...)
	s.out.await(t, 20*time.Second, "callcard is ready: ", good[1], good[3], data)
	if code := s.stop(); code != exitDone {
		t.Errorf("the good one ends with %d:\n%s", code, s.err)
	}
}

// The demo inside this process, so that the race detector sees all of it.
func TestTheDemoInsideTheProcess(t *testing.T) {
	bare(t)
	t.Setenv("CALLCARD_DATA", home(t))
	t.Setenv("DATABASE_URL", dbtest.URL(t))
	d := begin(t, "demo", append(freeAddresses(t), "--first-call=false")...)
	d.out.await(t, time.Minute, "Callcard is open")
	for _, caller := range []string{"+998901234567", ""} {
		code, out, errOut := inside(t.Context(), "simulate", "call", "--to", firstNumber, "--from", caller, "--seconds", "0.5")
		if code != exitDone || errOut != "" || !answers.MatchString(out) || !recording.MatchString(out) {
			t.Errorf("caller %q: code %d\n%s%s", caller, code, out, errOut)
		}
	}
	d.out.await(t, time.Second, "a caller who hides his number calls +998 71 200 00 01")
	ctx, hangUp := context.WithCancel(t.Context())
	cut := newOutput()
	gone := make(chan int, 1)
	go func() {
		gone <- dispatch(ctx, []string{"simulate", "call", "--to", firstNumber, "--from", "+998907654321"}, cut, cut)
	}()
	cut.await(t, 20*time.Second, "they talk")
	hangUp()
	if code := <-gone; code != exitFailed {
		t.Errorf("a simulated call that was interrupted ends with %d:\n%s", code, cut)
	}
	d.out.await(t, 5*time.Second, "the caller hangs up after a talk of ") // he said good-bye, nobody waits for his sound
	if code := d.stop(); code != exitDone {
		t.Errorf("it ends with %d:\n%s", code, d.err)
	}
}

// within is a command that runs in this process.
type within struct {
	out, err *output
	code     chan int
	cancel   context.CancelFunc
}

func begin(t *testing.T, command string, flags ...string) *within {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &within{out: newOutput(), err: newOutput(), code: make(chan int, 1), cancel: cancel}
	go func() { w.code <- dispatch(ctx, append([]string{command}, flags...), w.out, w.err) }()
	t.Cleanup(func() { w.stop() })
	return w
}

// stop interrupts the command, as Ctrl-C does.
func (w *within) stop() int {
	w.cancel()
	code := <-w.code
	w.code <- code // for the next who asks
	return code
}

// A server that waits for its database can still be told to stop.
func TestTerminatedWhileStarting(t *testing.T) {
	stopping := make(chan os.Signal, 1)
	stopping <- syscall.SIGTERM
	cfg, err := readConfig("serve", ":0", []string{"--data", t.TempDir(), "--sip", "127.0.0.1:15061"}, io.Discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.DatabaseURL = "postgres://nobody@127.0.0.1:1/nothing"
	_, err = startUntil(t.Context(), stopping, cfg, slog.New(slog.DiscardHandler))
	if !errors.Is(err, errTerminated) {
		t.Fatalf("got %v", err)
	}
}
