-- +goose Up

-- identify as it was (see 00002_contacts.sql), but a number that is not known at all is
-- not looked up in full any more, neither before the lock nor behind it: the call of a
-- stranger waits for this function.
-- +goose StatementBegin
create or replace function identify(p_norm text, p_ext text, p_unit uuid, p_name text, p_key text,
                         p_contact uuid, p_channel uuid, p_audit uuid)
returns table (contact_id uuid, kind text, name text, owner_id uuid, last_agent_id uuid, last_talk_at timestamptz,
               ext text, companies uuid[], hint text, hint_contact uuid, created boolean)
language plpgsql as $$
#variable_conflict use_column
declare
    v_known   boolean;
    v_hint    text := '';
    v_contact uuid;
begin
    -- The cheapest question first. A notice leaves at once: the call can look for a
    -- manager while the card is being made.
    v_known := exists (select from channel x where x.norm = p_norm and x.kind = 'phone' and x.deleted_at is null);
    if not v_known then
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
        if v_known then
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
        end if;
        if attempt = 1 then
            perform lock_number(p_norm);
            v_known := exists (select from channel x where x.norm = p_norm and x.kind = 'phone' and x.deleted_at is null);
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
