package contacts

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// NoteChange is a change of a note; nil means "as it is".
type NoteChange struct {
	Body   *string
	Pinned *bool
}

// spell is how long a pause may be within one piece of typing. The audit gets one line
// for a piece, with the text as it was before; the time of the edit is shown only for
// what was changed after the piece in which the note was written.
const spell = 10 * time.Minute

// noteSQL gives a note in the form of a change.
const noteSQL = `
select ` + changeColumns + `
from activity a cross join (select null::uuid as contact_id) was` + changeCards + `
where a.id = @id and a.kind = 'note'`

const lockNoteSQL = `
select ` + activityColumns + `, a.saved_at, a.saved_by
from activity a
where a.id = @id and a.kind = 'note'
for update of a`

const saveNoteSQL = `
update activity
set body = @body, pinned = @pinned, edited_at = @edited_at, saved_at = @saved_at, saved_by = @saved_by
where id = @id`

const removeNoteSQL = `delete from activity where id = @id`

// note is a note that is being changed.
type note struct {
	Activity
	savedAt time.Time
	savedBy crm.ID
}

func lockNote(ctx context.Context, tx pgx.Tx, id crm.ID) (note, error) {
	type noteRow struct {
		activityRow
		SavedAt *time.Time
		SavedBy *crm.ID
	}
	if _, err := crm.ParseID(string(id)); err != nil {
		return note{}, noSuchNote()
	}
	rows, err := collect[noteRow](ctx, tx, lockNoteSQL, pgx.NamedArgs{"id": string(id)})
	if err != nil {
		return note{}, err
	}
	if len(rows) == 0 {
		return note{}, noSuchNote()
	}
	n := note{Activity: rows[0].activity(), savedBy: orNone(rows[0].SavedBy)}
	if at := rows[0].SavedAt; at != nil {
		n.savedAt = *at
	}
	return n, nil
}

func noSuchNote() error { return crm.Errorf(crm.NotFound, "There is no such note.") }

// noteOf locks a note of the card or, without one, of the call, that v may change:
// his own, or anybody's if he may go further.
func noteOf(ctx context.Context, tx pgx.Tx, v crm.Viewer, contact, call, id crm.ID, further bool) (note, error) {
	n, err := lockNote(ctx, tx, id)
	switch {
	case err != nil:
		return note{}, err
	case contact != "" && n.Contact != contact, contact == "" && n.Call != call:
		return note{}, noSuchNote()
	case !n.EditableBy(v, further):
		return note{}, crm.Errorf(crm.Forbidden, "This note is somebody else's. Write one of your own.")
	}
	return n, nil
}

// EditableBy reports whether v may change or take away what stands there: notes of
// his own, and everybody's if he may go further on the card or call.
func (a Activity) EditableBy(v crm.Viewer, further bool) bool {
	return a.Kind == Note && (a.User != "" && a.User == v.User || further)
}

// Further reports whether v may change what others have written on the card: who may
// put the whole card away may do that too.
func Further(v crm.Viewer, card Contact) bool { return within(v, crm.Delete, card) }

// EditNote changes a note of a card that v may read. Forbidden when it is somebody
// else's; everybody who may change the card may pin.
func (s *Store) EditNote(ctx context.Context, v crm.Viewer, contact, id crm.ID, c NoteChange) (Activity, error) {
	return s.editNote(ctx, v, c, func(tx pgx.Tx) (note, error) {
		card, err := get(ctx, tx, v, contact)
		if err != nil {
			return note{}, err
		}
		return noteOf(ctx, tx, v, card.ID, "", id, Further(v, card) || c.Body == nil && within(v, crm.Update, card))
	})
}

// EditCallNote changes a note of a call.
func (s *Store) EditCallNote(ctx context.Context, v crm.Viewer, call OfCall, id crm.ID, c NoteChange) (Activity, error) {
	return s.editNote(ctx, v, c, func(tx pgx.Tx) (note, error) { return noteOf(ctx, tx, v, "", call.ID, id, call.Further) })
}

func (s *Store) editNote(ctx context.Context, v crm.Viewer, c NoteChange, find func(pgx.Tx) (note, error)) (Activity, error) {
	if c.Body != nil {
		body, err := noteBody(*c.Body)
		if err != nil {
			return Activity{}, err
		}
		c.Body = &body
	}
	var changes []ActivityChange
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		n, err := find(tx)
		if err != nil {
			return err
		}
		changes, err = n.save(ctx, tx, v, c, time.Now())
		return err
	})
	if err != nil {
		return Activity{}, fmt.Errorf("change a note: %w", err)
	}
	return s.told(v, changes), nil
}

func (n note) save(ctx context.Context, tx pgx.Tx, v crm.Viewer, c NoteChange, now time.Time) ([]ActivityChange, error) {
	now = now.UTC().Truncate(time.Microsecond)
	was := n
	if c.Body != nil && *c.Body != n.Body {
		n.Body = *c.Body
		again := n.savedBy != v.User || now.Sub(n.savedAt) > spell
		if again {
			if err := auditNote(ctx, tx, v, n.Activity, "note_edit", map[string][2]any{"note." + string(n.ID): {was.Body, n.Body}}); err != nil {
				return nil, err
			}
		}
		if again || n.EditedAt != nil {
			n.EditedAt = &now
		}
		n.savedAt, n.savedBy = now, v.User
	}
	if c.Pinned != nil && *c.Pinned != n.Pinned {
		n.Pinned = *c.Pinned
		if err := auditNote(ctx, tx, v, n.Activity, "note_pin", map[string][2]any{"note." + string(n.ID) + ".pinned": {was.Pinned, n.Pinned}}); err != nil {
			return nil, err
		}
	}
	_, err := tx.Exec(ctx, saveNoteSQL, pgx.NamedArgs{"id": string(n.ID), "body": n.Body, "pinned": n.Pinned, "edited_at": n.EditedAt,
		"saved_at": n.savedAt, "saved_by": orNull(n.savedBy)})
	if err != nil {
		return nil, err
	}
	return collectChanges(ctx, tx, noteSQL, pgx.NamedArgs{"id": string(n.ID)})
}

// RemoveNote takes a note away from a card; its text stays in the audit.
func (s *Store) RemoveNote(ctx context.Context, v crm.Viewer, contact, id crm.ID) error {
	return s.removeNote(ctx, v, func(tx pgx.Tx) (note, error) {
		card, err := get(ctx, tx, v, contact)
		if err != nil {
			return note{}, err
		}
		return noteOf(ctx, tx, v, card.ID, "", id, Further(v, card))
	})
}

// RemoveCallNote takes a note away from a call.
func (s *Store) RemoveCallNote(ctx context.Context, v crm.Viewer, call OfCall, id crm.ID) error {
	return s.removeNote(ctx, v, func(tx pgx.Tx) (note, error) { return noteOf(ctx, tx, v, "", call.ID, id, call.Further) })
}

func (s *Store) removeNote(ctx context.Context, v crm.Viewer, find func(pgx.Tx) (note, error)) error {
	var changes []ActivityChange
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		n, err := find(tx)
		if err != nil {
			return err
		}
		if changes, err = collectChanges(ctx, tx, noteSQL, pgx.NamedArgs{"id": string(n.ID)}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, removeNoteSQL, pgx.NamedArgs{"id": string(n.ID)}); err != nil {
			return err
		}
		return auditNote(ctx, tx, v, n.Activity, "note_delete", map[string][2]any{"note." + string(n.ID): {n.Body, nil}})
	})
	if err != nil {
		return fmt.Errorf("remove a note: %w", err)
	}
	for i := range changes {
		changes[i].Removed = true
	}
	s.told(v, changes)
	return nil
}
