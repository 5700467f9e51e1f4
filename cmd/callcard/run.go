package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/history"
	"github.com/callcard/callcard/crm/journal"
	"github.com/callcard/callcard/crm/notifications"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/phone"
	"github.com/callcard/callcard/crm/tasks"
	"github.com/callcard/callcard/crm/users"
	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/routing/redisq"
	"github.com/callcard/callcard/telephony/callflow"
	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/sip"
	"github.com/callcard/callcard/web/live"
)

// Connections to the database, by who uses them: a slow report must not keep a
// caller from being identified.
const (
	connsForCalls   = 8
	connsForHistory = 3
	connsForPeople  = 12
)

// databasePatience is how long a start waits for the database to take connections.
const databasePatience = 45 * time.Second

// server is everything that runs; start builds it from the bottom up, stop takes it
// down from the top.
type server struct {
	cfg   config
	log   *slog.Logger
	stops []stopper // in the order of starting

	databaseURL string
	callPool    *pgxpool.Pool // identification
	histPool    *pgxpool.Pool // writer of history
	pool        *pgxpool.Pool // people

	cache     *office.Cache
	passwords *users.Passwords
	users     *users.Store
	contacts  *contacts.Store
	calls     *calls.Store
	tasks     *tasks.Store
	bell      *notifications.Store
	traces    *calls.Traces
	journal   *journal.Journal
	hub       *realtime.Hub
	feed      *live.Feed
	desk      *redisq.Desk
	flow      *callflow.Flow
	media     *media.Engine
	prompts   *prompts
	sip       *sip.Server
	http      *http.Server
	httpAddr  string

	demo      *demoHouse // nil: this is no demo
	alarms    *alarms
	diskFull  atomic.Bool // no new recordings
	simulator secret
	metrics   *prometheus.Registry
	hears     []func(crm.Fact)
	failed    chan error // a part that must not end has ended
}

// start brings the server up. On an error whatever was started is stopped again.
func start(ctx context.Context, cfg config, log *slog.Logger, hears ...func(crm.Fact)) (_ *server, err error) {
	s := &server{
		cfg: cfg, log: log, hears: hears, failed: make(chan error, 4), metrics: prometheus.NewRegistry(),
		simulator: secret{User: "simulator", Password: rand.Text()},
	}
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s.alarms = newAlarms(log, s.metrics)
	if cfg.Demo {
		s.demo = newDemoHouse(ctx, s)
		s.hears = append(s.hears, s.demo.hear)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	for _, step := range []func(context.Context) error{
		s.openFolders, s.openJournal, s.openStores, s.openOffice, s.openDesk, s.seatAgents, s.openMedia, s.recoverCalls,
		s.writeHistory, s.resumeWrapUps, s.followWorkload, s.openSIP, s.watchOffice, s.openWeb, s.openProfiler,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if s.demo != nil {
		s.onStop(func() error { s.demo.close(); return nil })
	}
	s.lookAtSpace()
	s.background(ctx, "the watch on the disk", s.watchSpace)
	s.background(ctx, "the pace of the collector", paceCollector)
	run := runFile{PID: os.Getpid(), HTTP: s.httpAddr, SIP: reachableAddress(cfg.SIP), Database: s.databaseURL, Simulator: s.simulator}
	if err := run.write(cfg.Data); err != nil {
		return nil, err
	}
	s.onStop(func() error { return os.Remove(runFilePath(cfg.Data)) })
	return s, nil
}

func (s *server) onStop(f stopper) { s.stops = append(s.stops, f) }

// stop ends everything, last started first.
func (s *server) stop() (err error) {
	for i := len(s.stops) - 1; i >= 0; i-- {
		err = errors.Join(err, s.stops[i]())
	}
	s.stops = nil
	return err
}

// background runs a part until its context ends at stop.
func (s *server) background(ctx context.Context, name string, run func(context.Context) error) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := run(ctx); err != nil && ctx.Err() == nil {
			s.failed <- fmt.Errorf("%s has ended: %w", name, err)
		}
	}()
	s.onStop(func() error {
		cancel(errors.New("the server stops"))
		<-done
		return nil
	})
}

func (s *server) openFolders(context.Context) error {
	for _, dir := range []string{s.cfg.Data, s.recordings(), filepath.Join(s.cfg.Data, "sip"), filepath.Join(s.cfg.Data, "prompts")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("make the data folder: %w", err)
		}
	}
	return nil
}

func (s *server) recordings() string { return filepath.Join(s.cfg.Data, "recordings") }

// openJournal takes the lock of the data folder too: two servers can't share one.
func (s *server) openJournal(context.Context) (err error) {
	s.journal, err = journal.Open(filepath.Join(s.cfg.Data, "journal"), journal.Options{Log: s.log})
	if err != nil {
		return err
	}
	s.onStop(s.journal.Close)
	return nil
}

func (s *server) openStores(ctx context.Context) error {
	url, stop, err := openDatabase(ctx, s.cfg, s.log)
	if err != nil {
		return err
	}
	s.onStop(stop)
	s.databaseURL = url
	ctx, cancel := context.WithTimeoutCause(ctx, databasePatience, errors.New("the database did not answer in time"))
	defer cancel()
	if s.pool, err = openPool(ctx, s.cfg, url, connsForPeople); err != nil {
		return err
	}
	s.onStop(func() error { s.pool.Close(); return nil })
	if s.histPool, err = db.Open(ctx, url, connsForHistory); err != nil {
		return err
	}
	s.onStop(func() error { s.histPool.Close(); return nil })
	s.callPool, err = db.Open(ctx, url, connsForCalls, func(c *pgxpool.Config) {
		c.AfterConnect = contacts.Warm
		c.ConnConfig.OnNotice = contacts.HearNotice
		c.MinConns, c.MaxConnIdleTime, c.MaxConnLifetime = connsForCalls/2, time.Hour, 24*time.Hour
	})
	if err != nil {
		return err
	}
	s.onStop(func() error { s.callPool.Close(); return nil })
	return nil
}

func (s *server) openOffice(ctx context.Context) error {
	s.cache = office.NewCache(s.pool, s.log)
	if err := s.cache.Load(ctx); err != nil {
		return err
	}
	s.passwords = users.NewPasswords(runtime.NumCPU())
	s.users = users.New(s.pool, users.Options{
		Passwords: s.passwords, Phone: office.Phone,
		SignedOut: s.signedOut,
	})
	s.contacts = contacts.NewStore(s.pool, s.phoneRules)
	s.calls = history.NewCalls(s.pool, s.contacts)
	s.tasks = tasks.NewStore(s.pool, time.Now)
	s.bell = notifications.NewStore(s.pool)
	s.traces = calls.NewTraces(s.histPool, s.log)
	s.background(ctx, "the store of SIP ladders", func(ctx context.Context) error { s.traces.Run(ctx); return nil })
	return nil
}

// phoneRules are the rules by which the people of an office type numbers.
func (s *server) phoneRules(unit crm.ID) phone.Rules {
	u, _ := s.cache.Current().Unit(unit)
	return officeView{s.cache.Current()}.rules("", u.Region)
}

func (s *server) openDesk(ctx context.Context) error {
	client, stop, err := openRedis(ctx, s.cfg, s.log)
	if err != nil {
		return err
	}
	s.onStop(stop)
	s.hub = realtime.New(realtime.Options{PingEvery: 10 * time.Second, PongTimeout: 5 * time.Second, Log: s.log})
	s.feed = live.NewFeed(context.WithoutCancel(ctx), live.Config{
		Hub: s.hub, Office: s.cache.Current, Cards: live.History{Contacts: s.contacts, Tasks: s.tasks, Office: s.cache.Current}, Log: s.log,
		Trunks: s.trunkStates,
		Agent:  func(id crm.ID) (routing.Agent, bool) { return s.flow.Agents().Agent(id) },
	})
	news := live.News{Feed: s.feed, Bell: s.bell}
	s.contacts.Listen(news)
	s.tasks.Listen(news)
	s.background(ctx, "the bell of the administrators", func(ctx context.Context) error { return s.alarms.ring(ctx, news.Alarm) })
	s.background(ctx, "the tidying of the bell", func(ctx context.Context) error { return s.bell.KeepTidy(ctx, s.log) })
	s.onStop(func() error { s.feed.Close(); s.hub.Close(); return nil })
	wired := make(chan struct{}) // the desk may speak before the flow exists
	s.desk, err = redisq.Open(redisq.Options{
		Client: client, Node: s.cfg.Node, Log: s.log,
		OnMatch: func(m redisq.Match) { <-wired; s.flow.Matched(m.Call, m.Agent, m.Token) },
		OnChange: func(c routing.Change) {
			<-wired
			s.feed.Agent(c)
			s.flow.AgentChanged(c)
		},
	})
	if err != nil {
		return err
	}
	s.flow = callflow.New(ctx, callflow.Config{
		Node: s.cfg.Node, Journal: s.journal, Audience: audience{s.feed, s.hears}, Contacts: callerCards{contacts.NewStore(s.callPool, s.phoneRules)},
		Office: func() callflow.Office { return officeView{s.cache.Current()} },
		Desk:   s.desk, Lines: lines{s}, Traces: traces{s.traces}, Alarms: s.alarms, RecordingPath: s.recordingPath,
		CanRecord: func() bool { return !s.diskFull.Load() }, Log: s.log,
	})
	close(wired)
	s.onStop(func() error { s.desk.Close(); return nil })
	return nil
}

// seatAgents puts everybody at his desk.
func (s *server) seatAgents(ctx context.Context) error {
	if err := s.desk.SetAgents(ctx, members(s.cache.Current())); err != nil {
		return fmt.Errorf("seat the agents: %w", err)
	}
	return nil
}

// watchOffice lets everybody follow changes of the office, whoever makes them.
func (s *server) watchOffice(ctx context.Context) error {
	s.background(ctx, "the watch on the office", func(ctx context.Context) error {
		return s.cache.Watch(ctx, func(snapshot *office.Snapshot) {
			s.feed.OfficeChanged()
			if err := s.desk.SetAgents(ctx, members(snapshot)); err != nil {
				s.log.Error("seat the agents anew", "err", err)
			}
			s.users.Forget() // rights may have changed, people may have been blocked
			s.sip.Reload()
		})
	})
	return nil
}

func (s *server) recordingPath(at time.Time, id crm.ID) (path, relative string) {
	relative = filepath.Join(at.UTC().Format("2006/01/02"), string(id)+".wav")
	return filepath.Join(s.recordings(), relative), relative
}

func (s *server) openMedia(context.Context) (err error) {
	s.prompts = &prompts{turn: make(chan struct{}, 1), pool: s.pool, folder: s.cfg.Prompts, fixed: s.cfg.Prompts != ""}
	if !s.prompts.fixed {
		s.prompts.folder = filepath.Join(s.cfg.Data, "prompts")
	}
	s.media, err = media.New(media.Config{
		PortMin: s.cfg.RTPMin, PortMax: s.cfg.RTPMax, Advertise: s.cfg.Advertise, RTPTimeout: s.cfg.RTPTimeout, Log: s.log,
		Web: &media.WebConfig{Port: s.cfg.WebRTC, Addrs: s.cfg.MediaPublic}, Prompts: os.DirFS(s.prompts.folder),
	})
	if err != nil {
		return fmt.Errorf("open media%s: %w", advice(err, "--webrtc"), err)
	}
	s.metrics.MustRegister(newBrowsers(s.media.WebStats))
	s.prompts.engine = s.media
	s.onStop(s.media.Close)
	return nil
}

// recoverCalls ends, in the facts, the calls that the death of the last process cut,
// and lets their callers come back to their places.
func (s *server) recoverCalls(context.Context) error {
	open := s.journal.OpenCalls()
	for _, facts := range open {
		repaired := map[crm.ID]crm.Recorded{}
		for _, r := range calls.OpenRecordings(facts) {
			length, size, sum, err := media.Repair(filepath.Join(s.recordings(), r.Path))
			if err != nil {
				s.log.Warn("a recording that was cut could not be repaired", "recording", r.Path, "err", err)
				continue
			}
			repaired[r.Recording] = crm.Recorded{DurationMS: length.Milliseconds(), Bytes: size, SHA256: sum}
		}
		for _, f := range calls.Interrupted(facts, s.journal.DiedAt(), repaired) {
			if err := s.journal.Append(f); err != nil {
				return fmt.Errorf("note the end of a call that was cut: %w", err)
			}
		}
		s.rememberPlace(facts)
	}
	if len(open) > 0 {
		s.log.Warn("calls were cut by the end of the last process; call-back tasks are made", "calls", len(open))
	}
	return nil
}

func (s *server) rememberPlace(facts []crm.Fact) {
	var from string
	for _, f := range facts {
		switch d := f.Data.(type) {
		case crm.Arrived:
			from = d.From
		case crm.Queued:
			s.flow.RememberPlace(from, d.Queue, d.EnteredAt)
		}
	}
}

func (s *server) writeHistory(ctx context.Context) error {
	reader := s.journal.Reader()
	s.onStop(func() error { reader.Close(); return nil })
	w := history.NewWriter(history.Parts{
		Pool: s.histPool, Source: reader, Contacts: s.contacts, Tasks: s.tasks, Office: s.cache.Current, Found: s.feed.CardFound, Log: s.log,
	})
	s.background(ctx, "the writer of history", w.Run)
	s.onStop(func() error { // what is known is stored before the writer goes, if the database is there
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := s.journal.WaitStored(ctx); err != nil {
			s.log.Warn("some facts of calls are only in the journal; the next start stores them", "pending_bytes", s.journal.Pending())
		}
		return nil
	})
	return nil
}

func (s *server) openSIP(ctx context.Context) (err error) {
	var certs *tls.Config
	if s.cfg.SIPTLS != "" {
		pair, err := tls.LoadX509KeyPair(s.cfg.TLSCert, s.cfg.TLSKey)
		if err != nil {
			return fmt.Errorf("read the certificate of SIP over TLS: %w", err)
		}
		certs = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	s.sip, err = sip.New(sip.Config{
		UDP: s.cfg.SIP, TCP: s.cfg.SIP, TLS: s.cfg.SIPTLS, TLSConfig: certs, Advertise: s.cfg.Advertise, Realm: office.Realm,
		StateDir: filepath.Join(s.cfg.Data, "sip"), Media: s.media, Stories: s.flow, Presence: s.flow.Agents(), Directory: directory{s.cache},
		Simulator:    sip.SimulatorKey{User: s.simulator.User, Password: s.simulator.Password, Region: officeView{s.cache.Current()}.rules("", "").Region},
		TrunkChanged: s.trunkChanged, DevicesChanged: s.devicesChanged, MaxCalls: s.cfg.MaxCalls, Log: s.log, Metrics: s.metrics,
	})
	if err != nil {
		return fmt.Errorf("open SIP%s: %w", advice(err, "--sip or --sip-tls"), err)
	}
	s.background(ctx, "SIP", s.sip.Run)
	s.onStop(func() error { s.flow.Close(); return nil }) // the stories end while there is a line to say BYE on
	return nil
}

// reachableAddress is a listen address as a program on this machine can dial it.
func reachableAddress(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
