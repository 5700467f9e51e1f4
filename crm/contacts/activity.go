package contacts

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Activity is a line of the timeline.
type Activity struct {
	ID        crm.ID
	At        time.Time
	Kind      string // call, email, meeting, note, sms, chat, system
	Direction string // inbound, outbound, internal; "" for a note
	Status    string // the kind's own word for how it ended
	Subject   string
	Body      string
	Contact   crm.ID
	Company   crm.ID // the company the contact spoke for; AddActivity takes the one he works for, if there is just one
	User      crm.ID
	Unit      crm.ID
	ExtKey    string // names the event in its source: one Activity each; "" if it has no source
	Seconds   int
	Detail    map[string]any
	Call      crm.ID     // of a note: the call it was written about
	Pinned    bool       // stays at the top of the card
	EditedAt  *time.Time // of a note: changed after it had been written
}

// Note is the kind of what people write down.
const Note = "note"

// The last writer of an event wins, so that a call can be told again when its
// recording is there; telling the same twice changes nothing. Who or what is gone is
// left out: a fact must not be refused because of it.
const addActivitySQL = `
with was as (
    select a.contact_id from activity a where a.kind = @kind and a.ext_key = @ext_key
), told as (
    insert into activity (id, at, kind, direction, status, subject, body, contact_id, company_id, user_id, unit_id, ext_key, seconds, detail)
    values (@id, @at, @kind, @direction, @status, @subject, @body, survivor(@contact), coalesce(survivor(@company), ` + companyOf + `),
            (select u.id from app_user u where u.id = @user), (select o.id from unit o where o.id = @unit), @ext_key, @seconds, @detail)
    on conflict (kind, ext_key) where ext_key is not null do update
    set at = excluded.at, direction = excluded.direction, status = excluded.status, subject = excluded.subject, body = excluded.body,
        contact_id = excluded.contact_id, company_id = excluded.company_id, user_id = excluded.user_id, unit_id = excluded.unit_id,
        seconds = excluded.seconds, detail = excluded.detail
    returning *
)
select ` + changeColumns + `
from told a left join was on true` + changeCards

// AddActivity writes a line of the timeline in the transaction of whoever tells of
// it. Several calls with one Kind and ExtKey leave one line, with the last contents.
// Tell the changes to Changed when the transaction has committed.
func (s *Store) AddActivity(ctx context.Context, tx db.Querier, a Activity) ([]ActivityChange, error) {
	if a.ID == "" {
		a.ID = crm.NewID()
	}
	var extKey *string
	if a.ExtKey != "" {
		extKey = &a.ExtKey
	}
	changes, err := collectChanges(ctx, tx, addActivitySQL, pgx.NamedArgs{
		"id": string(a.ID), "at": a.At, "kind": a.Kind, "direction": a.Direction, "status": a.Status, "subject": a.Subject, "body": a.Body,
		"contact": orNull(a.Contact), "company": orNull(a.Company), "user": orNull(a.User), "unit": orNull(a.Unit),
		"ext_key": extKey, "seconds": a.Seconds, "detail": object(a.Detail),
	})
	if err == nil {
		err = s.adding(ctx, tx, changes)
	}
	if err != nil {
		return nil, fmt.Errorf("add %s %s to the timeline: %w", a.Kind, a.ExtKey, err)
	}
	return changes, nil
}

const touchSQL = `
update contact
set last_touch_at = greatest(last_touch_at, @at),
    last_agent_id = case when talked.agent is not null and @at >= coalesce(last_talk_at, '-infinity') then talked.agent else last_agent_id end,
    last_talk_at = case when talked.agent is not null then greatest(last_talk_at, @at) else last_talk_at end
from (select (select u.id from app_user u where u.id = @agent) as agent) talked
where contact.id = survivor(@id)`

// Touch tells that there was contact at that time; agent is who talked with him, ""
// when nobody did, and nobody when he is unknown. Older news than what is known changes nothing, so facts may be
// told again and in any order.
func (s *Store) Touch(ctx context.Context, tx db.Querier, contact, agent crm.ID, at time.Time) error {
	_, err := tx.Exec(ctx, touchSQL, pgx.NamedArgs{"id": string(contact), "agent": orNull(agent), "at": at})
	if err != nil {
		return fmt.Errorf("touch contact %s: %w", contact, err)
	}
	return nil
}
