package contacts_test

import (
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
)

// Another office must not even learn that the card exists.
func TestForeignOfficeSeesNothing(t *testing.T) {
	o := newOffice(t)
	c := o.card(t, contacts.Person, "Anvar Karimov", "+998901234567")
	if _, err := o.AddNote(t.Context(), o.anna, c.ID, contacts.NewNote{Body: "call back"}); err != nil {
		t.Fatal(err)
	}
	for _, f := range []contacts.Filter{
		{}, {Q: "anvar"}, {Q: "1234567"}, {Q: "+99890"}, {Phone: "+998901234567"}, {Owner: o.anna.User}, {Sort: contacts.ByName}, {Sort: contacts.ByCreated},
	} {
		for who, want := range map[*crm.Viewer]int{&o.anna: 1, &o.bek: 1, &o.boss: 1, &o.stranger: 0, {Login: "nobody", User: crm.NewID()}: 0} {
			page, err := o.List(t.Context(), *who, f)
			if err != nil || len(page.Items) != want || page.Next != "" {
				t.Errorf("%s lists %+v: %d cards (%v), want %d", who.Login, f, len(page.Items), err, want)
			}
		}
	}
	name := "Stolen"
	for what, try := range map[string]func() error{
		"get": func() error { _, err := o.Get(t.Context(), o.stranger, c.ID); return err },
		"timeline": func() error {
			_, err := o.Timeline(t.Context(), o.stranger, c.ID, contacts.TimelineFilter{})
			return err
		},
		"note": func() error {
			_, err := o.AddNote(t.Context(), o.stranger, c.ID, contacts.NewNote{Body: "hi"})
			return err
		},
		"patch": func() error {
			_, err := o.Patch(t.Context(), o.stranger, c.ID, contacts.Patch{Name: &name})
			return err
		},
		"patch with an old version": func() error {
			_, err := o.Patch(t.Context(), o.stranger, c.ID, contacts.Patch{Version: 9, Name: &name})
			return err
		},
		"delete": func() error { return o.Delete(t.Context(), o.stranger, c.ID, 0) },
		"choose": func() error {
			return o.ChooseCandidate(t.Context(), o.stranger, "+998901234567", c.ID, contacts.Always)
		},
		"mark": func() error { return o.MarkNumber(t.Context(), o.stranger, "+998901234567", contacts.Spam) },
		"mark a number that nobody has": func() error {
			return o.MarkNumber(t.Context(), o.stranger, "+998907654321", contacts.Spam)
		},
		"no such id": func() error { _, err := o.Get(t.Context(), o.anna, crm.NewID()); return err },
		"garbage id": func() error { _, err := o.Get(t.Context(), o.anna, "'; drop table contact"); return err },
	} {
		if err := try(); crm.CodeOf(err) != crm.NotFound {
			t.Errorf("%s: %v, want not_found", what, err)
		}
	}
	if _, err := o.Create(t.Context(), o.stranger, contacts.New{Name: "X", Unit: o.unit}); crm.CodeOf(err) != crm.Forbidden {
		t.Errorf("a card for another's office: %v", err)
	}
}

func TestOwnReachSeesOnlyOwnCards(t *testing.T) {
	o := newOffice(t)
	mine := o.card(t, contacts.Person, "Mine", "+998901234567")
	own := o.user(t, "own", o.unit, crm.Own)
	page, err := o.List(t.Context(), own, contacts.Filter{})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("sees %v, %v", page.Items, err)
	}
	if _, err := o.Patch(t.Context(), o.anna, mine.ID, contacts.Patch{Owner: &own.User}); err != nil {
		t.Fatal(err)
	}
	if page, err = o.List(t.Context(), own, contacts.Filter{}); err != nil || len(page.Items) != 1 {
		t.Errorf("does not see the card given to him: %v, %v", page.Items, err)
	}
	if _, err := o.Patch(t.Context(), own, mine.ID, contacts.Patch{Owner: &o.bek.User}); crm.CodeOf(err) != crm.Forbidden {
		t.Errorf("gave his card out of his reach: %v", err)
	}
	system, err := o.List(t.Context(), crm.SystemViewer("test"), contacts.Filter{})
	if err != nil || len(system.Items) != 1 {
		t.Errorf("the server itself sees %v, %v", system.Items, err)
	}
}

// S4-19.
func TestTimeline(t *testing.T) {
	o := newOffice(t)
	company := o.card(t, contacts.Company, "Asia Trade")
	c := o.card(t, contacts.Person, "Anvar", "+998901234567")
	start := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	for i := range 7 {
		a := contacts.Activity{
			At: start.Add(time.Duration(i/2) * time.Hour), Kind: "call", Direction: "inbound", Status: "completed", Contact: c.ID,
			User: o.anna.User, Unit: o.unit, ExtKey: string(rune('a' + i)), Seconds: i, Detail: map[string]any{"n": float64(i)},
		}
		if i == 3 {
			a.Company = company.ID
		}
		for range 2 { // told twice, stands there once
			if _, err := o.AddActivity(t.Context(), o.pool, a); err != nil {
				t.Fatal(err)
			}
		}
	}
	note, err := o.AddNote(t.Context(), o.bek, c.ID, contacts.NewNote{Body: " second\nline "})
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	cursor := ""
	for pages := 0; ; pages++ {
		tl, err := o.Timeline(t.Context(), o.anna, c.ID, contacts.TimelineFilter{Limit: 3, After: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range tl.Items {
			seen = append(seen, a.Kind+a.ExtKey)
		}
		if cursor = tl.Next; cursor == "" {
			if pages != 2 {
				t.Errorf("8 lines came in %d pages of 3", pages+1)
			}
			break
		}
	}
	want := "[note callg callf calle calld callc callb calla]"
	if got := join(seen); got != want {
		t.Errorf("the timeline is %s, want %s", got, want)
	}
	if note.Body != "second\nline" || note.User != o.bek.User {
		t.Errorf("the note is %+v", note)
	}
	tl, err := o.Timeline(t.Context(), o.anna, company.ID, contacts.TimelineFilter{})
	if err != nil || len(tl.Items) != 1 || tl.Items[0].ExtKey != "d" || tl.Items[0].Contact != c.ID || tl.Items[0].Detail["n"] != 3.0 {
		t.Errorf("the company's timeline: %+v, %v", tl.Items, err)
	}
	got, err := o.Get(t.Context(), o.anna, c.ID)
	if err != nil || !got.LastTouchAt.Equal(note.At) || got.LastTalkAt != nil || got.Version != 1 {
		t.Errorf("the note is the last touch, and no talk: %+v, %v", got, err)
	}
	_, err = o.AddNote(t.Context(), o.bek, c.ID, contacts.NewNote{Body: " "})
	wantCode(t, err, crm.Invalid, "body")
	_, err = o.Timeline(t.Context(), o.anna, c.ID, contacts.TimelineFilter{Limit: 3, After: "!"})
	wantCode(t, err, crm.Invalid, "cursor")
	_, err = o.Timeline(t.Context(), o.anna, c.ID, contacts.TimelineFilter{Limit: 1000})
	wantCode(t, err, crm.Invalid, "limit")
}

func TestTouchKnowsTheLastTalkInAnyOrder(t *testing.T) {
	o := newOffice(t)
	c := o.card(t, contacts.Person, "Anvar", "+998901234567")
	now := time.Now().UTC().Truncate(time.Second)
	for _, touch := range []struct {
		agent crm.ID
		at    time.Time
	}{{o.anna.User, now.Add(2 * time.Hour)}, {o.bek.User, now.Add(time.Hour)}, {"", now.Add(3 * time.Hour)}} {
		if err := o.Touch(t.Context(), o.pool, c.ID, touch.agent, touch.at); err != nil {
			t.Fatal(err)
		}
	}
	got, err := o.Get(t.Context(), o.anna, c.ID)
	if err != nil || got.LastAgent != o.anna.User || !got.LastTalkAt.Equal(now.Add(2*time.Hour)) || !got.LastTouchAt.Equal(now.Add(3*time.Hour)) || got.Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
