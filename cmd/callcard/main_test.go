package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/telephony/media"
)

func TestUsage(t *testing.T) {
	bare(t)
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"-h"}} {
		code, out, errOut := inside(t.Context(), args...)
		if code != exitDone || errOut != "" {
			t.Errorf("callcard %v: code %d, %s", args, code, errOut)
		}
		for name, c := range commands() {
			if !strings.Contains(out, fmt.Sprintf("  %-9s %s\n", name, c.summary)) {
				t.Errorf("callcard %v does not list %s:\n%s", args, name, out)
			}
		}
	}
}

func TestWrongUsageIsOneLineAndCodeTwo(t *testing.T) {
	bare(t)
	t.Setenv("CALLCARD_DATA", t.TempDir())
	for command, says := range map[string]string{
		"dance":                            `there is no command "dance"; callcard help lists them`,
		"backup":                           `there is no command "backup"`,
		"serve now":                        `callcard serve: there is nothing to do with "now"`,
		"serve --colour=red":               "flag provided but not defined: -colour; callcard serve --help tells the flags",
		"serve --http":                     "flag needs an argument: -http",
		"demo --first-call=perhaps":        `invalid boolean value "perhaps"`,
		"apply":                            "name the office file: callcard apply office.yaml",
		"apply --dry-run":                  "name the office file",
		"apply a.yaml b.yaml":              `there is nothing to do with "b.yaml"`,
		"simulate":                         "callcard simulate call --from",
		"simulate dance":                   "callcard simulate call --from",
		"simulate call":                    "name the number to call: --to",
		"simulate call --to=1 --seconds=":  "invalid value",
		"simulate call --to=1 --seconds=0": "--seconds must be between 0 and 3600",
		"user":                             "callcard user add --login",
		"user drop":                        "callcard user add --login",
		"user add --login x":               "give --login and --name",
		"user add --login x --name X":      "choose a role: agent, supervisor or admin",
		"user add --login x --name X --role agent": "CALLCARD_PASSWORD",
		"migrate up":    `there is nothing to do with "up"`,
		"openapi --yes": "openapi takes no arguments",
		"version now":   "version takes no arguments",
	} {
		code, out, errOut := inside(t.Context(), strings.Fields(command)...)
		if code != exitUsage || out != "" || !strings.Contains(errOut, says) || strings.Count(errOut, "\n") != 1 || !strings.HasPrefix(errOut, "callcard") {
			t.Errorf("callcard %s: code %d\n%s%s", command, code, out, errOut)
		}
	}
}

func TestFailuresAreOneLineAndCodeOne(t *testing.T) {
	bare(t)
	t.Setenv("CALLCARD_DATA", t.TempDir())
	for command, says := range map[string]string{
		"apply none.yaml":                  "open the office file: open none.yaml: no such file",
		"simulate call --to +998712000001": "no server runs on",
	} {
		code, out, errOut := inside(t.Context(), strings.Fields(command)...)
		if code != exitFailed || out != "" || !strings.Contains(errOut, says) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("callcard %s: code %d\n%s%s", command, code, out, errOut)
		}
	}
}

func TestVersionAndDocument(t *testing.T) {
	bare(t)
	code, out, errOut := inside(t.Context(), "version")
	if code != exitDone || errOut != "" || !strings.HasPrefix(out, "callcard "+buildVersion+" (go1.") || strings.Count(out, "\n") != 1 {
		t.Errorf("version: code %d, %s%s", code, out, errOut)
	}
	code, out, errOut = inside(t.Context(), "openapi")
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil || code != exitDone || errOut != "" || !strings.HasPrefix(doc.OpenAPI, "3.") || len(doc.Paths) < 20 {
		t.Errorf("openapi: code %d, %v, version %s, %d paths, %s", code, err, doc.OpenAPI, len(doc.Paths), errOut)
	}
}

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"plain":              "plain",
		"two\nlines":         "two lines",
		"  much\t\n\n room ": "much room",
	} {
		if got := oneLine(errors.New(text)); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", text, got, want)
		}
	}
}

// Mistakes come one a line, as compilers do, whether the file alone shows them or the
// database.
func TestApplyNamesLineAndFieldOfEveryMistake(t *testing.T) {
	bare(t)
	t.Setenv("DATABASE_URL", dbtest.URL(t))
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	wrong := write("wrong.yaml", `offices:
  - {name: Tashkent, timezone: Asia/Tashkent, region: UZ}
users:
  - {login: anna, name: Anna, password: "x", role: agent, office: Tashkent}
  - {login: bek, name: Bek, role: king}
queues:
  - {name: sales, agents: [anna, nobody], ring: soon}
`)
	elsewhere := write("elsewhere.yaml", "numbers:\n  - {number: \"+998712000001\", queue: missing}\n")
	for file, mistakes := range map[string][]string{
		wrong:     {":4: users[0].password: ", ":5: users[1].role: ", ":7: queues[0].agents[1]: ", ":7: queues[0].ring: "},
		elsewhere: {":2: numbers[0].queue: "},
		write("broken.yaml", "users: []\n\tnumbers: []\n"): {":2: is not valid YAML: "},
		write("empty.yaml", ""):                            {": the file is empty"},
	} {
		code, out, errOut := inside(t.Context(), "apply", file)
		lines := strings.Split(strings.TrimSuffix(errOut, "\n"), "\n")
		if code != exitFailed || out != "" {
			t.Errorf("%s: code %d, %s", file, code, out)
		}
		for _, m := range mistakes {
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, file+m) }) {
				t.Errorf("no line begins with %s%s:\n%s", file, m, errOut)
			}
		}
		for _, l := range lines {
			if !strings.HasPrefix(l, file+":") {
				t.Errorf("a line that does not begin with the file: %q", l)
			}
		}
	}
	if _, out, _ := inside(t.Context(), "apply", "--dry-run", write("none.yaml", "users: []\n")); out != "no changes\n" {
		t.Errorf("something was applied by halves: %s", out)
	}
	if got := oneLine(fmt.Errorf("read: %w", office.Mistakes{{File: "a.yaml", Line: 1, Message: "x"}})); got != "read: a.yaml:1: x" {
		t.Errorf("one mistake within an error: %q", got)
	}
}

func TestSplitOperand(t *testing.T) {
	for command, want := range map[string]string{
		"":                                 "|",
		"office.yaml":                      "office.yaml|",
		"office.yaml --dry-run":            "office.yaml|--dry-run",
		"--dry-run office.yaml":            "office.yaml|--dry-run",
		"-dry-run=true office.yaml":        "office.yaml|-dry-run=true",
		"--data d office.yaml --dry-run":   "office.yaml|--data d --dry-run",
		"--data=d office.yaml":             "office.yaml|--data=d",
		"--dry-run -- --office.yaml":       "--office.yaml|--dry-run",
		"--data d":                         "|--data d",
		"office.yaml other.yaml":           "office.yaml|other.yaml",
		"--help":                           "|--help",
		"--data d --log debug office.yaml": "office.yaml|--data d --log debug",
	} {
		args := strings.Fields(command)
		operand, rest := splitOperand(args)
		if got := operand + "|" + strings.Join(rest, " "); got != want {
			t.Errorf("%q is split into %q, want %q", command, got, want)
		}
		if strings.Join(args, " ") != command {
			t.Errorf("%q was changed into %q", command, args)
		}
	}
}

func TestRunFileIsForItsOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	if _, err := readRunFile(dir); err == nil || !strings.Contains(err.Error(), "start one with `callcard demo`") {
		t.Errorf("without a server: %v", err)
	}
	want := runFile{PID: 7, HTTP: "127.0.0.1:8080", SIP: "127.0.0.1:5060", Database: "postgres://x", Simulator: secret{"simulator", "s"}}
	for range 2 { // the second replaces the first
		if err := want.write(dir); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := readRunFile(dir); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if info, err := os.Stat(runFilePath(dir)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(runFilePath(dir), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readRunFile(dir); err == nil || !strings.Contains(err.Error(), runFilePath(dir)) {
		t.Errorf("half a file: %v", err)
	}
}

func TestPathsAreQuotedForTheShell(t *testing.T) {
	for path, want := range map[string]string{"/srv/callcard": "/srv/callcard", "/my office": "'/my office'", "/it's": `'/it'\''s'`} {
		if got := quoted(path); got != want {
			t.Errorf("quoted(%s) = %s, want %s", path, got, want)
		}
	}
}

func TestWhatTheCallerSays(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, fill func(io.Writer) error) string {
		var b bytes.Buffer
		if err := fill(&b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	second := media.Tone(time.Second, 0.5, 440)
	for file, says := range map[string]string{
		"missing.wav": "open what the caller says",
		write("text.wav", func(w io.Writer) error { _, err := io.WriteString(w, "no sound"); return err }): "not a WAV file",
		write("empty.wav", func(w io.Writer) error { return media.WriteWAV(w, nil, 8000) }):                "holds no sa",
	} {
		if _, err := (simulation{say: file}).speech(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", file, err)
		}
	}
	fast := write("fast.wav", func(w io.Writer) error { return media.WriteWAV(w, second, 16000) }) // half a second
	if pcm, err := (simulation{say: fast}).speech(); err != nil || len(pcm) < 3900 || len(pcm) > 4100 {
		t.Errorf("half a second at 16 kHz became %d samples at 8 kHz: %v", len(pcm), err)
	}
	if pcm, err := (simulation{}).speech(); err != nil || len(pcm) == 0 {
		t.Errorf("without a file: %d samples, %v", len(pcm), err)
	}
}
