package contacts

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
)

const generateContactsSQL = `
insert into contact (id, kind, name, search_key, owner_id, unit_id, last_touch_at)
select ('00000001-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'person', f || ' ' || l || ' ' || i,
       f || ' ' || l || ' ' || translate(substr(md5(i::text), 1, 6), '0123456789', 'ghijklmnop'), $1,
       case when i % 1000 = 999 then $6::uuid else $2::uuid end, now() - i * interval '1 second'
from generate_series(0, $3::int - 1) i, lateral (select ($4::text[])[1 + i % 12] f, ($5::text[])[1 + i / 12 % 10] l) n`

const generateChannelsSQL = `
insert into channel (id, contact_id, kind, raw, norm)
select ('00000002-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid,
       ('00000001-0000-7000-8000-' || lpad(to_hex(i % $1::int), 12, '0'))::uuid, 'phone', '', '+99890' || lpad((i::bigint * 48271 % 1000000)::text, 7, '0')
from generate_series(0, $1::int + $2::int - 1) i`

// The calls of one busy client, and of all the others.
const generateActivitiesSQL = `
insert into activity (id, at, kind, contact_id)
select gen_random_uuid(), now() - i * interval '1 minute', 'call',
       ('00000001-0000-7000-8000-' || lpad(to_hex(case when i % 5 = 0 then 7 else i % $1::int end), 12, '0'))::uuid
from generate_series(0, $1::int * 2) i`

// Generate fills a database with cards and their numbers: one each, the first extra cards
// one more, all of +998 90 0xx xx xx, and a million are all of them. Numbers that begin
// alike are far from one another in the order of the last touch. All cards are of one
// office but one in a thousand, which is of a small one.
func Generate(t testing.TB, pool *pgxpool.Pool, owner, unit, small crm.ID, cards, extra int) {
	t.Helper()
	first := []string{"anvar", "nigora", "dmitri", "otkir", "shahnoza", "jasur", "elena", "hasan", "gulnora", "sergei", "madina", "timur"}
	last := []string{"karimov", "kodirov", "jukovski", "petrov", "rahimov", "semenov", "yusupov", "ivanov", "tashmatov", "olimov"}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{generateContactsSQL, []any{string(owner), string(unit), cards, first, last, string(small)}},
		{generateChannelsSQL, []any{cards, extra}},
		{generateActivitiesSQL, []any{cards}},
		{`vacuum analyze contact, channel, activity`, nil},
	} {
		if _, err := pool.Exec(t.Context(), step.sql, step.args...); err != nil {
			t.Fatalf("%s: %v", step.sql, err)
		}
	}
}
