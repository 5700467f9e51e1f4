package calls

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// storeTimeout bounds one try, so that a connection that went silent is noticed.
const storeTimeout = 30 * time.Second

// batch is what some facts change.
type batch struct {
	facts   []crm.Fact
	changed []*tracked // in the order of their first fact
	unknown []*tracked // whose card is to be found or made
	made    []*tracked // whose card the call path has just made
	ended   []*tracked // in the order of their end
	steered []crm.Fact // what supervisors have done to calls of others
	dead    []crm.Fact // of calls that are given up
}

// store stores facts in one transaction. After a failure the memory is forgotten:
// what it holds may not have been committed.
func (w *Writer) store(ctx context.Context, facts []crm.Fact) (err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	defer func() {
		if err != nil {
			w.calls = map[crm.ID]*tracked{}
		}
	}()
	if err := w.load(ctx, facts); err != nil {
		return err
	}
	b := w.fold(facts)
	if len(b.dead) > 0 {
		if err := w.bury(ctx, b.dead, errGivenUp); err != nil {
			return err
		}
	}
	if len(b.changed) == 0 {
		return nil
	}
	if err := w.identify(ctx, b.unknown); err != nil {
		return err
	}
	if err := w.restore(ctx, b.made); err != nil {
		return err
	}
	var after afterwards
	err = db.Tx(ctx, w.o.Pool, func(tx pgx.Tx) (err error) {
		after, err = w.write(ctx, tx, b)
		return err
	})
	if err != nil {
		return fmt.Errorf("store facts: %w", err)
	}
	after.run()
	w.tellFound(b.unknown)
	return nil
}

// tellFound tells, after the commit, whose calls these turned out to be.
func (w *Writer) tellFound(unknown []*tracked) {
	for _, c := range unknown {
		if w.o.Found != nil && (c.Contact != "" || len(c.Candidates) > 0) {
			w.o.Found(c.Call)
		}
	}
}

var errGivenUp = fmt.Errorf("an earlier fact of the call was refused")

// fold folds the facts into the calls in memory and notes what follows from those
// that are new.
func (w *Writer) fold(facts []crm.Fact) batch {
	var b batch
	now := time.Now()
	seen := map[*tracked]bool{}
	for _, f := range facts {
		c := w.calls[f.CallID]
		c.touched = now
		if c.dead {
			b.dead = append(b.dead, f)
			continue
		}
		if !Fold(&c.Call, f) {
			continue
		}
		b.facts = append(b.facts, f)
		if !seen[c] {
			seen[c] = true
			b.changed = append(b.changed, c)
		}
		switch d := f.Data.(type) {
		case crm.Identified:
			if d.Offline && d.Contact == "" && c.Phone() != "" && !slices.Contains(b.unknown, c) {
				b.unknown = append(b.unknown, c)
			}
			if d.Created && d.Contact != "" {
				b.made = append(b.made, c)
			}
		case crm.Ended:
			b.ended = append(b.ended, c)
			if d.By == crm.Supervisor {
				b.steered = append(b.steered, f)
			}
		case crm.Assigned, crm.Moved:
			b.steered = append(b.steered, f)
		case crm.Transferred:
			if d.User != "" {
				b.steered = append(b.steered, f)
			}
		}
	}
	for _, c := range b.changed {
		if unit := w.o.Unit(c.Queue, c.Agent); unit != "" {
			c.Unit = unit
		}
	}
	return b
}

// identify finds or makes the cards of callers who called while the database was
// away. After a long absence there are thousands, and each new card waits for a disk:
// some at a time. A card that is made for facts that are then not stored is found by
// the next try.
func (w *Writer) identify(ctx context.Context, unknown []*tracked) error {
	const atOnce = 4
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, c := range unknown {
		if c.Contact != "" {
			continue // another fact of this batch has told it
		}
		group.Go(func() error {
			found, err := w.o.Cards.Identify(ctx, c.number(), c.Unit, c.Display)
			if crm.CodeOf(err) == crm.Invalid {
				w.log.Warn("a caller who called while the database was away gets no card", "call_id", c.ID, "error", err)
				return nil
			}
			if err != nil {
				return fmt.Errorf("identify the caller of call %s: %w", c.ID, err)
			}
			found.Offline = true
			c.Call.identify(found)
			return nil
		})
	}
	return group.Wait()
}

// restore makes sure that the cards which the call path has made are there. When the
// facts are stored, so are they: the commit takes what was written before to the disk.
func (w *Writer) restore(ctx context.Context, made []*tracked) error {
	if len(made) == 0 {
		return nil
	}
	cards := make([]MadeCard, len(made))
	for i, c := range made {
		cards[i] = MadeCard{Contact: c.Contact, Number: c.number(), Unit: c.Unit, Name: c.Display}
	}
	if err := w.o.Cards.Restore(ctx, cards); err != nil {
		return fmt.Errorf("restore the cards of new callers: %w", err)
	}
	return nil
}

// write is the transaction: facts and rows in one round trip, then what the
// neighbours make of them.
func (w *Writer) write(ctx context.Context, tx pgx.Tx, b batch) (afterwards, error) {
	rows, err := rowsOf(b)
	if err != nil {
		return nil, err
	}
	if err := tx.SendBatch(ctx, rows).Close(); err != nil {
		return nil, fmt.Errorf("write calls: %w", err)
	}
	after, err := w.moveNotes(ctx, tx, b.unknown)
	if err != nil {
		return nil, err
	}
	if err := auditSteering(ctx, tx, b.steered); err != nil {
		return nil, err
	}
	more, err := w.follow(ctx, tx, b.ended)
	return append(after, more...), err
}

// auditSteering tells which supervisor has done what to a call of others.
func auditSteering(ctx context.Context, tx pgx.Tx, facts []crm.Fact) error {
	for _, f := range facts {
		e := db.Entry{Action: "hangup", Object: crm.Calls, ID: f.CallID}
		by := crm.ID("")
		switch d := f.Data.(type) {
		case crm.Ended:
			by = d.User
		case crm.Assigned:
			by, e.Action, e.Diff = d.By, "assign", map[string][2]any{"agent": {nil, d.Agent}, "reason": {nil, d.Why}}
		case crm.Transferred:
			by, e.Action = d.User, "transfer"
			e.Diff = map[string][2]any{"agent": {d.By, d.ToAgent}, "queue": {nil, d.ToQueue}, "number": {nil, d.ToNumber}}
		case crm.Moved:
			by, e.Action, e.Diff = d.By, "move", map[string][2]any{"queue": {d.From, d.Queue}, "reason": {nil, d.Why}}
		}
		e.Viewer = crm.Viewer{User: by, Via: "telephony"}
		if err := db.Audit(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

// moveNotes takes what was written about calls while nobody knew whose they were to the
// cards that are found.
func (w *Writer) moveNotes(ctx context.Context, tx pgx.Tx, unknown []*tracked) (after afterwards, err error) {
	for _, c := range unknown {
		if c.Contact != "" {
			if err := after.add(w.o.Cards.MoveNotes(ctx, tx, c.ID, c.Contact)); err != nil {
				return nil, err
			}
		}
	}
	return after, nil
}

// follow tells the neighbours of calls that have ended.
func (w *Writer) follow(ctx context.Context, tx pgx.Tx, ended []*tracked) (after afterwards, err error) {
	touches, activities, outcomes := w.consequences(ended)
	if len(touches) > 0 {
		if err := w.o.Cards.Touch(ctx, tx, touches); err != nil {
			return nil, fmt.Errorf("touch the cards: %w", err)
		}
	}
	if len(activities) > 0 {
		if err := after.add(w.o.Cards.AddActivities(ctx, tx, activities)); err != nil {
			return nil, fmt.Errorf("write the timeline: %w", err)
		}
	}
	if len(outcomes) > 0 {
		if err := after.add(w.o.Tasks.Settle(ctx, tx, outcomes)); err != nil {
			return nil, fmt.Errorf("settle call-backs: %w", err)
		}
	}
	return after, nil
}

const (
	insertFacts = `
insert into call_fact (call_id, seq, at, kind, data)
select * from unnest(@calls::text[]::uuid[], @seqs::int[], @ats::timestamptz[], @kinds::text[], @data::text[]::json[])
on conflict do nothing`

	// It gives back the cards that people have chosen, which the facts do not know.
	upsertCalls = `
with stored as (
insert into call as c (` + callColumns + `)
select ` + callColumns + ` from json_populate_recordset(null::call, @rows::text::json)
on conflict (id) do update set
	last_seq = excluded.last_seq, direction = excluded.direction, state = excluded.state, node = excluded.node, line = excluded.line,
	phone = excluded.phone, from_number = excluded.from_number, from_raw = excluded.from_raw, display = excluded.display,
	anonymous = excluded.anonymous, to_number = excluded.to_number, diverted = excluded.diverted, source = excluded.source,
	queue = excluded.queue, unit_id = excluded.unit_id, agent_id = excluded.agent_id,
	contact_id = case when c.card_chosen then c.contact_id else excluded.contact_id end,
	contact_name = case when c.card_chosen then c.contact_name else excluded.contact_name end,
	card_created = excluded.card_created, candidates = excluded.candidates, owner_id = excluded.owner_id,
	last_agent_id = excluded.last_agent_id, offline = excluded.offline, started_at = excluded.started_at,
	queued_at = excluded.queued_at, answered_at = excluded.answered_at, ended_at = excluded.ended_at,
	wait_ms = excluded.wait_ms, talk_ms = excluded.talk_ms, hold_ms = excluded.hold_ms,
	end_reason = excluded.end_reason, ended_by = excluded.ended_by, end_code = excluded.end_code, quality = excluded.quality
where c.last_seq < excluded.last_seq
returning c.id, c.contact_id, c.contact_name, c.card_chosen)
select id, contact_id, contact_name from stored where card_chosen`

	upsertOffers = `
insert into call_offer (leg_id, call_id, agent_id, reason, at, ended_at, result, code)
select leg_id, call_id, agent_id, reason, at, ended_at, result, code from json_populate_recordset(null::call_offer, @rows::text::json)
on conflict (leg_id) do update set ended_at = excluded.ended_at, result = excluded.result, code = excluded.code
where (call_offer.result, call_offer.ended_at) is distinct from (excluded.result, excluded.ended_at)`

	upsertRecordings = `
insert into recording (id, call_id, path, started_at, closed, duration_ms, bytes, sha256, truncated)
select id, call_id, path, started_at, closed, duration_ms, bytes, sha256, truncated from json_populate_recordset(null::recording, @rows::text::json)
on conflict (id) do update set path = excluded.path, closed = excluded.closed, duration_ms = excluded.duration_ms,
	bytes = excluded.bytes, sha256 = excluded.sha256, truncated = excluded.truncated
where not recording.closed`
)

func rowsOf(b batch) (*pgx.Batch, error) {
	out := &pgx.Batch{}
	n := len(b.facts)
	ids, seqs, ats := make([]string, n), make([]int32, n), make([]time.Time, n)
	kinds, data := make([]string, n), make([]string, n)
	offers, recordings := map[crm.ID]bool{}, map[crm.ID]bool{}
	for i, f := range b.facts {
		text, err := json.Marshal(f.Data)
		if err != nil {
			return nil, fmt.Errorf("encode fact %d of call %s: %w", f.Seq, f.CallID, err)
		}
		ids[i], seqs[i], ats[i], kinds[i], data[i] = string(f.CallID), int32(f.Seq), f.At, string(f.Kind()), string(text)
		switch f.Kind() {
		case crm.FactOffered, crm.FactOfferEnded, crm.FactAnswered, crm.FactEnded:
			offers[f.CallID] = true
		case crm.FactRecording, crm.FactRecorded:
			recordings[f.CallID] = true
		}
	}
	out.Queue(insertFacts, pgx.StrictNamedArgs{"calls": ids, "seqs": seqs, "ats": ats, "kinds": kinds, "data": data})

	var calls []callRow
	var rung []offerRow
	var files []recordingRow
	for _, c := range b.changed {
		calls = append(calls, rowOf(&c.Call))
		if offers[c.ID] {
			rung = append(rung, offerRows(&c.Call)...)
		}
		if recordings[c.ID] {
			files = append(files, recordingRows(&c.Call)...)
		}
	}
	upsert, err := queueRows(out, upsertCalls, calls)
	if err != nil {
		return nil, err
	}
	upsert.Query(b.takeChosen)
	if len(rung) > 0 {
		if _, err := queueRows(out, upsertOffers, rung); err != nil {
			return nil, err
		}
	}
	if len(files) > 0 {
		if _, err := queueRows(out, upsertRecordings, files); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func queueRows[T any](b *pgx.Batch, sql string, rows []T) (*pgx.QueuedQuery, error) {
	text, err := asJSON(rows)
	if err != nil {
		return nil, err
	}
	return b.Queue(sql, pgx.StrictNamedArgs{"rows": text}), nil
}

// takeChosen puts the cards that people have chosen in the place of what the facts tell.
func (b batch) takeChosen(rows pgx.Rows) error {
	type chosen struct {
		ID          crm.ID  `db:"id"`
		ContactID   *crm.ID `db:"contact_id"`
		ContactName string  `db:"contact_name"`
	}
	cards, err := pgx.CollectRows(rows, pgx.RowToStructByName[chosen])
	for _, card := range cards {
		i := slices.IndexFunc(b.changed, func(c *tracked) bool { return c.ID == card.ID })
		b.changed[i].Contact, b.changed[i].ContactName = orNone(card.ContactID), card.ContactName
	}
	return err
}
