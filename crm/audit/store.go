package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Line is something that was done.
type Line struct {
	ID       crm.ID
	At       time.Time
	UserID   *crm.ID // nil = the server itself
	Login    string
	Via      string // ui, api, apply, telephony, …
	IP       *netip.Addr
	Action   string // create, update, delete, login, listen, …
	Object   string // users, units, queues, trunks, numbers, contacts, …
	ObjectID *crm.ID
	Name     string // of the object now, else as the line itself names it; "" = not known
	Diff     map[string][2]json.RawMessage
}

// Filter narrows the list; empty fields do not.
type Filter struct {
	User     crm.ID
	Object   string
	ObjectID crm.ID
	Action   string
	Since    time.Time // at or after
	Until    time.Time // before
	Limit    int       // 1..200; 50 if 0
	After    crm.ID    // Page.Next of the page before
}

// Page is a page of lines, newest first.
type Page struct {
	Lines []Line
	Next  crm.ID // "" on the last one
}

// Store reads the audit.
type Store struct{ q db.Querier }

// NewStore makes a store.
func NewStore(q db.Querier) *Store { return &Store{q} }

const (
	selectLines = `
select t.id, t.at, t.user_id, coalesce(nullif(t.login, ''), a.login, '') as login, t.via, t.ip, t.action, t.object, t.object_id,
       coalesce(case t.object
           when 'users'      then (select x.name from app_user x where x.id = t.object_id)
           when 'sessions'   then (select x.name from session s join app_user x on x.id = s.user_id where s.id = t.object_id)
           when 'api_tokens' then (select x.name from api_token x where x.id = t.object_id)
           when 'units'      then (select x.name from unit x where x.id = t.object_id)
           when 'queues'     then (select x.name from queue x where x.id = t.object_id)
           when 'trunks'     then (select x.name from trunk x where x.id = t.object_id)
           when 'numbers'    then (select x.number from number x where x.id = t.object_id)
           when 'contacts'   then (select x.name from contact x where x.id = t.object_id)
           when 'tasks'      then (select x.title from task x where x.id = t.object_id)
       end, t.diff #>> '{name,1}', t.diff #>> '{name,0}', t.diff #>> '{number,0}', t.diff #>> '{login,0}', '') as name,
       t.diff
from audit t left join app_user a on a.id = t.user_id
where `
	newestFirst = `
order by t.id desc
limit @limit`
)

// List gives the lines that v may see: those of the offices he manages.
func (s *Store) List(ctx context.Context, v crm.Viewer, f Filter) (Page, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	where, args := conditions(v, f)
	args["limit"] = f.Limit + 1
	rows, err := s.q.Query(ctx, selectLines+where+newestFirst, args)
	if err != nil {
		return Page{}, fmt.Errorf("read the audit: %w", db.Translate(err))
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByName[Line])
	if err != nil {
		return Page{}, fmt.Errorf("read the audit: %w", db.Translate(err))
	}
	if len(lines) <= f.Limit {
		return Page{Lines: lines}, nil
	}
	return Page{Lines: lines[:f.Limit], Next: lines[f.Limit-1].ID}, nil
}

func conditions(v crm.Viewer, f Filter) (string, pgx.NamedArgs) {
	scope, scopeArgs := crm.Scope(v, crm.Office, crm.Manage, crm.Columns{Owner: "t.user_id", Unit: "a.unit_id"})
	where, args := []string{scope}, pgx.NamedArgs{}
	for k, arg := range scopeArgs {
		args[k] = arg
	}
	add := func(set bool, sql, name string, value any) {
		if set {
			where, args[name] = append(where, sql), value
		}
	}
	hidden := hiddenFrom(v)
	add(len(hidden) > 0, "t.object <> all(@hidden)", "hidden", hidden)
	add(f.User != "", "t.user_id = @user", "user", f.User)
	add(f.Object != "", "t.object = @object", "object", f.Object)
	add(f.ObjectID != "", "t.object_id = @object_id", "object_id", f.ObjectID)
	add(f.Action != "", "t.action = @action", "action", f.Action)
	add(!f.Since.IsZero(), "t.id >= @since", "since", firstID(f.Since))
	add(!f.Until.IsZero(), "t.id < @until", "until", firstID(f.Until))
	add(f.After != "", "t.id < @after", "after", f.After)
	return strings.Join(where, " and "), args
}

// hiddenFrom are the kinds of objects that v may not read at all.
func hiddenFrom(v crm.Viewer) (hidden []string) {
	for object, action := range map[crm.Object]crm.Action{crm.Contacts: crm.Read, crm.Calls: crm.Read, crm.Recordings: crm.Listen, crm.Tasks: crm.Read} {
		if !v.Can(object, action) {
			hidden = append(hidden, string(object))
		}
	}
	return hidden
}

// firstID is the lowest UUIDv7 of a millisecond (RFC 9562 section 5.7).
func firstID(at time.Time) crm.ID {
	ms := max(at.UnixMilli(), 0)
	return crm.ID(fmt.Sprintf("%08x-%04x-7000-8000-000000000000", ms>>16&0xffffffff, ms&0xffff))
}
