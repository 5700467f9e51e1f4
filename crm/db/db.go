package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
)

// Querier is what a store needs: a pool or a transaction.
type Querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// Open connects to url and waits until the server answers or ctx ends. adjust may
// change what the pool does.
func Open(ctx context.Context, url string, maxConns int32, adjust ...func(*pgxpool.Config)) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database address: %w", err)
	}
	if maxConns > 0 {
		cfg.MaxConns = maxConns
	}
	cfg.MaxConnIdleTime = 5 * time.Minute
	cfg.ConnConfig.RuntimeParams["application_name"] = "callcard"
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	for _, f := range adjust {
		f(cfg)
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	for {
		err = pool.Ping(ctx)
		if err == nil {
			return pool, nil
		}
		select {
		case <-ctx.Done():
			pool.Close()
			return nil, fmt.Errorf("reach the database: %w", errors.Join(err, context.Cause(ctx)))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Beginner starts transactions: a pool, or a transaction (then a savepoint).
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// Tx runs f in one transaction: committed when f returns nil, rolled back otherwise.
// A serialization failure or deadlock is tried again, three times at most, so f must
// have no effect outside of the transaction.
func Tx(ctx context.Context, b Beginner, f func(pgx.Tx) error) error {
	var err error
	for range 4 {
		err = pgx.BeginFunc(ctx, b, f)
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || (pg.Code != "40001" && pg.Code != "40P01") {
			return Translate(err)
		}
	}
	return Translate(err)
}

// Translate turns what the driver says into the domain's errors: no row becomes
// NotFound, a broken unique rule Conflict, a lost or refused connection Unavailable.
// Other errors pass unchanged.
func Translate(err error) error {
	var domain *crm.Error
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case err == nil || errors.As(err, &domain):
		return err
	case errors.Is(err, pgx.ErrNoRows):
		return &crm.Error{Code: crm.NotFound, Message: "There is no such record.", Err: err}
	case errors.As(err, &pg) && pg.Code == "23505":
		return &crm.Error{Code: crm.Conflict, Message: "Such a record exists already.", Field: pg.ConstraintName, Err: err}
	case errors.As(err, &pg) && (pg.Code[:2] == "08" || pg.Code[:2] == "53" || pg.Code[:2] == "57"),
		errors.As(err, &connect), errors.As(err, &network), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF),
		errors.Is(err, context.DeadlineExceeded), pgconn.SafeToRetry(err):
		return &crm.Error{Code: crm.Unavailable, Message: "The database is not available right now. Try again in a moment.", Err: err}
	}
	return err
}
