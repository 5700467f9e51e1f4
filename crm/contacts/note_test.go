package contacts_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db"
)

// The page sends again what the database had no time for, and never what is refused.
func TestANoteThatIsHeldUpIsNotRefused(t *testing.T) {
	o := newOffice(t)
	c := o.card(t, contacts.Person, "Anvar", "+998901234567")
	note := contacts.NewNote{ID: crm.NewID(), Body: "wants"}
	if _, err := o.AddNote(t.Context(), o.anna, c.ID, note); err != nil {
		t.Fatal(err)
	}
	holder, err := o.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Rollback(context.Background())
	if _, err := holder.Exec(t.Context(), `select from activity where id = $1 for update`, string(note.ID)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	note.Body = "wants a discount"
	_, err = o.AddNote(ctx, o.anna, c.ID, note)
	wantCode(t, err, crm.Unavailable, "")
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again, err := o.AddNote(t.Context(), o.anna, c.ID, note); err != nil || again.Body != note.Body {
		t.Errorf("%+v, %v", again, err)
	}
	_, err = o.AddNote(t.Context(), o.bek, c.ID, note)
	wantCode(t, err, crm.Conflict, "")
}

// A note about a call is written before the call goes to another card, or after; the page
// that types on does not know of it.
func TestANoteGoesWithItsCall(t *testing.T) {
	o := newOffice(t)
	call := crm.NewID()
	first, second := o.card(t, contacts.Person, "Anvar", "+998901234567"), o.card(t, contacts.Person, "Botir", "+998901234567")
	note := contacts.NewNote{ID: crm.NewID(), Body: "wants", Call: call}
	writing, err := o.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer writing.Rollback(context.Background())
	if _, err := writing.Exec(t.Context(), `lock table audit in exclusive mode`); err != nil {
		t.Fatal(err)
	}
	written, moved := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := o.AddNote(t.Context(), o.anna, first.ID, note)
		written <- err
	}()
	o.awaitWaiting(t, 1)
	go func() {
		moved <- db.Tx(t.Context(), o.pool, func(tx pgx.Tx) error {
			_, err := o.MoveNotes(t.Context(), tx, call, second.ID)
			return err
		})
	}()
	o.awaitWaiting(t, 2)
	if err := writing.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, done := range []chan error{written, moved} {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	note.Body = "wants a discount"
	again, err := o.AddNote(t.Context(), o.anna, first.ID, note)
	if err != nil || again.Contact != second.ID || again.Body != note.Body {
		t.Errorf("typed on: %+v, %v", again, err)
	}
	if n := o.number(t, `select count(*) from activity where kind = 'note'`); n != 1 {
		t.Errorf("%d notes", n)
	}
	o.exec(t, `update contact set unit_id = $1 where id = $2`, string(o.another), string(second.ID))
	_, err = o.AddNote(t.Context(), o.anna, first.ID, note)
	wantCode(t, err, crm.Conflict, "")
}
