-- +goose Up

-- What a person is told of that others, his clients or the server have done. Words are
-- the page's: a line has a kind and what it speaks of. No foreign keys: it outlives both.
create table notification (
    id         uuid primary key,              -- UUIDv7: the newest is the highest
    user_id    uuid not null,
    kind       text not null,
    params     jsonb not null default '{}',
    created_at timestamptz not null default now(),
    read_at    timestamptz
);
create index notification_by_user on notification (user_id, id desc);
create index notification_unread  on notification (user_id) where read_at is null;
