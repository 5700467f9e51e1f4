-- +goose Up

-- An invitation lets somebody set his password once. The link has the token; here is
-- only its SHA-256. A user has one at most: a new link takes the old one's place.
create table invitation (
    id         uuid primary key,
    user_id    uuid not null unique references app_user on delete cascade,
    token_hash bytea not null unique,
    invited_by uuid,                          -- no foreign key: the server itself may invite
    created_at timestamptz not null,
    expires_at timestamptz not null
);

-- Whoever has a password now, or may not come in, needs no link any more, whatever part
-- of the program has set it.
-- +goose StatementBegin
create function invitation_over() returns trigger language plpgsql as $$
begin
    delete from invitation where user_id = new.id;
    return null;
end $$;
-- +goose StatementEnd
create trigger app_user_invitation after update on app_user for each row
    when (old.password_hash is distinct from new.password_hash or (old.blocked_at is null and new.blocked_at is not null))
    execute function invitation_over();
