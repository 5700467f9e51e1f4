package contacts

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// Timeline is a part of a card's history.
type Timeline struct {
	Items []Activity // newest first
	Next  string     // cursor of the older part; "" when there is none
}

// Two ordered reads of at most a page each, instead of an "or" that would sort all
// of a big client's history: what concerns the contact himself, and what his people
// did for the company.
const timelineSQL = `
select id, at, kind, direction, status, subject, body, contact_id, company_id, user_id, unit_id, ext_key, seconds, detail
from (
    (select * from activity where contact_id = @contact and (at, id) < (@at, @id::uuid) order by at desc, id desc limit @limit)
    union all
    (select * from activity where company_id = @contact and contact_id is distinct from @contact and (at, id) < (@at, @id::uuid)
     order by at desc, id desc limit @limit)
) a
order by at desc, id desc
limit @limit`

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
}

func (r activityRow) activity() Activity {
	a := Activity{
		ID: r.ID, At: r.At, Kind: r.Kind, Direction: r.Direction, Status: r.Status, Subject: r.Subject, Body: r.Body,
		Contact: orNone(r.ContactID), Company: orNone(r.CompanyID), User: orNone(r.UserID), Unit: orNone(r.UnitID),
		Seconds: r.Seconds, Detail: r.Detail,
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
// company also what its people did for it. limit is 1..200, 0 means 50.
func (s *Store) Timeline(ctx context.Context, v crm.Viewer, contact crm.ID, limit int, from string) (Timeline, error) {
	limit, err := pageSize(limit)
	if err != nil {
		return Timeline{}, err
	}
	after, err := parseCursor(from, timelineSort)
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
	rows, err := collect[activityRow](ctx, s.pool, timelineSQL, pgx.NamedArgs{
		"contact": string(c.ID), "at": after.At, "id": string(after.ID), "limit": limit + 1,
	})
	if err != nil {
		return Timeline{}, fmt.Errorf("read the timeline of contact %s: %w", contact, err)
	}
	var t Timeline
	if len(rows) > limit {
		rows = rows[:limit]
		t.Next = cursor{Sort: timelineSort, At: rows[limit-1].At, ID: rows[limit-1].ID}.String()
	}
	t.Items = make([]Activity, len(rows))
	for i, r := range rows {
		t.Items[i] = r.activity()
	}
	return t, nil
}
