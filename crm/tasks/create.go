package tasks

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const (
	hasTask = `select exists (select from task where call_ids @> array[@call::text]::uuid[])`

	lockTaskID = `select pg_advisory_xact_lock(hashtextextended('task ' || @id::text, 0))`

	selectTaken = `select ` + columns + ` from task t where t.id = @id`
)

// HasTask reports whether something is to be done, or was done, because of a call.
func (s *Store) HasTask(ctx context.Context, tx pgx.Tx, call crm.ID) (has bool, err error) {
	if err := tx.QueryRow(ctx, hasTask, pgx.StrictNamedArgs{"call": string(call)}).Scan(&has); err != nil {
		return false, fmt.Errorf("look for a task of a call: %w", err)
	}
	return has, nil
}

// CreateIn is Create in the transaction of who asks, who gives the changes to Changed when
// it has committed: none when the task was made before.
func (s *Store) CreateIn(ctx context.Context, tx pgx.Tx, v crm.Viewer, n New) (Task, []Changed, error) {
	t, err := n.task(v)
	if err != nil {
		return Task{}, nil, err
	}
	if n.ID != "" {
		before, err := taken(ctx, tx, n.ID)
		switch {
		case err != nil:
			return Task{}, nil, err
		case before != nil && before.CreatedBy == v.User:
			return *before, nil, nil
		case before != nil:
			return Task{}, nil, crm.Errorf(crm.Conflict, "Another task has this id already. Choose a new one.")
		}
	}
	if _, err := tx.Exec(ctx, saveTask, saveArgs(t)); err != nil {
		return Task{}, nil, fmt.Errorf("create a task: %w", err)
	}
	made, err := find(ctx, tx, v, crm.Create, t.ID, "")
	if crm.CodeOf(err) == crm.NotFound {
		return Task{}, nil, crm.Errorf(crm.Forbidden, "You may make tasks only for yourself or your office.")
	}
	if err != nil {
		return Task{}, nil, err
	}
	if err := db.Audit(ctx, tx, db.Entry{Viewer: v, Action: string(crm.Create), Object: crm.Tasks, ID: t.ID, Diff: diff(Task{}, made)}); err != nil {
		return Task{}, nil, err
	}
	change := Changed{By: v.User, Is: made}
	if err := s.changing(ctx, tx, &change); err != nil {
		return Task{}, nil, err
	}
	return made, []Changed{change}, nil
}

// taken is the task that has the id already, if there is one. Who asks for the same id at
// the same time waits.
func taken(ctx context.Context, tx pgx.Tx, id crm.ID) (*Task, error) {
	args := pgx.StrictNamedArgs{"id": string(id)}
	if _, err := tx.Exec(ctx, lockTaskID, args); err != nil {
		return nil, fmt.Errorf("lock the id of a task: %w", err)
	}
	rows, err := tx.Query(ctx, selectTaken, args)
	if err != nil {
		return nil, fmt.Errorf("look for a task: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToAddrOfStructByName[Task])
	if err != nil {
		return nil, fmt.Errorf("look for a task: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	return found[0], nil
}

// task is what viewer asks for.
func (n New) task(v crm.Viewer) (Task, error) {
	if !v.Can(crm.Tasks, crm.Create) {
		return Task{}, crm.Errorf(crm.Forbidden, "You may not make tasks.")
	}
	t := Task{
		ID: n.ID, Kind: Todo, Phone: strings.ReplaceAll(n.Phone, "\x00", ""), Contact: n.Contact,
		Assignee: n.Assignee, Unit: n.Unit, DueAt: n.DueAt, CreatedBy: v.User,
	}
	if n.Call != "" {
		t.Calls = []crm.ID{n.Call}
	}
	var err error
	if t.Title, err = text("title", n.Title, true); err != nil {
		return Task{}, err
	}
	if t.ID == "" {
		t.ID = crm.NewID()
	}
	if t.Assignee == "" {
		t.Assignee = v.User
	}
	if t.Unit == "" {
		t.Unit = v.Unit
	}
	return t, nil
}
