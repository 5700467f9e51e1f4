package db_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

func TestTranslate(t *testing.T) {
	domain := crm.Errorf(crm.TooMany, "Slow down.")
	for _, c := range []struct {
		err  error
		want crm.Code
	}{
		{nil, ""},
		{pgx.ErrNoRows, crm.NotFound},
		{domain, crm.TooMany},
		{&pgconn.PgError{Code: "23505"}, crm.Conflict},
		{&pgconn.PgError{Code: "57P01"}, crm.Unavailable}, // the administrator stops the server
		{&pgconn.PgError{Code: "53300"}, crm.Unavailable}, // too many connections
		{&pgconn.PgError{Code: "22P02"}, crm.Internal},
		{context.DeadlineExceeded, crm.Unavailable},
		// A server that is killed says nothing: its connections break in the middle.
		{io.ErrUnexpectedEOF, crm.Unavailable},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, crm.Unavailable},
		{net.ErrClosed, crm.Unavailable},
		{errors.New("something else"), crm.Internal},
	} {
		err := c.err
		if err != nil {
			err = fmt.Errorf("list calls: %w", err)
		}
		if got := crm.CodeOf(db.Translate(err)); got != c.want {
			t.Errorf("%v is %q, want %q", err, got, c.want)
		}
	}
}
