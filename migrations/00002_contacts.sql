-- +goose Up

-- Whom we talk with: cards, their numbers and addresses, and everything that
-- happened between us (activity). One table for people and companies of every type,
-- so that there is one lookup by number, one merge, one timeline.

create extension if not exists pg_trgm;

create table contact (
    id            uuid primary key,           -- UUIDv7: sorts by the time of making
    kind          text not null check (kind in ('person', 'company')),
    -- Lists sort Cyrillic before Latin and Ё with Е, whatever the server's own locale is.
    name          text collate "ru-x-icu" not null check (name <> ''),
    search_key    text not null,              -- crm/fold of the name; empty when the name is only a number
    types         text[] not null default '{client}',
    tin           text not null default '',   -- INN / STIR
    lang          text not null default '',   -- BCP 47; empty: not known
    tz            text not null default '',   -- IANA name; empty: the office's
    owner_id      uuid references app_user,
    unit_id       uuid references unit,
    custom        jsonb not null default '{}',
    auto_created  boolean not null default false, -- made by a call, not by a person
    last_touch_at timestamptz not null default now(),
    last_agent_id uuid references app_user,   -- who talked with him last, and when
    last_talk_at  timestamptz,
    merged_into   uuid references contact,    -- set together with deleted_at: the card lives on there
    deleted_at    timestamptz,
    version       int not null default 1,     -- counts changes made by people; a call does not raise it
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    check (merged_into <> id),
    check (merged_into is null or deleted_at is not null)
);
-- Without the pending list: nobody's call pays for flushing it.
create index contact_by_word on contact using gin (search_key gin_trgm_ops) with (fastupdate = off) where deleted_at is null;
create index contact_by_name on contact (name, id) where deleted_at is null;
create index contact_by_touch on contact (last_touch_at desc, id desc) where deleted_at is null;
create index contact_by_owner on contact (unit_id, owner_id) where deleted_at is null;
create index contact_by_tin on contact (tin text_pattern_ops) where tin <> '' and deleted_at is null;
create index contact_by_survivor on contact (merged_into) where merged_into is not null;

create table contact_link (
    person_id  uuid not null references contact,
    company_id uuid not null references contact,
    position   text not null default '',
    roles      text[] not null default '{}',  -- accountant, director, mechanic, …
    created_at timestamptz not null default now(),
    primary key (person_id, company_id),
    check (person_id <> company_id)
);
create index contact_link_by_company on contact_link (company_id);

-- A way to reach somebody. A norm is not unique: an office's one number for ten
-- people is real.
create table channel (
    id         uuid primary key,
    contact_id uuid not null references contact,
    kind       text not null check (kind ~ '^[a-z]+$'),   -- phone, email, telegram, …
    raw        text not null,                 -- as it was typed or received
    norm       text not null check (norm <> ''), -- E.164, raw:<line>:<digits>, lower-case address
    ext        text not null default '',      -- digits after the number
    is_shared  boolean not null default false, -- known to be used by several people
    status     text not null default '',      -- '', wrong, unreachable
    label      text not null default '',
    created_at timestamptz not null default now(),
    deleted_at timestamptz
);
create index channel_by_norm on channel (norm text_pattern_ops, kind) include (contact_id, ext, is_shared) where deleted_at is null;
create index channel_by_last_digits on channel (reverse(norm) text_pattern_ops) where kind = 'phone' and deleted_at is null;
create unique index channel_once on channel (contact_id, kind, norm, ext) where deleted_at is null;

-- What people have decided about a number.
create table number_hint (
    norm       text primary key,
    kind       text not null check (kind in ('spam', 'internal', 'ask', 'chosen', 'always')),
    contact_id uuid references contact,       -- chosen, always: the card
    user_id    uuid references app_user,      -- who decided
    updated_at timestamptz not null default now(),
    check ((kind in ('chosen', 'always')) = (contact_id is not null))
);
create index number_hint_by_contact on number_hint (contact_id) where contact_id is not null;

-- The timeline: one table for calls, letters, meetings, notes, messages.
create table activity (
    id         uuid primary key,
    at         timestamptz not null,
    kind       text not null,                 -- call, email, meeting, note, sms, chat, system
    direction  text not null default '',      -- inbound, outbound, internal
    status     text not null default '',      -- the kind's own word for how it ended
    subject    text not null default '',
    body       text not null default '',
    contact_id uuid references contact,
    company_id uuid references contact,       -- the company the contact spoke for
    user_id    uuid references app_user,
    unit_id    uuid references unit,
    ext_key    text,                          -- names the event in its source; at most one row each
    seconds    int not null default 0,
    detail     jsonb not null default '{}',
    created_at timestamptz not null default now()
);
create index activity_by_contact on activity (contact_id, at desc, id desc);
create index activity_by_company on activity (company_id, at desc, id desc) where company_id is not null;
create index activity_by_user on activity (user_id, at desc) where user_id is not null;
create unique index activity_once on activity (kind, ext_key) where ext_key is not null;

-- survivor follows merged_into to the card that lives.
-- +goose StatementBegin
create function survivor(p_contact uuid) returns uuid language sql stable as $$
    with recursive chain as (
        select id, merged_into from contact where id = p_contact
        union
        select c.id, c.merged_into from contact c join chain on c.id = chain.merged_into
    )
    select id from chain where merged_into is null
$$;
-- +goose StatementEnd

-- lock_number lets one transaction at a time decide whose number this is.
-- +goose StatementBegin
create function lock_number(p_norm text) returns void language sql as $$
    select pg_advisory_xact_lock(hashtextextended(p_norm, 2))
$$;
-- +goose StatementEnd

-- identify finds the cards of a phone number, best first, and makes one when there
-- is none: one round trip either way. The first look takes no lock; only when it
-- finds nothing do two callers of the same new number queue up, and the second of
-- them finds the card of the first, because each statement of a READ COMMITTED
-- transaction sees what was committed before it.
--
-- The new card may be lost when the database server dies within a moment
-- (synchronous_commit = off): the call's facts are in the journal, and who stores
-- them makes sure that the card is there. Nothing that a person has typed is ever
-- written this way.
--
-- One row without contact_id: the number gets no card; hint says why (spam,
-- internal, own).
-- +goose StatementBegin
create function identify(p_norm text, p_ext text, p_unit uuid, p_name text, p_key text,
                         p_contact uuid, p_channel uuid, p_audit uuid)
returns table (contact_id uuid, kind text, name text, owner_id uuid, last_agent_id uuid, last_talk_at timestamptz,
               ext text, companies uuid[], hint text, hint_contact uuid, created boolean)
language plpgsql as $$
#variable_conflict use_column
declare
    v_hint    text := '';
    v_contact uuid;
begin
    -- The cheapest question first. A notice leaves at once: the call can look for a
    -- manager while the card is being made.
    if not exists (select from channel x where x.norm = p_norm and x.kind = 'phone' and x.deleted_at is null) then
        raise notice 'stranger';
    end if;

    select h.kind, case when h.contact_id is not null then survivor(h.contact_id) end
      into v_hint, v_contact from number_hint h where h.norm = p_norm;
    v_hint := coalesce(v_hint, '');
    if v_hint in ('spam', 'internal') then
        return query select null::uuid, '', '', null::uuid, null::uuid, null::timestamptz, '', '{}'::uuid[], v_hint, null::uuid, false;
        return;
    end if;

    for attempt in 1..2 loop
        return query
        select c.id, c.kind, c.name::text, c.owner_id, c.last_agent_id, c.last_talk_at, x.ext,
               array(select l.company_id from contact_link l where l.person_id = c.id order by l.company_id),
               v_hint, v_contact, false
        from channel x
        join contact o on o.id = x.contact_id
        join contact c on c.id = case when o.merged_into is null then o.id else survivor(o.merged_into) end
        where x.norm = p_norm and x.kind = 'phone' and x.deleted_at is null and c.deleted_at is null
        order by (p_ext <> '' and x.ext = p_ext) desc, c.id = v_contact desc nulls last,
                 c.last_talk_at desc nulls last, c.kind desc, c.id
        limit 20;
        if found then
            return;
        end if;
        if attempt = 1 then
            perform lock_number(p_norm);
        end if;
    end loop;

    if exists (select from number n where n.number = p_norm) then
        return query select null::uuid, '', '', null::uuid, null::uuid, null::timestamptz, '', '{}'::uuid[], 'own', null::uuid, false;
        return;
    end if;

    perform set_config('synchronous_commit', 'off', true);
    -- One statement, since the caller's call waits for it.
    return query
    with card as (
        insert into contact (id, kind, name, search_key, unit_id, auto_created) values (p_contact, 'person', p_name, p_key, p_unit, true)
    ), way as (
        insert into channel (id, contact_id, kind, raw, norm, ext) values (p_channel, p_contact, 'phone', p_norm, p_norm, p_ext)
    ), trail as (
        insert into audit (id, login, via, action, object, object_id) values (p_audit, 'system', 'telephony', 'create', 'contacts', p_contact)
    )
    select p_contact, 'person', p_name, null::uuid, null::uuid, null::timestamptz, p_ext, '{}'::uuid[], v_hint, null::uuid, true;
end $$;
-- +goose StatementEnd
