package office

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/callcard/callcard/crm"
)

const (
	upsertUnit = `
insert into unit (id, parent_id, name, timezone, region, dialling, outcomes)
values (@id, (select id from unit where name = @parent), @name, @timezone, @region, @dialling, @outcomes)
on conflict (id) do update set name = excluded.name, parent_id = excluded.parent_id, timezone = excluded.timezone, region = excluded.region,
    dialling = excluded.dialling, outcomes = excluded.outcomes,
    version = unit.version + 1`
	freeExtensions = `update app_user set extension = null where id = any(@ids)`
	upsertUser     = `
insert into app_user (id, login, name, password_hash, unit_id, role, locale, extension, sip_ha1_md5, sip_ha1_sha256, auto_available, blocked_at)
values (@id, @login, @name, @password_hash, (select id from unit where name = @unit), @role, @locale, nullif(@extension, ''),
        @md5, @sha256, @auto_available, case when @blocked then now() end)
on conflict (id) do update set name = excluded.name, password_hash = excluded.password_hash, unit_id = excluded.unit_id,
    role = excluded.role, locale = excluded.locale, extension = excluded.extension, sip_ha1_md5 = excluded.sip_ha1_md5,
    sip_ha1_sha256 = excluded.sip_ha1_sha256, auto_available = excluded.auto_available,
    blocked_at = case when @blocked then coalesce(app_user.blocked_at, now()) end, version = app_user.version + 1`
	signOutUser = `update session set revoked_at = now() where user_id = @id and revoked_at is null`
	upsertTrunk = `
insert into trunk (id, name, hosts, register, region, area_code, max_calls, disabled)
values (@id, @name, @hosts, @register, @region, @area_code, @max_calls, @disabled)
on conflict (id) do update set name = excluded.name, hosts = excluded.hosts, register = excluded.register, region = excluded.region,
    area_code = excluded.area_code, max_calls = excluded.max_calls, disabled = excluded.disabled, version = trunk.version + 1`
	upsertQueue = `
insert into queue (id, name, unit_id, strategy, previous_mode, previous_wait_ms, ring_ms, wrap_up_ms, record, priority, max_wait_ms,
    until_outcome, outcomes, callback_to)
values (@id, @name, (select id from unit where name = @unit), @strategy, @previous, @wait, @ring, @wrap_up, @record, @priority, @max_wait,
    @until_outcome, @outcomes, (select id from app_user where login = @callback_to))
on conflict (id) do update set name = excluded.name, unit_id = excluded.unit_id, strategy = excluded.strategy, previous_mode = excluded.previous_mode,
    previous_wait_ms = excluded.previous_wait_ms, ring_ms = excluded.ring_ms, wrap_up_ms = excluded.wrap_up_ms,
    record = excluded.record, priority = excluded.priority, max_wait_ms = excluded.max_wait_ms,
    until_outcome = excluded.until_outcome, outcomes = excluded.outcomes, callback_to = excluded.callback_to, version = queue.version + 1`
	clearAgents = `delete from queue_agent where queue_id = @id`
	seatAgents  = `
insert into queue_agent (queue_id, user_id, position)
select @id, a.id, l.position from unnest(@agents::text[]) with ordinality l(login, position) join app_user a on a.login = l.login`
	upsertNumber = `
insert into number (id, number, queue_id, unit_id, source)
values (@id, @number, (select id from queue where name = @queue), (select id from unit where name = @unit), @source)
on conflict (id) do update set number = excluded.number, queue_id = excluded.queue_id, unit_id = excluded.unit_id,
    source = excluded.source, version = number.version + 1`
	noteFormerName = `
insert into former_name (kind, name, object_id) values (@kind, @name, @id)`
	takeNameBack = `delete from former_name where kind = @kind and name = @name and object_id = @id`
	forgetNames  = `delete from former_name where object_id = @id`
	deleteUnit   = `delete from unit where id = @id`
	deleteTrunk  = `delete from trunk where id = @id`
	deleteQueue  = `delete from queue where id = @id`
	deleteNumber = `delete from number where id = @id`
)

// write brings one row to the database.
type write func(ctx context.Context, tx pgx.Tx) error

func exec(ctx context.Context, tx pgx.Tx, sql string, args pgx.NamedArgs) error {
	_, err := tx.Exec(ctx, sql, args)
	return err
}

func writeUnit(ctx context.Context, tx pgx.Tx, u unitRow) error {
	return exec(ctx, tx, upsertUnit, pgx.NamedArgs{"id": u.ID, "parent": u.Parent, "name": u.Name, "timezone": u.Timezone, "region": u.Region, "dialling": u.Dialling,
		"outcomes": listOrNull(u.Outcomes)})
}

// listOrNull is a list for a jsonb column: one that is not there is null, an empty one is not.
func listOrNull(list []Outcome) any {
	if list == nil {
		return nil
	}
	return list
}

func takeExtensionsAway(ctx context.Context, tx pgx.Tx, users []crm.ID) error {
	return exec(ctx, tx, freeExtensions, pgx.NamedArgs{"ids": users})
}

func writeUser(ctx context.Context, tx pgx.Tx, u userRow, signOut bool) error {
	err := exec(ctx, tx, upsertUser, pgx.NamedArgs{
		"id": u.ID, "login": u.Login, "name": u.Name, "password_hash": u.PasswordHash, "unit": u.Unit, "role": u.Role, "locale": u.Locale,
		"extension": u.Extension, "md5": u.HA1MD5, "sha256": u.HA1SHA256, "auto_available": u.AutoAvailable, "blocked": u.Blocked,
	})
	if err != nil || !signOut {
		return err
	}
	return exec(ctx, tx, signOutUser, pgx.NamedArgs{"id": u.ID})
}

func writeTrunk(ctx context.Context, tx pgx.Tx, t trunkRow) error {
	return exec(ctx, tx, upsertTrunk, pgx.NamedArgs{
		"id": t.ID, "name": t.Name, "hosts": append([]string{}, t.Hosts...), "register": t.Register, "region": t.Region, "area_code": t.AreaCode,
		"max_calls": t.MaxCalls, "disabled": t.Disabled,
	})
}

func writeQueue(ctx context.Context, tx pgx.Tx, q queueRow) error {
	err := exec(ctx, tx, upsertQueue, pgx.NamedArgs{
		"id": q.ID, "name": q.Name, "unit": q.Unit, "strategy": q.Strategy, "previous": q.PreviousMode, "wait": q.PreviousWaitMS,
		"ring": q.RingMS, "wrap_up": q.WrapUpMS, "record": q.Record, "priority": q.Priority, "max_wait": q.MaxWaitMS,
		"until_outcome": q.UntilOutcome, "outcomes": listOrNull(q.Outcomes), "callback_to": q.CallbackTo,
	})
	if err != nil {
		return err
	}
	if err := exec(ctx, tx, clearAgents, pgx.NamedArgs{"id": q.ID}); err != nil {
		return err
	}
	return exec(ctx, tx, seatAgents, pgx.NamedArgs{"id": q.ID, "agents": append([]string{}, q.Agents...)})
}

func writeNumber(ctx context.Context, tx pgx.Tx, n numberRow) error {
	return exec(ctx, tx, upsertNumber, pgx.NamedArgs{"id": n.ID, "number": n.Number, "queue": n.Queue, "unit": n.Unit, "source": n.Source})
}

// remove deletes a row. One that others refer to stays, and the error says who they are.
func removeRow(ctx context.Context, tx pgx.Tx, sql string, id crm.ID) error {
	if err := exec(ctx, tx, forgetNames, pgx.NamedArgs{"id": id}); err != nil {
		return err
	}
	err := exec(ctx, tx, sql, pgx.NamedArgs{"id": id})
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23503" {
		return &inUseError{by: pg.TableName}
	}
	return err
}

// inUseError says that a row can't be removed.
type inUseError struct{ by string }

func (e *inUseError) Error() string {
	words := map[string]string{"app_user": "users", "unit": "offices", "queue": "queues", "number": "numbers"}
	if w, ok := words[e.by]; ok {
		return fmt.Sprintf("cannot be removed: %s still refer to it", w)
	}
	return fmt.Sprintf("cannot be removed: stored data (%s) still refers to it", e.by)
}
