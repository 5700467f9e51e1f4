package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/telephony/media"
)

// demoRun is a demo that runs, as the one who started it sees it.
type demoRun struct {
	*running
	dir, data string
	password  string
	simulate  string // the command that the welcome offers
}

// dataName needs quotes in a shell and escapes in an address.
const dataName = "the demo's data"

// openDemo starts the demo in dir and reads the welcome.
func openDemo(t *testing.T, dir string, flags ...string) *demoRun {
	t.Helper()
	data := filepath.Join(dir, dataName)
	args := append([]string{"demo", "--data", data}, flags...)
	d := &demoRun{running: launch(t, dir, args...), dir: dir, data: data}
	d.out.await(t, 3*time.Minute, "Callcard is open. Three managers are at their phones, 200 clients have a history.")
	d.password = strings.Fields(d.out.await(t, time.Second, "  Password "))[1]
	d.simulate = strings.TrimSpace(d.out.await(t, time.Second, " simulate call --from "))
	d.out.await(t, time.Second, "Everything is kept in "+data)
	return d
}

// state is what must survive: which database it is, and how many clients there are.
func (d *demoRun) state() (system string, clients int) {
	d.t.Helper()
	run, err := readRunFile(d.data)
	if err != nil {
		d.t.Fatal(err)
	}
	c, err := pgx.Connect(d.t.Context(), run.Database)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = c.Close(d.t.Context()) }()
	err = c.QueryRow(d.t.Context(), "select system_identifier::text, (select count(*) from contact) from pg_control_system()").Scan(&system, &clients)
	if err != nil {
		d.t.Fatal(err)
	}
	return system, clients
}

// children are the processes that the demo has started.
func (d *demoRun) children() (pids []int) {
	d.t.Helper()
	var pid int
	b, err := os.ReadFile(filepath.Join(d.data, "postgres", "data", "postmaster.pid"))
	if err == nil {
		_, err = fmt.Sscan(string(b), &pid)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	pids = append(pids, pid)
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: filepath.Join(d.data, "redis", "redis.sock")})
	defer client.Close()
	if pid = redisPID(d.t.Context(), client); pid == 0 {
		d.t.Fatal("the private Redis does not answer")
	}
	return append(pids, pid)
}

// ends checks that the program stops by itself, well and wholly, after sig.
func (d *demoRun) ends(sig syscall.Signal) {
	d.t.Helper()
	children := d.children()
	d.signal(sig)
	d.hasEnded(children)
}

// hasEnded waits for a good end that leaves nothing behind.
func (d *demoRun) hasEnded(children []int) {
	d.t.Helper()
	if code := d.exit(20 * time.Second); code != exitDone || strings.Contains(d.err.String(), "level=ERROR") {
		d.t.Errorf("it ends with %d\n%s", code, d.err)
	}
	for _, pid := range children {
		if processAlive(pid) {
			d.t.Errorf("process %d outlives the demo", pid)
		}
	}
	if _, err := os.Stat(runFilePath(d.data)); err == nil {
		d.t.Error("it still says where it listens")
	}
}

// call runs the command of the welcome as a shell does, with more flags at its end,
// and gives what it tells.
func (d *demoRun) call(flags string) string {
	d.t.Helper()
	r := launchCommand(d.t, exec.Command("sh", "-c", d.simulate+" "+flags), d.dir)
	if code := r.exit(time.Minute); code != exitDone || r.err.String() != "" {
		d.t.Fatalf("%s %s: code %d\n%s\n%s", d.simulate, flags, code, r.out, r.err)
	}
	return r.out.String()
}

var (
	answers   = regexp.MustCompile(`(?m)^  \d\d:\d\d:\d\d  (.+) answers after (\d+\.\d) s; they talk$`)
	recording = regexp.MustCompile(`recording: (.+\.wav) \((\d+\.\d) s; left the caller, right the manager\)`)
)

func find(t *testing.T, in *regexp.Regexp, text string) []string {
	t.Helper()
	m := in.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no line like %s in:\n%s", in, text)
	}
	return m
}

// A newcomer starts the demo, sees the first call, lets clients call, changes the
// office, signs in, stops it, and finds everything again the next day.
func TestANewcomer(t *testing.T) {
	t.Parallel()
	dir, flags := home(t), freeAddresses(t)
	d := openDemo(t, dir, flags...)
	first := d.call("--seconds 1")
	manager := find(t, answers, first)[1]
	for _, want := range []string{"+998 90 123 45 67 calls +998 71 200 00 01 (source: website)", "a new client: the card ", "routing: ", "the card is on " + manager + "'s screen, the phone rings (least busy)", "the caller hangs up after a talk of"} {
		if !strings.Contains(first, want) {
			t.Errorf("nothing is said of %q:\n%s", want, first)
		}
	}
	d.changesTheOffice(t)
	second := d.call("--seconds 1 --to +998712000003") // the number that has just been made
	if again := find(t, answers, second)[1]; again != manager || !strings.Contains(second, "spoke last with "+manager) || !strings.Contains(second, "the phone rings (his previous manager") {
		t.Errorf("the second call went to %s, not to %s:\n%s", again, manager, second)
	}
	d.signsIn(t)
	d.tellsTheFirstCall(t)
	refused := launchCommand(t, exec.Command("sh", "-c", d.simulate+" --to +99899"), dir)
	if code := refused.exit(20 * time.Second); code != exitFailed || !strings.Contains(refused.err.String(), "+99899 is no number of this office: `callcard apply` declares numbers") {
		t.Errorf("a wrong number: code %d\n%s", code, refused.err)
	}
	system, clients := d.state()
	d.ends(syscall.SIGINT)

	next := openDemo(t, dir, append(flags, "--first-call=false")...)
	if s, n := next.state(); s != system || n != clients || next.password != d.password {
		t.Errorf("the next day there are %d clients, then there were %d; the same database: %v; the same password: %v", n, clients, s == system, next.password == d.password)
	}
	next.drains(t, flags)
}

func (d *demoRun) changesTheOffice(t *testing.T) {
	t.Helper()
	const change = "numbers:\n  - {number: \"+998712000003\", queue: sales, source: leaflet}\n"
	if err := os.WriteFile(filepath.Join(d.dir, "more.yaml"), []byte(change), 0o600); err != nil {
		t.Fatal(err)
	}
	dry := done(t, d.dir, "apply", "more.yaml", "--dry-run", "--data", d.data)
	wet := done(t, d.dir, "apply", "--data", d.data, "more.yaml")
	if !strings.Contains(dry, "+998712000003") || !strings.Contains(dry, "would apply: 1 change (dry run, nothing was changed)\n") || !strings.Contains(wet, "applied: 1 change\n") {
		t.Errorf("apply says\n%s%s", dry, wet)
	}
	if again := done(t, d.dir, "apply", "more.yaml", "--data", d.data); again != "no changes\n" {
		t.Errorf("applied once more: %s", again)
	}
	if said := done(t, d.dir, "migrate", "--data", d.data); said != "The schema is up to date.\n" {
		t.Errorf("migrate says %s", said)
	}
}

func (d *demoRun) signsIn(t *testing.T) {
	t.Helper()
	said := done(t, d.dir, "user", "add", "--login", "new", "--name", "New Manager", "--role", "agent", "--password", "kTiu-3dkw-sdW1", "--data", d.data)
	if said != "new may sign in as agent.\n" {
		t.Errorf("user add says %s", said)
	}
	run, err := readRunFile(d.data)
	if err != nil {
		t.Fatal(err)
	}
	for login, password := range map[string]string{"new": "kTiu-3dkw-sdW1", "anna": d.password, "boss": d.password, "admin": d.password} {
		body, err := json.Marshal(map[string]string{"login": login, "password": password})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.Post("http://"+run.HTTP+"/api/v1/session", "application/json", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode/100 != 2 || len(answer.Cookies()) == 0 {
			t.Errorf("%s signs in: %s", login, answer.Status)
		}
	}
}

// tellsTheFirstCall waits for the end of the demo's own call and listens to it.
func (d *demoRun) tellsTheFirstCall(t *testing.T) {
	t.Helper()
	line := d.out.await(t, 30*time.Second, "recording: ", "left the caller, right the manager", "(6.") // the built-in caller talks 6 s
	file, err := os.Open(find(t, recording, line)[1])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	pcm, rate, channels, err := media.ReadWAV(file)
	if err != nil || rate != media.SampleRate || channels != 2 || len(pcm) < 2*6*rate {
		t.Fatalf("the recording: %d Hz, %d channels, %d samples, %v", rate, channels, len(pcm), err)
	}
	const caller = 659.25 // a tone that is in the caller's melody and in no manager's
	if is := loudest(pcm, 0, caller); is < 0.8 {
		t.Errorf("the caller is not in the left channel: %.2f", is)
	}
	if is := loudest(pcm, 1, caller); is > 0.3 {
		t.Errorf("the caller is in the right channel too: %.2f", is)
	}
	// The first tones of the managers' melodies.
	if is := max(loudest(pcm, 1, 330), loudest(pcm, 1, 371.25), loudest(pcm, 1, 412.5)); is < 0.8 {
		t.Errorf("no manager is in the right channel: %.2f", is)
	}
	if is := max(loudest(pcm, 0, 330), loudest(pcm, 0, 371.25), loudest(pcm, 0, 412.5)); is > 0.3 {
		t.Errorf("a manager is in the left channel too: %.2f", is)
	}
}

// loudest is the largest part of the power of any tenth of a second that lies at
// hertz (Goertzel's algorithm), in one channel of two.
func loudest(pcm []int16, channel int, hertz float64) (share float64) {
	const block = media.SampleRate / 10
	w := 2 * math.Cos(2*math.Pi*hertz/media.SampleRate)
	for at := 0; at+2*block <= len(pcm); at += 2 * block {
		var s1, s2, power float64
		for i := range block {
			x := float64(pcm[at+2*i+channel])
			s1, s2 = x+w*s1-s2, s1
			power += x * x
		}
		if power > 1e6*block/100 { // silence has no tone
			share = max(share, (s1*s1+s2*s2-w*s1*s2)/(power*block/2))
		}
	}
	return share
}

// drains checks SIGTERM: the talk goes on, a new caller is turned away, then the
// demo ends. A second server on the folder is refused before.
func (d *demoRun) drains(t *testing.T, flags []string) {
	t.Helper()
	twin := launch(t, d.dir, append([]string{"serve", "--data", d.data}, freeAddresses(t)...)...)
	if code := twin.exit(20 * time.Second); code != exitFailed || !strings.Contains(twin.err.String(), "another callcard uses the journal in "+d.data) || strings.Count(twin.err.String(), "\n") != 1 {
		t.Errorf("a second server on the folder: code %d\n%s", code, twin.err)
	}
	talk := launchCommand(t, exec.Command("sh", "-c", d.simulate+" --seconds 3"), d.dir)
	talk.out.await(t, 20*time.Second, "they talk")
	children := d.children()
	d.signal(syscall.SIGTERM)
	eventually(t, 5*time.Second, "it takes calls after SIGTERM", func(ctx context.Context) bool {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+flags[1]+"/readyz", nil)
		if err != nil {
			return false
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == http.StatusServiceUnavailable
	})
	late := launchCommand(t, exec.Command("sh", "-c", d.simulate+" --from +998907654321"), d.dir)
	if code := late.exit(20 * time.Second); code != exitFailed || !strings.Contains(late.err.String(), "503") {
		t.Errorf("a caller who comes too late: code %d\n%s%s", code, late.out, late.err)
	}
	if code := talk.exit(30 * time.Second); code != exitDone || !strings.Contains(talk.out.String(), "the caller hangs up after a talk of 3.") {
		t.Errorf("the talk was cut: code %d\n%s%s", code, talk.out, talk.err)
	}
	d.hasEnded(children)
}
