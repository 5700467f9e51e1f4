package web_test

import (
	"slices"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/web/webtest"
)

// TestCallTellsItsStory: from the history and, while the database does not know the
// call yet, from memory.
func TestCallTellsItsStory(t *testing.T) {
	w := newWorld(t)
	s := webtest.NewStory("sales", "+998901234570", "", "")
	s.Offer(w.ID("anna"))
	s.Answer(w.ID("anna"))
	held := s.Tell(crm.Held{By: crm.Caller})
	s.Tell(crm.Resumed{By: crm.Caller})

	type call struct {
		Story []struct {
			At              time.Time
			Kind, By, Agent string
			Until           *time.Time
		}
	}
	check := func(from string, want ...string) call {
		t.Helper()
		var c call
		w.do("GET", "/api/v1/calls/"+string(s.Call), "anna", "").must(200).as(&c)
		var kinds []string
		for _, m := range c.Story {
			kinds = append(kinds, m.Kind)
		}
		if !slices.Equal(kinds, want) {
			t.Fatalf("%s: the story has %v, want %v", from, kinds, want)
		}
		return c
	}
	for _, f := range s.Facts {
		w.feed.Show(f)
	}
	check("from memory", "identified", "answered", "held", "resumed")
	w.Store(s.Facts...)
	w.feed.Show(s.Tell(crm.Held{By: crm.Agent}))
	check("told a moment before it is stored", "identified", "answered", "held", "resumed", "held")
	w.feed.Show(s.Tell(crm.Resumed{By: crm.Agent}))
	s.End()
	s.Tell(crm.WrapUp{Agent: w.ID("anna"), Until: time.Now().UTC()})
	s.Tell(crm.WrapUp{Agent: w.ID("anna"), Until: time.Now().Add(time.Minute).UTC()}) // made longer
	w.Store(s.Facts...)
	c := check("from the history", "identified", "answered", "held", "resumed", "held", "resumed", "wrap_up")
	answered, hold, wrapUp := c.Story[1], c.Story[2], c.Story[6]
	if answered.Agent != "anna" || hold.By != "caller" || !hold.At.Equal(held.At) || wrapUp.Agent != "anna" || wrapUp.Until == nil {
		t.Errorf("%+v", c.Story)
	}
}
