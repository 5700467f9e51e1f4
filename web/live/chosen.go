package live

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/realtime"
)

// ChangedCard says, as the What of a CallChange, that a person has chosen the card of
// a call. It is no fact: facts are what the line tells.
const ChangedCard crm.FactKind = "contact"

// CardChosen tells that a person has put the call on the card that it has now.
func (f *Feed) CardChosen(stored calls.Call) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.currentAudience()
	now := f.cfg.Now()
	c := f.calls[stored.ID]
	if c == nil { // long over
		users := a.who(readsCalls, stored.Unit, stored.Agent)
		f.cfg.Hub.Publish(realtime.Event{Type: TypeCallChanged, At: now,
			Data: CallChange{What: ChangedCard, Call: NewCall(&stored, a.office)}}, unique(users)...)
		return
	}
	c.chosen = true
	c.Contact, c.ContactName = stored.Contact, stored.ContactName
	f.cfg.Hub.Publish(realtime.Event{Type: TypeCallChanged, At: now,
		Data: CallChange{What: ChangedCard, Call: f.picture(c)}}, f.receivers(c, nil)...)
	for agent, d := range c.rung {
		if !c.concerns(agent) {
			continue
		}
		card := f.card(d, c)
		f.cfg.Hub.Publish(realtime.Event{Type: TypeCallCard, At: now, Data: card}, string(agent))
		if f.cfg.Cards != nil && f.cfg.Hub.Listening(string(agent)) {
			f.lookup.do(func(ctx context.Context) { f.enrich(ctx, agent, card) })
		}
	}
}
