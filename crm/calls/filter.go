package calls

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/fold"
	"github.com/callcard/callcard/crm/phone"
)

// Filter narrows a list of calls; empty fields do not.
type Filter struct {
	Q         string      // words of the client's name in any script, or a part of his number
	Rules     phone.Rules // by which a number in Q is read
	Phone     string      // normalised
	Agent     crm.ID      // talked last, else was rung last
	Queues    []string    // names; a queue that was renamed has several in history
	Source    string
	Contact   crm.ID
	Unit      crm.ID
	Direction crm.Direction
	State     State
	Result    Result
	Outcome   string    // key of what a person has said came of it
	Recorded  bool      // there is a recording that can be played
	Since     time.Time // started at or after
	Until     time.Time // started before
	Limit     int       // 1..200; 50 if 0
	After     string    // Page.Next of the page before
}

// Result is what came of a call.
type Result string

const (
	Answered Result = "answered" // the sides heard each other
	Missed   Result = "missed"   // leaves a client to be called back: the rule of Call.Missed
)

// results are what a Result or an EndReason means for a row. Missed calls have an index by
// this very rule: another rule needs another index.
var results = map[Result]string{
	Answered: "c.answered_at is not null",
	Missed: "c.direction = 'inbound' and c.end_reason in ('abandoned', 'unanswered', 'interrupted', 'failed', 'media_lost')" +
		" and (c.answered_at is null or c.end_reason in ('interrupted', 'abandoned', 'unanswered'))",
}

// conditions are viewer's rights and the filter as SQL.
func conditions(v crm.Viewer, f Filter) (string, pgx.StrictNamedArgs, error) {
	scope, scopeArgs := crm.Scope(v, crm.Calls, crm.Read, rightsColumns)
	q := query{where: []string{scope}, args: pgx.StrictNamedArgs{}}
	maps.Copy(q.args, scopeArgs)
	q.search(v, f.Q, f.Rules)
	q.and(f.Phone != "", "c.phone = @phone", "phone", f.Phone)
	q.and(f.Agent != "", "c.agent_id = @agent", "agent", f.Agent)
	q.queues(f.Queues)
	q.and(f.Source != "", "c.source = @source and c.source <> ''", "source", f.Source)
	q.and(f.Contact != "", "c.contact_id = @contact", "contact", f.Contact)
	q.and(f.Unit != "", "c.unit_id = @unit", "unit", f.Unit)
	q.and(f.Direction != "", "c.direction = @direction", "direction", f.Direction)
	q.and(f.State != "", "c.state = @state", "state", f.State)
	if rule, ok := results[f.Result]; ok {
		q.where = append(q.where, rule)
	} else {
		q.and(f.Result != "", "c.end_reason = @result and c.end_reason <> ''", "result", f.Result)
	}
	q.and(f.Outcome != "", "c.outcome = @outcome and c.outcome <> ''", "outcome", f.Outcome)
	if f.Recorded {
		q.where = append(q.where, "exists (select from recording p where p.call_id = c.id and p.closed)")
	}
	q.and(!f.Since.IsZero(), "c.started_at >= @since", "since", f.Since)
	q.and(!f.Until.IsZero(), "c.started_at < @until", "until", f.Until)
	if f.After != "" {
		at, id, err := parseCursor(f.After)
		if err != nil {
			return "", nil, err
		}
		q.and(true, "(c.started_at, c.id) < (@after_at, @after_id)", "after_at", at)
		q.args["after_id"] = id
	}
	return strings.Join(q.where, " and "), q.args, nil
}

// query is a condition in the making.
type query struct {
	where []string
	args  pgx.StrictNamedArgs
}

func (q *query) and(set bool, sql, name string, value any) {
	if set {
		q.where, q.args[name] = append(q.where, sql), value
	}
}

// queues finds the calls of one queue. Of one that has had one name only they come in the
// order of the index.
func (q *query) queues(names []string) {
	if len(names) == 1 {
		q.and(true, "c.queue = @queue and c.queue <> ''", "queue", names[0])
	}
	q.and(len(names) > 1, "c.queue = any(@queues) and c.queue <> ''", "queues", names)
}

// like is a condition on a column that has a trigram index; % and _ can't be typed:
// digits and folded words have none.
func (q *query) like(column, pattern string) string {
	name := "q" + strconv.Itoa(len(q.args))
	q.args[name] = pattern
	return column + " like @" + name
}

// search finds calls by a part of the number, else by the name that the card, if the
// viewer may read it, has now.
func (q *query) search(v crm.Viewer, typed string, rules phone.Rules) {
	typed = clean(strings.ToValidUTF8(typed, ""))
	if part, ok := phone.Search(typed, rules); ok {
		var either []string
		for _, p := range part.Prefixes {
			either = append(either, q.like("c.phone", p+"%"))
		}
		if !part.Beginning {
			either = append(either, q.like("c.phone", "%"+part.Digits+"%"))
		}
		q.where = append(q.where, "c.phone <> '' and ("+strings.Join(either, " or ")+")")
		return
	}
	var words []string
	for _, word := range strings.Fields(fold.Key(typed)) {
		if len(word) < 3 { // too short for a trigram: the beginning of a word
			words = append(words, "("+q.like("k.search_key", word+"%")+" or "+q.like("k.search_key", "% "+word+"%")+")")
		} else {
			words = append(words, q.like("k.search_key", "%"+word+"%"))
		}
	}
	switch {
	case len(words) == 0 && strings.TrimSpace(typed) != "":
		q.where = append(q.where, "false") // neither a name nor a number is written like that
	case len(words) > 0:
		cards := seenBy(v, "select k.id from contact k where k.deleted_at is null and {cards in sight} and ", q.args)
		q.where = append(q.where, "c.contact_id in ("+cards+strings.Join(words, " and ")+")")
	}
}
