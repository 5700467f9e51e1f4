// Package dbtest gives each test a migrated PostgreSQL database of its own.
//
// The server is the one that CALLCARD_TEST_DATABASE_URL names (its user must be
// allowed to create databases), else a private one started for the test binary.
package dbtest

import (
	"context"
	"fmt"
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

func prepare() (adminURL, template string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	adminURL, err = serverURL(ctx)
	if err != nil {
		return "", "", err
	}
	template = "tmpl_" + strings.ReplaceAll(string(crm.NewID()), "-", "")
	if err := exec(ctx, adminURL, "create database "+template); err != nil {
		return "", "", err
	}
	pool, err := db.Open(ctx, withDatabase(adminURL, template), 2)
	if err != nil {
		return "", "", err
	}
	defer pool.Close()
	if _, err := db.Migrate(ctx, pool, migrations.Files); err != nil {
		return "", "", err
	}
	return adminURL, template, nil
}

func serverURL(context.Context) (string, error) {
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
