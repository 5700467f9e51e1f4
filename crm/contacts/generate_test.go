package contacts

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
)

const generateContactsSQL = `
insert into contact (id, kind, name, search_key, owner_id, unit_id, last_touch_at)
select ('00000001-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'person', f || ' ' || l || ' ' || i,
       f || ' ' || l || ' ' || translate(substr(md5(i::text), 1, 6), '0123456789', 'ghijklmnop'), $1, $2, now() - i * interval '1 second'
from generate_series(0, $3::int - 1) i, lateral (select ($4::text[])[1 + i % 12] f, ($5::text[])[1 + i / 12 % 10] l) n`

const generateChannelsSQL = `
insert into channel (id, contact_id, kind, raw, norm)
select ('00000002-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid,
       ('00000001-0000-7000-8000-' || lpad(to_hex(i % $1::int), 12, '0'))::uuid, 'phone', '', '+99890' || lpad(i::text, 7, '0')
from generate_series(0, $1::int + $2::int - 1) i`

// The calls of one busy client, and of all the others.
const generateActivitiesSQL = `
insert into activity (id, at, kind, contact_id)
select gen_random_uuid(), now() - i * interval '1 minute', 'call',
       ('00000001-0000-7000-8000-' || lpad(to_hex(case when i % 5 = 0 then 7 else i % $1::int end), 12, '0'))::uuid
from generate_series(0, $1::int * 2) i`

// Generate fills a database with cards of one office and their numbers: card i has
// the number +998 90 <i>, the first extra cards one more each, from cards+i on.
func Generate(t testing.TB, pool *pgxpool.Pool, owner, unit crm.ID, cards, extra int) {
	t.Helper()
	first := []string{"anvar", "nigora", "dmitri", "otkir", "shahnoza", "jasur", "elena", "hasan", "gulnora", "sergei", "madina", "timur"}
	last := []string{"karimov", "kodirov", "jukovski", "petrov", "rahimov", "semenov", "yusupov", "ivanov", "tashmatov", "olimov"}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{generateContactsSQL, []any{string(owner), string(unit), cards, first, last}},
		{generateChannelsSQL, []any{cards, extra}},
		{generateActivitiesSQL, []any{cards}},
		{`vacuum analyze contact, channel, activity`, nil},
	} {
		if _, err := pool.Exec(t.Context(), step.sql, step.args...); err != nil {
			t.Fatalf("%s: %v", step.sql, err)
		}
	}
}
