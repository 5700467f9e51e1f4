// Package migrations holds the schema as numbered SQL files, up only, one idea each.
// A file is never edited after it has been released; a mistake is mended by the next.
// An index on a table that grows with the calls (call, call_fact, activity, audit) is built
// concurrently, as in 00018, so that nobody waits for it; those before 00018 are older than
// the first release and meet empty tables only.
package migrations

import "embed"

// Files are the migrations in goose's format: NNNNN_name.sql with "-- +goose Up".
//
//go:embed *.sql
var Files embed.FS
