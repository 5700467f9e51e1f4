-- +goose NO TRANSACTION
-- +goose Up

-- Calls of a quiet queue, of a rare direction and those that go on are few among many.
-- Built while calls are written; what an attempt that was broken off has left is no index.
drop index concurrently if exists call_by_queue;
create index concurrently call_by_queue on call (queue, started_at desc, id desc) where queue <> '';
drop index concurrently if exists call_by_direction;
create index concurrently call_by_direction on call (direction, started_at desc, id desc) where direction <> 'inbound';
drop index concurrently if exists call_by_state;
create index concurrently call_by_state on call (state, started_at desc, id desc) where state <> 'ended';
