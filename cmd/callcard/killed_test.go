package main

import (
	"context"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A demo that is killed, alone or with its children, in the middle of its first start
// or later, is there again within 10 s, on its old addresses and with its old data.
func TestAKilledDemoComesBack(t *testing.T) {
	t.Parallel()
	dir := home(t)
	flags := append(freeAddresses(t), "--first-call=false")
	first := launch(t, dir, append([]string{"demo", "--data", filepath.Join(dir, dataName)}, flags...)...)
	first.killHalfFurnished()
	d := comesBack(t, dir, flags)
	system, clients := d.state()
	if clients != demoClients {
		t.Errorf("after a first start that was cut short there are %d clients", clients)
	}
	for _, all := range []bool{false, true} {
		var pids []int
		if all {
			pids = d.children()
		}
		for _, pid := range append(pids, d.cmd.Process.Pid) {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
		d.exit(5 * time.Second)
		password := d.password
		d = comesBack(t, dir, flags)
		if s, n := d.state(); s != system || n != clients || d.password != password {
			t.Errorf("killed with its children %v: %d clients, the same database %v, the same password %v", all, n, s == system, d.password == password)
		}
	}
	talk := d.call("--seconds 1")
	find(t, answers, talk)
	d.ends(syscall.SIGINT)
}

// Ctrl-C while the database is made ends at once, without noise, and the next start
// is as good as the first.
func TestAnInterruptedFirstStart(t *testing.T) {
	t.Parallel()
	dir := home(t)
	args := append([]string{"demo", "--data", filepath.Join(dir, dataName), "--first-call=false"}, freeAddresses(t)...)
	first := launch(t, dir, args...)
	eventually(t, 20*time.Second, "no database is made", func(context.Context) bool {
		unfinished, err := filepath.Glob(filepath.Join(dir, dataName, "postgres", "data.new-*", "data"))
		return err == nil && len(unfinished) > 0
	})
	first.signal(syscall.SIGINT)
	if code := first.exit(5 * time.Second); code != exitFailed || first.err.String() != "" {
		t.Errorf("code %d\n%s", code, first.err)
	}
	second := launch(t, dir, args...)
	second.out.await(t, time.Minute, "Callcard is open")
	second.signal(syscall.SIGINT)
	if code := second.exit(20 * time.Second); code != exitDone {
		t.Errorf("the second start ends with %d\n%s", code, second.err)
	}
}

// killHalfFurnished kills the first start while it makes the demo's clients.
func (r *running) killHalfFurnished() {
	r.t.Helper()
	data := r.cmd.Args[3]
	eventually(r.t, time.Minute, "no clients are made", func(ctx context.Context) bool {
		run, err := readRunFile(data)
		if err != nil {
			return false
		}
		c, err := pgx.Connect(ctx, run.Database)
		if err != nil {
			return false
		}
		defer func() { _ = c.Close(ctx) }()
		var n int
		return c.QueryRow(ctx, "select count(*) from contact").Scan(&n) == nil && n > 10
	})
	if strings.Contains(r.out.String(), "Callcard is open") {
		r.t.Fatal("the clients were made before anybody could look")
	}
	r.signal(syscall.SIGKILL)
	r.exit(5 * time.Second)
}

func comesBack(t *testing.T, dir string, flags []string) *demoRun {
	t.Helper()
	began := time.Now()
	d := openDemo(t, dir, flags...)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v to come back", took)
	}
	if said := d.out.String() + d.err.String(); strings.Contains(said, "in use") || strings.Contains(said, "another") && strings.Contains(said, "program") {
		t.Errorf("it complains:\n%s", said)
	}
	return d
}
