-- +goose Up

-- A person may say whose call it is, also while it goes on and against what the number
-- alone suggested. The facts that come later do not take his word away.
alter table call add column card_chosen boolean not null default false;
