package office

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	channel = "office_changed" // the triggers of 00001_org.sql notify it
	// A connection that died without a word (cable, firewall) is found by asking
	// after this much silence.
	silence      = 30 * time.Second
	patience     = 10 * time.Second // with a database that does not give the office
	reconnectMin = 100 * time.Millisecond
	reconnectMax = 5 * time.Second
)

// Cache holds the newest Snapshot. Current costs one atomic read.
type Cache struct {
	pool    *pgxpool.Pool
	log     *slog.Logger
	loading chan struct{} // one at a time, so that an older picture never takes the place of a newer one
	current atomic.Pointer[Snapshot]
}

// NewCache makes a cache with an empty office; Load fills it.
func NewCache(pool *pgxpool.Pool, log *slog.Logger) *Cache {
	c := &Cache{pool: pool, log: log, loading: make(chan struct{}, 1)}
	c.current.Store(rows{}.snapshot())
	return c
}

// Current is the newest picture of the office, never nil.
func (c *Cache) Current() *Snapshot { return c.current.Load() }

// Load reads the office. On an error the old picture stays.
func (c *Cache) Load(ctx context.Context) error {
	select {
	case c.loading <- struct{}{}:
		defer func() { <-c.loading }()
	case <-ctx.Done():
		return fmt.Errorf("wait for the office to be loaded: %w", ctx.Err())
	}
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	var r rows
	err := pgx.BeginTxFunc(ctx, c.pool, opts, func(tx pgx.Tx) (err error) {
		r, err = read(ctx, tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("load the office: %w", err)
	}
	c.current.Store(r.snapshot())
	return nil
}

// Watch keeps the picture fresh until ctx ends: after every change of the office it
// loads and then calls onChange, one call at a time. When the connection is lost the
// old picture stays in use, Watch connects again and loads, because changes in
// between were not heard. Watch has a connection of its own, outside of the pool.
func (c *Cache) Watch(ctx context.Context, onChange func(*Snapshot)) error {
	pause := reconnectMin
	for {
		heard, err := c.listen(ctx, onChange)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if heard {
			pause = reconnectMin
		}
		c.log.Warn("the watch on the office was interrupted; the last known office stays in use", "error", err, "retry_in", pause)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pause):
		}
		pause = min(2*pause, reconnectMax)
	}
}

// listen connects, loads, and loads again on each notification. heard says that it
// got as far as listening.
func (c *Cache) listen(ctx context.Context, onChange func(*Snapshot)) (heard bool, err error) {
	conn, err := pgx.ConnectConfig(ctx, c.pool.Config().ConnConfig.Copy())
	if err != nil {
		return false, fmt.Errorf("connect: %w", err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		err = errors.Join(err, conn.Close(closing))
	}()
	if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
		return false, fmt.Errorf("listen: %w", err)
	}
	for {
		loading, cancel := context.WithTimeout(ctx, patience)
		err := c.Load(loading)
		cancel()
		if err != nil {
			return heard, err
		}
		heard = true
		onChange(c.Current())
		if err := awaitChange(ctx, conn); err != nil {
			return heard, err
		}
	}
}

// awaitChange returns nil when the office has changed.
func awaitChange(ctx context.Context, conn *pgx.Conn) error {
	for {
		quiet, cancel := context.WithTimeout(ctx, silence)
		_, err := conn.WaitForNotification(quiet)
		cancel()
		switch {
		case err == nil:
			return drain(ctx, conn)
		case ctx.Err() != nil || quiet.Err() == nil:
			return fmt.Errorf("wait for a change: %w", err)
		}
		if err := conn.Ping(ctx); err != nil {
			return fmt.Errorf("ping after silence: %w", err)
		}
	}
}

// together is how long changes are gathered, so that many at once are one load.
const together = 20 * time.Millisecond

// drain takes the notifications that have come already: what they tell of is in the next
// picture too.
func drain(ctx context.Context, conn *pgx.Conn) error {
	soon, cancel := context.WithTimeout(ctx, together)
	defer cancel()
	for {
		switch _, err := conn.WaitForNotification(soon); {
		case err == nil:
		case ctx.Err() != nil || soon.Err() == nil:
			return fmt.Errorf("wait for more changes: %w", err)
		default:
			return nil
		}
	}
}
