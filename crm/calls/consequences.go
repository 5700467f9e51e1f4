package calls

import (
	"cmp"
	"slices"

	"github.com/callcard/callcard/crm"
)

// consequences are what follows from calls that have ended, for the cards and the
// tasks. Touches and activities are sorted by card, so that two writers of cards can't
// lock them crosswise; outcomes keep the order of the ends, which decides.
func (w *Writer) consequences(ended []*tracked) (touches []Touch, activities []Activity, outcomes []Outcome) {
	for _, c := range ended {
		if c.Contact != "" {
			touches = append(touches, touchOf(&c.Call))
			activities = append(activities, activityOf(&c.Call))
		}
		if o, ok := w.outcome(&c.Call); ok {
			outcomes = append(outcomes, o)
		}
	}
	slices.SortStableFunc(touches, func(a, b Touch) int { return cmp.Compare(a.Contact, b.Contact) })
	slices.SortStableFunc(activities, func(a, b Activity) int { return cmp.Compare(a.Contact, b.Contact) })
	return touches, activities, outcomes
}

// touchOf is what an ended call tells its card.
func touchOf(c *Call) Touch {
	touch := Touch{Contact: c.Contact, At: *c.EndedAt}
	if c.Talked() {
		touch.Agent = c.Agent
	}
	return touch
}

func activityOf(c *Call) Activity {
	return Activity{
		Call: c.ID, Contact: c.Contact, Agent: c.Agent, Unit: c.Unit, Direction: c.Direction, At: c.StartedAt,
		Reason: c.EndReason, Missed: c.Missed(), TalkMS: c.TalkMS, Recorded: c.Recording != nil, Queue: c.Queue,
		Disposition: c.Disposition,
	}
}

// outcome is what the call means for calling the client back: nothing for anonymous
// callers, colleagues, and calls that were refused or reached nobody on the way out.
func (w *Writer) outcome(c *Call) (Outcome, bool) {
	missed := c.Missed()
	if c.Phone() == "" || c.Anonymous || !missed && !c.Reached() {
		return Outcome{}, false
	}
	o := Outcome{
		Call: c.ID, Missed: missed, Phone: clean(c.Phone()), Contact: c.Contact, Name: clean(c.ContactName),
		Unit: c.Unit, Agent: c.Agent, At: *c.EndedAt,
	}
	for _, user := range []crm.ID{c.Owner, c.LastAgent, w.o.CallbackTo(c.Queue)} {
		if user != "" && w.o.Working(user) {
			o.Assignee = user
			break
		}
	}
	return o, true
}
