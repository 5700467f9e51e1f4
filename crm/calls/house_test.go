package calls_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/journal"
	"github.com/callcard/callcard/crm/tasks"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a journal, a writer and a database, as the server has them.
type house struct {
	t     testing.TB
	dir   string
	pool  *pgxpool.Pool // straight to the database
	way   *pgxpool.Pool // the writer's, perhaps through a proxy
	cards *cards
	log   *logBuffer
	found chan calls.Call // whose card the writer has found

	gather  time.Duration // as in WriterOptions
	limit   int
	segment int64 // as in journal.Options

	j    *journal.Journal
	stop func()
}

const (
	unitSales = crm.ID("01900000-0000-7000-8000-0000000000a1")
	unitOther = crm.ID("01900000-0000-7000-8000-0000000000a2")
)

func newHouse(t testing.TB, pool, way *pgxpool.Pool) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), pool: pool, way: way, cards: &cards{}, log: &logBuffer{}, found: make(chan calls.Call, 1000), gather: 2 * time.Millisecond, limit: 100, segment: 20_000}
	_, err := pool.Exec(t.Context(), `
create table test_card (id uuid, phone text unique);
create table test_note (call uuid, contact uuid);
create table test_touch (contact uuid, agent text, at timestamptz);
create table test_activity (call uuid, contact uuid, missed boolean);`)
	if err != nil {
		t.Fatal(err)
	}
	h.cards.pool = pool
	h.start()
	t.Cleanup(func() { h.stop() })
	return h
}

// start opens the journal and runs a writer on it; h.stop ends both as a killed
// process would: without waiting for what is not stored.
func (h *house) start() {
	h.t.Helper()
	log := slog.New(slog.NewTextHandler(h.log, nil))
	j, err := journal.Open(h.dir, journal.Options{SegmentBytes: h.segment, Log: log})
	if err != nil {
		h.t.Fatal(err)
	}
	reader := j.Reader()
	w := calls.NewWriter(calls.WriterOptions{
		Pool: h.way, Source: reader, Cards: h.cards, Tasks: callbacks{tasks.NewStore(h.pool, nil)},
		Unit: func(queue string, _ crm.ID) crm.ID {
			return map[string]crm.ID{"sales": unitSales, "other": unitOther}[queue]
		},
		CallbackTo: func(string) crm.ID { return "" },
		Working:    func(user crm.ID) bool { return !strings.HasPrefix(string(user), "dead") },
		Found:      func(c calls.Call) { h.found <- c },
		Gather:     h.gather, Limit: h.limit, Log: log,
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	h.j = j
	h.stop = func() {
		cancel()
		<-done
		reader.Close()
		j.Close()
	}
}

func (h *house) append(facts ...crm.Fact) {
	h.t.Helper()
	for _, f := range facts {
		if err := h.j.Append(f); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) stored() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	if err := h.j.WaitStored(ctx); err != nil {
		h.t.Fatalf("%v\n%s", err, h.log)
	}
}

func (h *house) count(sql string, args ...any) int {
	h.t.Helper()
	var n int
	if err := h.pool.QueryRow(h.t.Context(), sql, args...).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// cards stands for crm/contacts, with tables that show what is done twice.
type cards struct {
	pool   *pgxpool.Pool
	mu     sync.Mutex
	refuse crm.ID // the contact whose activities are refused
}

func (c *cards) Identify(ctx context.Context, number string, _ crm.ID, name string) (crm.Identified, error) {
	found := crm.Identified{Name: name}
	err := c.pool.QueryRow(ctx, `
insert into test_card values ($1, $2) on conflict (phone) do update set phone = excluded.phone
returning id::text, xmax = 0`, crm.NewID(), number).Scan(&found.Contact, &found.Created)
	return found, err
}

func (c *cards) Restore(ctx context.Context, made []calls.MadeCard) error {
	for _, m := range made {
		if _, err := c.pool.Exec(ctx, `insert into test_card values ($1, $2) on conflict do nothing`, m.Contact, m.Number); err != nil {
			return err
		}
	}
	return nil
}

func (c *cards) Touch(ctx context.Context, tx pgx.Tx, touches []calls.Touch) error {
	for _, t := range touches {
		if _, err := tx.Exec(ctx, `insert into test_touch values ($1, $2, $3)`, t.Contact, t.Agent, t.At); err != nil {
			return err
		}
	}
	return nil
}

func (c *cards) MoveNotes(ctx context.Context, tx pgx.Tx, call, contact crm.ID) (calls.After, error) {
	_, err := tx.Exec(ctx, `insert into test_note values ($1, $2)`, call, contact)
	return nil, err
}

func (c *cards) AddActivities(ctx context.Context, tx pgx.Tx, activities []calls.Activity) (calls.After, error) {
	c.mu.Lock()
	refuse := c.refuse
	c.mu.Unlock()
	for _, a := range activities {
		if a.Contact == refuse {
			return nil, crm.Errorf(crm.Invalid, "This card takes no calls.")
		}
		if _, err := tx.Exec(ctx, `insert into test_activity values ($1, $2, $3)`, a.Call, a.Contact, a.Missed); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// callbacks wires the tasks to the writer, as the program does.
type callbacks struct{ *tasks.Store }

func (c callbacks) Settle(ctx context.Context, tx pgx.Tx, outcomes []calls.Outcome) (calls.After, error) {
	told := make([]tasks.Outcome, len(outcomes))
	for i, o := range outcomes {
		told[i] = tasks.Outcome(o)
	}
	changes, err := c.Store.Settle(ctx, tx, told)
	return func() { c.Store.Changed(changes) }, err
}

type logBuffer struct {
	mu sync.Mutex
	b  strings.Builder
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

// proxy is a way to PostgreSQL that can be closed.
type proxy struct {
	listener net.Listener
	target   string
	wg       sync.WaitGroup
	mu       sync.Mutex
	down     bool
	open     map[net.Conn]bool
}

// throughProxy is a pool to the database of address through a proxy.
func throughProxy(t testing.TB, address string) (*proxy, *pgxpool.Pool) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: u.Host, open: map[net.Conn]bool{}}
	p.wg.Go(p.accept)
	u.Host = l.Addr().String()
	pool, err := db.Open(t.Context(), u.String(), 6)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		pool.Close()
		l.Close()
		p.set(true)
		p.wg.Wait()
	})
	return p, pool
}

func (p *proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		s, err := net.Dial("tcp", p.target)
		p.mu.Lock()
		if p.down || err != nil {
			c.Close()
			if err == nil {
				s.Close()
			}
		} else {
			p.open[c], p.open[s] = true, true
			p.wg.Go(func() { p.pipe(c, s) })
			p.wg.Go(func() { p.pipe(s, c) })
		}
		p.mu.Unlock()
	}
}

func (p *proxy) pipe(to, from net.Conn) {
	io.Copy(to, from)
	p.mu.Lock()
	defer p.mu.Unlock()
	to.Close()
	from.Close()
	delete(p.open, to)
	delete(p.open, from)
}

// set closes the way, cutting every connection, or opens it.
func (p *proxy) set(down bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
	if down {
		for c := range p.open {
			c.Close()
		}
	}
}

func system() crm.Viewer { return crm.SystemViewer("test") }

func id(n int) crm.ID { return crm.ID(fmt.Sprintf("01900000-0000-7000-8000-%012d", n)) }

func newPool(t testing.TB) *pgxpool.Pool { return dbtest.New(t) }
