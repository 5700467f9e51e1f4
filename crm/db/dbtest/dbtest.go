// Package dbtest gives each test a migrated PostgreSQL database of its own.
//
// The server is the one that CALLCARD_TEST_DATABASE_URL names (its user must be
// allowed to create databases); `make test` starts one.
package dbtest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/migrations"
)

var server struct {
	sync.Once
	url      string // of the maintenance database
	template string
	err      error
}

// URL makes a new migrated database and returns its address; it is dropped when
// the test ends.
func URL(t testing.TB) string {
	t.Helper()
	server.Do(func() { server.url, server.template, server.err = prepare() })
	if server.err != nil {
		t.Fatalf("prepare the test database: %v", server.err)
	}
	name := "t_" + strings.ReplaceAll(string(crm.NewID()), "-", "")
	admin(t, fmt.Sprintf("create database %s template %s", name, server.template))
	t.Cleanup(func() { admin(t, fmt.Sprintf("drop database if exists %s with (force)", name)) })
	return withDatabase(server.url, name)
}

// New is URL with a pool on it.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := db.Open(t.Context(), URL(t), 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// prepare finds the template, a database with the newest schema that tests are
// copied from. It is made once for a server and a set of migrations: its name tells
// which set, and a lock lets one test binary make it while the others wait.
func prepare() (adminURL, template string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if adminURL, err = serverURL(); err != nil {
		return "", "", err
	}
	if template, err = templateName(migrations.Files); err != nil {
		return "", "", err
	}
	c, err := pgx.Connect(ctx, adminURL)
	if err != nil {
		return "", "", err
	}
	defer c.Close(ctx) // frees the lock too
	if _, err := c.Exec(ctx, "select pg_advisory_lock(hashtext('callcard dbtest'))"); err != nil {
		return "", "", err
	}
	var exists bool
	err = c.QueryRow(ctx, "select exists(select from pg_database where datname = $1)", template).Scan(&exists)
	if err != nil || exists {
		return adminURL, template, err
	}
	return adminURL, template, makeTemplate(ctx, c, adminURL, template)
}

// makeTemplate works under another name until the template is complete, so that a
// test binary which dies in the middle leaves nothing that looks finished.
func makeTemplate(ctx context.Context, c *pgx.Conn, adminURL, name string) error {
	unfinished := name + "_unfinished"
	for _, sql := range []string{"drop database if exists " + unfinished + " with (force)", "create database " + unfinished} {
		if _, err := c.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := migrate(ctx, withDatabase(adminURL, unfinished)); err != nil {
		return err
	}
	// Nobody may connect: PostgreSQL copies no database that somebody is using.
	for _, sql := range []string{"alter database " + unfinished + " with allow_connections false", "alter database " + unfinished + " rename to " + name} {
		if _, err := c.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

func migrate(ctx context.Context, address string) error {
	pool, err := db.Open(ctx, address, 2)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = db.Migrate(ctx, pool, migrations.Files)
	return err
}

// templateName names a set of migrations by its content.
func templateName(files fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	return fmt.Sprintf("tmpl_%x", sum.Sum(nil)[:8]), err
}

func serverURL() (string, error) {
	if u := os.Getenv("CALLCARD_TEST_DATABASE_URL"); u != "" {
		return u, nil
	}
	return "", fmt.Errorf("CALLCARD_TEST_DATABASE_URL is not set: `make test` sets it")
}

func withDatabase(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Path = "/" + name
	return u.String()
}

func admin(t testing.TB, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := exec(ctx, server.url, sql); err != nil {
		t.Errorf("%s: %v", sql, err)
	}
}

func exec(ctx context.Context, address, sql string) error {
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, sql)
	return err
}
