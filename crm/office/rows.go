package office

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// The rows as they are stored. References are names, because that is how the office
// file writes them and how people read a difference.
type (
	unitRow struct {
		ID                             crm.ID
		Name, Parent, Timezone, Region string
		Dialling                       *Dialling
		Outcomes                       []Outcome // nil = as the office above
	}
	userRow struct {
		ID                              crm.ID
		Login, Name, PasswordHash, Unit string
		Role, Locale, Extension         string
		HA1MD5, HA1SHA256               string
		AutoAvailable, Blocked          bool
	}
	queueRow struct {
		ID                                 crm.ID
		Name, Unit, Strategy, PreviousMode string
		PreviousWaitMS, RingMS, WrapUpMS   int64
		Record                             bool
		Priority                           int
		MaxWaitMS                          int64
		Agents                             []string
		UntilOutcome                       bool
		Outcomes                           []Outcome // nil = as its office
		CallbackTo                         string
	}
	trunkRow struct {
		ID               crm.ID
		Name             string
		Hosts            []string
		Register         *registerJSON
		Region, AreaCode string
		MaxCalls         int
		Disabled         bool
	}
	numberRow struct {
		ID                          crm.ID
		Number, Queue, Unit, Source string
	}
	formerRow struct {
		Kind, Name string
		ObjectID   crm.ID
	}
	roleRow struct {
		Name   string
		Grants crm.Grants
	}
)

// registerJSON is the column trunk.register.
type registerJSON struct {
	Server   string `json:"server"`
	User     string `json:"user"`
	Password string `json:"password"`
}

// rows is everything that the database has of the office.
type rows struct {
	units   []unitRow
	users   []userRow
	queues  []queueRow
	trunks  []trunkRow
	numbers []numberRow
	roles   []roleRow
	former  []formerRow
	touched time.Time // when one of units, queues, trunks, numbers was last written; zero = there is none
}

const (
	selectUnits = `
select u.id, u.name, coalesce(p.name, '') as parent, u.timezone, u.region, u.dialling, u.outcomes
from unit u left join unit p on p.id = u.parent_id
order by u.name`
	selectUsers = `
select a.id, a.login, a.name, a.password_hash, u.name as unit, a.role, a.locale, coalesce(a.extension, '') as extension,
       a.sip_ha1_md5 as ha1_md5, a.sip_ha1_sha256 as ha1_sha256, a.auto_available, a.blocked_at is not null as blocked
from app_user a join unit u on u.id = a.unit_id
order by a.login`
	selectQueues = `
select q.id, q.name, u.name as unit, q.strategy, q.previous_mode, q.previous_wait_ms, q.ring_ms, q.wrap_up_ms, q.record,
       q.priority, q.max_wait_ms, q.until_outcome, q.outcomes, coalesce(b.login, '') as callback_to,
       array(select a.login from queue_agent qa join app_user a on a.id = qa.user_id
             where qa.queue_id = q.id order by qa.position) as agents
from queue q join unit u on u.id = q.unit_id left join app_user b on b.id = q.callback_to
order by q.name`
	selectTrunks = `
select id, name, hosts, register, region, area_code, max_calls, disabled from trunk order by name`
	selectNumbers = `
select n.id, n.number, coalesce(q.name, '') as queue, u.name as unit, n.source
from number n join unit u on u.id = n.unit_id left join queue q on q.id = n.queue_id
order by n.number`
	selectRoles   = `select name, grants from role order by name`
	selectFormer  = `select kind, name, object_id from former_name order by kind, until, name`
	selectTouched = `
select coalesce(greatest((select max(updated_at) from unit), (select max(updated_at) from queue), (select max(updated_at) from trunk),
                         (select max(updated_at) from number)), 'epoch')`
)

// read takes the whole office in one round trip. Run it in a repeatable-read
// transaction to get one moment's picture.
func read(ctx context.Context, q db.Querier) (rows, error) {
	var r rows
	b := &pgx.Batch{}
	queueRead(b, selectUnits, &r.units)
	queueRead(b, selectUsers, &r.users)
	queueRead(b, selectQueues, &r.queues)
	queueRead(b, selectTrunks, &r.trunks)
	queueRead(b, selectNumbers, &r.numbers)
	queueRead(b, selectRoles, &r.roles)
	queueRead(b, selectFormer, &r.former)
	b.Queue(selectTouched).QueryRow(func(row pgx.Row) error { return row.Scan(&r.touched) })
	if err := q.SendBatch(ctx, b).Close(); err != nil {
		return rows{}, fmt.Errorf("read the office: %w", db.Translate(err))
	}
	return r, nil
}

func queueRead[T any](b *pgx.Batch, sql string, into *[]T) {
	b.Queue(sql).Query(func(found pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(found, pgx.RowToStructByName[T])
		return err
	})
}

// snapshot makes the picture for the call path. Password hashes stay behind.
func (r rows) snapshot() *Snapshot {
	s := &Snapshot{Revision: r.revision(), roles: make(map[string]crm.Grants, len(r.roles))}
	former := map[crm.ID][]string{}
	for _, f := range r.former {
		former[f.ObjectID] = append(former[f.ObjectID], f.Name)
	}
	units := make(map[string]crm.ID, len(r.units))
	for _, u := range r.units {
		units[u.Name] = u.ID
	}
	for _, u := range r.units {
		s.Units = append(s.Units, Unit{ID: u.ID, Parent: units[u.Parent], Name: u.Name, Timezone: u.Timezone, Region: u.Region, Dialling: u.Dialling, Outcomes: u.Outcomes})
	}
	active := make(map[string]crm.ID, len(r.users))
	for _, u := range r.users {
		s.Users = append(s.Users, User{
			ID: u.ID, Login: u.Login, Name: u.Name, Unit: units[u.Unit], Role: u.Role, Locale: u.Locale, Extension: u.Extension,
			HA1: HA1{Secret(u.HA1MD5), Secret(u.HA1SHA256)}, AutoAvailable: u.AutoAvailable, Blocked: u.Blocked,
		})
		if !u.Blocked {
			active[u.Login] = u.ID
		}
	}
	for _, q := range r.queues {
		queue := Queue{
			ID: q.ID, Name: q.Name, Unit: units[q.Unit], Strategy: q.Strategy, Previous: q.PreviousMode,
			PreviousWait: ms(q.PreviousWaitMS), Ring: ms(q.RingMS), WrapUp: ms(q.WrapUpMS),
			Record: q.Record, Priority: q.Priority, MaxWait: ms(q.MaxWaitMS), Former: former[q.ID],
			UntilOutcome: q.UntilOutcome, Outcomes: q.Outcomes, CallbackTo: active[q.CallbackTo],
		}
		for _, login := range q.Agents {
			if id, ok := active[login]; ok {
				queue.Agents = append(queue.Agents, id)
			}
		}
		s.Queues = append(s.Queues, queue)
	}
	for _, t := range r.trunks {
		trunk := Trunk{ID: t.ID, Name: t.Name, Hosts: slices.Clone(t.Hosts), Region: t.Region, AreaCode: t.AreaCode, MaxCalls: t.MaxCalls, Disabled: t.Disabled,
			Former: former[t.ID]}
		if reg := t.Register; reg != nil {
			trunk.Register = &Register{Server: reg.Server, User: reg.User, Password: Secret(reg.Password)}
		}
		s.Trunks = append(s.Trunks, trunk)
	}
	for _, n := range r.numbers {
		s.Numbers = append(s.Numbers, Number{ID: n.ID, Number: n.Number, Queue: n.Queue, Unit: units[n.Unit], Source: n.Source})
	}
	for _, role := range r.roles {
		s.roles[role.Name] = role.Grants
		s.Roles = append(s.Roles, role.Name)
	}
	s.index()
	return s
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
