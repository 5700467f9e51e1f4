package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// revision names a state of offices, queues, trunks and numbers: a digest of what can be
// seen of them, and when one of them was last written, so that it can be told what has
// changed since.
func (r rows) revision() string {
	h := sha256.New()
	put := func(kind, name string, fields []field) {
		fmt.Fprintf(h, "%s %q", kind, name)
		for _, f := range fields {
			if !f.secret {
				fmt.Fprintf(h, " %q", f.value)
			}
		}
		fmt.Fprintln(h)
	}
	for _, u := range r.units {
		put("office", u.Name, u.fields())
	}
	for _, q := range r.queues {
		put("queue", q.Name, q.fields())
	}
	for _, t := range r.trunks {
		put("trunk", t.Name, t.fields())
	}
	for _, n := range r.numbers {
		put("number", n.Number, n.fields())
	}
	return hex.EncodeToString(h.Sum(nil)[:8]) + "-" + strconv.FormatInt(r.touched.UnixMicro(), 36)
}

// selectSince lists, newest first, what was done to the office, or to these objects of it.
// The clock of a line is that of the transaction's beginning, which may have waited for the
// lock for a while.
const selectSince = `
select at, login, action, object, coalesce(diff, '{}') as diff
from audit
where at > @since::timestamptz - interval '5 seconds' and object in ('units', 'queues', 'trunks', 'numbers')
  and (@everything or object_id = any(@objects::text[]::uuid[]))
order by at desc, id desc
limit 100`

// Step is something that was done to the office, as the audit has it.
type Step struct {
	At     time.Time         `json:"at"`
	Login  string            `json:"login"`
	Action string            `json:"action"`
	Object string            `json:"object"`
	Diff   map[string][2]any `json:"diff"`
}

// checkBase compares what the file was written from with what is there: crm.Conflict
// with Detail["revision"] and Detail["changes"], a list of Step, oldest first, of what v
// manages.
func checkBase(ctx context.Context, tx pgx.Tx, v crm.Viewer, base string, have rows) error {
	now := have.revision()
	if base == "" || base == now {
		return nil
	}
	conflict := &crm.Error{Code: crm.Conflict, Message: "The office has been changed meanwhile. Look at what is new, then make your change again.",
		Detail: map[string]any{"revision": now, "changes": []Step{}}}
	_, stamp, _ := strings.Cut(base, "-")
	micros, err := strconv.ParseInt(stamp, 36, 64)
	if err != nil {
		return conflict // not a revision of ours
	}
	found, err := tx.Query(ctx, selectSince, pgx.NamedArgs{"since": time.UnixMicro(micros),
		"everything": v.Reach(crm.Office, crm.Manage) == crm.All, "objects": have.managedBy(v)})
	if err != nil {
		return fmt.Errorf("look what has changed: %w", db.Translate(err))
	}
	steps, err := pgx.CollectRows(found, pgx.RowToStructByName[Step])
	if err != nil {
		return fmt.Errorf("look what has changed: %w", db.Translate(err))
	}
	slices.Reverse(steps)
	steps = newer(steps, time.UnixMicro(micros))
	conflict.Detail["changes"] = append([]Step{}, steps...)
	if n := len(steps); n > 0 && steps[n-1].Login != "" {
		conflict.Message = fmt.Sprintf("%s has changed the office meanwhile. Look at what is new, then make your change again.", steps[n-1].Login)
	}
	return conflict
}

// newer leaves out what the base had already, as far as the clock tells: all is told
// when nothing else would be.
func newer(steps []Step, base time.Time) []Step {
	first := slices.IndexFunc(steps, func(s Step) bool { return s.At.After(base) })
	if first < 0 {
		return steps
	}
	return steps[first:]
}

// managedBy are the ids of the offices, queues and numbers that are v's to manage. Trunks,
// and what is no more, belong to who manages everything.
func (r rows) managedBy(v crm.Viewer) []string {
	ids := []string{}
	mine := map[string]bool{}
	for _, u := range r.units {
		if mine[u.Name] = v.Reaches(crm.Office, crm.Manage, u.ID); mine[u.Name] {
			ids = append(ids, string(u.ID))
		}
	}
	for _, q := range r.queues {
		if mine[q.Unit] {
			ids = append(ids, string(q.ID))
		}
	}
	for _, n := range r.numbers {
		if mine[n.Unit] {
			ids = append(ids, string(n.ID))
		}
	}
	return ids
}
