package contacts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// Timeline is a part of a card's history.
type Timeline struct {
	Items   []Activity // newest first
	Pinned  []Activity // on the first part only; they stand among the items too
	Next    string     // cursor of the older part; "" when there is none
	Further bool       // the viewer may change what others have written
}

// TimelineFilter chooses a part of a card's history; its zero value the newest.
type TimelineFilter struct {
	Kind  string // "" is every kind
	Limit int    // 1..200; 0 is 50
	After string // Next of the part before
}

// Two ordered reads of at most a page each, instead of an "or" that would sort all
// of a big client's history: what concerns the contact himself, and what his people
// did for the company, those of them whom the viewer may read.
const timelineSQL = `
select ` + activityColumns + `
from (
    (select * from activity where contact_id = @contact and (at, id) < (@at, @id::uuid){kind} order by at desc, id desc limit @limit)
    union all
    (select * from activity where company_id = @contact and contact_id is distinct from @contact and (at, id) < (@at, @id::uuid){kind}
       and exists (select from contact c where c.id = contact_id and {scope})
     order by at desc, id desc limit @limit)
) a
order by a.at desc, a.id desc
limit @limit`

// ofKind completes timelineSQL: with a condition only if there is one, so that either
// form has its index.
func ofKind(kind string) string {
	if kind == "" {
		return strings.ReplaceAll(timelineSQL, "{kind}", "")
	}
	return strings.ReplaceAll(timelineSQL, "{kind}", " and kind = @kind")
}

const pinnedSQL = `
select ` + activityColumns + `
from activity a where a.contact_id = @contact and a.pinned
order by a.at desc, a.id desc
limit 50`

type activityRow struct {
	ID        crm.ID
	At        time.Time
	Kind      string
	Direction string
	Status    string
	Subject   string
	Body      string
	ContactID *crm.ID
	CompanyID *crm.ID
	UserID    *crm.ID
	UnitID    *crm.ID
	ExtKey    *string
	Seconds   int
	Detail    map[string]any
	CallID    *crm.ID
	Pinned    bool
	EditedAt  *time.Time
}

func (r activityRow) activity() Activity {
	a := Activity{
		ID: r.ID, At: r.At, Kind: r.Kind, Direction: r.Direction, Status: r.Status, Subject: r.Subject, Body: r.Body,
		Contact: orNone(r.ContactID), Company: orNone(r.CompanyID), User: orNone(r.UserID), Unit: orNone(r.UnitID),
		Seconds: r.Seconds, Detail: r.Detail, Call: orNone(r.CallID), Pinned: r.Pinned, EditedAt: r.EditedAt,
	}
	if r.ExtKey != nil {
		a.ExtKey = *r.ExtKey
	}
	return a
}

const timelineSort Sort = "at"

// lastID is above every id, end after every time: where the newest page begins.
const lastID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

var end = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// Timeline gives what happened with a contact that v may read, newest first; of a
// company also what its people did for it.
func (s *Store) Timeline(ctx context.Context, v crm.Viewer, contact crm.ID, f TimelineFilter) (Timeline, error) {
	limit, err := pageSize(f.Limit)
	if err != nil {
		return Timeline{}, err
	}
	after, err := parseCursor(f.After, timelineSort)
	if err != nil {
		return Timeline{}, err
	}
	if after == nil {
		after = &cursor{At: end, ID: lastID}
	}
	c, err := s.Get(ctx, v, contact)
	if err != nil {
		return Timeline{}, err
	}
	args := pgx.NamedArgs{"contact": string(c.ID), "at": after.At, "id": string(after.ID), "limit": limit + 1, "kind": f.Kind}
	rows, err := collect[activityRow](ctx, s.pool, scoped(ofKind(f.Kind), v, crm.Read, args), args)
	if err != nil {
		return Timeline{}, fmt.Errorf("read the timeline of contact %s: %w", contact, err)
	}
	t := Timeline{Further: Further(v, c)}
	if len(rows) > limit {
		rows = rows[:limit]
		t.Next = cursor{Sort: timelineSort, At: rows[limit-1].At, ID: rows[limit-1].ID}.String()
	}
	t.Items = activities(rows)
	if f.After == "" {
		rows, err := collect[activityRow](ctx, s.pool, pinnedSQL, pgx.NamedArgs{"contact": string(c.ID)})
		if err != nil {
			return Timeline{}, fmt.Errorf("read what is pinned on contact %s: %w", contact, err)
		}
		t.Pinned = activities(rows)
	}
	return t, nil
}

func activities(rows []activityRow) []Activity {
	list := make([]Activity, len(rows))
	for i, r := range rows {
		list[i] = r.activity()
	}
	return list
}
