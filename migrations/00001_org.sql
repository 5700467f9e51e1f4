-- +goose Up

-- The organisation: offices, people and what they may do, queues, lines, numbers.
-- Ids are UUIDv7 made by the program. Names that the office file refers to are unique.

-- touch keeps updated_at of a row.
-- +goose StatementBegin
create function touch() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end $$;
-- +goose StatementEnd

-- office_changed tells every running server that its picture of the office is old.
-- PostgreSQL folds equal notifications of a transaction into one.
-- +goose StatementBegin
create function office_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('office_changed', '');
    return null;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are only ever added', tg_table_name;
end $$;
-- +goose StatementEnd

create table unit (
    id         uuid primary key,
    parent_id  uuid references unit,
    name       text not null unique check (name <> ''),
    timezone   text not null,                 -- IANA name
    region     text not null default '',      -- ISO 3166 alpha-2, by whose rules numbers are read
    version    int not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (parent_id <> id)
);
create index unit_by_parent on unit (parent_id);

create table role (
    name       text primary key,
    built_in   boolean not null default false,
    grants     jsonb not null,                -- object -> action -> own | unit | subtree | all
    version    int not null default 1,
    updated_at timestamptz not null default now()
);

insert into role (name, built_in, grants) values
('agent', true, '{
    "contacts":   {"read": "unit", "create": "unit", "update": "unit"},
    "calls":      {"read": "own", "create": "own", "update": "own"},
    "recordings": {"listen": "own"},
    "tasks":      {"read": "own", "create": "own", "update": "own"},
    "queues":     {"read": "unit"}
}'),
('supervisor', true, '{
    "contacts":   {"read": "subtree", "create": "subtree", "update": "subtree", "delete": "subtree", "export": "subtree"},
    "calls":      {"read": "subtree", "create": "subtree", "update": "subtree", "export": "subtree"},
    "recordings": {"listen": "subtree", "export": "subtree"},
    "tasks":      {"read": "subtree", "create": "subtree", "update": "subtree", "delete": "subtree", "export": "subtree"},
    "queues":     {"read": "subtree", "update": "subtree", "export": "subtree"},
    "office":     {"read": "subtree"}
}'),
('admin', true, '{
    "contacts":   {"read": "all", "create": "all", "update": "all", "delete": "all", "export": "all"},
    "calls":      {"read": "all", "create": "all", "update": "all", "delete": "all", "export": "all"},
    "recordings": {"listen": "all", "delete": "all", "export": "all"},
    "tasks":      {"read": "all", "create": "all", "update": "all", "delete": "all", "export": "all"},
    "queues":     {"read": "all", "create": "all", "update": "all", "delete": "all", "export": "all", "manage": "all"},
    "office":     {"read": "all", "create": "all", "update": "all", "delete": "all", "export": "all", "manage": "all"}
}');

-- A person who works here. He is never deleted, only blocked: history refers to him.
create table app_user (
    id             uuid primary key,
    login          text not null unique check (login <> '' and login = lower(login)),
    name           text not null,
    password_hash  text not null default '',  -- argon2id; empty: cannot sign in
    unit_id        uuid not null references unit,
    role           text not null references role,
    locale         text not null default '',  -- BCP 47; empty: what the browser asks for
    timezone       text not null default '',  -- empty: the unit's
    extension      text unique check (extension <> ''),
    sip_ha1_md5    text not null default '',  -- RFC 8760; empty: no desk phone may register
    sip_ha1_sha256 text not null default '',
    auto_available boolean not null default false, -- available as soon as his phone registers
    blocked_at     timestamptz,
    version        int not null default 1,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now()
);
create index app_user_by_unit on app_user (unit_id);

create table session (
    id         uuid primary key,
    token_hash bytea not null unique,         -- SHA-256; the token itself is nowhere
    user_id    uuid not null references app_user on delete cascade,
    created_at timestamptz not null,
    seen_at    timestamptz not null,
    expires_at timestamptz not null,
    ip         inet,
    user_agent text not null default '',
    revoked_at timestamptz
);
create index session_by_user on session (user_id, created_at desc);
create index session_by_expiry on session (expires_at);

create table api_token (
    id           uuid primary key,
    token_hash   bytea not null unique,
    user_id      uuid not null references app_user on delete cascade,
    name         text not null,
    scopes       text[] not null default '{}', -- "contacts:read", "calls:*"; empty: all rights of the user
    created_at   timestamptz not null,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_token_by_user on api_token (user_id, created_at desc);

create table queue (
    id               uuid primary key,
    name             text not null unique check (name <> ''),
    unit_id          uuid not null references unit,
    strategy         text not null,
    previous_mode    text not null,
    previous_wait_ms int not null check (previous_wait_ms >= 0),
    ring_ms          int not null check (ring_ms > 0),
    wrap_up_ms       int not null check (wrap_up_ms >= 0),
    record           boolean not null,
    priority         int not null default 0,
    max_wait_ms      int not null check (max_wait_ms >= 0), -- 0: the caller waits as long as he likes
    version          int not null default 1,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now()
);

create table queue_agent (
    queue_id uuid not null references queue on delete cascade,
    user_id  uuid not null references app_user on delete cascade,
    position int not null,                    -- the order that linear and round-robin follow
    primary key (queue_id, user_id)
);
create index queue_agent_by_user on queue_agent (user_id);

create table trunk (
    id         uuid primary key,
    name       text not null unique check (name <> ''),
    hosts      text[] not null default '{}',  -- addresses and networks that are trusted
    register   jsonb,                         -- {"server","user","password"}; the provider wants the password itself
    region     text not null default '',
    area_code  text not null default '',      -- put before local numbers of the line
    max_calls  int not null default 0 check (max_calls >= 0), -- 0: no limit
    disabled   boolean not null default false,
    version    int not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table number (
    id         uuid primary key,
    number     text not null unique check (number <> ''), -- E.164, or the digits a line is dialled by
    queue_id   uuid references queue,
    unit_id    uuid not null references unit,
    source     text not null default '',      -- the advertisement it stands for
    version    int not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index number_by_queue on number (queue_id);

create table setting (
    key        text primary key,
    value      jsonb not null,
    updated_at timestamptz not null default now()
);

-- Who did what to which object. user_id is no foreign key: the line outlives everything.
create table audit (
    id        uuid primary key,
    at        timestamptz not null default now(),
    user_id   uuid,
    login     text not null default '',
    via       text not null default '',       -- ui, api, apply, telephony, …
    ip        inet,
    action    text not null,
    object    text not null,
    object_id uuid,
    diff      jsonb                           -- field -> [old, new]; never a secret
);
create index audit_by_time on audit (at desc);
create index audit_by_object on audit (object, object_id, at desc);
create index audit_by_user on audit (user_id, at desc);
create trigger audit_append_only before update or delete on audit
    for each statement execute function refuse_change();

create trigger unit_touch     before update on unit     for each row execute function touch();
create trigger role_touch     before update on role     for each row execute function touch();
create trigger app_user_touch before update on app_user for each row execute function touch();
create trigger queue_touch    before update on queue    for each row execute function touch();
create trigger trunk_touch    before update on trunk    for each row execute function touch();
create trigger number_touch   before update on number   for each row execute function touch();
create trigger setting_touch  before update on setting  for each row execute function touch();

create trigger unit_office        after insert or update or delete or truncate on unit        execute function office_changed();
create trigger role_office        after insert or update or delete or truncate on role        execute function office_changed();
create trigger app_user_office    after insert or update or delete or truncate on app_user    execute function office_changed();
create trigger queue_office       after insert or update or delete or truncate on queue       execute function office_changed();
create trigger queue_agent_office after insert or update or delete or truncate on queue_agent execute function office_changed();
create trigger trunk_office       after insert or update or delete or truncate on trunk       execute function office_changed();
create trigger number_office      after insert or update or delete or truncate on number      execute function office_changed();
