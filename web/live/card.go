package live

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/realtime"
)

// Cards looks up what the facts of a call do not say. The answer is what the agent
// himself may see.
type Cards interface {
	// More returns the client's managers, company, numbers, last talks and open tasks. Talks leaves out
	// the call itself.
	More(ctx context.Context, agent, contact, call crm.ID) (More, error)
}

// More is what a lookup adds to a card.
type More struct {
	Owner      crm.ID
	LastAgent  crm.ID
	LastTalkAt *time.Time
	Company    string
	Phones     []string
	Talks      []LastTalk
	Tasks      []OpenTask
}

// pop shows the agent the card, and starts the lookup of the rest. A card that this
// call has just made has no more to it, and its phone is about to ring.
func (f *Feed) pop(at time.Time, d crm.Offered, c *liveCall, picture Call) realtime.Ticket {
	card := f.card(d, c)
	c.cards[d.Agent] = card
	ticket := f.cfg.Hub.Publish(realtime.Event{Type: TypeCallOffered, At: at,
		Data: Offer{Call: picture, Leg: d.Leg, Card: card}}, string(d.Agent))
	f.lookUp(d.Agent, card)
	return ticket
}

// tellCards shows the agents on a call whose it turned out to be.
func (f *Feed) tellCards(c *liveCall, at time.Time) {
	for agent, d := range c.rung {
		if !c.concerns(agent) {
			continue
		}
		card := f.card(d, c)
		c.cards[agent] = card
		f.cfg.Hub.Publish(realtime.Event{Type: TypeCallCard, At: at, Data: card}, string(agent))
		f.lookUp(agent, card)
	}
}

// card is what the facts say.
func (f *Feed) card(d crm.Offered, c *liveCall) Card {
	o, who := f.audience.office, c.identified
	card := Card{
		Call: c.ID, ContactID: who.Contact, Name: who.Name, Phones: []string{}, Created: who.Created,
		Candidates: who.Candidates, LastTalkAt: who.LastTalkAt, Reason: d.Reason, Source: c.Source, Queue: c.Queue, WaitMS: d.WaitMS,
	}
	if c.chosen { // whom that card belongs to follows
		card.ContactID, card.Name, card.Created, card.LastTalkAt = c.Contact, c.ContactName, false, nil
	} else {
		card.belongsTo(o, who.Owner, who.LastAgent)
	}
	card.CRMOffline = who.Offline && card.ContactID == "" && len(card.Candidates) == 0
	if card.Name == "" {
		card.Name = c.Display
	}
	if p := c.Phone(); p != "" {
		card.Phones = append(card.Phones, p)
	}
	return card
}

func (c *Card) belongsTo(o *office.Snapshot, owner, lastAgent crm.ID) {
	c.Owner, c.OwnerName = login(o, owner), nameOf(o, owner)
	c.LastAgent, c.LastName = login(o, lastAgent), nameOf(o, lastAgent)
}

// lookUp starts the lookup of what a card does not say yet, if somebody is there to read it.
func (f *Feed) lookUp(agent crm.ID, card Card) {
	known := card.Created || card.LastTalks != nil
	if f.cfg.Cards != nil && card.ContactID != "" && !known && f.cfg.Hub.Listening(string(agent)) {
		f.lookup.do(func(ctx context.Context) { f.enrich(ctx, agent, card) })
	}
}

func (f *Feed) enrich(ctx context.Context, agent crm.ID, card Card) {
	more, err := f.cfg.Cards.More(ctx, agent, card.ContactID, card.Call)
	if err != nil {
		// The agent has the card already; the database being away is reported elsewhere.
		f.cfg.Log.DebugContext(ctx, "look up the rest of a card", "call", card.Call, "agent", agent, "error", err)
		return
	}
	for _, p := range more.Phones {
		if len(card.Phones) == 0 || p != card.Phones[0] {
			card.Phones = append(card.Phones, p)
		}
	}
	card.belongsTo(f.cfg.Office(), more.Owner, more.LastAgent)
	card.Company = more.Company
	card.LastTalkAt, card.LastTalks, card.OpenTasks = more.LastTalkAt, more.Talks, more.Tasks
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.calls[card.Call]
	if c == nil || c.cards[agent].ContactID != card.ContactID {
		return // meanwhile it turned out to be somebody else
	}
	card.Name = c.cards[agent].Name // it may have got one meanwhile
	c.cards[agent] = card
	f.cfg.Hub.Publish(realtime.Event{Type: TypeCallCard, At: f.cfg.Now(), Data: card}, string(agent))
}

// lookups runs what may wait for the database, a few at a time.
type lookups struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	line   chan struct{} // of those who work or wait
	slots  chan struct{} // of those who work
	wg     sync.WaitGroup
}

const (
	lookupsAtOnce = 4
	lookupsInLine = 200
	lookupTime    = 2 * time.Second // past it the card is no news to the agent
)

var errFeedClosed = errors.New("the live feed is closing")

func (l *lookups) begin(ctx context.Context) {
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	l.line, l.slots = make(chan struct{}, lookupsInLine), make(chan struct{}, lookupsAtOnce)
}

// do runs f in the background. After an outage many cards are found at once: they wait for
// each other, as long as they are news. What a database that is slow has no time for is
// left out, because it would only be slowed down more.
func (l *lookups) do(f func(context.Context)) {
	select {
	case l.line <- struct{}{}:
	default:
		return
	}
	l.wg.Go(func() {
		defer func() { <-l.line }()
		ctx, cancel := context.WithTimeout(l.ctx, lookupTime)
		defer cancel()
		select {
		case l.slots <- struct{}{}:
			defer func() { <-l.slots }()
			f(ctx)
		case <-ctx.Done():
		}
	})
}

func (l *lookups) end() {
	l.cancel(errFeedClosed)
	l.wg.Wait()
}
