package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/telephony/sip"
)

// provider is a trunk's other end that says yes to OPTIONS and REGISTER, and knows nothing
// else.
type provider struct {
	net.PacketConn
	silent atomic.Bool
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{PacketConn: c}
	done := make(chan struct{})
	go func() { defer close(done); p.answer() }()
	t.Cleanup(func() { c.Close(); <-done })
	return p
}

// copied are the header fields that an answer takes from its question (RFC 3261 sec. 8.2.6.2).
var copied = regexp.MustCompile(`(?im)^(via|from|to|call-id|cseq):.*\r\n`)

var asksToBeKnown = regexp.MustCompile(`^(OPTIONS|REGISTER) `)

func (p *provider) answer() {
	buffer := make([]byte, 8192)
	for {
		n, from, err := p.ReadFrom(buffer)
		if err != nil {
			return
		}
		if p.silent.Load() || !asksToBeKnown.Match(buffer[:n]) {
			continue
		}
		res := append([]byte("SIP/2.0 200 OK\r\n"), bytes.Join(copied.FindAll(buffer[:n], -1), nil)...)
		_, _ = p.WriteTo(append(res, "Content-Length: 0\r\n\r\n"...), from) // a lost answer is asked for again
	}
}

// A provider that does not answer any more rings the bell of the administrators, once,
// with its name.
func TestATrunkThatGoesAway(t *testing.T) {
	t.Parallel()
	dir := home(t)
	data := filepath.Join(dir, dataName)
	office := filepath.Join(dir, "office.yaml")
	peer := newProvider(t)
	text := `
offices:
  - {name: Tashkent, timezone: Asia/Tashkent, region: UZ}
users:
  - {login: root, name: Root, password: "tulip orchard 7", role: admin, office: Tashkent}
  - {login: anna, name: Anna, password: "tulip orchard 7", role: agent, office: Tashkent, extension: "101"}
trunks:
  - {name: carrier, register: {server: "` + peer.LocalAddr().String() + `", user: "u1", password: "p1"}, region: UZ}
`
	if err := os.WriteFile(office, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := launch(t, dir, append([]string{"serve", "--data", data}, freeAddresses(t)...)...)
	s.out.await(t, time.Minute, "callcard is ready")
	done(t, dir, "apply", office, "--data", data)
	s.err.await(t, 20*time.Second, "trunk is up", "carrier")
	peer.silent.Store(true)
	s.err.await(t, 3*time.Minute, "trunk is down", "carrier")
	run, err := readRunFile(data)
	if err != nil {
		t.Fatal(err)
	}
	db, err := pgx.Connect(t.Context(), run.Database)
	if err != nil {
		t.Fatal(err)
	}
	rung := `select coalesce(string_agg(u.login || ' ' || (n.params->>'code') || ' ' || (n.params->>'about'), ', '), '')
from notification n join app_user u on u.id = n.user_id`
	var lines string
	eventually(t, 20*time.Second, "no bell rings", func(ctx context.Context) bool {
		return db.QueryRow(ctx, rung).Scan(&lines) == nil && lines != ""
	})
	if lines != "root trunk_down carrier" {
		t.Errorf("the bell says %q", lines)
	}
	if err := db.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.signal(syscall.SIGINT)
	s.exit(20 * time.Second)
}

// A provider that answers but takes the account for a wrong one sends no calls either.
func TestATrunkInTrouble(t *testing.T) {
	for what, c := range map[string]struct {
		status  sip.TrunkStatus
		trouble bool
	}{
		"trusted by address":  {sip.TrunkStatus{State: "up"}, false},
		"silent":              {sip.TrunkStatus{State: "down", Why: "unanswered"}, true},
		"registered":          {sip.TrunkStatus{State: "up", Registers: true, Registered: true}, false},
		"not registered yet":  {sip.TrunkStatus{State: "up", Registers: true}, false},
		"of a wrong password": {sip.TrunkStatus{State: "up", Registers: true, Why: "credentials"}, true},
		"refused for a while": {sip.TrunkStatus{State: "up", Registers: true, Registered: true, Why: "refused"}, false},
	} {
		if trouble := troubleOf(c.status); (trouble != "") != c.trouble {
			t.Errorf("a trunk that is %s: %q", what, trouble)
		}
	}
}
