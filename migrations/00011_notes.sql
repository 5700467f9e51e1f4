-- +goose Up

-- Notes are saved while they are typed, also during a call whose card is not known
-- yet, and the important ones stay at the top of the card.

alter table activity
    add column pinned    boolean not null default false,
    add column edited_at timestamptz,         -- of a note that was changed after it had been written
    add column saved_at  timestamptz,         -- the last save of a note, and whose: saves of one person
    add column saved_by  uuid,                -- that follow each other closely are one piece of work
    add column call_id   uuid;                -- the call during or about which a note was written
create index activity_by_kind on activity (contact_id, kind, at desc, id desc);
create index activity_pinned  on activity (contact_id, at desc) where pinned;
create index activity_by_call on activity (call_id, at, id) where call_id is not null;
