package contacts

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/phone"
)

// many is how many numbers may share the digits that were typed before it is quicker to
// walk the list in its order until the page is full than to fetch all their cards first.
const many = 4000

// common reports whether what was typed is a part of very many numbers: the code of an
// operator with a digit or two is what everybody types first.
func (s *Store) common(ctx context.Context, typed string, rules phone.Rules) (bool, error) {
	part, ok := phone.Search(plain(typed), rules)
	if !ok || part.Beginning {
		return false, nil
	}
	q := &query{args: pgx.NamedArgs{}}
	var found int
	if err := s.pool.QueryRow(ctx, q.countNumbers(part), pgx.QueryExecModeCacheDescribe, q.args).Scan(&found); err != nil {
		return false, fmt.Errorf("count numbers: %w", db.Translate(err))
	}
	return found >= many, nil
}

// countNumbers counts until it has many: the beginnings first, since their index tells in
// a moment when they alone are as many.
func (q *query) countNumbers(part phone.Part) string {
	var ways []string
	for _, norm := range q.norms(part) {
		ways = append(ways, "(select 1 from channel x where x.kind = 'phone' and x.deleted_at is null and "+norm+" limit "+strconv.Itoa(many)+")")
	}
	return "select count(*) from (select 1 from (" + strings.Join(ways, " union all ") + ") way limit " + strconv.Itoa(many) + ") few"
}

// norms are the ways in which a number can have the part, each with its index.
func (q *query) norms(part phone.Part) []string {
	var norms []string
	for _, p := range part.Prefixes {
		norms = append(norms, q.prefix("x.norm", p))
	}
	// Not right behind the plus: that is for the prefixes.
	return append(norms, "x.norm like "+q.arg("__%"+part.Digits+"%"))
}

// number finds cards by a part of a telephone number, by the beginning of a
// taxpayer's number, and by digits in the name ("School 221"). Each branch has its
// index; together they are one set of ids, unless they would be too many: then each
// card of the list is asked. What begins with a plus can only be a number: there the
// planner chooses between the two, by how many begin so ("+998" is everybody).
func (q *query) number(part phone.Part, common bool) string {
	const its = "from channel x where x.contact_id = c.id and x.kind = 'phone' and x.deleted_at is null and "
	if part.Beginning {
		return "exists (select " + its + q.prefix("x.norm", part.Prefixes[0]) + ")"
	}
	norms := "(" + strings.Join(q.norms(part), " or ") + ")"
	name := q.arg("%" + part.Digits + "%")
	if common { // not by exists: of that the planner might make one set after all
		return "(coalesce((select true " + its + norms + " limit 1), false) or c.tin ^@ " + q.arg(part.Digits) + " or c.search_key like " + name + ")"
	}
	return `c.id in (
    select x.contact_id from channel x where x.kind = 'phone' and x.deleted_at is null and ` + norms + `
    union all
    select t.id from contact t where t.tin <> '' and t.deleted_at is null and ` + q.prefix("t.tin", part.Digits) + `
    union all
    select n.id from contact n where n.deleted_at is null and n.search_key like ` + name + `)`
}
