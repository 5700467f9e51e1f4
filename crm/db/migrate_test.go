package db_test

import (
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/migrations"
)

// empty is a database without anything of ours.
func empty(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := dbtest.New(t)
	if _, err := pool.Exec(t.Context(), `drop schema public cascade; create schema public`); err != nil {
		t.Fatal(err)
	}
	return pool
}

func files(texts map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range texts {
		m[name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return m
}

func TestServersThatStartAtOnceMigrateOnce(t *testing.T) {
	pool := empty(t)
	all, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range 3 {
		wg.Go(func() {
			n, err := db.Migrate(t.Context(), pool, migrations.Files)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			total += n
		})
	}
	wg.Wait()
	if total != len(all) {
		t.Errorf("%d migrations ran, there are %d", total, len(all))
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	pool := dbtest.New(t)
	_, err := db.Migrate(t.Context(), pool, files(map[string]string{"00001_a.sql": "create table a (id int);"}))
	if err == nil || !strings.Contains(err.Error(), "start a newer callcard") {
		t.Errorf("got %v", err)
	}
}

func TestMigrationThatFailsLeavesNothingAndIsRunAgain(t *testing.T) {
	pool := empty(t)
	first := "create table a (id int);"
	n, err := db.Migrate(t.Context(), pool, files(map[string]string{"00001_a.sql": first, "00002_b.sql": "create table b (id int); insert into nowhere values (1);"}))
	if err == nil || n > 1 {
		t.Fatalf("%d, %v", n, err)
	}
	n, err = db.Migrate(t.Context(), pool, files(map[string]string{"00001_a.sql": first, "00002_b.sql": "create table b (id int);"}))
	if err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
}
