package calls

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Message is a line of a call's SIP ladder.
type Message struct {
	At   time.Time `json:"at"`
	Leg  string    `json:"leg"`
	Sent bool      `json:"sent"` // by us
	Peer string    `json:"peer"` // address and transport of the other side
	Head string    `json:"head"` // start line
	Text string    `json:"text"` // the whole message without credentials
}

type ladder struct {
	call     crm.ID
	messages []Message
}

// Traces saves ladders in the background. They help the administrator and are worth
// nothing to the client: under overload they are dropped and counted.
type Traces struct {
	q       db.Querier
	log     *slog.Logger
	waiting chan ladder
	dropped atomic.Int64
}

// NewTraces makes Traces; Run saves what Save takes.
func NewTraces(q db.Querier, log *slog.Logger) *Traces {
	return &Traces{q: q, log: log, waiting: make(chan ladder, 500)}
}

// Save takes the ladder of a call without ever waiting; false when it was dropped.
func (t *Traces) Save(call crm.ID, messages []Message) bool {
	select {
	case t.waiting <- ladder{call, messages}:
		return true
	default:
		t.dropped.Add(1)
		return false
	}
}

// Dropped counts the ladders that were not saved.
func (t *Traces) Dropped() int64 { return t.dropped.Load() }

const insertTrace = `
insert into call_trace as t (call_id, messages) values (@call, @messages::text::jsonb)
on conflict (call_id) do update set messages = t.messages || excluded.messages`

const pruneTraces = `delete from call_trace where saved_at < now() - @age::interval`

// traceAge is how long ladders are kept: long enough to answer yesterday's complaint,
// short enough for the disk (some 10 KB a call).
const traceAge = 7 * 24 * time.Hour

// Run saves ladders until ctx ends, and removes old ones once an hour.
func (t *Traces) Run(ctx context.Context) {
	prune := time.NewTicker(time.Hour)
	defer prune.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-prune.C:
			if _, err := t.q.Exec(ctx, pruneTraces, pgx.StrictNamedArgs{"age": traceAge}); err != nil && ctx.Err() == nil {
				t.log.Warn("old SIP traces can't be removed", "error", err)
			}
		case first := <-t.waiting:
			if n, err := t.insert(ctx, first); err != nil && ctx.Err() == nil {
				t.dropped.Add(int64(n))
				t.log.Warn("SIP traces can't be saved", "calls", n, "error", err)
			}
		}
	}
}

// insert saves first and what else waits, in one round trip.
func (t *Traces) insert(ctx context.Context, first ladder) (n int, err error) {
	const most = 50
	b := &pgx.Batch{}
	for next := first; ; {
		text, err := json.Marshal(next.messages)
		if err != nil {
			return 1, fmt.Errorf("encode a trace: %w", err)
		}
		b.Queue(insertTrace, pgx.StrictNamedArgs{"call": next.call, "messages": withoutNUL(string(text))})
		if b.Len() == most {
			break
		}
		select {
		case next = <-t.waiting:
			continue
		default:
		}
		break
	}
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	return b.Len(), t.q.SendBatch(ctx, b).Close()
}

const selectTrace = `select messages from call_trace where call_id = @id`

// Trace is the SIP ladder of a call; only for those who administer the office.
// crm.NotFound: not for viewer, no such call, or its ladder was dropped.
func (s *Store) Trace(ctx context.Context, v crm.Viewer, call crm.ID) ([]Message, error) {
	if !v.Can(crm.Office, crm.Manage) {
		return nil, noCall()
	}
	if _, err := s.find(ctx, s.pool, v, crm.Calls, crm.Read, call, ""); err != nil {
		return nil, err
	}
	var messages []Message
	err := s.pool.QueryRow(ctx, selectTrace, pgx.StrictNamedArgs{"id": call}).Scan(&messages)
	if err = db.Translate(err); crm.CodeOf(err) == crm.NotFound {
		return nil, crm.Errorf(crm.NotFound, "The SIP trace of this call was not kept.")
	}
	if err != nil {
		return nil, fmt.Errorf("read a trace: %w", err)
	}
	return messages, nil
}
