-- +goose Up

-- A card that is put away takes its links with it; those that were put away before it did
-- have left theirs behind.
delete from contact_link l
using contact c
where c.id in (l.person_id, l.company_id) and c.deleted_at is not null;
