-- +goose Up

-- What a call can come to, as crm/office has it. Null: as the office above, or of a queue
-- as its office.
alter table unit add column outcomes jsonb;
alter table queue
    add column outcomes jsonb,
    add column until_outcome boolean not null default false,  -- the wrap-up lasts until there is one, wrap_up_ms at most
    add column callback_to uuid references app_user on delete set null;  -- who calls back the clients that nobody knows

-- What people have said came of a call. The key is what is filtered by; the rest stays
-- readable when the outcome has left the office.
alter table call
    add column outcome text not null default '',
    add column disposition jsonb;
create index call_by_outcome on call (outcome, started_at desc, id desc) where outcome <> '';

-- Tasks of people belong to calls too.
drop index task_calls;
create index task_calls on task using gin (call_ids);
