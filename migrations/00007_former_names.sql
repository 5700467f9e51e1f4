-- +goose Up

-- What a queue, a trunk or an office was called before. History keeps the names of its
-- time; here it finds what they stand for now. A name that stands here is not given to
-- anything else, so that an old office file can't make a second one by mistake.
create table former_name (
    kind       text not null check (kind in ('office', 'trunk', 'queue')),
    name       text not null,
    object_id  uuid not null,
    until      timestamptz not null default now(),
    primary key (kind, name)
);
create index former_name_by_object on former_name (object_id);
create trigger former_name_office after insert or update or delete or truncate on former_name execute function office_changed();
