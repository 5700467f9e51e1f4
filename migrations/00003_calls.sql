-- +goose Up

-- Calls, what happened in them, and the tasks that missed ones leave behind.
-- Columns that name users, offices and cards are no foreign keys: history outlives
-- what it speaks of, and a fact must never be refused because something is gone.

-- The facts as they were committed to the journal; all other tables of calls can be
-- made again from this one. json, not jsonb: it is kept, not searched.
create table call_fact (
    call_id uuid not null,
    seq     int not null check (seq > 0),
    at      timestamptz not null,
    kind    text not null,
    data    json not null,
    primary key (call_id, seq)
);

create table call (
    id              uuid primary key,
    last_seq        int not null,             -- the highest fact that is in this row
    direction       text not null check (direction in ('inbound', 'outbound', 'internal')),
    state           text not null check (state in ('arrived', 'queued', 'ringing', 'talking', 'held', 'ended')),
    node            text not null,            -- the process that holds or held the media
    line            text not null,
    phone           text not null,            -- the other side's number: caller of an inbound, callee of an outbound call
    from_number     text not null,
    from_raw        text not null,
    display         text not null,
    anonymous       boolean not null,
    to_number       text not null,
    diverted        text not null,
    source          text not null,
    queue           text not null,
    unit_id         uuid,                     -- office of the queue, else of the agent
    agent_id        uuid,                     -- who talked last, else who was offered last
    contact_id      uuid,
    contact_name    text not null,
    card_created    boolean not null,         -- this call made the card
    candidates      jsonb,                    -- cards that share the number
    owner_id        uuid,
    last_agent_id   uuid,                     -- whom the client had spoken with before
    offline         boolean not null,         -- the database was away when the call came
    started_at      timestamptz not null,
    queued_at       timestamptz,
    answered_at     timestamptz,
    ended_at        timestamptz,
    wait_ms         bigint not null,          -- in the queue until answered or ended
    talk_ms         bigint not null,          -- answered until ended, time on hold included
    hold_ms         bigint not null,          -- the part of talk_ms that was on hold
    end_reason      text not null,            -- empty while the call goes on
    ended_by        text not null,
    end_code        int not null,
    quality         jsonb                     -- one entry a party
) with (fillfactor = 80);
create index call_by_time    on call (started_at desc, id desc);
create index call_by_unit    on call (unit_id, started_at desc, id desc);
create index call_by_agent   on call (agent_id, started_at desc, id desc) where agent_id is not null;
create index call_by_phone   on call (phone, started_at desc, id desc) where phone <> '';
create index call_by_contact on call (contact_id, started_at desc, id desc) where contact_id is not null;

-- A time an agent was rung. The row of an offer that still rings has no result.
create table call_offer (
    leg_id   uuid primary key,
    call_id  uuid not null references call on delete cascade,
    agent_id uuid,
    reason   text not null,
    at       timestamptz not null,
    ended_at timestamptz,
    result   text not null,
    code     int not null
);
create index call_offer_by_call on call_offer (call_id, at);

create table recording (
    id          uuid primary key,
    call_id     uuid not null references call on delete cascade,
    path        text not null,                -- relative to the recordings folder
    started_at  timestamptz not null,
    closed      boolean not null,             -- the file is complete and may be played
    duration_ms bigint not null,
    bytes       bigint not null,
    sha256      text not null,
    truncated   text not null                 -- why it is shorter than the talk, else empty
);
create index recording_by_call on recording (call_id, started_at);

-- What went over the wire, for the administrator.
create table call_trace (
    call_id  uuid primary key,                -- no foreign key: it may come before the call's row
    saved_at timestamptz not null default now(),
    messages jsonb not null
);
create index call_trace_by_time on call_trace (saved_at);

-- Facts that the database refused. They wait here for a person; the rest goes on.
create table call_dead_letter (
    call_id text not null,
    seq     int not null,
    fact    text not null,
    error   text not null,
    at      timestamptz not null default now(),
    primary key (call_id, seq)
);

create table task (
    id         uuid primary key,
    kind       text not null check (kind in ('callback', 'todo')),
    title      text not null,
    phone      text not null default '',      -- normalised
    contact_id uuid,
    call_ids   uuid[] not null default '{}',  -- the missed calls, oldest first
    assignee_id uuid,                         -- null: whoever of the office takes it
    unit_id    uuid,
    due_at     timestamptz,
    done_at    timestamptz,
    done_by    uuid,                          -- null: done by itself
    result     text not null default '',
    created_by uuid,
    version    int not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
-- One open call-back a number, whatever happens.
create unique index task_open_callback on task (phone) where kind = 'callback' and done_at is null;
create index task_calls       on task using gin (call_ids) where kind = 'callback';
create index task_by_assignee on task (assignee_id, id desc) where done_at is null;
create index task_by_unit     on task (unit_id, id desc) where done_at is null;
create index task_by_contact  on task (contact_id, id desc) where contact_id is not null;
create trigger task_touch before update on task for each row execute function touch();
