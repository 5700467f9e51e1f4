package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/goleak"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/audit"
	"github.com/callcard/callcard/crm/notifications"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/users"
	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/web"
	"github.com/callcard/callcard/web/api"
	"github.com/callcard/callcard/web/auth"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is the whole HTTP face of the small company, wired as the program does it.
type world struct {
	*webtest.Office
	t         *testing.T
	users     *users.Store
	passwords *users.Passwords
	trunks    []live.TrunkStatus // as the edge would tell
	hub       *realtime.Hub
	feed      *live.Feed
	news      live.News
	control   *control
	phones    softphone
	server    *httptest.Server
	folder    string // of recordings
	log       *logBuffer
	ready     error
	mu        sync.Mutex
	sessions  map[string]string // login -> token
}

func newWorld(t *testing.T, change ...func(*web.Config)) *world {
	t.Helper()
	return newWorldOn(t, webtest.NewOffice(t), change...)
}

func newWorldOn(t *testing.T, o *webtest.Office, change ...func(*web.Config)) *world {
	t.Helper()
	w := &world{Office: o, t: t, folder: t.TempDir(), log: &logBuffer{}, sessions: map[string]string{}}
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	w.passwords = users.NewPasswords(2)
	w.users = users.New(w.Pool, users.Options{Passwords: w.passwords, Phone: office.Phone,
		SignedOut: func(user, session crm.ID) {
			w.hub.Kick(string(user), string(session))
			w.phones.closeSession(session)
		}})
	w.control = newControl(w.Office)
	w.hub = realtime.New(realtime.Options{Log: log})
	w.feed = live.NewFeed(context.Background(), live.Config{Hub: w.hub, Office: w.Cache.Current, Agent: w.control.Agent,
		Trunks: w.states, Log: log})
	w.news = live.News{Feed: w.feed, Bell: notifications.NewStore(w.Pool)}
	w.Contacts.Listen(w.news)
	w.Tasks.Listen(w.news)
	cfg := web.Config{
		API: api.Config{
			Gate: &auth.Gate{Users: w.users}, Hub: w.hub, Feed: w.feed, Office: w.Cache.Current, Users: w.users, Trunks: w.states,
			Audit: audit.NewStore(w.Pool), Prompts: &sounds{custom: map[string][]byte{}},
			Settings: &office.Settings{Pool: w.Pool, Passwords: w.passwords, Cache: w.Cache, Log: log},
			Contacts: w.Contacts, Calls: w.Calls, Tasks: w.Tasks, Notifications: w.news.Bell, Control: w.control, Phones: webtest.Phones, Recordings: w.folder,
			Peaks: func(path string, buckets int) ([][][2]float32, error) {
				if _, err := os.Stat(path); err != nil {
					return nil, err
				}
				return make([][][2]float32, 2), nil
			},
			Softphone: &w.phones, ICEServers: []api.ICEServer{{URLs: []string{"turns:turn.example.com"}, Username: "u", Credential: "c"}},
			Log: log,
		},
		Ready: func() error { return w.ready }, Metrics: promhttp.Handler(), Log: log,
	}
	for _, c := range change {
		c(&cfg)
	}
	w.server = httptest.NewServer(web.New(cfg))
	t.Cleanup(func() { w.hub.Close(); w.feed.Close(); w.server.Close() })
	return w
}

func (w *world) states() []live.TrunkStatus {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.trunks)
}

// token is the session of a user, signed in on the first use.
func (w *world) token(login string) string {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sessions[login] == "" {
		token, _, err := w.users.Login(w.t.Context(), login, webtest.Password, "127.0.0.1", "test")
		if err != nil {
			w.t.Fatal(err)
		}
		w.sessions[login] = token
	}
	return w.sessions[login]
}

// answer is a response that has been read.
type answer struct {
	t *testing.T
	*http.Response
	body []byte
}

// do sends a request as login ("" is nobody); header entries are "Name: value".
func (w *world) do(method, path, login, body string, header ...string) answer {
	w.t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, r)
	if err != nil {
		w.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if login != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(login))
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{w.t, res, b}
}

// as reads the body into v.
func (a answer) as(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
}

// must checks the status and gives the problem's code, if it is one.
func (a answer) must(status int) answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Errorf("%s %s = %d, want %d: %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

func (a answer) code() string {
	var p struct{ Code string }
	if strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
		a.as(&p)
	}
	return p.Code
}

func (a answer) has(text string) bool { return bytes.Contains(a.body, []byte(text)) }

// tell shows and stores facts, as the program does.
func (w *world) tell(facts ...crm.Fact) {
	w.t.Helper()
	for _, f := range facts {
		w.feed.Show(f)
	}
	w.Store(facts...)
}

// record puts a file where the recording of a call is to be.
func (w *world) record(path string, content []byte) {
	w.t.Helper()
	full := filepath.Join(w.folder, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(full, content, 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// control notes what it is told to do.
type control struct {
	office *webtest.Office
	mu     sync.Mutex
	did    []string
	states map[crm.ID]routing.State
}

func newControl(o *webtest.Office) *control {
	return &control{office: o, states: map[crm.ID]routing.State{
		o.ID("anna"): routing.Available, o.ID("bek"): routing.Offline, o.ID("farid"): routing.Available}}
}

func (c *control) note(what string, ids ...crm.ID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		what += " " + string(id)
	}
	c.did = append(c.did, what)
	return nil
}

func (c *control) Hangup(_ context.Context, call, by crm.ID) error { return c.note("hangup", call, by) }
func (c *control) Dial(_ context.Context, agent crm.ID, to string, contact crm.ID, name string) (crm.ID, error) {
	if to == "+19005550199" {
		return "", &crm.Error{Code: crm.DiallingDenied, Message: "This number costs more than a call, so it is closed.", Detail: map[string]any{"why": crm.WhyPremium}}
	}
	return crm.NewID(), c.note("dial "+to+" "+name, agent, contact)
}
func (c *control) Decline(_ context.Context, call, by crm.ID) error {
	return c.note("decline", call, by)
}
func (c *control) Hold(_ context.Context, call, by crm.ID) error   { return c.note("hold", call, by) }
func (c *control) Resume(_ context.Context, call, by crm.ID) error { return c.note("resume", call, by) }

func (c *control) SendDigits(_ context.Context, call, by crm.ID, digits string) error {
	return c.note("digits "+digits, call, by)
}

func (c *control) OutcomeGiven(_ context.Context, call crm.ID) error { return c.note("outcome", call) }

func (c *control) Transfer(_ context.Context, call, by crm.ID, to *api.Target) error {
	if to == nil {
		return c.note("hand over", call, by)
	}
	return c.note("transfer "+string(to.Agent)+to.Queue+to.Number, call, by)
}

func (c *control) Consult(_ context.Context, call, by crm.ID, to api.Target) error {
	return c.note("consult "+string(to.Agent)+to.Number, call, by)
}

func (c *control) EndConsult(_ context.Context, call, by crm.ID) error {
	return c.note("end consult", call, by)
}
func (c *control) Swap(_ context.Context, call, by crm.ID) error { return c.note("swap", call, by) }
func (c *control) Join(_ context.Context, call, by crm.ID) error { return c.note("join", call, by) }

func (c *control) Assign(_ context.Context, call, agent, by crm.ID, why string) error {
	return c.note("assign "+why, call, agent, by)
}

func (c *control) Move(_ context.Context, call crm.ID, queue string, by crm.ID, why string) error {
	return c.note("move "+queue+" "+why, call, by)
}

func (c *control) FinishWrapUp(_ context.Context, agent crm.ID) error {
	return c.note("wrap-up", agent)
}

func (c *control) ExtendWrapUp(_ context.Context, agent crm.ID, more time.Duration) error {
	return c.note("wrap-up "+more.String(), agent)
}

func (c *control) SetState(_ context.Context, agent crm.ID, state routing.State, reason string) error {
	c.mu.Lock()
	c.states[agent] = state
	c.mu.Unlock()
	return c.note(string(state)+" "+reason, agent)
}

func (c *control) Agent(id crm.ID) (routing.Agent, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	state, ok := c.states[id]
	return routing.Agent{ID: routing.AgentID(id), State: state}, ok
}

func (c *control) Waiting(queue string) []api.Waiting {
	if queue != "sales" {
		return nil
	}
	return []api.Waiting{{Call: "01900000-0000-7000-8000-000000000001", Priority: 1}}
}

// sounds is a library of one sound, which takes whatever begins like a WAV file.
type sounds struct {
	mu     sync.Mutex
	custom map[string][]byte
}

func (s *sounds) List() []api.Sound {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []api.Sound{{Name: "music", Length: 8 * time.Second, Custom: s.custom["music"] != nil}}
}

func (s *sounds) Open(name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case name != "music":
		return nil, crm.Errorf(crm.NotFound, "There is no such sound.")
	case s.custom[name] != nil:
		return s.custom[name], nil
	}
	return []byte("RIFF built in"), nil
}

func (s *sounds) Put(_ context.Context, _ crm.Viewer, name string, wav []byte) error {
	if _, err := s.Open(name); err != nil {
		return err
	}
	if !bytes.HasPrefix(wav, []byte("RIFF")) {
		return crm.Errorf(crm.Invalid, "This is no WAV file.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.custom[name] = bytes.Clone(wav)
	return nil
}

func (s *sounds) Reset(_ context.Context, _ crm.Viewer, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.custom, name)
	return nil
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
