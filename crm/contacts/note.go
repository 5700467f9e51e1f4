package contacts

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const maxNote = 20_000 // characters

// NewNote is a note to be written. The page saves while its user types: with an ID
// of the page's own making, saying the same again changes nothing, and what he has
// typed meanwhile takes the place of the text.
type NewNote struct {
	ID   crm.ID // "" makes one
	Body string
	Call crm.ID // the call it is about, if any
}

// OfCall is a call as far as its notes are concerned. Whoever hands one over has
// checked the rights on it.
type OfCall struct {
	ID      crm.ID
	Contact crm.ID // its card, "" for a caller without one
	Further bool   // the viewer may change the calls of its office further than his own
}

const insertNoteSQL = `
insert into activity (id, at, kind, body, contact_id, company_id, user_id, unit_id, call_id, saved_at, saved_by)
values (@id, @at, 'note', @body, @contact, ` + companyOf + `, @user, @unit, @call, @at, @user)
on conflict (id) do nothing`

// A note comes before or after the call is put on a card, never beside it: else it would
// stay behind. The row of the call can't be locked for that: it may not be there yet.
const (
	lockNotesSQL = `select pg_advisory_xact_lock(hashtextextended('notes of call ' || @call::text, 0))`

	cardOfCallSQL = `select survivor(contact_id) as id from call where id = @call and contact_id is not null`
)

func lockNotes(ctx context.Context, tx db.Querier, call crm.ID) error {
	if _, err := tx.Exec(ctx, lockNotesSQL, pgx.NamedArgs{"call": string(call)}); err != nil {
		return fmt.Errorf("lock the notes of call %s: %w", call, err)
	}
	return nil
}

// AddNote writes a note of v on a card that he may read. Conflict when the id is
// taken by something else.
func (s *Store) AddNote(ctx context.Context, v crm.Viewer, contact crm.ID, n NewNote) (Activity, error) {
	return s.addNote(ctx, v, n, func(tx pgx.Tx) (crm.ID, error) {
		if n.Call != "" {
			if err := lockNotes(ctx, tx, n.Call); err != nil {
				return "", err
			}
		}
		c, err := get(ctx, tx, v, contact)
		return c.ID, err
	})
}

// AddCallNote writes a note of v on a call and, if it has one, on its card.
func (s *Store) AddCallNote(ctx context.Context, v crm.Viewer, call OfCall, n NewNote) (Activity, error) {
	n.Call = call.ID
	return s.addNote(ctx, v, n, func(tx pgx.Tx) (crm.ID, error) { return cardOfCall(ctx, tx, call) })
}

// AddCallNoteIn is AddCallNote in the transaction of who asks. Tell the changes to Changed
// when it has committed.
func (s *Store) AddCallNoteIn(ctx context.Context, tx pgx.Tx, v crm.Viewer, call OfCall, n NewNote) ([]ActivityChange, error) {
	n.Call = call.ID
	changes, err := s.addNoteIn(ctx, tx, v, n, func(tx pgx.Tx) (crm.ID, error) { return cardOfCall(ctx, tx, call) })
	for i := range changes {
		changes[i].By = v.User
	}
	return changes, err
}

const hasNoteSQL = `select exists (select from activity where call_id = @call and kind = 'note')`

// HasNote reports whether anybody has written about a call.
func (s *Store) HasNote(ctx context.Context, tx pgx.Tx, call crm.ID) (has bool, err error) {
	if err := tx.QueryRow(ctx, hasNoteSQL, pgx.NamedArgs{"call": string(call)}).Scan(&has); err != nil {
		return false, fmt.Errorf("look for a note about call %s: %w", call, err)
	}
	return has, nil
}

// cardOfCall is the card on which a note about the call stands, as it is now.
func cardOfCall(ctx context.Context, tx pgx.Tx, call OfCall) (crm.ID, error) {
	if err := lockNotes(ctx, tx, call.ID); err != nil {
		return "", err
	}
	stored, err := collectIDs(ctx, tx, cardOfCallSQL, pgx.NamedArgs{"call": string(call.ID)})
	if err != nil || len(stored) == 0 {
		return call.Contact, err
	}
	return stored[0], nil
}

func (s *Store) addNote(ctx context.Context, v crm.Viewer, n NewNote, card func(pgx.Tx) (crm.ID, error)) (Activity, error) {
	if n.ID == "" {
		n.ID = crm.NewID()
	}
	var changes []ActivityChange
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		changes, err = s.addNoteIn(ctx, tx, v, n, card)
		return err
	})
	if err != nil {
		return Activity{}, err
	}
	return s.told(v, changes), nil
}

func (s *Store) addNoteIn(ctx context.Context, tx pgx.Tx, v crm.Viewer, n NewNote, card func(pgx.Tx) (crm.ID, error)) ([]ActivityChange, error) {
	body, err := noteBody(n.Body)
	if err != nil {
		return nil, err
	}
	if n.ID == "" {
		n.ID = crm.NewID()
	}
	at := time.Now().UTC().Truncate(time.Microsecond)
	contact, err := card(tx)
	if err != nil {
		return nil, err
	}
	tag, err := tx.Exec(ctx, insertNoteSQL, pgx.NamedArgs{"id": string(n.ID), "at": at, "body": body, "contact": orNull(contact),
		"user": orNull(v.User), "unit": orNull(v.Unit), "call": orNull(n.Call)})
	if err != nil {
		return nil, fmt.Errorf("write a note: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return s.saveAgain(ctx, tx, v, n, contact, body)
	}
	if contact != "" {
		if err := s.Touch(ctx, tx, contact, "", at); err != nil {
			return nil, err
		}
	}
	if err := auditNote(ctx, tx, v, Activity{ID: n.ID, Contact: contact, Call: n.Call}, "note", nil); err != nil {
		return nil, err
	}
	return collectChanges(ctx, tx, noteSQL, pgx.NamedArgs{"id": string(n.ID)})
}

// saveAgain is a POST that comes once more. A note about a call may have gone to another
// card with it; it is saved there.
func (s *Store) saveAgain(ctx context.Context, tx pgx.Tx, v crm.Viewer, again NewNote, contact crm.ID, body string) ([]ActivityChange, error) {
	n, err := lockNote(ctx, tx, again.ID)
	if err != nil && crm.CodeOf(err) != crm.NotFound { // what stands in the way is told as it is: the page sends it again
		return nil, err
	}
	taken := crm.Errorf(crm.Conflict, "Another note has this id already. Choose a new one.")
	if err != nil || n.User != v.User {
		return nil, taken
	}
	if n.Contact != contact {
		if n.Call == "" || n.Call != again.Call {
			return nil, taken
		}
		if _, err := get(ctx, tx, v, n.Contact); crm.CodeOf(err) == crm.NotFound {
			return nil, taken
		} else if err != nil {
			return nil, err
		}
	}
	return n.save(ctx, tx, v, NoteChange{Body: &body}, time.Now())
}

// told tells of the changes and gives the note as it is now.
func (s *Store) told(v crm.Viewer, changes []ActivityChange) Activity {
	for i := range changes {
		changes[i].By = v.User
	}
	s.Changed(changes)
	return changes[len(changes)-1].Activity
}

func noteBody(typed string) (string, error) {
	body := strings.TrimSpace(typed)
	if body == "" {
		return "", crm.InvalidField("body", "The note is empty.")
	}
	if !utf8.ValidString(body) || strings.ContainsRune(body, 0) || utf8.RuneCountInString(body) > maxNote {
		return "", crm.InvalidField("body", "A note is plain text of at most %d characters.", maxNote)
	}
	return body, nil
}

// auditNote says what was done with a note: on its card, else on its call.
func auditNote(ctx context.Context, tx pgx.Tx, v crm.Viewer, n Activity, action string, diff map[string][2]any) error {
	e := db.Entry{Viewer: v, Action: action, Object: crm.Contacts, ID: n.Contact, Diff: diff}
	if n.Contact == "" {
		e.Object, e.ID = crm.Calls, n.Call
	}
	return db.Audit(ctx, tx, e)
}

const callNotesSQL = `
select ` + activityColumns + `
from activity a where a.call_id = @call
order by a.at, a.id
limit 200`

// NotesOfCall are the notes about a call, oldest first, for somebody who may read it.
func (s *Store) NotesOfCall(ctx context.Context, call crm.ID) ([]Activity, error) {
	rows, err := collect[activityRow](ctx, s.pool, callNotesSQL, pgx.NamedArgs{"call": string(call)})
	if err != nil {
		return nil, fmt.Errorf("read the notes of call %s: %w", call, err)
	}
	return activities(rows), nil
}

// The notes of a call go with it to another card.
const moveNotesSQL = `
with was as (
    select a.id, a.contact_id from activity a where a.call_id = @call and a.contact_id is distinct from survivor(@contact)
), moved as (
    update activity a set contact_id = survivor(@contact), company_id = ` + companyOf + ` from was where a.id = was.id
    returning a.*
)
select ` + changeColumns + `
from moved a join was on was.id = a.id` + changeCards

// MoveNotes takes the notes of a call to the card it turned out to belong to, in the
// transaction that attaches it. Tell the changes to Changed when it has committed.
func (s *Store) MoveNotes(ctx context.Context, tx db.Querier, call, contact crm.ID) ([]ActivityChange, error) {
	if err := lockNotes(ctx, tx, call); err != nil {
		return nil, err
	}
	changes, err := collectChanges(ctx, tx, moveNotesSQL, pgx.NamedArgs{"call": string(call), "contact": string(contact)})
	if err != nil {
		return nil, fmt.Errorf("move the notes of call %s: %w", call, err)
	}
	return changes, nil
}
