package contacts

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/fold"
	"github.com/callcard/callcard/crm/phone"
)

// query is a list's SQL in the making.
type query struct {
	where []string
	order string
	args  pgx.NamedArgs
}

func (q *query) sql() string {
	return "select " + columns + "\nfrom contact c\nwhere " + strings.Join(q.where, "\n  and ") +
		"\norder by " + q.order + "\nlimit @limit"
}

func (q *query) and(condition string) { q.where = append(q.where, condition) }

// arg gives value a name and returns it as it stands in SQL.
func (q *query) arg(value any) string {
	name := fmt.Sprintf("a%d", len(q.args))
	q.args[name] = value
	return "@" + name
}

// listQuery asks for one row more than limit, which tells whether there is a next page.
// common: f.Q is a part of very many numbers.
func listQuery(v crm.Viewer, f Filter, rules phone.Rules, limit int, common bool) (*query, error) {
	q := &query{args: pgx.NamedArgs{"limit": limit + 1}}
	q.and("c.deleted_at is null")
	q.and(scoped("{scope}", v, crm.Read, q.args))
	if f.Kind != "" {
		q.and("c.kind = " + q.arg(string(f.Kind)))
	}
	if f.Type != "" {
		q.and(q.arg(f.Type) + " = any(c.types)")
	}
	if f.Owner != "" {
		if _, err := crm.ParseID(string(f.Owner)); err != nil {
			return nil, crm.InvalidField("owner", "There is no such user.")
		}
		q.and("c.owner_id = " + q.arg(string(f.Owner)))
	}
	if f.Phone != "" {
		n := phone.Normalize(f.Phone, rules)
		if n.Kind == phone.Anonymous {
			return nil, crm.InvalidField("phone", "%q is not a telephone number.", f.Phone)
		}
		q.and("c.id in (select x.contact_id from channel x where x.norm = " + q.arg(n.Norm) + " and x.kind = 'phone' and x.deleted_at is null)")
	}
	q.search(f.Q, rules, common)
	return q, q.page(f)
}

// plain is what was typed, as the database takes it.
func plain(typed string) string {
	typed = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(typed, ""), "\x00", ""))
	if r := []rune(typed); len(r) > maxName {
		typed = string(r[:maxName])
	}
	return typed
}

// search adds the condition for what was typed into the search field. A text that
// folds to nothing ("«»") searches for nothing and is left out.
func (q *query) search(typed string, rules phone.Rules, common bool) {
	typed = plain(typed)
	if part, ok := phone.Search(typed, rules); ok {
		q.and(q.number(part, common))
		return
	}
	if strings.Contains(typed, "@") {
		address := strings.ToLower(strings.TrimPrefix(typed, "@"))
		if address == "" {
			return
		}
		q.and("c.id in (select x.contact_id from channel x where " + q.prefix("x.norm", address) +
			" and x.kind <> 'phone' and x.deleted_at is null)")
		return
	}
	for _, word := range strings.Fields(fold.Key(typed)) {
		if len(word) < 3 { // too short for a trigram: the beginning of a word
			q.and("(c.search_key like " + q.arg(word+"%") + " or c.search_key like " + q.arg("% "+word+"%") + ")")
		} else {
			q.and("c.search_key like " + q.arg("%"+word+"%"))
		}
	}
}

// lastRune sorts behind every character that is text, byte by byte.
const lastRune = "\U0010ffff"

// prefix is "expression begins with p" in the form that an index of
// text_pattern_ops answers with any plan.
func (q *query) prefix(expression, p string) string {
	return "(" + expression + " ~>=~ " + q.arg(p) + " and " + expression + " ~<~ " + q.arg(p+lastRune) + ")"
}

// page adds the order and the place where the page begins.
func (q *query) page(f Filter) error {
	after, err := parseCursor(f.Cursor, f.Sort)
	if err != nil {
		return err
	}
	switch f.Sort {
	case ByName:
		q.order = "c.name, c.id"
		if after != nil {
			q.and("(c.name, c.id) > (" + q.arg(after.Name) + ", " + q.arg(string(after.ID)) + "::uuid)")
		}
	case ByTouch:
		q.order = "c.last_touch_at desc, c.id desc"
		if after != nil {
			q.and("(c.last_touch_at, c.id) < (" + q.arg(after.At) + ", " + q.arg(string(after.ID)) + "::uuid)")
		}
	case ByCreated: // ids sort by the time of their making
		q.order = "c.id desc"
		if after != nil {
			q.and("c.id < " + q.arg(string(after.ID)) + "::uuid")
		}
	default:
		return crm.InvalidField("sort", "Sort by last_touch, name or created, not by %q.", f.Sort)
	}
	return nil
}
