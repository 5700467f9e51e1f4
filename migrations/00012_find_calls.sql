-- +goose Up

-- Calls are found by a part of the number, by where the client saw it, and by how
-- they ended.
create index call_by_part   on call using gin (phone gin_trgm_ops) with (fastupdate = off) where phone <> '';
create index call_by_source on call (source, started_at desc, id desc) where source <> '';
create index call_by_end    on call (end_reason, started_at desc, id desc) where end_reason <> '';
