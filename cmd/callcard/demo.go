package main

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/users"
)

//go:embed demo.yaml
var demoOffice string

// firstNumber is the demo office's number that the built-in caller dials.
const firstNumber = "+998712000001"

// demo runs the server with an office that lives by itself: managers whose phones
// answer, clients with a history, and a caller who calls at once.
func demo(ctx context.Context, args []string, out io.Writer) error {
	firstCall, language := true, ""
	cfg, err := readConfig("demo", "127.0.0.1:8080", args, out, func(fs *flag.FlagSet) {
		fs.StringVar(&language, "language", "en", "of the demo's clients when they are made: ru, uz or en; later the page changes it")
		fs.BoolVar(&firstCall, "first-call", true, "let a new client call as soon as the office is open")
	})
	if err != nil {
		return err
	}
	if !slices.Contains(demoLanguages, language) {
		return usagef("--language=%q is wrong: choose ru, uz or en", language)
	}
	cfg.Demo = true
	if !explicitLevel(args) {
		cfg.LogLevel = slog.LevelWarn // the terminal belongs to the story
	}
	stopping, done := terminations()
	defer done()
	fmt.Fprintln(out, "Starting the demo office…")
	teller := &narrator{out: out, recordings: filepath.Join(cfg.Data, "recordings"), calls: map[crm.ID]*calls.Call{}}
	live := &gate[crm.Fact]{} // the made-up history is not told
	s, err := startUntil(ctx, stopping, cfg, newLogger(cfg.LogLevel), func(f crm.Fact) { live.pass(f, teller.hear) })
	if err != nil {
		return err
	}
	teller.office = s.cache.Current
	secrets, err := s.furnish(ctx, language)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	staff, err := s.hireStaff(ctx, secrets)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	s.demo.open(secrets, staff)
	live.open()
	s.welcome(out, secrets)
	if firstCall {
		s.background(ctx, "the first caller", func(ctx context.Context) error {
			s.letCall(ctx, simulation{from: newcomer(), to: firstNumber, talk: 6 * time.Second})
			return nil
		})
	}
	err = s.wait(ctx, stopping)
	return errors.Join(err, s.stop())
}

// explicitLevel reports whether the user has chosen how much is logged.
func explicitLevel(args []string) bool {
	for _, a := range args {
		if strings.HasPrefix(strings.TrimLeft(a, "-"), "log") {
			return true
		}
	}
	return os.Getenv("CALLCARD_LOG") != ""
}

// newcomer is a number that nobody has called from yet, as good as surely.
func newcomer() string { return fmt.Sprintf("+99890%07d", time.Now().UnixMilli()%10_000_000) }

// demoSecrets are made once for a data folder.
type demoSecrets struct {
	Password string `json:"password"` // of every demo user
	Language string `json:"language"` // of the clients and their history
	SIP101   string `json:"sip_101"`
	SIP102   string `json:"sip_102"`
	SIP103   string `json:"sip_103"`
	Seeded   bool   `json:"seeded"` // the clients and their history are there
}

func (s *server) secretsFile() string { return filepath.Join(s.cfg.Data, "demo.json") }

func (s *server) readSecrets() (demoSecrets, error) {
	var d demoSecrets
	b, err := os.ReadFile(s.secretsFile())
	if errors.Is(err, fs.ErrNotExist) {
		word := strings.ToLower(rand.Text())
		return demoSecrets{Password: word[:4] + "-" + word[4:8] + "-" + word[8:12], SIP101: rand.Text(), SIP102: rand.Text(), SIP103: rand.Text()}, nil
	}
	if err != nil {
		return d, fmt.Errorf("read the demo's secrets: %w", err)
	}
	if err := json.Unmarshal(b, &d); err != nil {
		return d, fmt.Errorf("read %s: %w", s.secretsFile(), err)
	}
	return d, nil
}

func (s *server) writeSecrets(d demoSecrets) error {
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(s.secretsFile(), append(b, '\n'), 0o600)
}

// furnish makes the demo office and, the first time, its clients and their history in
// the language.
func (s *server) furnish(ctx context.Context, language string) (demoSecrets, error) {
	secrets, err := s.readSecrets()
	if err != nil {
		return secrets, err
	}
	if !secrets.Seeded {
		secrets.Language = language
	}
	places := demoPlaces[secrets.Language]
	var text bytes.Buffer
	err = template.Must(template.New("demo.yaml").Parse(demoOffice)).Execute(&text, struct {
		demoSecrets
		Office, Website, Billboard string
	}{secrets, places[0], places[1], places[2]})
	if err != nil {
		return secrets, fmt.Errorf("write the demo office: %w", err)
	}
	file, err := office.Parse(&text, "demo.yaml", users.WeakPassword)
	if err != nil {
		return secrets, err
	}
	viewer := crm.SystemViewer("demo")
	if _, err := office.Apply(ctx, s.pool, users.NewPasswords(runtime.NumCPU()), viewer, file, false); err != nil {
		return secrets, fmt.Errorf("furnish the demo office: %w", err)
	}
	if err := s.cache.Load(ctx); err != nil {
		return secrets, err
	}
	if err := s.desk.SetAgents(ctx, members(s.cache.Current())); err != nil {
		return secrets, fmt.Errorf("seat the demo's managers: %w", err)
	}
	if !secrets.Seeded {
		if err := s.writeSecrets(secrets); err != nil {
			return secrets, err
		}
		if err := s.seedClients(ctx, secrets.Language); err != nil {
			return secrets, err
		}
		secrets.Seeded = true
	}
	return secrets, s.writeSecrets(secrets)
}

func (s *server) welcome(out io.Writer, d demoSecrets) {
	simulate := program() + " simulate call --from +998901234567 --to " + firstNumber
	if usual, err := filepath.Abs("callcard-data"); err != nil || s.cfg.Data != usual {
		simulate += " --data " + quoted(s.cfg.Data)
	}
	fmt.Fprintf(out, `
Callcard is open. Three managers are at their phones, 200 clients have a history.

  API           http://%s/api/v1 (described in openapi.json there)
  Sign in       anna, bek, dilnoza (managers), boss (supervisor), admin
  Password      %s
  SIP           %s; phones 101, 102, 103 answer by themselves

  Let a client call, from another terminal in this folder:
      %s
  Once more with the same number, and he gets the manager he spoke with.

  Ctrl-C ends it. Everything is kept in %s.

`, s.httpAddr, d.Password, reachableAddress(s.cfg.SIP), simulate, s.cfg.Data)
}

// program is how a shell in this folder starts us.
func program() string {
	self, err := os.Executable()
	if err != nil {
		return "callcard"
	}
	if found, err := exec.LookPath(filepath.Base(self)); err == nil && found == self {
		return filepath.Base(self)
	}
	wd, err := os.Getwd()
	if err != nil {
		return quoted(self)
	}
	short, err := filepath.Rel(wd, self)
	switch {
	case err != nil || strings.HasPrefix(short, ".."):
		return quoted(self)
	case !strings.ContainsRune(short, filepath.Separator):
		return quoted("." + string(filepath.Separator) + short)
	}
	return quoted(short)
}

// quoted is a path as a shell takes it.
func quoted(path string) string {
	if strings.ContainsAny(path, " \t'\"$`\\&;|<>()*?[]#~!{}") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
