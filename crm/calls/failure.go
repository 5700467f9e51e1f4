package calls

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

type failure int

const (
	absence failure = iota // the database, or its schema, is not there: wait
	refusal                // it is there and does not take what it is given
)

// kindOf tells an absent database from one that refuses. A wrong schema (class 42)
// is absence: it is the same for all calls and ends with the right migration.
func kindOf(err error) failure {
	var pg *pgconn.PgError
	switch {
	case crm.CodeOf(db.Translate(err)) == crm.Unavailable, errors.Is(err, pgx.ErrTxClosed):
		return absence
	case errors.As(err, &pg):
		switch pg.Code[:2] {
		case "42", "3D", "28", "25", "58", "F0", "XX":
			return absence
		}
	}
	return refusal
}

// isDataError reports whether the database found fault with the data itself, which
// no second try mends.
func isDataError(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code[:2] == "22" || pg.Code[:2] == "23")
}

// storeOneByOne stores each call of the batch by itself and puts those that are
// refused to the dead letters. It gives up when the database goes away: what it has
// stored by then does no harm the second time.
func (w *Writer) storeOneByOne(ctx context.Context, batch []crm.Fact) error {
	var order []crm.ID
	byCall := map[crm.ID][]crm.Fact{}
	for _, f := range batch {
		if byCall[f.CallID] == nil {
			order = append(order, f.CallID)
		}
		byCall[f.CallID] = append(byCall[f.CallID], f)
	}
	for _, id := range order {
		err := w.store(ctx, byCall[id])
		if err == nil {
			continue
		}
		if ctx.Err() != nil || kindOf(err) == absence {
			return err
		}
		if err := w.bury(ctx, byCall[id], err); err != nil {
			return err
		}
		w.log.Error("the facts of a call are refused: they lie in call_dead_letter", "call_id", id, "facts", len(byCall[id]), "error", err)
	}
	return nil
}

// bury keeps facts that can't be stored, and the call's later ones with them.
func (w *Writer) bury(ctx context.Context, facts []crm.Fact, why error) error {
	b := &pgx.Batch{}
	for _, f := range facts {
		text, err := f.MarshalJSON()
		if err != nil {
			text = fmt.Appendf(nil, "%+v", f)
		}
		b.Queue(insertDeadLetter, pgx.StrictNamedArgs{
			"call": clean(string(f.CallID)), "seq": f.Seq, "fact": clean(string(text)), "error": clean(why.Error()),
		})
	}
	if err := w.o.Pool.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("keep dead letters: %w", err)
	}
	return nil
}

const insertDeadLetter = `
insert into call_dead_letter (call_id, seq, fact, error) values (@call, @seq, @fact, @error)
on conflict do nothing`
