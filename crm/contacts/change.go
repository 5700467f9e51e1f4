package contacts

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Listener hears of what has changed.
type Listener interface {
	// ActivityAdding hears of a new line within its transaction, to which it may add;
	// an error undoes the line. committed, if not nil, is called after the commit.
	ActivityAdding(ctx context.Context, tx db.Querier, c ActivityChange) (committed func(), err error)
	// ContactChanged and ActivityChanged hear of changes after the commit. They must
	// not wait.
	ContactChanged(Change)
	ActivityChanged(ActivityChange)
}

// Change is a card that a person has made, changed or put away.
type Change struct {
	Was    Contact // zero for a new card
	Is     Contact // zero for one that was put away
	By     crm.ID
	Fields []string // that differ, by the names that the API gives them
}

// ActivityChange is a line that has come into a timeline, has changed there or has
// left it.
type ActivityChange struct {
	Activity Activity
	Removed  bool
	By       crm.ID
	Card     string // name of the card
	Owner    crm.ID // of the card, and its office: who may read it may hear of this
	Unit     crm.ID
	Agent    crm.ID // of the call that a note is about, and its office
	CallUnit crm.ID

	again     bool // it stood there before
	committed func()
}

// Listen makes l hear of every change from now on. Call it before the store is used.
func (s *Store) Listen(l Listener) { s.listener = l }

func (s *Store) changed(c Change) {
	if s.listener != nil {
		s.listener.ContactChanged(c)
	}
}

// Changed tells of changes that have been committed.
func (s *Store) Changed(list []ActivityChange) {
	if s.listener == nil {
		return
	}
	for _, c := range list {
		s.listener.ActivityChanged(c)
		if c.committed != nil {
			c.committed()
		}
	}
}

// activityColumns are those of activityRow, of an activity a.
const activityColumns = `a.id, a.at, a.kind, a.direction, a.status, a.subject, a.body, a.contact_id, a.company_id, a.user_id, a.unit_id, a.ext_key,
       a.seconds, a.detail, a.call_id, a.pinned, a.edited_at`

// changeColumns and changeCards complete a statement that has changed the activity a
// and has where it stood before as was.contact_id.
const (
	changeColumns = activityColumns + `, was.contact_id as was_contact, c.name::text as card_name, c.owner_id, c.unit_id as card_unit,
       w.owner_id as was_owner, w.unit_id as was_unit, k.agent_id as call_agent, k.unit_id as call_unit`
	changeCards = `
left join contact c on c.id = a.contact_id
left join contact w on w.id = was.contact_id
left join call k on k.id = a.call_id`
)

type changeRow struct {
	activityRow
	WasContact *crm.ID
	CardName   *string
	OwnerID    *crm.ID
	CardUnit   *crm.ID
	WasOwner   *crm.ID
	WasUnit    *crm.ID
	CallAgent  *crm.ID
	CallUnit   *crm.ID
}

// collectChanges runs a statement that gives changeRows. A line that has moved from
// one card to another has left the one before it came to the other.
func collectChanges(ctx context.Context, q db.Querier, sql string, args pgx.NamedArgs) ([]ActivityChange, error) {
	rows, err := collect[changeRow](ctx, q, sql, args)
	if err != nil {
		return nil, err
	}
	var list []ActivityChange
	for _, r := range rows {
		is := ActivityChange{Activity: r.activity(), Owner: orNone(r.OwnerID), Unit: orNone(r.CardUnit),
			Agent: orNone(r.CallAgent), CallUnit: orNone(r.CallUnit)}
		if r.CardName != nil {
			is.Card = *r.CardName
		}
		was := orNone(r.WasContact)
		is.again = was == is.Activity.Contact
		if was != "" && !is.again {
			gone := ActivityChange{Activity: is.Activity, Removed: true, Owner: orNone(r.WasOwner), Unit: orNone(r.WasUnit)}
			gone.Activity.Contact, gone.Activity.Call = was, ""
			list = append(list, gone)
		}
		list = append(list, is)
	}
	return list, nil
}

// adding tells of lines that are new where they stand.
func (s *Store) adding(ctx context.Context, tx db.Querier, list []ActivityChange) (err error) {
	for i := range list {
		if c := &list[i]; s.listener != nil && !c.Removed && !c.again {
			if c.committed, err = s.listener.ActivityAdding(ctx, tx, *c); err != nil {
				return err
			}
		}
	}
	return nil
}
