package live

import (
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/realtime"
)

// CallOutcome is what somebody has said came of a call.
type CallOutcome struct {
	Key    string            `json:"key"`
	Name   string            `json:"name" doc:"Where names has none for the reader's language."`
	Names  map[string]string `json:"names,omitempty" doc:"By language of the page."`
	Kind   string            `json:"kind" enum:"positive,neutral,negative"`
	By     string            `json:"by" doc:"Login of who said it."`
	ByName string            `json:"by_name,omitempty"`
	At     time.Time         `json:"at"`
}

// outcomeOf is the outcome of a call by the name that it has now; one that has left the
// office keeps its last.
func outcomeOf(c *calls.Call, o *office.Snapshot) *CallOutcome {
	d := c.Disposition
	if d == nil {
		return nil
	}
	w := CallOutcome{Key: d.Outcome, Name: d.Name, Names: d.Names, Kind: d.Kind, By: login(o, d.By), ByName: nameOf(o, d.By), At: d.At}
	if now, ok := o.Outcome(c.Queue, c.Unit, d.Outcome); ok {
		w.Name, w.Names, w.Kind = now.Name, now.Names, now.Kind
	}
	return &w
}

// ChangedOutcome says, as the What of a CallChange, that a person has said what came of the
// call. It is no fact: facts are what the line tells.
const ChangedOutcome crm.FactKind = "outcome"

// Disposed tells that a person has said what came of the call, which stored has now.
func (f *Feed) Disposed(stored calls.Call) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := f.currentAudience()
	users := a.who(readsCalls, stored.Unit, stored.Agent)
	picture := NewCall(&stored, a.office)
	if c := f.calls[stored.ID]; c != nil {
		c.Disposition = stored.Disposition
		users = append(users, f.receivers(c, nil)...)
		picture = f.picture(c)
	}
	f.cfg.Hub.Publish(realtime.Event{Type: TypeCallChanged, At: f.cfg.Now(), Data: CallChange{What: ChangedOutcome, Call: picture}}, unique(users)...)
}
