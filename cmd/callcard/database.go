package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/db/pgserver"
	"github.com/callcard/callcard/migrations"
)

// withDatabase runs f on the database that the server uses: the one that
// DATABASE_URL names, the private one of a running server, or, if none runs, the
// private one started for as long as f takes.
func withDatabase(ctx context.Context, c config, f func(*pgxpool.Pool) error) (err error) {
	url := c.DatabaseURL
	if url == "" {
		if r, readErr := readRunFile(c.Data); readErr == nil && r.Database != "" && processAlive(r.PID) {
			url = r.Database
		}
	}
	if url == "" {
		s, startErr := pgserver.Start(ctx, pgserver.Config{
			Dir: filepath.Join(c.Data, "postgres"), KeepAdopted: true, Log: slog.New(slog.DiscardHandler),
		})
		if startErr != nil {
			return startErr
		}
		defer func() { err = errors.Join(err, s.Stop()) }()
		url = s.URL()
	}
	pool, err := openPool(ctx, c, url, 8)
	if err != nil {
		return err
	}
	defer pool.Close()
	return f(pool)
}

// openPool connects to the database at url and brings the schema up to date.
func openPool(ctx context.Context, c config, url string, conns int32) (_ *pgxpool.Pool, err error) {
	defer func() {
		if err != nil && c.DatabaseURL != "" {
			err = fmt.Errorf("use the database that DATABASE_URL names: %w", err)
		}
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, 30*time.Second, errors.New("it did not answer within 30 s"))
	defer cancel()
	pool, err := db.Open(ctx, url, conns)
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(ctx, pool, migrations.Files); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

func migrate(ctx context.Context, args []string, out io.Writer) error {
	c, err := readConfig("migrate", ":8080", args, out, func(*flag.FlagSet) {})
	if err != nil {
		return err
	}
	return withDatabase(ctx, c, func(*pgxpool.Pool) error {
		_, err := fmt.Fprintln(out, "The schema is up to date.")
		return err
	})
}
