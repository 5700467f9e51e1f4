package sip

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// quickQualify asks in milliseconds what usualQualify asks in seconds.
var quickQualify = qualifyTiming{
	tick: 2 * time.Millisecond, portion: 50,
	first: time.Millisecond, period: 5 * time.Millisecond, again: 5 * time.Millisecond, patience: 300 * time.Millisecond,
}

// openWith starts an edge at an address that keeps its state in a folder. The returned
// function ends it.
func (o *house) openWith(t *testing.T, at, dir string, timing qualifyTiming, adjust ...func(*Config)) (s *Server, stop func()) {
	t.Helper()
	s, err := New(o.config(append(adjust, func(c *Config) { c.UDP, c.StateDir = at, dir })...))
	if err != nil {
		t.Fatal(err)
	}
	s.registrar.timing = timing
	stop = serve(t, s)
	return s, stop
}

// killed is the state folder as a kill would leave it now.
func killed(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, locationFile))
	if err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	write(t, filepath.Join(copied, locationFile), string(text))
	return copied
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// answerOptions waits for an OPTIONS and answers it.
func (p *rawPeer) answerOptions() *sip.Request {
	p.t.Helper()
	for {
		switch msg := p.read(patience).(type) {
		case nil:
			p.t.Fatal("no OPTIONS came")
		case *sip.Request:
			if msg.Method == sip.OPTIONS {
				p.send(sip.NewResponseFromRequest(msg, 200, "OK", nil).String())
				return msg
			}
		}
	}
}

// deskPhone is a TCP phone that listens at its Contact.
func deskPhone(t *testing.T, at string) (contact string, answered <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", at+":0")
	if err != nil {
		t.Fatal(err)
	}
	done, ended := make(chan struct{}, 100), make(chan struct{})
	t.Cleanup(func() { l.Close(); <-ended })
	go func() {
		defer close(ended)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		for r := bufio.NewReader(conn); ; {
			m, err := readMessage(r)
			if err != nil {
				return
			}
			answer := "SIP/2.0 200 OK\r\nVia: " + m.get("Via") + "\r\nFrom: " + m.get("From") + "\r\nTo: " + m.get("To") +
				";tag=d\r\nCall-ID: " + m.get("Call-ID") + "\r\nCSeq: " + m.get("CSeq") + "\r\nContent-Length: 0\r\n\r\n"
			if _, err := conn.Write([]byte(answer)); err != nil {
				return
			}
			done <- struct{}{}
		}
	}()
	return l.Addr().String(), done
}

func sorted(t *testing.T, from <-chan string, n int) (all []string) {
	t.Helper()
	for range n {
		all = append(all, next(t, from))
	}
	slices.Sort(all)
	return all
}

// After kill -9 phones can be rung at once where they were; one that is gone is found
// out, and so is a connection that cannot be dialled.
func TestRegistrationsSurviveAKill(t *testing.T) {
	for _, end := range []string{"kill", "deploy"} {
		t.Run(end, func(t *testing.T) {
			o := newHouse("101", "102", "103", "104", "105")
			dir := t.TempDir()
			s, stop := o.openWith(t, "127.0.0.1:0", dir, usualQualify)
			at := s.listeners.udp.LocalAddr().String()
			there, gone := newPhone(udpPeer(t, s, "127.0.0.5"), "101"), newPhone(udpPeer(t, s, "127.0.0.6"), "102")
			listening, soft := newPhone(tcpPeer(t, s, "127.0.0.7"), "103"), newPhone(tcpPeer(t, s, "127.0.0.8"), "104")
			contact, answered := deskPhone(t, "127.0.0.7")
			wantStatus(t, there.register("Expires: 600", "User-Agent: Desk 1"), 200)
			wantStatus(t, gone.register(), 200)
			wantStatus(t, listening.ask(rawRequest{method: "REGISTER", contact: "<sip:103@" + contact + ";transport=tcp>"}), 200)
			wantStatus(t, soft.register(), 200)
			closed := newPhone(tcpPeer(t, s, "127.0.0.9"), "105")
			wantStatus(t, closed.ask(rawRequest{method: "REGISTER", contact: "<sip:105@127.0.0.9:9;transport=tcp>"}), 200)
			sorted(t, o.presence, 5)
			before := s.bindings("101")[0]
			left := dir
			if end == "kill" {
				left = killed(t, dir)
			}
			stop()
			sorted(t, o.presence, 3) // the connections of 103, 104 and 105
			gone.conn.Close()

			timing := quickQualify
			timing.period, timing.patience = time.Hour, time.Second
			s, stop = o.openWith(t, at, left, timing)
			defer stop()
			if up := strings.Join(sorted(t, o.presence, 4), " "); up != "+101 +102 +103 +105" {
				t.Fatalf("presence is %s", up)
			}
			after := s.bindings("101")[0]
			if after.source != before.source || after.expires.Unix() != before.expires.Unix() || after.contact.String() != before.contact.String() ||
				after.agent != before.agent || after.callID != before.callID || after.cseq != before.cseq {
				t.Fatalf("before %+v\nafter %+v", before, after)
			}
			if req := there.answerOptions(); req.Recipient.String() != before.contact.String() {
				t.Errorf("OPTIONS for %s", &req.Recipient)
			}
			next(t, answered)
			if down := strings.Join(sorted(t, o.presence, 2), " "); down != "-102 -105" {
				t.Fatalf("presence is %s", down)
			}
			if n := len(s.Registrations()); n != 3 { // 102 may come back to where it was
				t.Fatalf("%d devices", n)
			}
			if !s.Reachable("101") || s.Reachable("102") || !s.Reachable("103") || s.Reachable("104") {
				t.Fatal("reachable is wrong")
			}
			wantStatus(t, there.register(), 200) // counts on with its Call-ID
			if n := len(s.bindings("101")); n != 1 {
				t.Fatalf("%d bindings", n)
			}
		})
	}
}

// What has expired or belongs to nobody any more does not come back.
func TestOldAndForeignAreNotRestored(t *testing.T) {
	o := newHouse("101", "102")
	o.now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	line := func(extension string, expires time.Duration) string {
		return string(encode(location{extension, []device{{Contact: "sip:x@127.0.0.5", Source: "127.0.0.5:5060", Transport: "UDP", Expires: o.now.Add(expires).Unix()}}}))
	}
	write(t, filepath.Join(dir, locationFile), line("101", -time.Second)+line("102", 48*time.Hour)+line("103", time.Minute))
	s, stop := o.openWith(t, "127.0.0.1:0", dir, usualQualify)
	defer stop()
	list := s.Registrations()
	if len(list) != 1 || list[0].Extension != "102" || list[0].Expires.After(o.now.Add(maxExpires)) {
		t.Fatalf("%+v", list)
	}
}

func TestDamagedJournalIsSetAside(t *testing.T) {
	good := string(encode(location{"101", []device{{Contact: "sip:x@127.0.0.5", Source: "127.0.0.5:5060", Transport: "UDP",
		Expires: time.Now().Add(time.Hour).Unix()}}}))
	for name, c := range map[string]struct {
		text         string
		aside, found bool
	}{
		"whole":           {good, false, true},
		"torn at the end": {good + good[:30], false, true},
		"torn within":     {good[:30] + "\n" + good, true, true},
		"another format":  {"\x00\x01\x02\n", true, false},
		"no devices":      {good + "{\"extension\":\"101\"}\n", false, false},
		"bad device":      {strings.Replace(good, "127.0.0.5:5060", "nowhere", 1), false, false},
		"empty":           {"", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := newHouse("101")
			dir := t.TempDir()
			path := filepath.Join(dir, locationFile)
			write(t, path, c.text)
			var lines logLines
			s, stop := o.openWith(t, "127.0.0.1:0", dir, usualQualify, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&lines, nil)) })
			defer stop()
			if s.Reachable("101") != c.found {
				t.Errorf("found: %v", !c.found)
			}
			text, err := os.ReadFile(path + ".damaged")
			if c.aside != (err == nil) || c.aside && string(text) != c.text {
				t.Errorf("set aside: %q, %v", text, err)
			}
			if c.aside && lines.count() == 0 {
				t.Error("nobody was told")
			}
		})
	}
	t.Run("a folder", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, locationFile), 0o700); err != nil {
			t.Fatal(err)
		}
		_, stop := newHouse("101").openWith(t, "127.0.0.1:0", dir, usualQualify)
		stop()
	})
}

// The journal does not grow with time, and what it holds stays right.
func TestJournalIsCompacted(t *testing.T) {
	l, _ := openLocations(t.TempDir(), slog.New(slog.DiscardHandler))
	defer l.close()
	l.begin(nil)
	state := func(i int) []location {
		return []location{{"101", []device{{Contact: fmt.Sprintf("sip:%d@127.0.0.5", i), Source: "127.0.0.5:5060", Transport: "UDP"}}}}
	}
	for i := range 10_000 {
		now := func() []location { return state(i) }
		l.save(now, now)
	}
	text, err := os.ReadFile(l.path)
	if err != nil || len(text) > compactAt+1000 {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	last, err := readLocations(l.path)
	if err != nil || len(last) != 1 || last[0].Devices[0].Contact != "sip:9999@127.0.0.5" {
		t.Fatalf("%+v, %v", last, err)
	}
	if !bytes.HasSuffix(text, []byte("\n")) {
		t.Error("torn")
	}
}

// A write that fails leaves a torn line; the next one heals the file.
func TestJournalHeals(t *testing.T) {
	l, _ := openLocations(t.TempDir(), slog.New(slog.DiscardHandler))
	l.begin(nil)
	one := func() []location { return []location{{Extension: "101"}} }
	both := func() []location { return []location{{Extension: "101"}, {Extension: "102"}} }
	l.file.Close()
	l.save(one, both)
	if !l.failed {
		t.Fatal("a closed file took a line")
	}
	var err error
	if l.file, err = os.Open(os.DevNull); err != nil { // one that can be closed
		t.Fatal(err)
	}
	l.save(one, both)
	if last, err := readLocations(l.path); err != nil || len(last) != 2 || l.failed {
		t.Fatalf("%+v, %v", last, err)
	}
	l.close()
}
