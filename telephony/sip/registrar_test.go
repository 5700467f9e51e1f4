package sip

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestPhoneRegistersWithEitherAlgorithm(t *testing.T) {
	for _, algorithm := range []string{algorithmMD5, algorithmSHA256} {
		t.Run(algorithm, func(t *testing.T) {
			o := newHouse("101")
			s := o.edge(t)
			p := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
			p.algorithm = algorithm
			wantStatus(t, p.register("Expires: 600"), 200)
			if got := next(t, o.presence); got != "+101" {
				t.Fatalf("presence is %s", got)
			}
			if !s.Reachable("101") || s.Reachable("102") {
				t.Fatal("reachable is wrong")
			}
			b := s.bindings("101")
			if len(b) != 1 || b[0].source != p.from || b[0].transport != "UDP" {
				t.Fatalf("bindings %+v", b)
			}
			if list := s.Registrations(); len(list) != 1 || list[0].Extension != "101" {
				t.Fatalf("registrations %+v", list)
			}
		})
	}
}

func TestAnswersName_NoProduct(t *testing.T) {
	o := newHouse("101")
	p := udpPeer(t, o.edge(t), "127.0.0.5")
	for _, method := range []string{"REGISTER", "OPTIONS", "INVITE"} {
		res := p.ask(rawRequest{method: method})
		for _, name := range []string{"Server", "User-Agent"} {
			if h := res.GetHeader(name); h != nil {
				t.Errorf("%s: %s", method, h)
			}
		}
	}
}

func TestExpiryIsBoundedAndSpread(t *testing.T) {
	o := newHouse("101")
	p := newPhone(udpPeer(t, o.edge(t), "127.0.0.5"), "101")
	res := p.register("Expires: 10")
	wantStatus(t, res, 423)
	if h := res.GetHeader("Min-Expires"); h == nil || h.Value() != "60" {
		t.Fatalf("Min-Expires %v", h)
	}
	seen := map[int]bool{}
	for range 20 {
		res := p.register("Expires: 86400")
		wantStatus(t, res, 200)
		got, _ := strconv.Atoi(res.Contact().Params.GetOr("expires", ""))
		if got < 2880 || got > 3600 {
			t.Fatalf("granted %d s", got)
		}
		seen[got] = true
	}
	if len(seen) < 3 {
		t.Errorf("20 registrations got only %d different times", len(seen))
	}
}

func TestReplayIsRefusedAsStale(t *testing.T) {
	o := newHouse("101")
	p := newPhone(udpPeer(t, o.edge(t), "127.0.0.5"), "101")
	wantStatus(t, p.register(), 200)
	p.nc = 0 // the same nonce count again
	res := p.rawPeer.ask(rawRequest{method: "REGISTER", callID: p.callID, cseq: 50, more: []string{p.authorization("REGISTER", false)}})
	wantStatus(t, res, 401)
	if !strings.Contains(res.GetHeader("WWW-Authenticate").Value(), "stale=true") {
		t.Fatalf("not stale: %s", res)
	}
	p.nc = 4 // counting on is welcome
	res = p.rawPeer.ask(rawRequest{method: "REGISTER", callID: p.callID, cseq: 51, more: []string{p.authorization("REGISTER", false)}})
	wantStatus(t, res, 200)
}

func TestOldNonceIsStale(t *testing.T) {
	o := newHouse("101")
	o.now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p := newPhone(udpPeer(t, o.edge(t), "127.0.0.5"), "101")
	wantStatus(t, p.register(), 200)
	o.pass(nonceLife + time.Second)
	res := p.rawPeer.ask(rawRequest{method: "REGISTER", callID: p.callID, cseq: 50, more: []string{p.authorization("REGISTER", false)}})
	wantStatus(t, res, 401)
	if !strings.Contains(res.GetHeader("WWW-Authenticate").Value(), "stale=true") {
		t.Fatalf("not stale: %s", res)
	}
	wantStatus(t, p.register(), 200)
}

// Nobody learns from an answer whether an extension exists.
func TestUnknownAndWrongLookTheSame(t *testing.T) {
	o := newHouse("101")
	p := udpPeer(t, o.edge(t), "127.0.0.5")
	shape := func(extension, word string) string {
		ph := newPhone(p, extension)
		ph.password = word
		res := ph.register()
		text := res.String()
		for _, varying := range []string{`nonce="[^"]*"`, `branch=[^;\r]*`, `tag=[^;\r>]*`, `Call-ID: .*`, `rport=\d+`} {
			text = regexp.MustCompile(varying).ReplaceAllStringFunc(text, func(s string) string {
				if strings.HasPrefix(s, "nonce") {
					return "nonce " + strconv.Itoa(len(s))
				}
				return "varies"
			})
		}
		return strings.ReplaceAll(text, extension, "EXT")
	}
	known, unknown := shape("101", "wrong"), shape("999", "wrong")
	if known != unknown {
		t.Fatalf("known:\n%s\nunknown:\n%s", known, unknown)
	}
}

func TestSomebodyElsesExtension(t *testing.T) {
	o := newHouse("101", "102")
	p := newPhone(udpPeer(t, o.edge(t), "127.0.0.5"), "101")
	p.take(p.rawPeer.ask(rawRequest{method: "REGISTER", to: "102"}))
	res := p.rawPeer.ask(rawRequest{method: "REGISTER", to: "102", cseq: 2, more: []string{p.authorization("REGISTER", false)}})
	wantStatus(t, res, 403)
}

func TestSeveralDevicesAndWildcard(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	desk, soft := newPhone(udpPeer(t, s, "127.0.0.5"), "101"), newPhone(tcpPeer(t, s, "127.0.0.6"), "101")
	wantStatus(t, desk.register(), 200)
	res := soft.register()
	wantStatus(t, res, 200)
	if n := len(res.GetHeaders("Contact")); n != 2 {
		t.Fatalf("%d contacts in the answer", n)
	}
	next(t, o.presence)
	res = desk.ask(rawRequest{method: "REGISTER", contact: "*", more: []string{"Expires: 0"}})
	wantStatus(t, res, 200)
	if got := next(t, o.presence); got != "-101" {
		t.Fatalf("presence is %s", got)
	}
	if res.Contact() != nil || s.Reachable("101") {
		t.Fatal("something is left")
	}
}

func TestRefreshIsNoComingAndGoing(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	p := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	for range 3 {
		wantStatus(t, p.register(), 200)
	}
	wantStatus(t, p.register("Expires: 0"), 200)
	if a, b := next(t, o.presence), next(t, o.presence); a != "+101" || b != "-101" {
		t.Fatalf("presence %s, %s", a, b)
	}
}

// A phone that has restarted behind the same port replaces what it was before.
func TestRestartedPhoneLeavesNoGhost(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	line := udpPeer(t, s, "127.0.0.5")
	for range 2 {
		p := newPhone(line, "101")
		p.ask(rawRequest{method: "REGISTER", contact: "<sip:" + p.callID + "@10.0.0.9:5060>"})
	}
	if n := len(s.bindings("101")); n != 1 {
		t.Fatalf("%d bindings", n)
	}
}

func TestExpiredDeviceIsDown(t *testing.T) {
	o := newHouse("101")
	o.now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := o.edge(t)
	p := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	wantStatus(t, p.register("Expires: 60"), 200)
	next(t, o.presence)
	o.pass(61 * time.Second)
	if s.Reachable("101") {
		t.Fatal("still reachable")
	}
	if got := next(t, o.presence); got != "-101" {
		t.Fatalf("presence is %s", got)
	}
}

func TestClosedConnectionIsDown(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	p := newPhone(tcpPeer(t, s, "127.0.0.5"), "101")
	wantStatus(t, p.register(), 200)
	next(t, o.presence)
	p.conn.Close()
	if got := next(t, o.presence); got != "-101" {
		t.Fatalf("presence is %s", got)
	}
}

func TestRemovedExtensionIsDown(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	wantStatus(t, newPhone(udpPeer(t, s, "127.0.0.5"), "101").register(), 200)
	next(t, o.presence)
	o.mu.Lock()
	delete(o.secrets, "101")
	o.mu.Unlock()
	s.Reload()
	if got := next(t, o.presence); got != "-101" || s.Reachable("101") {
		t.Fatalf("presence is %s", got)
	}
}

func TestOvertakenRegisterDoesNotWin(t *testing.T) {
	o := newHouse("101")
	s := o.edge(t)
	p := newPhone(udpPeer(t, s, "127.0.0.5"), "101")
	p.cseq = 10
	wantStatus(t, p.register(), 200)
	p.cseq = 4
	wantStatus(t, p.register("Expires: 0"), 500)
	if !s.Reachable("101") {
		t.Fatal("the late REGISTER has won")
	}
}

func TestNonceWindow(t *testing.T) {
	n := newNonces(time.Now)
	until := time.Now().Add(time.Minute)
	steps := []struct {
		count uint64
		ok    bool
	}{{1, true}, {1, false}, {3, true}, {2, true}, {2, false}, {100, true}, {99, true}, {30, false}, {101, true}, {0, false}}
	for _, step := range steps {
		if got := n.use("a", until, step.count); got != step.ok {
			t.Errorf("nc %d: %v", step.count, got)
		}
	}
	if !n.use("b", until, 0) || n.use("b", until, 0) {
		t.Error("a nonce without a count is for one use")
	}
	if n.use("b", until, 1) {
		t.Error("it was used")
	}
}

func TestCrowdRegistersFromOneAddress(t *testing.T) {
	const phones = 500
	extensions := make([]string, phones)
	for i := range extensions {
		extensions[i] = strconv.Itoa(1000 + i)
	}
	o := newHouse(extensions...)
	s := o.edge(t)
	begin := time.Now()
	done := make(chan int, phones)
	for _, e := range extensions {
		p := newPhone(udpPeer(t, s, "127.0.0.9"), e)
		if e[len(e)-1]%2 == 0 {
			p = newPhone(tcpPeer(t, s, "127.0.0.9"), e)
		}
		go func() { done <- p.register().StatusCode }()
	}
	for range phones {
		if code := next(t, done); code != 200 {
			t.Fatalf("answer %d", code)
		}
	}
	if took := time.Since(begin); took > 15*time.Second {
		t.Errorf("took %v", took)
	}
	if n := len(s.Registrations()); n != phones {
		t.Errorf("%d registered", n)
	}
}

// What sipp, JsSIP and baresip do with challenges, see offered.
func TestChallengesForSimpleClients(t *testing.T) {
	o := newHouse("101")
	p := udpPeer(t, o.edge(t), "127.0.0.5")
	for agent, want := range map[string]string{"Acme 1.0": "MD5 SHA-256", "baresip v1.0.0 (x86_64/linux)": "MD5", "baresip v3.5.1": "MD5 SHA-256"} {
		var got []string
		for _, h := range p.ask(rawRequest{method: "REGISTER", more: []string{"User-Agent: " + agent}}).GetHeaders("WWW-Authenticate") {
			c, _ := parseDigest(h.Value())
			got = append(got, c["algorithm"])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is offered %v, want %s", agent, got, want)
		}
	}
}
