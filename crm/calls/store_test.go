package calls_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
)

func viewer(user, unit crm.ID, reach crm.Reach) crm.Viewer {
	return crm.Viewer{
		User: user, Login: "x", Unit: unit, Subtree: []crm.ID{unit}, Via: "api", IP: "127.0.0.1",
		Grants: crm.Grants{
			crm.Calls:      {crm.Read: reach, crm.Update: reach},
			crm.Recordings: {crm.Listen: reach},
		},
	}
}

// recorded is a talk of agent with a recording, in the office of queue.
func recorded(at time.Time, queue string, agent crm.ID) []crm.Fact {
	leg, file := crm.NewID(), crm.NewID()
	return newScript(at).
		add(0, crm.Arrived{Direction: crm.Inbound, From: "+998901234567", To: "+998712000001", Queue: queue}).
		add(0, crm.Identified{Contact: id(9), Name: "Anna"}).
		add(0, crm.Offered{Leg: leg, Agent: agent, Reason: "least_busy"}).
		add(time.Second, crm.Answered{Leg: leg, Agent: agent}).
		add(0, crm.RecordingStarted{Recording: file, Path: "2026/a.wav"}).
		add(time.Minute, crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 60_000}).
		add(0, crm.Recorded{Recording: file, Path: "2026/a.wav", DurationMS: 60_000, Bytes: 9}).facts
}

// As each kind of viewer: what is listed, and everything else about a call that is
// not his must look as if there were none.
// Who has given a client away, or has talked with him before, may still open the call.
func TestWhoTookPartMayOpenACall(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	store := calls.NewStore(pool, h.cards)
	anna, bek, dil, eve := id(101), id(102), id(103), id(104)
	facts := newScript(morning).inbound("+998901234567", id(9)).
		add(time.Second, crm.Offered{Leg: id(11), Agent: anna}).
		add(time.Second, crm.OfferEnded{Leg: id(11), Agent: anna, Result: crm.OfferAnswered}).
		add(0, crm.Answered{Leg: id(11), Agent: anna}).
		add(time.Second, crm.Transferred{By: anna, ToAgent: bek, How: crm.TransferBlind}).
		add(0, crm.Offered{Leg: id(12), Agent: dil}).
		add(0, crm.OfferEnded{Leg: id(12), Agent: dil, Result: crm.OfferDeclined}).
		add(0, crm.Answered{Leg: id(13), Agent: bek}).
		add(time.Second, crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 2000}).facts
	h.append(facts...)
	h.stored()
	for who, want := range map[crm.ID]crm.Code{anna: "", bek: "", dil: crm.NotFound, eve: crm.NotFound} {
		if _, err := store.Get(t.Context(), viewer(who, unitSales, crm.Own), facts[0].CallID); crm.CodeOf(err) != want {
			t.Errorf("%s: %v, want code %q", who, err, want)
		}
	}
}

func TestWhoSeesAndHearsACall(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	store := calls.NewStore(pool, h.cards)
	anna, bek := id(101), id(102)
	mine, colleague, foreign := recorded(morning, "sales", anna), recorded(morning.Add(time.Hour), "sales", bek), recorded(morning.Add(2*time.Hour), "other", id(103))
	for _, c := range [][]crm.Fact{mine, colleague, foreign} {
		h.append(c...)
	}
	h.stored()
	for _, c := range []struct {
		name   string
		viewer crm.Viewer
		sees   [][]crm.Fact // newest first
	}{
		{"agent", viewer(anna, unitSales, crm.Own), [][]crm.Fact{mine}},
		{"office", viewer(anna, unitSales, crm.Unit), [][]crm.Fact{colleague, mine}},
		{"supervisor", viewer(id(7), unitSales, crm.Subtree), [][]crm.Fact{colleague, mine}},
		{"foreign supervisor", viewer(id(8), unitOther, crm.Subtree), [][]crm.Fact{foreign}},
		{"admin", viewer(id(9), unitOther, crm.All), [][]crm.Fact{foreign, colleague, mine}},
		{"nobody", viewer(anna, unitSales, crm.None), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := store.List(t.Context(), c.viewer, calls.Filter{})
			if err != nil || len(p.Calls) != len(c.sees) {
				t.Fatalf("lists %d calls, want %d (%v)", len(p.Calls), len(c.sees), err)
			}
			seen := map[crm.ID]bool{}
			for i, want := range c.sees {
				seen[want[0].CallID] = true
				if p.Calls[i].ID != want[0].CallID {
					t.Errorf("place %d is call %s", i, p.Calls[i].ID)
				}
			}
			for _, call := range [][]crm.Fact{mine, colleague, foreign} {
				want := crm.NotFound
				if seen[call[0].CallID] {
					want = ""
				}
				_, get := store.Get(t.Context(), c.viewer, call[0].CallID)
				_, file := store.Recording(t.Context(), c.viewer, call[0].CallID)
				_, listen := store.RecordListen(t.Context(), c.viewer, call[0].CallID, "listen")
				_, attach := store.Attach(t.Context(), c.viewer, call[0].CallID, id(9), "Anna")
				for what, err := range map[string]error{"get": get, "recording": file, "listen": listen, "attach": attach} {
					if crm.CodeOf(err) != want {
						t.Errorf("%s: %v, want code %q", what, err, want)
					}
				}
			}
		})
	}
	if n := h.count(`select count(*) from audit where action = 'listen' and object = 'recordings' and diff->'call'->>1 = $1`, string(foreign[0].CallID)); n != 2 {
		t.Errorf("the audit knows %d listenings of the foreign call, want those of its supervisor and the admin", n)
	}
}

func TestListenNeedsItsOwnRight(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	store := calls.NewStore(pool, h.cards)
	facts := recorded(morning, "sales", id(101))
	h.append(facts...)
	h.stored()
	v := viewer(id(101), unitSales, crm.All)
	delete(v.Grants, crm.Recordings)
	if _, err := store.Get(t.Context(), v, facts[0].CallID); err != nil {
		t.Error(err)
	}
	if _, err := store.RecordListen(t.Context(), v, facts[0].CallID, "listen"); crm.CodeOf(err) != crm.NotFound {
		t.Errorf("listened without the right: %v", err)
	}
	if n := h.count(`select count(*) from audit`); n != 0 {
		t.Errorf("the audit has %d lines", n)
	}
	quiet := missed(morning, "+998901234567", id(9))
	h.append(quiet...)
	h.stored()
	if _, err := store.Recording(t.Context(), system(), quiet[0].CallID); crm.CodeOf(err) != crm.NotFound {
		t.Errorf("a recording of a call without one: %v", err)
	}
}

func TestListFiltersAndPages(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	store := calls.NewStore(pool, h.cards)
	var ids []crm.ID // newest first
	for i := range 25 {
		// Five at a time start in the same microsecond: the id decides.
		c := talked(morning.Add(time.Duration(i/5)*time.Hour), fmt.Sprintf("+99890000000%d", i%2), id(i%3+1), id(i%4+100))
		h.append(c...)
		ids = append([]crm.ID{c[0].CallID}, ids...)
	}
	h.stored()
	var got []crm.ID
	f := calls.Filter{Limit: 7}
	for {
		p, err := store.List(t.Context(), system(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Calls {
			got = append(got, c.ID)
		}
		if f.After = p.Next; f.After == "" {
			break
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(ids) {
		t.Errorf("pages give\n%v\nwant\n%v", got, ids)
	}
	for name, c := range map[string]struct {
		f    calls.Filter
		want int
	}{
		"phone":     {calls.Filter{Phone: "+998900000001"}, 12},
		"agent":     {calls.Filter{Agent: id(101)}, 6},
		"queue":     {calls.Filter{Queues: []string{"sales"}}, 25},
		"no queue":  {calls.Filter{Queues: []string{"other", "elsewhere"}}, 0},
		"contact":   {calls.Filter{Contact: id(1)}, 9},
		"direction": {calls.Filter{Direction: crm.Outbound}, 0},
		"state":     {calls.Filter{State: calls.Ended}, 25},
		"times":     {calls.Filter{Since: morning.Add(time.Hour), Until: morning.Add(3 * time.Hour)}, 10},
		"both":      {calls.Filter{Phone: "+998900000001", Agent: id(101)}, 6},
	} {
		if p, err := store.List(t.Context(), system(), c.f); err != nil || len(p.Calls) != c.want {
			t.Errorf("%s: %d calls, want %d (%v)", name, len(p.Calls), c.want, err)
		}
	}
	for _, bad := range []calls.Filter{{Limit: 201}, {Limit: -1}, {After: "x"}, {After: "MSwy"}} {
		if _, err := store.List(t.Context(), system(), bad); crm.CodeOf(err) != crm.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := store.Get(t.Context(), system(), "'; drop table call"); crm.CodeOf(err) != crm.NotFound {
		t.Errorf("an id that is none: %v", err)
	}
}

func TestAttachPutsTheCallIntoTheTimeline(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	store := calls.NewStore(pool, h.cards)
	facts := missed(morning, "", "")
	h.append(facts...)
	h.stored()
	if n := h.count(`select count(*) from test_activity`) + h.count(`select count(*) from task`); n != 0 {
		t.Errorf("an anonymous caller left %d traces", n)
	}
	for range 2 {
		if _, err := store.Attach(t.Context(), viewer(id(1), unitSales, crm.Unit), facts[0].CallID, id(9), "Anna"); err != nil {
			t.Fatal(err)
		}
	}
	c, err := store.Get(t.Context(), system(), facts[0].CallID)
	if err != nil || c.Contact != id(9) || c.ContactName != "Anna" {
		t.Errorf("%+v, %v", c, err)
	}
	// What the writer hears later does not take the card away again.
	h.append(crm.Fact{CallID: c.ID, Seq: len(facts) + 1, At: morning, Data: crm.Quality{}})
	h.stored()
	if c, err = store.Get(t.Context(), system(), c.ID); err != nil || c.Contact != id(9) {
		t.Errorf("after a later fact: %+v, %v", c, err)
	}
	if n := h.count(`select count(*) from test_activity where contact = $1`, id(9)); n != 1 {
		t.Errorf("%d lines in the timeline", n)
	}
}

// The agent says during the talk whose call it is: one of the candidates, or one of the
// company's people.
func TestAttachDuringTheCallHoldsToItsEnd(t *testing.T) {
	for name, identified := range map[string]crm.ID{"candidates": "", "company": id(8)} {
		t.Run(name, func(t *testing.T) {
			pool := newPool(t)
			h := newHouse(t, pool, pool)
			store := calls.NewStore(pool, h.cards)
			facts := talked(morning, "+998901234567", identified, id(1))
			h.append(facts[:len(facts)-1]...)
			h.stored()
			if _, err := store.Attach(t.Context(), viewer(id(1), unitSales, crm.Unit), facts[0].CallID, id(9), "Anna"); err != nil {
				t.Fatal(err)
			}
			h.append(facts[len(facts)-1])
			h.stored()
			c, err := store.Get(t.Context(), system(), facts[0].CallID)
			if err != nil || c.State != calls.Ended || c.Contact != id(9) || c.ContactName != "Anna" {
				t.Errorf("%+v, %v", c, err)
			}
			if n := h.count(`select count(*) from test_activity where contact = $1`, id(9)); n != 1 {
				t.Errorf("%d lines in her timeline", n)
			}
			if n := h.count(`select count(*) from test_touch where contact = $1 and agent = $2`, id(9), id(1)); n != 1 {
				t.Errorf("%d talks on her card", n)
			}
			if n := h.count(`select count(*) from test_activity where contact <> $1`, id(9)); n != 0 {
				t.Errorf("%d lines in other timelines", n)
			}
		})
	}
}

func TestTrace(t *testing.T) {
	pool := newPool(t)
	h := newHouse(t, pool, pool)
	store := calls.NewStore(pool, h.cards)
	facts := missed(morning, "+998901234567", id(1))
	h.append(facts...)
	h.stored()
	traces := calls.NewTraces(pool, slog.New(slog.DiscardHandler))
	ladder := []calls.Message{{At: morning, Leg: "a", Peer: "127.0.0.2:5060 udp", Head: "INVITE sip:1@x SIP/2.0", Text: "INVITE\r\n\x00"}}
	for i := range 600 {
		if traces.Save(facts[0].CallID, ladder) != (i < 500) {
			t.Fatalf("ladder %d: taken and dropped are wrong", i)
		}
	}
	if traces.Dropped() != 100 {
		t.Errorf("%d dropped, want 100", traces.Dropped())
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		traces.Run(ctx)
	}()
	admin := viewer(id(1), unitSales, crm.All)
	admin.Grants[crm.Office] = map[crm.Action]crm.Reach{crm.Manage: crm.All}
	var got []calls.Message
	for deadline := time.Now().Add(10 * time.Second); len(got) < 500; {
		var err error
		if got, err = store.Trace(t.Context(), admin, facts[0].CallID); err != nil && crm.CodeOf(err) != crm.NotFound || time.Now().After(deadline) {
			t.Fatalf("%d lines, %v", len(got), err)
		}
	}
	if got[0].Head != ladder[0].Head || strings.Contains(got[0].Text, "\x00") {
		t.Errorf("%+v", got[0])
	}
	if _, err := store.Trace(t.Context(), viewer(id(1), unitSales, crm.All), facts[0].CallID); crm.CodeOf(err) != crm.NotFound {
		t.Errorf("without the right: %v", err)
	}
	cancel()
	<-done
}
