package office_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/office"
)

func TestAppliesAtTheSameTimeDoNotMix(t *testing.T) {
	pool := dbtest.New(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range 6 {
		wg.Go(func() {
			got, err := tryApply(t, pool, goodOffice, false)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			total += len(got)
			mu.Unlock()
		})
	}
	wg.Wait()
	if total != 11 || count(t, pool, "audit") != 11 {
		t.Errorf("%d changes, %d lines of audit", total, count(t, pool, "audit"))
	}
}

// meanwhile runs change once, when Apply has read the office and hashes passwords.
type meanwhile struct {
	plain
	once   sync.Once
	change func()
}

func (m *meanwhile) Hash(ctx context.Context, password string) (string, error) {
	m.once.Do(m.change)
	return m.plain.Hash(ctx, password)
}

// To hash passwords takes seconds. Who changes his own in that time must not get the
// old one back.
func TestApplyKeepsWhatIsChangedMeanwhile(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	const change = `update app_user set password_hash = 'plain:changed by herself' where login = 'anna'`
	changed := make(chan error, 1)
	passwords := &meanwhile{change: func() {
		go func() {
			_, err := pool.Exec(t.Context(), change)
			changed <- err
		}()
		awaitChange(t, pool, changed)
	}}
	renamed := strings.ReplaceAll(goodOffice, "Anna Karimova", "Anna Karimova-Aliyeva")
	renamed = strings.ReplaceAll(renamed, "battery staple", "battery stable")
	if _, err := office.Apply(t.Context(), pool, passwords, systemViewer(), parse(t, renamed), false); err != nil {
		t.Fatal(err)
	}
	if err := <-changed; err != nil {
		t.Fatal(err)
	}
	var hash string
	if err := pool.QueryRow(t.Context(), `select password_hash from app_user where login = 'anna'`).Scan(&hash); err != nil {
		t.Fatal(err)
	}
	if hash != "plain:changed by herself" {
		t.Errorf("anna's password is %q again", hash)
	}
}

// awaitChange waits until the change is made, or waits for a lock.
func awaitChange(t *testing.T, pool *pgxpool.Pool, changed chan error) {
	const waits = `select count(*) from pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database() and not l.granted`
	for deadline := time.Now().Add(10 * time.Second); ; {
		select {
		case err := <-changed:
			changed <- err
			return
		default:
		}
		var n int
		if err := pool.QueryRow(t.Context(), waits).Scan(&n); err != nil || time.Now().After(deadline) {
			t.Errorf("nobody waits for Apply: %v", err)
			return
		}
		if n > 0 {
			return
		}
	}
}

// The revision is that of what was applied, however far the picture of the office is.
func TestTheRevisionIsOnesOwn(t *testing.T) {
	pool := dbtest.New(t)
	apply(t, pool, goodOffice)
	s := &office.Settings{Pool: pool, Passwords: plain{}, Cache: office.NewCache(pool, nil)}
	slower := parse(t, "queues:\n  - {name: sales, agents: [anna, bek], ring: 45s}")
	_, tried, err := s.Apply(t.Context(), systemViewer(), slower, true)
	if err != nil || tried != snapshot(t, pool).Revision {
		t.Errorf("a dry run gives %q, %v", tried, err)
	}
	_, made, err := s.Apply(t.Context(), systemViewer(), slower, false)
	if err != nil || made != snapshot(t, pool).Revision || made == tried {
		t.Errorf("the change gives %q, %v", made, err)
	}
}
