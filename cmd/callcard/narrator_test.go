package main

import (
	"bytes"
	"crypto/rand"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/users"
)

var update = flag.Bool("update", false, "write the golden files anew")

// tale is the facts of one call under a title.
type tale struct {
	title string
	facts []crm.FactData
}

// TestNarrator tells calls and holds the text against testdata/narrator.txt, which
// anybody can read.
func TestNarrator(t *testing.T) {
	pool := dbtest.New(t)
	words := map[string]string{} // any will do, but the same for the same mark
	text := regexp.MustCompile(`{{[^}]*}}`).ReplaceAllStringFunc(demoOffice, func(mark string) string {
		if words[mark] == "" {
			words[mark] = rand.Text()
		}
		return words[mark]
	})
	file, err := office.Parse(strings.NewReader(text), "demo.yaml", users.WeakPassword)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := office.Apply(t.Context(), pool, users.NewPasswords(1), crm.SystemViewer("test"), file, false); err != nil {
		t.Fatal(err)
	}
	cache := office.NewCache(pool, slog.New(slog.DiscardHandler))
	if err := cache.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	id := func(login string) crm.ID {
		u, ok := cache.Current().UserByLogin(login)
		if !ok {
			t.Fatalf("there is no %s", login)
		}
		return u.ID
	}
	var got bytes.Buffer
	for _, x := range tales(id("anna"), id("bek"), id("dilnoza")) {
		fmt.Fprintf(&got, "# %s\n", x.title)
		n := &narrator{out: &got, office: cache.Current, recordings: "recordings", calls: map[crm.ID]*calls.Call{}}
		for i, data := range x.facts {
			n.hear(crm.Fact{CallID: "c", Seq: i + 1, At: time.Date(2026, 3, 2, 10, 0, i, 0, time.UTC), Data: data})
		}
		if len(n.calls) > 0 {
			t.Errorf("%s: the call is over and is not forgotten", x.title)
		}
		got.WriteString("\n")
	}
	said := regexp.MustCompile(`\d\d:\d\d:\d\d`).ReplaceAll(got.Bytes(), []byte("hh:mm:ss"))
	golden := filepath.Join("testdata", "narrator.txt")
	if *update {
		if err := os.WriteFile(golden, said, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(said, want) {
		t.Errorf("the narrator says\n%s\nwant (go test -run Narrator -update writes it)\n%s", said, want)
	}
}

func tales(anna, bek, dilnoza crm.ID) []tale {
	at := time.Date(2026, 3, 2, 10, 0, 20, 0, time.UTC)
	arrived := crm.Arrived{Direction: crm.Inbound, Line: "carrier", From: "+998901234567", To: firstNumber, Source: "website", Queue: "sales"}
	queued := crm.Queued{Queue: "sales", EnteredAt: at}
	found := crm.Identified{Contact: "k", Name: "Nilufar Yusupova", LastAgent: bek}
	offered := func(leg, agent crm.ID, why string) crm.Offered {
		return crm.Offered{Leg: leg, Agent: agent, Reason: why}
	}
	return []tale{
		{"A new client is answered by the least busy manager and hangs up.", []crm.FactData{
			arrived, crm.Identified{Contact: "k", Name: "+998 90 123 45 67", Created: true}, queued,
			crm.Routed{Candidates: []crm.RouteCandidate{{Agent: anna, Reason: "least_busy"}, {Agent: bek, Reason: "least_busy"}}, Excluded: []crm.RouteExclusion{{Agent: dilnoza, Why: "wrap_up"}}},
			offered("l", anna, "least_busy"), crm.Answered{Leg: "l", Agent: anna, WaitMS: 1520},
			crm.RecordingStarted{Recording: "r", Path: "2026/03/02/c.wav"}, crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 10_060},
			crm.Recorded{Recording: "r", Path: "2026/03/02/c.wav", DurationMS: 10_060, Bytes: 160_960},
		}},
		{"A known client waits for his previous manager, who hangs up in the end.", []crm.FactData{
			arrived, found, queued,
			crm.Routed{WaitFor: bek, WaitUntil: &at, Candidates: []crm.RouteCandidate{{Agent: anna, Reason: "least_busy"}}, MoreCandidates: 1, Excluded: []crm.RouteExclusion{{Agent: bek, Why: "talking"}}, Reason: "previous_talking_wait"},
			crm.Routed{Candidates: []crm.RouteCandidate{{Agent: bek, Reason: "previous_free"}}, Reason: "previous_free"},
			offered("l", bek, "previous_free"), crm.Answered{Leg: "l", Agent: bek, WaitMS: 8000},
			crm.Ended{By: crm.Agent, Reason: crm.EndCompleted, TalkMS: 61_000},
		}},
		{"Two managers do not take it, the third is gone, the caller gives up.", []crm.FactData{
			arrived, crm.Identified{Candidates: []crm.Candidate{{Contact: "1"}, {Contact: "2"}}}, queued,
			offered("l", anna, "least_busy"), crm.OfferEnded{Leg: "l", Agent: anna, Result: crm.OfferNoAnswer},
			offered("m", bek, "least_busy"), crm.OfferEnded{Leg: "m", Agent: bek, Result: crm.OfferDeclined, Code: 486},
			crm.Routed{Excluded: []crm.RouteExclusion{{Agent: "somebody else", Why: "gone"}}, Reason: "nobody_free"},
			crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned},
		}},
		{"A caller hides his number; nobody is there.", []crm.FactData{
			crm.Arrived{Direction: crm.Inbound, Line: "carrier", Anonymous: true, To: "+998712000002", Queue: "sales"},
			crm.Identified{}, queued, crm.Ended{By: crm.System, Reason: crm.EndUnanswered},
		}},
		{"The database is away.", []crm.FactData{
			arrived, crm.Identified{Offline: true}, queued, offered("l", anna, "least_busy"), crm.Answered{Leg: "l", Agent: anna, WaitMS: 1500},
			crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 2000},
		}},
		{"The server dies under a talk.", []crm.FactData{
			arrived, found, crm.Answered{Leg: "l", Agent: bek, WaitMS: 900},
			crm.RecordingStarted{Recording: "r", Path: "2026/03/02/c.wav"}, crm.Ended{By: crm.System, Reason: crm.EndInterrupted, TalkMS: 4000},
			crm.Recorded{Recording: "r", Path: "2026/03/02/c.wav", DurationMS: 3400, Truncated: "interrupted"},
		}},
		{"No sound comes any more.", []crm.FactData{
			arrived, found, crm.Answered{Leg: "l", Agent: bek}, crm.Ended{By: crm.System, Reason: crm.EndMediaLost, TalkMS: 30_000},
		}},
		{"A manager calls a client, who hangs up.", []crm.FactData{
			crm.Arrived{Direction: crm.Outbound, Agent: anna, From: firstNumber, To: "+998901234567"}, found, crm.Dialled{Line: "carrier"},
			crm.Answered{Leg: "l", Agent: anna, WaitMS: 7000},
			crm.RecordingStarted{Recording: "r", Path: "2026/03/02/c.wav"}, crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 10_060},
			crm.Recorded{Recording: "r", Path: "2026/03/02/c.wav", DurationMS: 10_060},
		}},
		{"A manager calls a colleague, who hangs up.", []crm.FactData{
			crm.Arrived{Direction: crm.Within, Agent: anna, From: "101", To: "102"},
			offered("l", bek, "colleague"), crm.Answered{Leg: "l", Agent: bek, WaitMS: 3000},
			crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 5000},
		}},
		{"The line breaks before anybody answers.", []crm.FactData{arrived, crm.Ended{By: crm.System, Reason: crm.EndFailed, Code: 500}}},
	}
}

// A call whose beginning the narrator has not heard is none of his business.
func TestNarratorMissedTheBeginning(t *testing.T) {
	var got bytes.Buffer
	n := &narrator{out: &got, calls: map[crm.ID]*calls.Call{}}
	n.hear(crm.Fact{CallID: "c", Seq: 2, Data: crm.Identified{Contact: "k"}})
	if got.Len() > 0 || len(n.calls) > 0 {
		t.Errorf("he says %q and remembers %d calls", got.String(), len(n.calls))
	}
}
