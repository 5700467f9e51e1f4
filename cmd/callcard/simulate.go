package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/telephony/media"
	sipphone "github.com/callcard/callcard/telephony/phone"
)

// simulation is a call that `simulate` places.
type simulation struct {
	from, to, say string
	talk          time.Duration
}

func simulate(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 || args[0] != "call" {
		return usagef("callcard simulate call --from +998901234567 --to +998712000001 [--say FILE.wav] [--seconds 20]")
	}
	var sim simulation
	var seconds float64
	c, err := readConfig("simulate call", ":8080", args[1:], out, func(fs *flag.FlagSet) {
		fs.StringVar(&sim.from, "from", "", "the caller's number; empty: he hides it")
		fs.StringVar(&sim.to, "to", "", "the number dialled, one of the office's")
		fs.StringVar(&sim.say, "say", "", "a WAV file that the caller speaks; default: a melody")
		fs.Float64Var(&seconds, "seconds", 20, "how long he talks before he hangs up")
	})
	if err != nil {
		return err
	}
	if sim.to == "" {
		return usagef("name the number to call: --to")
	}
	if seconds <= 0 || seconds > 3600 {
		return usagef("--seconds must be between 0 and 3600")
	}
	sim.talk = time.Duration(seconds * float64(time.Second))
	run, err := readRunFile(c.Data)
	if err != nil {
		return err
	}
	pool, err := db.Open(ctx, run.Database, 2)
	if err != nil {
		return err
	}
	defer pool.Close()
	return sim.place(ctx, run, newWatcher(ctx, pool, filepath.Join(c.Data, "recordings"), sim, out), out)
}

// place calls, talks and hangs up, while watch tells what the server does with it.
func (s simulation) place(ctx context.Context, run runFile, w *watcher, out io.Writer) error {
	speech, err := s.speech()
	if err != nil {
		return err
	}
	from := s.from
	headers := map[string]string{}
	if from == "" {
		from, headers["Privacy"] = "anonymous", "id"
	}
	p, err := sipphone.New(ctx, sipphone.Config{
		Server: run.SIP, User: from, AuthUser: run.Simulator.User, Password: run.Simulator.Password,
		Log: slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	defer p.Close()
	call, err := p.Call(s.to, headers)
	if err != nil {
		return err
	}
	watched := make(chan error, 1)
	watching, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() { watched <- w.follow(watching) }()
	select {
	case <-call.Up():
	case <-call.Done():
		stop(nil)
		<-watched
		if strings.HasPrefix(call.Why(), "404") {
			return fmt.Errorf("%s is no number of this office: `callcard apply` declares numbers", s.to)
		}
		return fmt.Errorf("the call was not answered: %s", call.Why())
	case <-ctx.Done():
		call.Hangup()
		return context.Cause(ctx)
	}
	call.Say(speech, true)
	if err := w.awaitTalk(ctx, call.Done()); err != nil {
		return err
	}
	select {
	case <-time.After(s.talk):
		call.Hangup()
	case <-call.Done():
	case <-ctx.Done():
		call.Hangup()
	}
	select {
	case err = <-watched:
	case <-time.After(15 * time.Second):
		err = errors.New("the call is over, but the server has not stored it yet")
	}
	return err
}

// speech is what the caller says: a file, or a melody that tells him from the others.
func (s simulation) speech() ([]int16, error) {
	if s.say == "" {
		var tune []int16
		for _, hz := range []float64{523.25, 659.25, 783.99, 659.25} {
			tune = append(tune, media.Tone(300*time.Millisecond, 0.3, hz)...)
		}
		return tune, nil
	}
	f, err := os.Open(s.say)
	if err != nil {
		return nil, fmt.Errorf("open what the caller says: %w", err)
	}
	defer f.Close()
	pcm, err := media.ReadSound(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", s.say, err)
	}
	if len(pcm) == 0 {
		return nil, fmt.Errorf("%s holds no sound", s.say)
	}
	return pcm, nil
}

// watcher tells from the database how a simulated call goes.
type watcher struct {
	store  *calls.Store
	norm   string
	since  time.Time
	teller narrator
	talks  chan struct{}
}

func newWatcher(ctx context.Context, pool *pgxpool.Pool, recordings string, sim simulation, out io.Writer) *watcher {
	cache := office.NewCache(pool, slog.New(slog.DiscardHandler))
	if err := cache.Load(ctx); err != nil {
		fmt.Fprintln(out, "the office could not be read, names will be missing:", oneLine(err))
	}
	norm, _ := officeView{cache.Current()}.ReadNumber(sim.from, "", "simulator")
	return &watcher{
		store: calls.NewStore(pool, nil), norm: norm, since: time.Now().Add(-time.Second),
		teller: narrator{out: out, office: cache.Current, recordings: recordings}, talks: make(chan struct{}),
	}
}

// follow tells the newest call of the number until it is over and its recording is
// closed.
func (w *watcher) follow(ctx context.Context) error {
	viewer := crm.SystemViewer("command")
	var told calls.Call
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-t.C:
		}
		id := told.ID
		if id == "" {
			page, err := w.store.List(ctx, viewer, calls.Filter{Phone: w.norm, Since: w.since, Limit: 10})
			if err != nil {
				return err
			}
			for _, c := range page.Calls {
				if c.Line == "simulator" && (w.norm != "" || c.Anonymous) {
					id = c.ID
				}
			}
			if id == "" {
				continue
			}
		}
		now, err := w.store.Get(ctx, viewer, id)
		if err != nil {
			return err
		}
		w.teller.tell(told, now)
		if now.AnsweredAt != nil && told.AnsweredAt == nil {
			close(w.talks)
		}
		told = now
		if now.EndedAt != nil && (now.Recording == nil || now.Recording.Closed) {
			return nil
		}
	}
}

// awaitTalk waits until a manager talks with the caller; being picked up to wait
// with music is no talk yet.
func (w *watcher) awaitTalk(ctx context.Context, over <-chan struct{}) error {
	select {
	case <-w.talks:
	case <-over:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
