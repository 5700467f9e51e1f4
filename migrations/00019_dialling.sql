-- +goose Up

-- What the people of an office may call: the rules as crm/office has them. Null: those of
-- the office above.
alter table unit add column dialling jsonb;

