// Package db is the way to PostgreSQL: pool, transaction, migration, audit. It knows
// no subject of the CRM; each subject keeps its SQL in its own store.go.
//
// All arguments are named (pgx.NamedArgs) and rows are read by column name, so that
// a query can grow without its neighbours shifting. A test of each store PREPAREs
// every statement against the migrated database.
package db
