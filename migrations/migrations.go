// Package migrations holds the schema as numbered SQL files, up only, one idea each.
// A file is never edited after it has been released; a mistake is mended by the next.
package migrations

import "embed"

// Files are the migrations in goose's format: NNNNN_name.sql with "-- +goose Up".
//
//go:embed *.sql
var Files embed.FS
