package contacts_test

import (
	"context"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
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
