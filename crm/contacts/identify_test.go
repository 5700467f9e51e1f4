package contacts_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/db/dbtest"
)

func asError(err error) *crm.Error {
	var e *crm.Error
	if !errors.As(err, &e) {
		return &crm.Error{}
	}
	return e
}

func (o office) identify(t testing.TB, norm, name string) contacts.Result {
	t.Helper()
	r, err := o.Identify(context.Background(), norm, o.unit, name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// S4-09.
func TestFirstCallMakesTheCardAndTheNextOpensIt(t *testing.T) {
	o := newOffice(t)
	first := o.identify(t, "+998901234567", "")
	if !first.Created || first.Contact == "" || first.Name != "+998 90 123 45 67" {
		t.Errorf("first call: %+v", first)
	}
	second := o.identify(t, "+998901234567", "Anna")
	if second.Created || second.Contact != first.Contact || second.Name != first.Name {
		t.Errorf("second call: %+v", second)
	}
	c, err := o.Get(t.Context(), o.anna, first.Contact)
	if err != nil {
		t.Fatal(err)
	}
	if !c.AutoCreated || c.Kind != contacts.Person || c.Unit != o.unit || len(c.Phones()) != 1 || c.Phones()[0].Norm != "+998901234567" {
		t.Errorf("the card: %+v", c)
	}
	if n := o.number(t, `select count(*) from audit where object_id = $1 and via = 'telephony' and action = 'create'`, string(first.Contact)); n != 1 {
		t.Errorf("%d lines of audit tell of the new card, want 1", n)
	}
}

func TestNameOfANewCard(t *testing.T) {
	o := newOffice(t)
	for i, c := range []struct{ display, want string }{
		{"Oʻtkir Qodirov", "Oʻtkir Qodirov"},
		{` "Anna"  Karimova` + "\r\n", `Anna" Karimova`},
		{"901234567", "+998 90 000 00 01"},
		{strings.Repeat("я", 300), strings.Repeat("я", 200)},
		{"a\x00\xff", "a"},
	} {
		if got := o.identify(t, fmt.Sprintf("+99890000%04d", i%2+10*i), c.display).Name; c.want[0] != '+' && got != c.want {
			t.Errorf("display name %q made the card %q, want %q", c.display, got, c.want)
		}
	}
	page, err := o.List(t.Context(), o.anna, contacts.Filter{Q: "уткир кодир"})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("Уткир is not Ўткир: %v %v", page.Items, err)
	}
	if page, err = o.List(t.Context(), o.anna, contacts.Filter{Q: "ўтк қод"}); err != nil || len(page.Items) != 1 {
		t.Errorf("the card named by the line is not found by its name: %v %v", page.Items, err)
	}
}

// C1-02 and fault 9 of the reliability bars: one card however many call at once,
// from several servers (pools).
func TestFirstCallsAtOnceMakeOneCard(t *testing.T) {
	url := dbtest.URL(t)
	var stores []*contacts.Store
	var pools []*pgxpool.Pool
	for range 2 {
		pool, err := db.Open(t.Context(), url, 4)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		pools = append(pools, pool)
		stores = append(stores, contacts.NewStore(pool, uz))
	}
	const pairs = 1000
	var wg sync.WaitGroup
	start := make(chan struct{})
	errs := make(chan error, pairs)
	numbers := make(chan int)
	for range 16 {
		wg.Go(func() {
			<-start
			for i := range numbers {
				norm := fmt.Sprintf("+99890%07d", i)
				var pair sync.WaitGroup
				var got [2]contacts.Result
				var failed [2]error
				for k := range 2 {
					pair.Go(func() { got[k], failed[k] = stores[k].Identify(t.Context(), norm, "", "") })
				}
				pair.Wait()
				if err := errors.Join(failed[:]...); err != nil {
					errs <- err
				} else if got[0].Contact != got[1].Contact || got[0].Created == got[1].Created {
					errs <- fmt.Errorf("pair %d: %+v and %+v", i, got[0], got[1])
				}
			}
		})
	}
	close(start)
	for i := range pairs {
		numbers <- i
	}
	close(numbers)
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	var cards, numbersKnown int
	if err := pools[0].QueryRow(t.Context(), `select (select count(*) from contact), (select count(distinct norm) from channel)`).Scan(&cards, &numbersKnown); err != nil {
		t.Fatal(err)
	}
	if cards != pairs || numbersKnown != pairs {
		t.Errorf("%d cards with %d numbers, want %d", cards, numbersKnown, pairs)
	}
}

// C1-09.
func TestSharedNumberGivesRankedCandidates(t *testing.T) {
	o := newOffice(t)
	const norm = "+998712000000"
	company := o.card(t, contacts.Company, "Asia Trade", norm)
	ali := o.card(t, contacts.Person, "Ali", norm)
	vali := o.card(t, contacts.Person, "Vali", norm)
	gani := o.card(t, contacts.Person, "Gʻani", norm+" ext 12")
	for _, p := range []contacts.Contact{ali, vali, gani} {
		o.exec(t, `insert into contact_link (person_id, company_id) values ($1, $2)`, string(p.ID), string(company.ID))
	}
	yesterday := time.Now().Add(-24 * time.Hour).UTC().Truncate(time.Second)
	if err := o.Touch(t.Context(), o.pool, vali.ID, o.anna.User, yesterday); err != nil {
		t.Fatal(err)
	}

	r := o.identify(t, norm, "")
	wantOrder(t, r, "Vali last_talk, Ali person, Gʻani person, Asia Trade company")
	if r.Contact != company.ID || r.Name != "Asia Trade" {
		t.Errorf("all belong to one company, so the call goes there: %+v", r)
	}
	if r.LastAgent != "" {
		t.Errorf("only one of the candidates talked with Anna, so nobody is sticky: %+v", r)
	}

	wantOrder(t, o.identify(t, norm+";ext=12", ""), "Gʻani extension, Vali last_talk, Ali person, Asia Trade company")

	if err := o.ChooseCandidate(t.Context(), o.anna, norm, ali.ID, contacts.Chosen); err != nil {
		t.Fatal(err)
	}
	wantOrder(t, o.identify(t, norm, ""), "Ali chosen, Vali last_talk, Gʻani person, Asia Trade company")

	if err := o.ChooseCandidate(t.Context(), o.anna, norm, ali.ID, contacts.Always); err != nil {
		t.Fatal(err)
	}
	if r := o.identify(t, norm, ""); r.Contact != ali.ID || len(r.Candidates) != 0 || r.Hint != contacts.Always {
		t.Errorf("always Ali: %+v", r)
	}

	for _, c := range []contacts.Contact{company, ali, gani} {
		if err := o.Touch(t.Context(), o.pool, c.ID, o.anna.User, yesterday.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.MarkNumber(t.Context(), o.anna, norm, contacts.NoHint); err != nil {
		t.Fatal(err)
	}
	if r := o.identify(t, norm, ""); r.LastAgent != o.anna.User || r.LastTalkAt == nil || !r.LastTalkAt.Equal(yesterday) {
		t.Errorf("all talked with Anna last: %+v", r)
	}
}

func wantOrder(t *testing.T, r contacts.Result, want string) {
	t.Helper()
	var got []string
	for _, c := range r.Candidates {
		got = append(got, c.Name+" "+c.Reason)
	}
	if strings.Join(got, ", ") != want {
		t.Errorf("candidates are %q, want %q", strings.Join(got, ", "), want)
	}
}

func TestSharedNumberOfStrangersOpensNobody(t *testing.T) {
	o := newOffice(t)
	o.card(t, contacts.Person, "Ali", "+998712000000")
	o.card(t, contacts.Person, "Vali", "+998712000000")
	if r := o.identify(t, "+998712000000", ""); r.Contact != "" || len(r.Candidates) != 2 || r.Created {
		t.Errorf("%+v", r)
	}
}

func TestNumbersWithoutCard(t *testing.T) {
	o := newOffice(t)
	o.exec(t, `insert into number (id, number, unit_id) values ($1, '+998712000001', $2)`, string(crm.NewID()), string(o.unit))
	for norm, hint := range map[string]contacts.Hint{"+998900000001": contacts.Spam, "+998900000002": contacts.Internal} {
		if err := o.MarkNumber(t.Context(), crm.SystemViewer("test"), norm, hint); err != nil {
			t.Fatal(err)
		}
		if r := o.identify(t, norm, ""); r.Contact != "" || r.Hint != hint {
			t.Errorf("%s: %+v", hint, r)
		}
	}
	if r := o.identify(t, "+998712000001", ""); r.Contact != "" || r.Hint != contacts.OwnLine {
		t.Errorf("our own number: %+v", r)
	}
	if n := o.number(t, `select count(*) from contact`); n != 0 {
		t.Errorf("%d cards were made", n)
	}
	_, err := o.Identify(t.Context(), "", o.unit, "")
	wantCode(t, err, crm.Invalid, "")
}

func TestAskNeverOpensACard(t *testing.T) {
	o := newOffice(t)
	c := o.card(t, contacts.Person, "Ali", "+998901112233")
	if err := o.MarkNumber(t.Context(), o.anna, "+998901112233", contacts.Ask); err != nil {
		t.Fatal(err)
	}
	if r := o.identify(t, "+998901112233", ""); r.Contact != "" || len(r.Candidates) != 1 || r.Candidates[0].Contact != c.ID {
		t.Errorf("%+v", r)
	}
}

func TestMergedCardsLeadToTheSurvivor(t *testing.T) {
	o := newOffice(t)
	first := o.card(t, contacts.Person, "First", "+998901110001")
	second := o.card(t, contacts.Person, "Second", "+998901110002")
	third := o.card(t, contacts.Person, "Third", "+998901110003")
	for _, pair := range [][2]contacts.Contact{{first, second}, {second, third}} {
		o.exec(t, `update contact set merged_into = $2, deleted_at = now() where id = $1`, string(pair[0].ID), string(pair[1].ID))
	}
	if r := o.identify(t, "+998901110001", ""); r.Contact != third.ID {
		t.Errorf("a call from a merged card's number: %+v", r)
	}
	c, err := o.Get(t.Context(), o.anna, first.ID)
	if err != nil || c.ID != third.ID {
		t.Errorf("the old id leads to %s (%v), want %s", c.ID, err, third.ID)
	}
	if err := o.Touch(t.Context(), o.pool, first.ID, o.bek.User, time.Now()); err != nil {
		t.Fatal(err)
	}
	if r := o.identify(t, "+998901110003", ""); r.LastAgent != o.bek.User {
		t.Errorf("a late fact of the merged card did not reach the survivor: %+v", r)
	}
}

func TestIdentifyWithoutDatabaseIsUnavailable(t *testing.T) {
	o := newOffice(t)
	o.pool.Close()
	if _, err := o.Identify(t.Context(), "+998901234567", o.unit, ""); err == nil {
		t.Error("a closed pool answered")
	}
	o = newOffice(t)
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	_, err := o.Identify(ctx, "+998901234567", o.unit, "")
	wantCode(t, err, crm.Unavailable, "")
}

func TestWarmLeavesNoTrace(t *testing.T) {
	pool := dbtest.New(t)
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	if err := contacts.Warm(t.Context(), conn.Conn()); err != nil {
		t.Fatal(err)
	}
	var cards int
	if err := conn.QueryRow(t.Context(), "select count(*) from contact").Scan(&cards); err != nil || cards != 0 {
		t.Fatalf("%d cards, %v", cards, err)
	}
}

// The caller of a new number is known to be new before his card is there, and only
// he.
func TestStrangerIsToldEarly(t *testing.T) {
	pool, err := db.Open(t.Context(), dbtest.URL(t), 2, func(c *pgxpool.Config) { c.ConnConfig.OnNotice = contacts.HearNotice })
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	s := contacts.NewStore(pool, nil)
	told := 0
	for range 2 {
		if _, err := s.IdentifyEarly(t.Context(), "+998901234567", "", "", func() { told++ }); err != nil {
			t.Fatal(err)
		}
	}
	if told != 1 {
		t.Fatalf("told %d times", told)
	}
}
