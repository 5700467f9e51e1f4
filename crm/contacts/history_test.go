package contacts_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db"
)

// A call may name an agent, an office or a card that are gone: the history takes it
// without them.
func TestHistoryTakesWhatSpeaksOfTheUnknown(t *testing.T) {
	o := newOffice(t)
	card := o.card(t, contacts.Person, "Anvar", "+998901234567")
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	err := db.Tx(t.Context(), o.pool, func(tx pgx.Tx) error {
		_, err := o.AddActivity(t.Context(), tx, contacts.Activity{At: at, Kind: "call", Contact: card.ID, User: crm.NewID(), Unit: crm.NewID(), ExtKey: "1"})
		if err != nil {
			return err
		}
		if _, err := o.AddActivity(t.Context(), tx, contacts.Activity{At: at, Kind: "call", Contact: crm.NewID(), ExtKey: "2"}); err != nil {
			return err
		}
		if err := o.Touch(t.Context(), tx, card.ID, o.anna.User, at); err != nil {
			return err
		}
		if err := o.Touch(t.Context(), tx, crm.NewID(), o.anna.User, at); err != nil {
			return err
		}
		return o.Touch(t.Context(), tx, card.ID, crm.NewID(), at.Add(time.Minute))
	})
	if err != nil {
		t.Fatal(err)
	}
	timeline, err := o.Timeline(t.Context(), o.anna, card.ID, contacts.TimelineFilter{})
	if err != nil || len(timeline.Items) != 1 || timeline.Items[0].User != "" {
		t.Errorf("%+v, %v", timeline.Items, err)
	}
	if c, err := o.Get(t.Context(), o.anna, card.ID); err != nil || c.LastAgent != o.anna.User {
		t.Errorf("%+v, %v", c, err)
	}
}

// forget takes a card out of the database as the death of the server does when it comes
// before the card was on the disk.
func (o office) forget(t *testing.T, card crm.ID) {
	t.Helper()
	o.exec(t, `delete from channel where contact_id = $1`, string(card))
	o.exec(t, `delete from contact where id = $1`, string(card))
}

func TestRestoreBringsBackTheCardOfACall(t *testing.T) {
	const norm = "+998901112233"
	o := newOffice(t)
	made, err := o.Identify(t.Context(), norm, o.unit, "Anvar")
	if err != nil || !made.Created {
		t.Fatalf("%+v, %v", made, err)
	}
	lost := contacts.MadeCard{Contact: made.Contact, Number: norm, Unit: o.unit, Name: "Anvar"}
	if err := o.Restore(t.Context(), []contacts.MadeCard{lost}); err != nil {
		t.Fatal(err)
	}
	o.forget(t, made.Contact)
	for range 2 {
		if err := o.Restore(t.Context(), []contacts.MadeCard{lost}); err != nil {
			t.Fatal(err)
		}
	}
	c, err := o.Get(t.Context(), o.anna, made.Contact)
	if err != nil || c.Name != "Anvar" || len(c.Phones()) != 1 || c.Phones()[0].Norm != norm {
		t.Errorf("%+v, %v", c, err)
	}
	if n := o.number(t, `select count(*) from contact`); n != 1 {
		t.Errorf("%d cards", n)
	}
}

// He called again before the lost card was missed, and has another one now.
func TestRestoreLeadsToTheCardThatTookItsPlace(t *testing.T) {
	const norm = "+998901112233"
	o := newOffice(t)
	first, err := o.Identify(t.Context(), norm, o.unit, "")
	if err != nil {
		t.Fatal(err)
	}
	o.forget(t, first.Contact)
	second, err := o.Identify(t.Context(), norm, o.unit, "")
	if err != nil || !second.Created {
		t.Fatalf("%+v, %v", second, err)
	}
	if err := o.Restore(t.Context(), []contacts.MadeCard{{Contact: first.Contact, Number: norm, Unit: o.unit}}); err != nil {
		t.Fatal(err)
	}
	c, err := o.Get(t.Context(), o.anna, first.Contact)
	if err != nil || c.ID != second.Contact {
		t.Errorf("%+v, %v", c, err)
	}
	if again, err := o.Identify(t.Context(), norm, o.unit, ""); err != nil || again.Contact != second.Contact || len(again.Candidates) > 0 {
		t.Errorf("%+v, %v", again, err)
	}
}
