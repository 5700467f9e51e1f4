package calls

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/phone"
)

// Calls of two offices and ten agents, one a minute: one in twenty missed, one in a
// thousand failed, nine of ten answered ones recorded; every card has four of them. A few
// old ones are of a quiet queue, a few go out, two have never ended.
const generate = `
with made as (
    select i, ('00000003-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id, now() - i * interval '1 minute' as at,
           case when i % 1000 = 0 then 'failed' when i % 20 = 0 then 'abandoned' else 'completed' end as reason
    from generate_series(1, $1::int) i
), cards as (
    insert into contact (id, kind, name, search_key)
    select ('00000001-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'person', 'x', 'anvar ' || translate(md5(i::text), '0123456789', 'ghijklmnop')
    from generate_series(0, $1::int / 4) i
), files as (
    insert into recording (id, call_id, path, started_at, closed, duration_ms, bytes, sha256, truncated)
    select id, id, '', at, true, 0, 0, '', '' from made where reason = 'completed' and i % 10 > 0
)
insert into call (id, last_seq, direction, state, node, line, phone, from_number, from_raw, display, anonymous, to_number, diverted, source, queue,
                  unit_id, agent_id, contact_id, contact_name, card_created, offline, started_at, answered_at, ended_at, wait_ms, talk_ms, hold_ms,
                  end_reason, ended_by, end_code)
select id, 9, case when i % 20000 = 19001 then 'outbound' else 'inbound' end, case when i in (70001, 80003) then 'talking' else 'ended' end, 'n', 'l', '+99890' || lpad((i / 4)::text, 7, '0'), '', '', '', false, '', '',
       case when i % 2000 = 0 then 'leaflet' else 'website' end, case when i % 20000 = 19003 then 'quiet' else 'sales' end,
       ('00000000-0000-7000-8000-00000000000' || i % 2)::uuid, ('00000000-0000-7000-8000-00000000001' || i % 10)::uuid,
       ('00000001-0000-7000-8000-' || lpad(to_hex(i / 4), 12, '0'))::uuid, '', false, false, at,
       case when reason = 'completed' then at end, at, 0, 0, 0, reason, 'caller', 0
from made`

// Each filter of the list is answered by an index, for an agent and for a supervisor. What
// is rare is found without walking past what is not; of the others the plan depends on what
// the planner guesses of the data.
func TestFiltersUseIndexes(t *testing.T) {
	pool := dbtest.New(t)
	const calls = 100_000
	for _, step := range []struct {
		sql  string
		args []any
	}{{generate, []any{calls}}, {`vacuum analyze call, contact, recording`, nil}} {
		if _, err := pool.Exec(t.Context(), step.sql, step.args...); err != nil {
			t.Fatal(err)
		}
	}
	const unit, agent = crm.ID("00000000-0000-7000-8000-000000000001"), crm.ID("00000000-0000-7000-8000-000000000013")
	reads := func(r crm.Reach) crm.Viewer {
		return crm.Viewer{User: agent, Login: "x", Unit: unit, Subtree: []crm.ID{unit}, Grants: crm.Grants{crm.Calls: {crm.Read: r}, crm.Contacts: {crm.Read: crm.All}}}
	}
	rare := map[string]bool{"a quiet queue": true, "calls that went out": true, "a direction that none has": true, "calls that go on": true, "a card": true, "a rare source": true}
	for what, f := range map[string]Filter{
		"everything":                   {},
		"digits in the middle":         {Q: "01234"},
		"the beginning of a number":    {Q: "+998 90 001 23"},
		"digits that all numbers have": {Q: "9989"},
		"digits that no number has":    {Q: "777777777"},
		"a rare name":                  {Q: "anvar abcde"},
		"a name that everybody has":    {Q: "анвар"},
		"a source":                     {Source: "website"},
		"a rare source":                {Source: "leaflet"},
		"missed calls":                 {Result: Missed},
		"answered calls":               {Result: Answered},
		"a rare end":                   {Result: Result(crm.EndFailed)},
		"recorded calls":               {Recorded: true},
		"an office":                    {Unit: unit},
		"a queue":                      {Queues: []string{"sales"}},
		"a quiet queue":                {Queues: []string{"quiet"}},
		"a queue that was renamed":     {Queues: []string{"quiet", "silent"}},
		"calls that came in":           {Direction: crm.Inbound},
		"calls that went out":          {Direction: crm.Outbound},
		"a direction that none has":    {Direction: "internal"},
		"calls that go on":             {State: Talking},
		"calls that are over":          {State: Ended},
		"a card":                       {Contact: "00000001-0000-7000-8000-000000000100"},
		"all together":                 {Q: "01", Source: "website", Result: Answered, Recorded: true, Unit: unit},
	} {
		f.Rules = phone.Rules{Region: "UZ"}
		for _, v := range []crm.Viewer{reads(crm.Own), reads(crm.Subtree), reads(crm.All)} {
			where, args, err := conditions(v, f)
			if err != nil {
				t.Fatal(err)
			}
			args["limit"] = 51
			plan := explain(t, pool, seenBy(v, listCalls, args)+` where `+where+newestFirst, args)
			reach := v.Reach(crm.Calls, crm.Read)
			if plan.has("Seq Scan", "c") || plan.has("Seq Scan", "k") {
				t.Errorf("%s reads all calls (%s):\n%s", what, reach, plan.text)
			}
			if what == "missed calls" && reach == crm.All && !strings.Contains(plan.text, "call_missed") {
				t.Errorf("%s do not go by their index:\n%s", what, plan.text)
			}
			if n := plan.read("c", "k"); rare[what] && n > calls/1000 {
				t.Errorf("%s reads %.0f rows (%s):\n%s", what, n, reach, plan.text)
			}
		}
	}
}

// node is a step of a plan, as explain gives it.
type node struct {
	Type     string  `json:"Node Type"`
	Alias    string  `json:"Alias"`
	Loops    float64 `json:"Actual Loops"`
	Rows     float64 `json:"Actual Rows"` // of a loop, on average, as the next two
	Filtered float64 `json:"Rows Removed by Filter"`
	Lossy    float64 `json:"Rows Removed by Index Recheck"`
	Plans    []node  `json:"Plans"`
	text     string
}

func (n node) has(kind, alias string) bool {
	return n.Type == kind && n.Alias == alias || slices.ContainsFunc(n.Plans, func(p node) bool { return p.has(kind, alias) })
}

// read is how many rows of the tables it has looked at.
func (n node) read(aliases ...string) (rows float64) {
	if slices.Contains(aliases, n.Alias) {
		rows = n.Loops * (n.Rows + n.Filtered + n.Lossy)
	}
	for _, p := range n.Plans {
		rows += p.read(aliases...)
	}
	return rows
}

func explain(t *testing.T, pool *pgxpool.Pool, sql string, args pgx.StrictNamedArgs) node {
	t.Helper()
	var text string
	if err := pool.QueryRow(t.Context(), "explain (analyze, format json) "+sql, pgx.QueryExecModeCacheDescribe, args).Scan(&text); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		t.Fatal(err)
	}
	plans[0].Plan.text = text
	return plans[0].Plan
}
