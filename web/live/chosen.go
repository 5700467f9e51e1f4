package live

import (
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
	c := f.calls[stored.ID]
	if c == nil { // long over
		a := f.currentAudience()
		users := a.who(readsCalls, stored.Unit, stored.Agent)
		f.cfg.Hub.Publish(realtime.Event{Type: TypeCallChanged, At: f.cfg.Now(),
			Data: CallChange{What: ChangedCard, Call: NewCall(&stored, a.office)}}, unique(users)...)
		return
	}
	c.chosen = true
	c.Contact, c.ContactName = stored.Contact, stored.ContactName
	f.tellWhose(c, ChangedCard)
}

// CardFound tells that the history has found, or made, the card of a caller whom the call
// path could not identify in time. A person who has chosen meanwhile knows better.
func (f *Feed) CardFound(stored calls.Call) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.calls[stored.ID]
	if c == nil || c.chosen {
		return
	}
	c.found = true
	c.identified = crm.Identified{Contact: stored.Contact, Name: stored.ContactName, Created: stored.CardCreated,
		Candidates: stored.Candidates, Owner: stored.Owner, LastAgent: stored.LastAgent, Offline: true}
	c.Contact, c.ContactName, c.CardCreated = stored.Contact, stored.ContactName, stored.CardCreated
	c.Candidates, c.Owner, c.LastAgent = stored.Candidates, stored.Owner, stored.LastAgent
	f.tellWhose(c, crm.FactIdentified)
}

// tellWhose tells everybody on a call whose card it is now.
func (f *Feed) tellWhose(c *liveCall, what crm.FactKind) {
	f.currentAudience()
	now := f.cfg.Now()
	f.cfg.Hub.Publish(realtime.Event{Type: TypeCallChanged, At: now, Data: CallChange{What: what, Call: f.picture(c)}}, f.receivers(c, nil)...)
	f.tellCards(c, now)
}
