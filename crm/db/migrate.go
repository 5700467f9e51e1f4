package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"io/fs"
)

// Migrate brings the schema to the newest of files. Several programs may do so at
// once: an advisory lock lets one work and the others wait. A schema that is newer
// than the program is refused, so that an old program can't spoil it.
func Migrate(ctx context.Context, pool *pgxpool.Pool, files fs.FS) (applied int, err error) {
	sqlDB := stdlib.OpenDBFromPool(pool)
	defer sqlDB.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return 0, fmt.Errorf("prepare the migration lock: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, sqlDB, files,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return 0, fmt.Errorf("read the migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	if have > want {
		return 0, fmt.Errorf("the database has schema %d and this program knows only %d: start a newer callcard", have, want)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("migrate the schema: %w", err)
	}
	return len(done), nil
}
