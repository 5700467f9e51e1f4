package live_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/realtime"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/web/live"
	"github.com/callcard/callcard/web/webtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// floor is a feed with real sockets, and a user's name for each.
type floor struct {
	*webtest.Office
	*live.Feed
	t      testing.TB
	hub    *realtime.Hub
	server *httptest.Server
}

func newFloor(t testing.TB, cards func(*webtest.Office) live.Cards) *floor {
	t.Helper()
	f := &floor{Office: webtest.NewOffice(t), t: t, hub: realtime.New(realtime.Options{})}
	cfg := live.Config{Hub: f.hub, Office: f.Cache.Current, Log: slogDiscard(),
		Agent: func(id crm.ID) (routing.Agent, bool) {
			return routing.Agent{ID: routing.AgentID(id), State: routing.Available, Since: time.Unix(1, 0)}, id == f.ID("anna") || id == f.ID("bek")
		}}
	if cards != nil {
		cfg.Cards = cards(f.Office)
	}
	f.Feed = live.NewFeed(context.Background(), cfg)
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user := f.ID(r.URL.Query().Get("user"))
		f.hub.Serve(w, r, realtime.Listener{User: string(user), Since: realtime.ParsePlace(r.URL.Query().Get("since")),
			Snapshot: func(pin func()) (any, error) { return f.Snapshot(user, pin) }})
	}))
	t.Cleanup(func() { f.Close(); f.hub.Close(); f.server.Close() })
	return f
}

// page is a user's open page; it has taken its snapshot.
type page struct {
	t    testing.TB
	conn *websocket.Conn
	live.Snapshot
}

func (f *floor) open(user string) *page {
	f.t.Helper()
	c, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(f.server.URL, "http")+"?user="+user, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { c.Close() })
	p := &page{t: f.t, conn: c}
	p.next(live.TypeSnapshot, &p.Snapshot)
	return p
}

// next takes the next event, which must be of the kind. How many wait is told to
// everybody of the office and is left out where it is not what is awaited.
func (p *page) next(kind string, data any) {
	p.t.Helper()
	var e realtime.Envelope
	for e.Type == "" || e.Type == live.TypeQueueChanged && kind != live.TypeQueueChanged {
		if err := p.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			p.t.Fatal(err)
		}
		if err := p.conn.ReadJSON(&e); err != nil {
			p.t.Fatalf("waiting for %s: %v", kind, err)
		}
	}
	if e.Type != kind {
		p.t.Fatalf("got %s, want %s: %s", e.Type, kind, e.Data)
	}
	if err := json.Unmarshal(e.Data, data); err != nil {
		p.t.Fatal(err)
	}
}

// card reads up to the next call.card: the lookup runs beside the facts.
func (p *page) card() (card live.Card) {
	p.t.Helper()
	for {
		var e realtime.Envelope
		if err := p.conn.ReadJSON(&e); err != nil {
			p.t.Fatal(err)
		}
		if e.Type == live.TypeCallCard {
			if err := json.Unmarshal(e.Data, &card); err != nil {
				p.t.Fatal(err)
			}
			return card
		}
	}
}

// change reads a call.changed about the given fact.
func (p *page) change(what crm.FactKind) live.Call {
	p.t.Helper()
	var c live.CallChange
	p.next(live.TypeCallChanged, &c)
	if c.What != what {
		p.t.Fatalf("the call changed by %s, want %s", c.What, what)
	}
	return c.Call
}

func (f *floor) show(facts ...crm.Fact) {
	f.t.Helper()
	for _, fact := range facts {
		ctx, cancel := context.WithTimeout(f.t.Context(), 10*time.Second)
		if err := f.Show(fact).Wait(ctx); err != nil {
			f.t.Fatal(err)
		}
		cancel()
	}
}

func TestTheOfferedAgentGetsTheCardFirst(t *testing.T) {
	f := newFloor(t, nil)
	anna, bek := f.open("anna"), f.open("bek")
	s := webtest.NewStory("sales", "+998901234567", crm.NewID(), "Ўткир")
	f.show(s.Facts...)
	f.show(s.Offer(f.ID("anna")))
	var o live.Offer
	anna.next(live.TypeCallOffered, &o)
	card := o.Card
	if card.Name != "Ўткир" || len(card.Phones) != 1 || card.Phones[0] != "+998901234567" || card.Reason != "least_busy" ||
		card.Source != "website" || card.WaitMS != 2000 || card.Queue != "sales" || o.Leg != s.Leg || o.Call.State != "ringing" {
		t.Errorf("offer = %+v", o)
	}
	if c := anna.change(crm.FactOffered); c.Agent != "anna" || c.Route[0].Result != "" {
		t.Errorf("call = %+v", c)
	}
	f.show(s.Tell(crm.OfferEnded{Leg: s.Leg, Agent: f.ID("anna"), Result: crm.OfferDeclined}))
	if c := anna.change(crm.FactOfferEnded); c.State != "queued" || c.Route[0].Result != crm.OfferDeclined {
		t.Errorf("after the refusal: %+v", c)
	}
	f.show(s.Offer(f.ID("bek")), s.Answer(f.ID("bek")))
	bek.next(live.TypeCallOffered, &o)
	bek.change(crm.FactOffered)
	if c := bek.change(crm.FactAnswered); c.State != "talking" || c.Agent != "bek" {
		t.Errorf("call = %+v", c)
	}
	// Anna, who refused, hears nothing more of the call: the next thing on her page
	// is her own.
	f.Agent(routing.Change{Agent: routing.AgentID(f.ID("anna")), State: routing.Break, Reason: "tea", Since: time.Unix(5, 0)})
	var state live.AgentState
	anna.next(live.TypeAgentState, &state)
	if state.State != routing.Break || state.Reason != "tea" || state.Agent != "anna" {
		t.Errorf("state = %+v", state)
	}
}

func TestSupervisorsSeeTheirOfficesOnly(t *testing.T) {
	f := newFloor(t, nil)
	boss, sara, admin := f.open("boss"), f.open("sara"), f.open("admin")
	s := webtest.NewStory("sales", "+998901234567", "", "")
	f.show(s.Facts...)
	for _, p := range []*page{boss, admin} {
		p.change(crm.FactArrived)
		p.change(crm.FactIdentified)
		p.change(crm.FactQueued)
		var q live.QueueLine
		p.next(live.TypeQueueChanged, &q)
		if q.Queue != "sales" || q.Waiting != 1 || q.LongestSince == nil {
			t.Errorf("queue = %+v", q)
		}
	}
	other := webtest.NewStory("support", "+998901234568", "", "")
	f.show(other.Facts[0])
	if c := sara.change(crm.FactArrived); c.Queue != "support" { // the first that she hears of
		t.Errorf("sara heard of %+v", c)
	}
	f.Agent(routing.Change{Agent: routing.AgentID(f.ID("anna")), State: routing.Available})
	f.Agent(routing.Change{Agent: routing.AgentID(f.ID("farid")), State: routing.Available})
	var state live.AgentState
	sara.next(live.TypeAgentState, &state)
	if state.Agent != "farid" {
		t.Errorf("sara heard of %s", state.Agent)
	}
	boss.next(live.TypeAgentState, &state)
	if state.Agent != "anna" {
		t.Errorf("boss heard of %s", state.Agent)
	}
}

func TestSnapshotTellsWhatOneWouldKnow(t *testing.T) {
	f := newFloor(t, nil)
	ringing := webtest.NewStory("sales", "+998901234567", "", "")
	ringing.Offer(f.ID("anna"))
	waiting := webtest.NewStory("sales", "+998901234568", "", "")
	over := webtest.NewStory("sales", "+998901234569", "", "")
	over.Offer(f.ID("bek"))
	over.Answer(f.ID("bek"))
	over.End()
	wrapping := webtest.NewStory("sales", "+998901234560", "", "")
	wrapping.Offer(f.ID("bek"))
	wrapping.Answer(f.ID("bek"))
	wrapping.End()
	wrapping.Tell(crm.WrapUp{Agent: f.ID("bek"), Until: time.Now().Add(time.Minute)})
	for _, s := range []*webtest.Story{ringing, waiting, over, wrapping} {
		f.show(s.Facts...)
	}
	f.Agent(routing.Change{Agent: routing.AgentID(f.ID("bek")), State: routing.WrapUp, Since: time.Unix(9, 0)})

	anna := f.open("anna")
	if anna.Me == nil || anna.Me.State != routing.Available || len(anna.Calls) != 1 || len(anna.Offers) != 1 ||
		anna.Offers[0].Card.Phones[0] != "+998901234567" || len(anna.Agents) != 2 || len(anna.Queues) != 1 {
		t.Errorf("anna's snapshot = %+v", anna.Snapshot)
	}
	bek := f.open("bek")
	if bek.Me == nil || bek.Me.State != routing.WrapUp || bek.Me.Until == nil || len(bek.Calls) != 1 || bek.Calls[0].WrapUp == nil || bek.Calls[0].WrapUp.Agent != "bek" {
		t.Errorf("bek's snapshot = %+v", bek.Snapshot)
	}
	boss := f.open("boss")
	if boss.Me != nil || len(boss.Calls) != 3 || len(boss.Agents) != 2 || len(boss.Queues) != 1 || boss.Queues[0].Waiting != 2 {
		t.Errorf("the boss's snapshot = %+v", boss.Snapshot)
	}
	sara := f.open("sara")
	if len(sara.Calls)+len(sara.Agents)+len(sara.Queues)+len(sara.Offers) != 0 {
		t.Errorf("sara's snapshot = %+v", sara.Snapshot)
	}
	f.show(wrapping.Tell(crm.WrapUpEnded{Agent: f.ID("bek")}))
	bek.change(crm.FactWrapUpEnded)
	if again := f.open("bek"); len(again.Calls) != 0 {
		t.Errorf("after the wrap-up: %+v", again.Calls)
	}
}

// A colleague who is asked about a client sees call and card until he is let go; whoever
// gives the client away sees it until his notes are written.
func TestConsultationIsShown(t *testing.T) {
	f := newFloor(t, nil)
	s := webtest.NewStory("sales", "+998901234567", "", "")
	s.Offer(f.ID("anna"))
	s.Answer(f.ID("anna"))
	s.Tell(crm.ConsultBegan{By: f.ID("anna"), ToAgent: f.ID("bek"), Leg: crm.NewID()})
	s.Offer(f.ID("bek"))
	f.show(s.Facts...)
	bek := f.open("bek")
	if len(bek.Offers) != 1 || bek.Calls[0].Consult == nil || bek.Calls[0].Consult.To.Agent != "bek" || bek.Calls[0].Consult.State != calls.ConsultRinging || bek.Calls[0].Agent != "anna" {
		t.Fatalf("asked: %+v", bek.Snapshot)
	}
	f.show(s.Tell(crm.OfferEnded{Leg: s.Leg, Agent: f.ID("bek"), Result: crm.OfferAnswered}), s.Tell(crm.ConsultAnswered{ToAgent: f.ID("bek")}))
	bek.change(crm.FactOfferEnded)
	bek.change(crm.FactConsultAnswered)
	if going, ok := f.Call(s.Call); !ok || !slices.Contains(going.Agents, f.ID("bek")) || !slices.Contains(going.Agents, f.ID("anna")) {
		t.Errorf("on the call: %+v", going.Agents)
	}
	if again := f.open("bek"); len(again.Calls) != 1 || len(again.Cards) != 1 {
		t.Errorf("talking: %+v", again.Snapshot)
	}
	ended := s.Tell(crm.ConsultEnded{ToAgent: f.ID("bek"), Why: crm.ConsultEndedByAgent})
	f.show(ended)
	bek.change(crm.FactConsultEnded)
	if again := f.open("bek"); len(again.Calls) != 0 {
		t.Errorf("let go: %+v", again.Calls)
	}
}

// The database was slow when the call came; the history finds the card during the talk.
// Whom a person has chosen meanwhile, the history does not take away.
// A page that is opened anew during a call knows all that the old one was told.
// The name that a client is given during a call is the call's from then on, also for a
// page that is opened anew.
func TestTheNameThatIsGivenDuringTheCall(t *testing.T) {
	f := newFloor(t, nil)
	f.Contacts.Listen(live.News{Feed: f.Feed})
	who, err := f.Contacts.Identify(t.Context(), "+998901234567", f.Unit("Tashkent"), "")
	if err != nil {
		t.Fatal(err)
	}
	s := webtest.NewStory("sales", "+998901234567", who.Contact, who.Name)
	f.show(s.Facts...)
	f.show(s.Offer(f.ID("anna")))
	name := "Aziz Karimov"
	if _, err := f.Contacts.Patch(t.Context(), crm.SystemViewer("test"), who.Contact, contacts.Patch{Name: &name}); err != nil {
		t.Fatal(err)
	}
	anna := f.open("anna")
	if anna.Calls[0].ContactName != name || anna.Cards[0].Name != name {
		t.Errorf("after the change: %+v", anna.Snapshot)
	}
	f.show(s.Answer(f.ID("anna")))
	if c := anna.change(crm.FactAnswered); c.ContactName != name {
		t.Errorf("at the answer: %+v", c)
	}
}

func TestNewsOfAForgottenCallIsDropped(t *testing.T) {
	f := newFloor(t, nil)
	s := webtest.NewStory("sales", "+998901234567", "", "")
	s.End()
	f.show(s.Facts[2:]...)
	if boss := f.open("boss"); len(boss.Calls) != 0 {
		t.Errorf("calls = %+v", boss.Calls)
	}
}
