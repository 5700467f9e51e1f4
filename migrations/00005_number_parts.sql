-- +goose Up

-- People remember digits from anywhere in a number. Trigrams find them all, the last
-- digits too. Without the pending list: nobody's call pays for flushing it.
create index channel_by_part on channel using gin (norm gin_trgm_ops) with (fastupdate = off) where kind = 'phone' and deleted_at is null;
drop index channel_by_last_digits;
