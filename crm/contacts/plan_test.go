package contacts

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/phone"
)

// lookupSQL is the query within the function identify.
const lookupSQL = `
select c.id from channel x
join contact o on o.id = x.contact_id
join contact c on c.id = case when o.merged_into is null then o.id else survivor(o.merged_into) end
where x.norm = @norm and x.kind = 'phone' and x.deleted_at is null and c.deleted_at is null`

// Each question that the page asks at every keystroke or call is answered by an
// index, also for somebody who sees one office only.
func TestQueriesUseTheirIndexes(t *testing.T) {
	pool := dbtest.New(t)
	unit, small, owner := crm.NewID(), crm.NewID(), crm.NewID()
	for _, step := range [][]any{
		{`insert into unit (id, name, timezone) values ($1, 'Tashkent', 'Asia/Tashkent')`, string(unit)},
		{`insert into unit (id, name, timezone) values ($1, 'Khiva', 'Asia/Tashkent')`, string(small)},
		{`insert into app_user (id, login, name, unit_id, role) values ($1, 'anna', 'Anna', $2, 'agent')`, string(owner), string(unit)},
	} {
		if _, err := pool.Exec(t.Context(), step[0].(string), step[1:]...); err != nil {
			t.Fatal(err)
		}
	}
	Generate(t, pool, owner, unit, small, 50_000, 10_000)

	rules := phone.Rules{Region: "UZ", Regions: []string{"RU"}}
	store := NewStore(pool, func(crm.ID) phone.Rules { return rules })
	agent := crm.Viewer{User: owner, Login: "anna", Unit: unit, Grants: crm.Grants{crm.Contacts: {crm.Read: crm.Unit}}}
	list := func(f Filter) (string, pgx.NamedArgs) {
		if f.Sort == "" {
			f.Sort = ByTouch
		}
		common, err := store.common(t.Context(), f.Q, rules)
		if err != nil {
			t.Fatal(err)
		}
		q, err := listQuery(agent, f, rules, 50, common)
		if err != nil {
			t.Fatal(err)
		}
		return q.sql(), q.args
	}
	const busy = "00000001-0000-7000-8000-000000000007"
	past := pgx.NamedArgs{"contact": busy, "at": end, "id": lastID, "limit": 51}
	timeline := scoped(ofKind(""), agent, crm.Read, past)
	for _, c := range []struct {
		what, index string
		sql         string
		args        pgx.NamedArgs
		filter      *Filter
	}{
		{what: "lookup of a caller", index: "channel_by_norm", sql: lookupSQL, args: pgx.NamedArgs{"norm": "+998900012345"}},
		{what: "a whole number", index: "channel_by_norm", filter: &Filter{Phone: "90 001 23 45"}},
		{what: "the beginning of a number", index: "channel_by_norm", filter: &Filter{Q: "+998 90 001 23"}},
		{what: "the last digits of a number", index: "channel_by_part", filter: &Filter{Q: "12345"}},
		{what: "digits in the middle of a number", index: "channel_by_part", filter: &Filter{Q: "0123"}},
		{what: "the beginning of very many numbers", index: "contact_by_touch", filter: &Filter{Q: "900"}},
		{what: "three letters of a name", index: "contact_by_word", filter: &Filter{Q: "hmo abc"}},
		{what: "two words of a name", index: "contact_by_word", filter: &Filter{Q: "ўткир кодиров абв"}},
		{what: "the newest in touch", index: "contact_by_touch", filter: &Filter{}},
		{what: "by name", index: "contact_by_name", filter: &Filter{Sort: ByName}},
		{what: "the newest cards", index: "contact_pkey", filter: &Filter{Sort: ByCreated}},
		{what: "a page of a busy client's timeline", index: "activity_by_contact", sql: timeline, args: past},
		{what: "channels of a page", index: "channel_once", sql: channelsSQL, args: pgx.NamedArgs{"contacts": []string{busy}}},
	} {
		if c.filter != nil {
			c.sql, c.args = list(*c.filter)
		}
		plan := explain(t, pool, c.sql, c.args)
		if !strings.Contains(plan, c.index) || strings.Contains(plan, "Seq Scan on channel") || strings.Contains(plan, "Seq Scan on contact") ||
			strings.Contains(plan, "Seq Scan on activity") {
			t.Errorf("%s does not go by %s:\n%s", c.what, c.index, plan)
		}
	}
}

func explain(t *testing.T, pool *pgxpool.Pool, sql string, args pgx.NamedArgs) string {
	t.Helper()
	rows, err := pool.Query(t.Context(), "explain (analyze, buffers) "+sql, pgx.QueryExecModeCacheDescribe, args)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return strings.Join(lines, "\n")
}
