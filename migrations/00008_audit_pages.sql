-- +goose Up

-- The audit is read in pages, newest first, by key: ids are made in the order of time.
-- An index for each way to narrow it, so that a page costs the same in the tenth year.
create index audit_page_by_user   on audit (user_id, id desc);
create index audit_page_by_object on audit (object, id desc);
create index audit_page_of_object on audit (object_id, id desc) where object_id is not null;
create index audit_page_by_action on audit (action, id desc);
drop index audit_by_user;
