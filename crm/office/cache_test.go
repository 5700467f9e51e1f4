package office_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/users"
)

// watch runs a Watch until the test ends, and returns what it reports.
func watch(t *testing.T, cache *office.Cache) <-chan *office.Snapshot {
	t.Helper()
	ctx, cancel := context.WithCancelCause(context.Background())
	seen, ended := make(chan *office.Snapshot, 64), make(chan error, 1)
	go func() { ended <- cache.Watch(ctx, func(s *office.Snapshot) { seen <- s }) }()
	t.Cleanup(func() {
		why := errors.New("the test is over")
		cancel(why)
		if err := <-ended; !errors.Is(err, why) {
			t.Errorf("Watch ended with %v", err)
		}
	})
	return seen
}

// await takes reports until one fits.
func await(t *testing.T, seen <-chan *office.Snapshot, what string, fits func(*office.Snapshot) bool) *office.Snapshot {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case s := <-seen:
			if fits(s) {
				return s
			}
		case <-late:
			t.Fatalf("Watch did not report: %s", what)
		}
	}
}

func TestWatchPicksUpChangesAndSurvivesALostConnection(t *testing.T) {
	pool := dbtest.New(t)
	cache := office.NewCache(pool, slog.New(slog.DiscardHandler))
	if cache.Current() == nil || len(cache.Current().Users) != 0 {
		t.Fatal("before Load the office is empty")
	}
	seen := watch(t, cache)
	await(t, seen, "the start", func(s *office.Snapshot) bool { return len(s.Users) == 0 })

	apply(t, pool, goodOffice)
	s := await(t, seen, "an applied file", func(s *office.Snapshot) bool { return len(s.Users) == 3 })
	if cache.Current() != s {
		t.Error("Current is not what was reported")
	}

	var killed int
	err := pool.QueryRow(t.Context(), `select count(pg_terminate_backend(pid)) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and query = 'listen office_changed'`).Scan(&killed)
	if err != nil || killed != 1 {
		t.Fatalf("killed %d listeners, %v", killed, err)
	}
	apply(t, pool, strings.ReplaceAll(goodOffice, "Bek Aliev", "Bek Valiev"))
	await(t, seen, "a change while it was deaf", func(s *office.Snapshot) bool {
		bek, _ := s.UserByLogin("bek")
		return bek.Name == "Bek Valiev"
	})
	// Whoever changes a row is heard, not only Apply.
	if _, err := pool.Exec(t.Context(), `update queue set ring_ms = 5000 where name = 'sales'`); err != nil {
		t.Fatal(err)
	}
	await(t, seen, "a change by hand", func(s *office.Snapshot) bool {
		sales, _ := s.Queue("sales")
		return sales.Ring == 5*time.Second
	})
}

// Many changes at once are one load.
func TestWatchTakesChangesTogether(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	cache := office.NewCache(pool, slog.New(slog.DiscardHandler))
	exec := func(sql string) {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Error(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	loads := 0
	_ = cache.Watch(ctx, func(s *office.Snapshot) {
		if loads++; loads == 1 {
			for range 50 {
				exec(`select pg_notify('office_changed', '')`)
			}
			exec(`update queue set ring_ms = 5000 where name = 'sales'`)
		}
		if sales, _ := s.Queue("sales"); sales.Ring == 5*time.Second {
			cancel()
		}
	})
	if !errors.Is(ctx.Err(), context.Canceled) || loads > 5 {
		t.Errorf("%d loads, %v", loads, ctx.Err())
	}
}

// Whoever waits for another load waits no longer than he has time.
func TestALoadThatHangsHoldsUpNobody(t *testing.T) {
	pool := dbtest.New(t)
	cache := office.NewCache(pool, slog.New(slog.DiscardHandler))
	holder, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Rollback(context.Background())
	if _, err := holder.Exec(t.Context(), `lock table unit in access exclusive mode`); err != nil {
		t.Fatal(err)
	}
	hangs := make(chan error, 1)
	go func() { hangs <- cache.Load(t.Context()) }()
	awaitChange(t, pool, hangs)
	waits := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		waits <- cache.Load(ctx)
	}()
	select {
	case err := <-waits:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits for the load that hangs")
	}
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-hangs; err != nil {
		t.Error(err)
	}
}

func TestBlockedUsersServeNoQueueAndHaveNoPhone(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, strings.Replace(goodOffice, `role: agent, office: Tashkent`, `role: agent, blocked: true, office: Tashkent`, 1))
	s := snapshot(t, pool)
	if _, ok := s.UserByExtension("101"); ok {
		t.Error("a blocked user's extension rings")
	}
	bek, _ := s.UserByLogin("bek")
	if q, _ := s.Queue("sales"); len(q.Agents) != 1 || q.Agents[0] != bek.ID {
		t.Errorf("sales: %v", q.Agents)
	}
}

func TestSecretsHideThemselves(t *testing.T) {
	f := parse(t, goodOffice)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("office", "file", f, "password", f.Users[0].Password)
	slog.New(slog.NewTextHandler(&log, nil)).Info("office", "file", f, "trunk", *f.Trunks[1].Register)
	for _, secret := range []string{"horse", "0123456789abcdefghij", "trunk-password"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log shows %q", secret)
		}
	}
}

func BenchmarkLookups(b *testing.B) {
	f, err := office.Parse(strings.NewReader(goodOffice), "office.yaml", good)
	if err != nil {
		b.Fatal(err)
	}
	pool := dbtest.New(b)
	if _, err := office.Apply(b.Context(), pool, plain{}, systemViewer(), f, false); err != nil {
		b.Fatal(err)
	}
	cache := office.NewCache(pool, nil)
	if err := cache.Load(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s := cache.Current()
		n, _ := s.Number("+998712000001")
		q, _ := s.Queue(n.Queue)
		if u, ok := s.UserByID(q.Agents[0]); !ok || u.Extension != "101" {
			b.Fatal("lost anna")
		}
	}
}

// An office of 300 people with real password hashes: the first apply, and a second
// one that has to verify each password.
func BenchmarkApply300(b *testing.B) {
	var text strings.Builder
	text.WriteString("offices: [{name: T, timezone: Asia/Tashkent, region: UZ}]\nusers:\n")
	for i := range 300 {
		fmt.Fprintf(&text, "  - {login: a%04d, name: Agent %d, password: orchard-%d, role: agent, extension: a%04d, sip_password: 0123456789abcdefghij}\n", i, i, i, i)
	}
	f, err := office.Parse(strings.NewReader(text.String()), "office.yaml", users.WeakPassword)
	if err != nil {
		b.Fatal(err)
	}
	passwords := users.NewPasswords(runtime.GOMAXPROCS(0))
	for b.Loop() {
		pool := dbtest.New(b)
		for _, changes := range []int{301, 0} {
			start := time.Now()
			got, err := office.Apply(b.Context(), pool, passwords, systemViewer(), f, false)
			if err != nil || len(got) != changes {
				b.Fatal(len(got), err)
			}
			b.ReportMetric(time.Since(start).Seconds(), fmt.Sprintf("s/%d-changes", changes))
		}
	}
}
