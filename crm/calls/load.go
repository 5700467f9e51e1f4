package calls

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// Of calls that the writer does not have in memory: their facts, what only the row
// knows, and whether they are given up.
const (
	selectFacts = `
select call_id::text as call_id, seq, at, kind, data::text as data
from call_fact where call_id = any(@ids::text[]::uuid[]) order by call_id, seq`

	selectKnown = `select ` + callColumns + ` from call where id = any(@ids::text[]::uuid[])`

	selectDead = `select distinct call_id from call_dead_letter where call_id = any(@ids::text[])`
)

type factRow struct {
	CallID crm.ID       `db:"call_id"`
	Seq    int          `db:"seq"`
	At     time.Time    `db:"at"`
	Kind   crm.FactKind `db:"kind"`
	Data   string       `db:"data"`
}

func (r factRow) fact() (crm.Fact, error) {
	data, err := crm.DecodeFactData(r.Kind, []byte(r.Data))
	if err != nil {
		return crm.Fact{}, fmt.Errorf("read fact %d of call %s: %w", r.Seq, r.CallID, err)
	}
	return crm.Fact{CallID: r.CallID, Seq: r.Seq, At: r.At.UTC(), Data: data}, nil
}

// load brings the calls of the batch into memory, in one round trip for all that
// are not there yet.
func (w *Writer) load(ctx context.Context, batch []crm.Fact) error {
	var ids []string
	fresh := map[crm.ID]*tracked{}
	for _, f := range batch {
		if w.calls[f.CallID] == nil && fresh[f.CallID] == nil {
			fresh[f.CallID] = &tracked{}
			ids = append(ids, string(f.CallID))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	b := &pgx.Batch{}
	args := pgx.StrictNamedArgs{"ids": ids}
	b.Queue(selectFacts, args).Query(func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, pgx.RowToStructByName[factRow])
		for _, r := range found {
			f, err := r.fact()
			if err != nil {
				return err
			}
			Fold(&fresh[r.CallID].Call, f)
		}
		return err
	})
	b.Queue(selectKnown, args).Query(func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, pgx.RowToStructByName[callRow])
		for _, r := range found {
			fresh[r.ID].overlay(r.call())
		}
		return err
	})
	b.Queue(selectDead, args).Query(func(rows pgx.Rows) error {
		dead, err := pgx.CollectRows(rows, pgx.RowTo[crm.ID])
		for _, id := range dead {
			fresh[id].dead = true
		}
		return err
	})
	if err := w.o.Pool.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("load calls: %w", err)
	}
	for id, c := range fresh {
		w.calls[id] = c
	}
	return nil
}

// overlay adds what the facts do not tell: the office, and the card that was found
// only when the database was back.
func (t *tracked) overlay(row Call) {
	t.Unit = row.Unit
	if t.Offline && t.Contact == "" {
		t.Contact, t.ContactName, t.CardCreated = row.Contact, row.ContactName, row.CardCreated
		t.Candidates, t.Owner, t.LastAgent = row.Candidates, row.Owner, row.LastAgent
	}
}
