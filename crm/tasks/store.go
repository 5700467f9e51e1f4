package tasks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Store keeps tasks.
type Store struct {
	pool     *pgxpool.Pool
	now      func() time.Time
	listener Listener // may be nil
}

// NewStore makes a Store; now is the clock, time.Now if nil.
func NewStore(pool *pgxpool.Pool, now func() time.Time) *Store {
	if now == nil {
		now = time.Now
	}
	return &Store{pool: pool, now: now}
}

// Filter narrows a list of tasks; empty fields do not.
type Filter struct {
	Mine    bool // assigned to the viewer, or to nobody of his office
	Open    bool
	Kind    Kind
	Contact crm.ID
	Phone   string // normalised
	Limit   int    // 1..200; 50 if 0
	After   crm.ID // Page.Next of the page before
}

// Page is a page of tasks, newest first. Next is empty on the last one.
type Page struct {
	Tasks []Task
	Next  crm.ID
}

// scope is crm.Scope for tasks: whoever may do action to his own tasks may do it to
// those of his office that nobody has.
func scope(v crm.Viewer, action crm.Action, args pgx.StrictNamedArgs) string {
	predicate, more := crm.Scope(v, crm.Tasks, action, crm.Columns{Owner: "t.assignee_id", Unit: "t.unit_id"})
	for k, a := range more {
		args[k] = a
	}
	if v.Reach(crm.Tasks, action) != crm.Own {
		return predicate
	}
	args["free_unit"] = v.Unit
	return "(" + predicate + " or t.assignee_id is null and t.unit_id = @free_unit)"
}

const listTasks = `select ` + columns + ` from task t where `

// List is a page of the tasks that viewer may read.
func (s *Store) List(ctx context.Context, v crm.Viewer, f Filter) (Page, error) {
	if f.Limit == 0 {
		f.Limit = 50
	}
	if f.Limit < 1 || f.Limit > 200 {
		return Page{}, crm.InvalidField("limit", "A page has 1 to 200 tasks.")
	}
	args := pgx.StrictNamedArgs{"limit": f.Limit + 1}
	where := []string{scope(v, crm.Read, args)}
	add := func(set bool, sql, name string, value any) {
		if set {
			where, args[name] = append(where, sql), value
		}
	}
	if f.Mine {
		where = append(where, "(t.assignee_id = @me or t.assignee_id is null and t.unit_id = @my_unit)")
		args["me"], args["my_unit"] = string(v.User), string(v.Unit)
	}
	if f.Open {
		where = append(where, "t.done_at is null")
	}
	add(f.Kind != "", "t.kind = @kind", "kind", f.Kind)
	add(f.Contact != "", "t.contact_id = @contact", "contact", f.Contact)
	add(f.Phone != "", "t.phone = @phone", "phone", f.Phone)
	if f.After != "" {
		if _, err := crm.ParseID(string(f.After)); err != nil {
			return Page{}, crm.InvalidField("after", "This is no place in the list: take the one that the page before gave.")
		}
		add(true, "t.id < @after", "after", f.After)
	}
	rows, err := s.pool.Query(ctx, listTasks+strings.Join(where, " and ")+` order by t.id desc limit @limit`, args)
	if err != nil {
		return Page{}, fmt.Errorf("list tasks: %w", db.Translate(err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Task])
	if err != nil {
		return Page{}, fmt.Errorf("list tasks: %w", db.Translate(err))
	}
	p := Page{Tasks: found}
	if len(found) > f.Limit {
		p.Tasks, p.Next = found[:f.Limit], found[f.Limit-1].ID
	}
	return p, nil
}

// Get is one task; crm.NotFound when there is none that viewer may read.
func (s *Store) Get(ctx context.Context, v crm.Viewer, id crm.ID) (Task, error) {
	return find(ctx, s.pool, v, crm.Read, id, "")
}

func find(ctx context.Context, q db.Querier, v crm.Viewer, action crm.Action, id crm.ID, lock string) (Task, error) {
	if _, err := crm.ParseID(string(id)); err != nil {
		return Task{}, noTask()
	}
	args := pgx.StrictNamedArgs{"id": id}
	rows, err := q.Query(ctx, listTasks+scope(v, action, args)+` and t.id = @id`+lock, args)
	if err != nil {
		return Task{}, fmt.Errorf("read a task: %w", db.Translate(err))
	}
	t, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Task])
	if err = db.Translate(err); crm.CodeOf(err) == crm.NotFound {
		return Task{}, noTask()
	}
	if err != nil {
		return Task{}, fmt.Errorf("read a task: %w", err)
	}
	return t, nil
}

func noTask() error { return crm.Errorf(crm.NotFound, "There is no such task.") }

// Create makes a task. crm.Forbidden when viewer may not make tasks, crm.Invalid for
// a wrong field.
func (s *Store) Create(ctx context.Context, v crm.Viewer, n New) (Task, error) {
	var made Task
	var changes []Changed
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		made, changes, err = s.CreateIn(ctx, tx, v, n)
		return err
	})
	if err != nil {
		return Task{}, err
	}
	s.Changed(changes)
	return made, nil
}

// Patch changes a task. crm.Conflict when someone changed it meanwhile (Detail holds
// the task's version), or when it can't be opened again because the client has a
// newer call-back.
func (s *Store) Patch(ctx context.Context, v crm.Viewer, id crm.ID, c Change) (Task, error) {
	change := Changed{By: v.User}
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		old, err := find(ctx, tx, v, crm.Update, id, " for update")
		if err != nil {
			return err
		}
		if c.Version != old.Version {
			e := crm.Errorf(crm.Conflict, "Someone has changed this task meanwhile. Look at it again.")
			e.Detail = map[string]any{"version": old.Version}
			return e
		}
		t, err := old.apply(c, v, s.now())
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, saveTask, saveArgs(t))
		if err != nil {
			return fmt.Errorf("change a task: %w", err)
		}
		if t, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Task]); err != nil {
			return fmt.Errorf("change a task: %w", err)
		}
		if err := db.Audit(ctx, tx, db.Entry{Viewer: v, Action: string(crm.Update), Object: crm.Tasks, ID: id, Diff: diff(old, t)}); err != nil {
			return err
		}
		change.Was, change.Is = old, t
		return s.changing(ctx, tx, &change)
	})
	if err != nil {
		return Task{}, err
	}
	s.Changed([]Changed{change})
	return change.Is, nil
}

const countOpen = `
select assignee_id::text as user, count(*)::int as n from task
where done_at is null and assignee_id is not null and due_at < @now group by assignee_id`

// OpenDue counts the open tasks of each user that are due: what the least-busy rule
// takes into account.
func (s *Store) OpenDue(ctx context.Context) (map[crm.ID]int, error) {
	rows, err := s.pool.Query(ctx, countOpen, pgx.StrictNamedArgs{"now": s.now()})
	if err != nil {
		return nil, fmt.Errorf("count due tasks: %w", db.Translate(err))
	}
	due := map[crm.ID]int{}
	var user crm.ID
	var n int
	_, err = pgx.ForEachRow(rows, []any{&user, &n}, func() error {
		due[user] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count due tasks: %w", db.Translate(err))
	}
	return due, nil
}
