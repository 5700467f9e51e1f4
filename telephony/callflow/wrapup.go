package callflow

import (
	"context"
	"errors"
	"time"

	"github.com/callcard/callcard/crm"
)

// newWrap is a wrap-up whose beginning, length and end are told as facts of the call.
func (c *call) newWrap(agent crm.ID, until time.Time, untilOutcome bool) *wrap {
	return &wrap{
		call: c.id, until: until, untilOutcome: untilOutcome,
		lasts: func(until time.Time) {
			contain(c.log, "wrap-up", func() { c.fact(crm.WrapUp{Agent: agent, Until: until, UntilOutcome: untilOutcome}) })
		},
		ended: func() {
			contain(c.log, "end of wrap-up", func() { c.fact(crm.WrapUpEnded{Agent: agent}) })
		},
	}
}

func errNoOutcome() error {
	return crm.Errorf(crm.Conflict, "Say first what came of the call: choose an outcome.")
}

// owesOutcome reports whether the agent's wrap-up lasts until he says what came of the call.
func (a *Agents) owesOutcome(agent crm.ID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	w := a.wraps[agent]
	return w != nil && w.untilOutcome
}

// OutcomeGiven hears that somebody has said what came of a call: the wrap-ups that have
// waited for it are over.
func (a *Agents) OutcomeGiven(ctx context.Context, call crm.ID) error {
	a.mu.Lock()
	var waited []crm.ID
	for agent, w := range a.wraps {
		if w.call == call && w.untilOutcome {
			waited = append(waited, agent)
		}
	}
	a.mu.Unlock()
	var failed []error
	for _, agent := range waited {
		if a.stopWrap(agent) {
			failed = append(failed, a.afterWrap(context.WithoutCancel(ctx), agent))
		}
	}
	return errors.Join(failed...)
}

// WrapUpLeft is a wrap-up that the last process has left behind.
type WrapUpLeft struct {
	Call  crm.ID
	Seq   int       // the newest fact of the call
	Began time.Time // by the clock of the last process
	crm.WrapUp
}

// ResumeWrapUp lets a wrap-up go on that the last process has begun: its facts are told
// and the desk knows of it, only its clock has stopped. One whose time is over ends at once.
func (a *Agents) ResumeWrapUp(left WrapUpLeft) {
	c := &call{flow: a.flow, id: left.Call, seq: left.Seq, log: a.flow.cfg.Log.With("call_id", string(left.Call))}
	w := c.newWrap(left.Agent, left.Until, left.UntilOutcome)
	w.latest = latest(left.Began, left.Until)
	w.mu.Lock()
	defer w.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	w.timer = time.AfterFunc(w.until.Sub(a.flow.cfg.Now()), func() { a.wrapOver(left.Agent, w) })
	a.wraps[left.Agent] = w
}

// latest is how long a wrap-up may last that was made longer.
func latest(began, until time.Time) time.Time {
	if longest := began.Add(longestWrap).UTC(); longest.After(until) {
		return longest
	}
	return until
}
