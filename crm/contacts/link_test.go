package contacts_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db"
)

// listener notes the changes of cards.
type listener struct{ changes []contacts.Change }

func (l *listener) ContactChanged(c contacts.Change)      { l.changes = append(l.changes, c) }
func (*listener) ActivityChanged(contacts.ActivityChange) {}
func (*listener) ActivityAdding(context.Context, db.Querier, contacts.ActivityChange) (func(), error) {
	return nil, nil
}

func TestAPersonWorksForACompany(t *testing.T) {
	o := newOffice(t)
	heard := &listener{}
	o.Listen(heard)
	anvar := o.card(t, contacts.Person, "Anvar", "+998901234567")
	orient := o.card(t, contacts.Company, "Orient Tour")
	heard.changes = nil

	is, err := o.Link(t.Context(), o.bek, anvar.ID, orient.ID, " director ", anvar.Version)
	if err != nil || is.Version != 2 {
		t.Fatalf("linked: %+v, %v", is, err)
	}
	if _, err := o.Link(t.Context(), o.bek, anvar.ID, orient.ID, "director", 2); err != nil {
		t.Fatal(err)
	}
	if len(heard.changes) != 2 || heard.changes[0].Is.ID != anvar.ID || !slices.Equal(heard.changes[0].Fields, []string{"companies"}) ||
		heard.changes[1].Is.ID != orient.ID || !slices.Equal(heard.changes[1].Fields, []string{"people"}) {
		t.Errorf("said once and once more, it is told: %+v", heard.changes)
	}
	if n := o.number(t, `select count(*) from audit where diff->'companies'->>1 = 'Orient Tour (director)' and object_id = $1`, string(anvar.ID)); n != 1 {
		t.Errorf("the person's history has it %d times", n)
	}
	if n := o.number(t, `select count(*) from audit where diff->'people'->>1 = 'Anvar (director)' and object_id = $1`, string(orient.ID)); n != 1 {
		t.Errorf("the company's history has it %d times", n)
	}
	o.linked(t, o.anna, anvar.ID, orient.ID, "director")
	list, err := o.List(t.Context(), o.anna, contacts.Filter{Kind: contacts.Person})
	if err != nil || len(list.Items) != 1 || len(list.Items[0].Companies) != 1 || list.Items[0].Companies[0].Name != "Orient Tour" {
		t.Errorf("in the list: %+v, %v", list.Items, err)
	}

	_, err = o.Patch(t.Context(), o.anna, anvar.ID, contacts.Patch{Version: 1, Name: ptr("Anvar K.")})
	if e := wantCode(t, err, crm.Conflict, "version"); e.Detail["changed"].(map[string][2]any)["companies"] != [2]any{} {
		t.Errorf("the conflict tells which company: %v", e.Detail)
	}
	_, err = o.Link(t.Context(), o.anna, anvar.ID, orient.ID, "owner", 1)
	wantCode(t, err, crm.Conflict, "version")
	_, err = o.Link(t.Context(), o.anna, orient.ID, anvar.ID, "", 0)
	wantCode(t, err, crm.Invalid, "id")
	_, err = o.Link(t.Context(), o.anna, anvar.ID, anvar.ID, "", 0)
	wantCode(t, err, crm.Invalid, "company")
	company := contacts.Company
	_, err = o.Patch(t.Context(), o.anna, anvar.ID, contacts.Patch{Kind: &company})
	wantCode(t, err, crm.Invalid, "kind")

	if _, err := o.Unlink(t.Context(), o.anna, anvar.ID, orient.ID, 2); err != nil {
		t.Fatal(err)
	}
	o.linked(t, o.anna, anvar.ID, orient.ID)
	_, err = o.Unlink(t.Context(), o.anna, anvar.ID, orient.ID, 3)
	wantCode(t, err, crm.NotFound, "")
}

// linked checks what either card says.
func (o office) linked(t *testing.T, v crm.Viewer, person, company crm.ID, positions ...string) {
	t.Helper()
	for _, x := range []struct{ card, other crm.ID }{{person, company}, {company, person}} {
		c, err := o.Get(t.Context(), v, x.card)
		if err == nil {
			err = o.Linked(t.Context(), v, &c)
		}
		links := append(c.Companies, c.People...)
		if err != nil || len(links) != len(positions) || c.PeopleCount != len(c.People) {
			t.Fatalf("%s is linked to %+v (%d people), %v", c.Name, links, c.PeopleCount, err)
		}
		for i, want := range positions {
			if links[i].ID != x.other || links[i].Position != want || c.Kind == contacts.Company && links[i].Phone != "+998901234567" {
				t.Errorf("%s is linked to %+v", c.Name, links[i])
			}
		}
	}
}

// Neither end tells of a card that the viewer may not read, nor can he link to it.
func TestLinksStayWithinSight(t *testing.T) {
	o := newOffice(t)
	anvar := o.card(t, contacts.Person, "Anvar", "+998901234567")
	orient := o.card(t, contacts.Company, "Orient Tour")
	theirs, err := o.Create(t.Context(), o.stranger, contacts.New{Kind: contacts.Company, Name: "Samarqand Tour"})
	if err != nil {
		t.Fatal(err)
	}
	for _, company := range []crm.ID{orient.ID, theirs.ID} {
		if _, err := o.Link(t.Context(), crm.SystemViewer("test"), anvar.ID, company, "", 0); err != nil {
			t.Fatal(err)
		}
	}
	o.linked(t, o.anna, anvar.ID, orient.ID, "")
	seen, err := o.Get(t.Context(), o.stranger, theirs.ID)
	if err == nil {
		err = o.Linked(t.Context(), o.stranger, &seen)
	}
	if err != nil || len(seen.People) != 0 || seen.PeopleCount != 0 {
		t.Errorf("the other office sees %+v, %v", seen.People, err)
	}
	for _, v := range []crm.Viewer{o.anna, o.stranger} {
		_, err := o.Link(t.Context(), v, anvar.ID, theirs.ID, "spy", 0)
		wantCode(t, err, crm.NotFound, "")
		_, err = o.Unlink(t.Context(), v, anvar.ID, theirs.ID, 0)
		wantCode(t, err, crm.NotFound, "")
	}

	// What Anvar does is in no company's past while he has two, and later only for
	// those who may read him.
	o.does(t, anvar.ID, "a")
	o.exec(t, `delete from contact_link where company_id = $1`, string(orient.ID))
	o.does(t, anvar.ID, "b")
	for viewer, want := range map[*crm.Viewer]int{&o.anna: 0, &o.stranger: 0, {Login: "system"}: 2} {
		tl, err := o.Timeline(t.Context(), *viewer, theirs.ID, contacts.TimelineFilter{})
		if viewer == &o.anna {
			wantCode(t, err, crm.NotFound, "")
		} else if err != nil || len(tl.Items) != want {
			t.Errorf("%s sees of the company's past: %+v, %v", viewer.Login, tl.Items, err)
		}
	}
}

// does has the contact call, and writes a note.
func (o office) does(t *testing.T, contact crm.ID, call string) {
	t.Helper()
	_, err := o.AddActivity(t.Context(), o.pool, contacts.Activity{At: time.Now(), Kind: "call", Contact: contact, ExtKey: call})
	if err == nil {
		_, err = o.AddNote(t.Context(), o.anna, contact, contacts.NewNote{Body: "said " + call})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What is left when one of two companies is put away is a person with one company.
func TestACardThatIsPutAwayTakesItsLinks(t *testing.T) {
	o := newOffice(t)
	anvar := o.card(t, contacts.Person, "Anvar", "+998901234567")
	old, orient := o.card(t, contacts.Company, "Asia Trade"), o.card(t, contacts.Company, "Orient Tour")
	for _, c := range []contacts.Contact{old, orient} {
		if _, err := o.Link(t.Context(), o.anna, anvar.ID, c.ID, "", 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Delete(t.Context(), o.boss, old.ID, 0); err != nil {
		t.Fatal(err)
	}
	o.does(t, anvar.ID, "a")
	if n := o.number(t, `select count(*) from activity where contact_id = $1 and company_id = $2`, string(anvar.ID), string(orient.ID)); n != 2 {
		t.Errorf("%d of 2 lines are in the company's past", n)
	}
	if _, err := o.Unlink(t.Context(), o.anna, anvar.ID, orient.ID, 0); err != nil {
		t.Fatal(err)
	}
	company := contacts.Company
	if _, err := o.Patch(t.Context(), o.anna, anvar.ID, contacts.Patch{Kind: &company}); err != nil {
		t.Errorf("a card without links may turn: %v", err)
	}
}

// Nobody makes a person of a company, or puts it away, while somebody is linked to it.
func TestALinkIsBeforeOrAfterWhatBecomesOfTheCompany(t *testing.T) {
	o := newOffice(t)
	person := contacts.Person
	for what, change := range map[string]func(crm.ID) error{
		"person": func(id crm.ID) error {
			_, err := o.Patch(t.Context(), o.boss, id, contacts.Patch{Kind: &person})
			return err
		},
		"away": func(id crm.ID) error { return o.Delete(t.Context(), o.boss, id, 0) },
	} {
		anvar, orient := o.card(t, contacts.Person, "Anvar"), o.card(t, contacts.Company, "Orient Tour")
		// The change has locked the card when it waits to be written into the audit.
		holder, err := o.pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := holder.Exec(t.Context(), `lock table audit in exclusive mode`); err != nil {
			t.Fatal(err)
		}
		changed, linked := make(chan error, 1), make(chan error, 1)
		go func() { changed <- change(orient.ID) }()
		o.awaitWaiting(t, 1)
		go func() {
			_, err := o.Link(t.Context(), o.anna, anvar.ID, orient.ID, "", 0)
			linked <- err
		}()
		o.awaitWaiting(t, 2)
		if err := holder.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-changed; err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if err := <-linked; err == nil {
			t.Errorf("%s: linked all the same", what)
		}
		if n := o.number(t, `select count(*) from contact_link`); n != 0 {
			t.Errorf("%s: %d links", what, n)
		}
	}
}

// awaitWaiting waits until n statements wait for a lock.
func (o office) awaitWaiting(t *testing.T, n int) {
	t.Helper()
	const waiting = `select count(*) from pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database() and not l.granted`
	for deadline := time.Now().Add(10 * time.Second); o.number(t, waiting) < n; {
		if time.Now().After(deadline) {
			t.Fatalf("there are no %d that wait", n)
		}
	}
}
