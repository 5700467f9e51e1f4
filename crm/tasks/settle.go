package tasks

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

const (
	columns = `id::text as id, kind, title, phone, coalesce(contact_id::text, '') as contact, call_ids::text[] as calls,
	coalesce(assignee_id::text, '') as assignee, coalesce(unit_id::text, '') as unit, due_at, done_at,
	coalesce(done_by::text, '') as done_by, result, coalesce(created_by::text, '') as created_by, version, created_at, updated_at`

	selectOpenCallbacks = `
select ` + columns + ` from task t
where kind = 'callback' and done_at is null and phone = any(@phones) order by phone for update`

	selectListedCalls = `
select unnest(call_ids)::text from task where kind = 'callback' and call_ids && @calls::text[]::uuid[]`

	saveTask = `
insert into task as t (id, kind, title, phone, contact_id, call_ids, assignee_id, unit_id, due_at, done_at, done_by, result, created_by)
values (@id, @kind, @title, @phone, nullif(@contact, '')::uuid, @calls::text[]::uuid[], nullif(@assignee, '')::uuid, nullif(@unit, '')::uuid,
	@due_at, @done_at, nullif(@done_by, '')::uuid, @result, nullif(@created_by, '')::uuid)
on conflict (id) do update set title = excluded.title, contact_id = excluded.contact_id, call_ids = excluded.call_ids,
	assignee_id = excluded.assignee_id, unit_id = excluded.unit_id, due_at = excluded.due_at, done_at = excluded.done_at,
	done_by = excluded.done_by, result = excluded.result, version = t.version + 1
returning ` + columns + `
`
)

func saveArgs(t Task) pgx.StrictNamedArgs {
	calls := make([]string, len(t.Calls))
	for i, id := range t.Calls {
		calls[i] = string(id)
	}
	return pgx.StrictNamedArgs{
		"id": t.ID, "kind": t.Kind, "title": t.Title, "phone": t.Phone, "contact": string(t.Contact), "calls": calls,
		"assignee": string(t.Assignee), "unit": string(t.Unit), "due_at": t.DueAt, "done_at": t.DoneAt,
		"done_by": string(t.DoneBy), "result": t.Result, "created_by": string(t.CreatedBy),
	}
}

// Settle makes, extends and closes call-backs by the outcomes of calls, which come
// in the order of their ends. It works in the transaction of who stores the calls,
// who gives the changes to Changed when it has committed.
func (s *Store) Settle(ctx context.Context, tx pgx.Tx, outcomes []Outcome) ([]Changed, error) {
	open, seen, err := concerned(ctx, tx, outcomes)
	if err != nil {
		return nil, err
	}
	was := map[crm.ID]Task{}
	for _, t := range open {
		was[t.ID] = *t
	}
	changed := map[crm.ID]Task{}
	var order []crm.ID
	for _, o := range outcomes {
		t := settle(open[o.Phone], o, seen[o.Call])
		if t == nil {
			continue
		}
		seen[o.Call] = true
		if _, again := changed[t.ID]; !again {
			order = append(order, t.ID)
		}
		changed[t.ID] = *t
		open[o.Phone] = t
		if t.DoneAt != nil {
			delete(open, o.Phone)
		}
	}
	list := make([]Changed, len(order))
	b := &pgx.Batch{}
	for i, id := range order {
		list[i].Was = was[id]
		b.Queue(saveTask, saveArgs(changed[id])).Query(func(rows pgx.Rows) (err error) {
			list[i].Is, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Task])
			return err
		})
	}
	if b.Len() == 0 {
		return nil, nil
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return nil, fmt.Errorf("save call-backs: %w", err)
	}
	for i := range list {
		if err := s.changing(ctx, tx, &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// concerned are the open call-backs of the outcomes' numbers, locked, and which of
// their calls are listed already.
func concerned(ctx context.Context, tx pgx.Tx, outcomes []Outcome) (open map[string]*Task, seen map[crm.ID]bool, err error) {
	var phones, calls []string
	for _, o := range outcomes {
		phones = append(phones, o.Phone)
		if o.Missed {
			calls = append(calls, string(o.Call))
		}
	}
	slices.Sort(phones)
	open, seen = map[string]*Task{}, map[crm.ID]bool{}
	b := &pgx.Batch{}
	b.Queue(selectOpenCallbacks, pgx.StrictNamedArgs{"phones": slices.Compact(phones)}).Query(func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, pgx.RowToAddrOfStructByName[Task])
		for _, t := range found {
			open[t.Phone] = t
		}
		return err
	})
	if len(calls) > 0 {
		b.Queue(selectListedCalls, pgx.StrictNamedArgs{"calls": calls}).Query(func(rows pgx.Rows) error {
			listed, err := pgx.CollectRows(rows, pgx.RowTo[crm.ID])
			for _, id := range listed {
				seen[id] = true
			}
			return err
		})
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return nil, nil, fmt.Errorf("find call-backs: %w", err)
	}
	return open, seen, nil
}
