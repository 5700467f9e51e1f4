package calls_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/db/dbtest"
)

func folded(facts []crm.Fact) calls.Call {
	var c calls.Call
	for _, f := range facts {
		calls.Fold(&c, f)
	}
	return c
}

// picture is a call as text, for comparing; without what only the writer knows.
func picture(c calls.Call) string {
	c.Unit, c.Display = "", strings.ReplaceAll(c.Display, "\x00", "")
	if c.Offline {
		c.Contact, c.ContactName, c.CardCreated = "", "", false
	}
	b, _ := json.MarshalIndent(c, "", " ")
	return strings.ReplaceAll(string(b), `\u0000`, "")
}

// check compares the history with the fold of all facts.
func (h *house) check(stories [][]crm.Fact) {
	h.t.Helper()
	store := calls.NewStore(h.pool, h.cards)
	facts, activities := 0, 0
	for _, s := range stories {
		facts += len(s)
		want := folded(s)
		got, err := store.Get(h.t.Context(), system(), s[0].CallID)
		if err != nil {
			h.t.Fatal(err)
		}
		if a, b := picture(got), picture(want); a != b {
			h.t.Fatalf("the history has\n%s\nthe facts say\n%s", a, b)
		}
		if got.Offline && got.Phone() != "" && got.Contact == "" {
			h.t.Errorf("call %s has no card", got.ID)
		}
		if got.Contact != "" && got.State == calls.Ended {
			activities++
		}
	}
	for sql, want := range map[string]int{
		"select count(*) from call":                                               len(stories),
		"select count(*) from call_fact":                                          facts,
		"select count(*) from call_dead_letter":                                   0,
		"select count(*) from test_activity":                                      activities,
		"select count(distinct call) from test_activity":                          activities,
		"select count(*) from test_touch":                                         activities,
		"select count(*) - count(distinct phone) from task where done_at is null": 0,
		"select count(*) - count(distinct c) from task, unnest(call_ids) c":       0,
	} {
		if got := h.count(sql); got != want {
			h.t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
}

// A random day with restarts of the server, killed connections and absences of the
// database ends in the same history as a quiet one.
func TestHistoryEqualsTheFactsWhateverHappens(t *testing.T) {
	for seed := range uint64(2) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		address := dbtest.URL(t)
		way, pool := throughProxy(t, address)
		_, straight := throughProxy(t, address)
		h := newHouse(t, straight, pool)
		stories := make([][]crm.Fact, 150)
		for i := range stories {
			stories[i] = randomCall(rnd)
		}
		for i, f := range shuffled(rnd, stories) {
			h.append(f)
			switch rnd.IntN(300) {
			case 0:
				h.stop()
				h.start()
			case 1:
				way.set(true)
			case 2, 3:
				way.set(false)
			case 4:
				h.count(`select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
			}
			if i%100 == 99 {
				way.set(false)
				h.stored()
			}
		}
		way.set(false)
		h.stored()
		h.check(stories)
		h.stop()
	}
}

func TestReadingTheJournalAgainChangesNothing(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	rnd := rand.New(rand.NewPCG(7, 7))
	stories := make([][]crm.Fact, 60)
	for i := range stories {
		stories[i] = randomCall(rnd)
	}
	mixed := shuffled(rnd, stories)
	h.append(mixed...)
	h.stored()
	before := h.dump()
	h.stop()
	h.dir = t.TempDir() // a journal without a cursor
	h.start()
	h.append(mixed...)
	h.stored()
	if after := h.dump(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	h.check(stories)
}

// dump is everything that the writer can change.
func (h *house) dump() string {
	h.t.Helper()
	var all strings.Builder
	for _, table := range []string{"call", "call_fact", "call_offer", "recording", "task", "test_card", "test_touch", "test_activity"} {
		var text string
		if err := h.pool.QueryRow(h.t.Context(), `select coalesce(string_agg(r::text, e'\n' order by r::text), '') from `+table+` r`).Scan(&text); err != nil {
			h.t.Fatal(err)
		}
		all.WriteString(table + "\n" + text + "\n")
	}
	return all.String()
}

// One call that the database or a neighbour refuses does not stop the others, and
// its facts are kept.
func TestRefusedCallGoesToTheDeadLetters(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	h.cards.refuse = id(66)
	good := [][]crm.Fact{missed(morning, "+998901111111", id(1)), missed(morning, "+998902222222", id(2))}
	refused := missed(morning, "+998903333333", id(66))
	wrong := newScript(morning).inbound("+998904444444", "no id").add(0, crm.Ended{Reason: crm.EndAbandoned}).facts
	h.append(good[0]...)
	h.append(refused...)
	h.append(wrong...)
	h.append(good[1]...)
	h.stored()
	if n := h.count(`select count(*) from call where state = 'ended'`); n != 2 {
		t.Errorf("%d calls are in the history, want the 2 good ones", n)
	}
	if n := h.count(`select count(distinct call_id) from call_dead_letter`); n != 2 {
		t.Errorf("%d calls are in the dead letters, want 2", n)
	}
	if n := strings.Count(h.log.String(), "call_dead_letter"); n < 2 {
		t.Errorf("the log does not alarm:\n%s", h.log)
	}
	late := newScript(morning)
	late.call = refused[0].CallID
	h.append(crm.Fact{CallID: late.call, Seq: len(refused) + 1, At: morning, Data: crm.WrapUpEnded{}})
	h.stored()
	if n := h.count(`select max(seq) from call_dead_letter where call_id = $1`, string(late.call)); n != len(refused)+1 {
		t.Errorf("the later fact of a refused call is number %d in the dead letters", n)
	}
	if strings.Contains(h.log.String(), "+99890") {
		t.Error("a phone number is in the log")
	}
}

// A caller of the hour without a database gets his card, and a call-back on it, when
// the facts are stored.
// The call path made the card and told of it, and the database died before the card was
// on its disk.
func TestLostCardIsMadeAgain(t *testing.T) {
	pool := dbtest.New(t)
	h := newHouse(t, pool, pool)
	s := newScript(morning)
	s.add(0, crm.Arrived{Direction: crm.Inbound, Node: "n1", Line: "carrier", From: "+998901234567;ext=12", To: "+998712000001", Queue: "sales"})
	s.add(0, crm.Identified{Contact: id(1), Name: "+998 90 123 45 67", Created: true})
	h.append(s.facts...)
	h.stored()
	if n := h.count(`select count(*) from test_card where id = $1 and phone = '+998901234567;ext=12'`, id(1)); n != 1 {
		t.Errorf("%d cards", n)
	}
	if n := h.count(`select count(*) from call where contact_id = $1`, id(1)); n != 1 {
		t.Errorf("%d calls on it", n)
	}
}

// What a supervisor does to a call of others stands in the call's story and in the audit.
func TestWhatASupervisorDoes(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	boss := id(77)
	facts := newScript(morning).add(0, crm.Arrived{Direction: crm.Inbound, From: "+998901234567", To: "+998712000001", Queue: "sales"}).
		add(time.Second, crm.Moved{From: "sales", Queue: "service", By: boss, Why: "wrong number"}).
		add(time.Second, crm.Assigned{Agent: id(1), By: boss}).
		add(time.Second, crm.Ended{By: crm.Supervisor, User: boss, Reason: crm.EndUnanswered}).facts
	h.append(facts...)
	h.stored()
	c, err := calls.NewStore(pool, h.cards).Get(t.Context(), system(), facts[0].CallID)
	if err != nil {
		t.Fatal(err)
	}
	kinds := make([]crm.FactKind, len(c.Moments))
	for i, m := range c.Moments {
		if kinds[i] = m.Kind; m.Agent != boss {
			t.Errorf("%s by %s", m.Kind, m.Agent)
		}
	}
	if want := []crm.FactKind{crm.FactMoved, crm.FactAssigned, crm.FactEnded}; c.By != crm.Supervisor || !slices.Equal(kinds, want) {
		t.Errorf("ended by %s: %+v", c.By, c.Moments)
	}
	if m := c.Moments[0]; m.From != "sales" || m.Queue != "service" || m.Words != "wrong number" || c.Moments[1].Whom != id(1) {
		t.Errorf("%+v", c.Moments)
	}
	for _, action := range []string{"move", "assign", "hangup"} {
		if n := h.count(`select count(*) from audit where action = $1 and object = 'calls' and object_id = $2 and user_id = $3`, action, c.ID, boss); n != 1 {
			t.Errorf("%d lines of %s in the audit", n, action)
		}
	}
}

func TestCardIsMadeAtReplay(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	facts := newScript(morning).add(0, crm.Arrived{Direction: crm.Inbound, From: "+998901234567", To: "+998712000001", Queue: "sales", Display: "Anna"}).
		add(0, crm.Identified{Offline: true}).add(time.Second, crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned}).facts
	h.append(facts...)
	h.stored()
	c, err := calls.NewStore(pool, h.cards).Get(t.Context(), system(), facts[0].CallID)
	if err != nil {
		t.Fatal(err)
	}
	if c.Contact == "" || !c.CardCreated || !c.Offline || c.ContactName != "Anna" || c.Unit != unitSales {
		t.Errorf("the call is %+v", c)
	}
	if n := h.count(`select count(*) from task where contact_id = $1 and phone = $2 and unit_id = $3`, c.Contact, "+998901234567", unitSales); n != 1 {
		t.Errorf("%d call-backs on the card", n)
	}
	if told := <-h.found; told.ID != c.ID || told.Contact != c.Contact || !told.CardCreated {
		t.Errorf("told of %+v", told)
	}
	if n := h.count(`select count(*) from test_note where call = $1 and contact = $2`, c.ID, c.Contact); n != 1 {
		t.Errorf("the notes went to the card %d times", n)
	}
	// After a restart the card is still known to the writer.
	h.stop()
	h.start()
	h.append(crm.Fact{CallID: c.ID, Seq: 4, At: morning, Data: crm.Quality{Party: crm.Caller}})
	h.stored()
	again, err := calls.NewStore(pool, h.cards).Get(t.Context(), system(), c.ID)
	if err != nil || again.Contact != c.Contact || again.Seq != 4 {
		t.Errorf("after a restart %+v, %v", again, err)
	}
}
