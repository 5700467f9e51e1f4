package callflow

import (
	"context"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
)

// recheck tells a waiting call that the agent it waits for will not come.
type recheck struct{ agent crm.ID }

// Hangup ends a call for the person by.
func (f *Flow) Hangup(ctx context.Context, call, by crm.ID) error {
	return f.order(ctx, call, order{kind: orderHangup, by: by})
}

// Decline is an agent's no to a call that rings at him: his phone stops ringing, and the
// call goes to somebody else.
func (f *Flow) Decline(ctx context.Context, call, agent crm.ID) error {
	return f.order(ctx, call, order{kind: orderDecline, by: agent})
}

// Hold lets the caller hear music.
func (f *Flow) Hold(ctx context.Context, call, by crm.ID) error {
	return f.order(ctx, call, order{kind: orderHold, by: by})
}

// Resume takes the caller back.
func (f *Flow) Resume(ctx context.Context, call, by crm.ID) error {
	return f.order(ctx, call, order{kind: orderResume, by: by})
}

// SendDigits plays DTMF towards the caller's side.
func (f *Flow) SendDigits(ctx context.Context, call, by crm.ID, digits string) error {
	if digits == "" || len(digits) > 32 {
		return crm.InvalidField("digits", "Give 1 to 32 keys of a phone.")
	}
	for _, d := range digits {
		if (d < '0' || d > '9') && d != '*' && d != '#' && (d < 'A' || d > 'D') {
			return crm.InvalidField("digits", "%q is no key of a phone: use 0-9, *, #, A-D.", d)
		}
	}
	return f.order(ctx, call, order{kind: orderDigits, by: by, digits: digits})
}

// errOver is told to those who come too late.
func errOver() error { return crm.Errorf(crm.Conflict, "The call has ended already.") }

func (f *Flow) order(ctx context.Context, id crm.ID, o order) error {
	c, err := f.find(id)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	o.done = done
	if !c.inbox.put(o) {
		return errOver()
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// AgentChanged tells the stories of a change on the desk: a call that waits for a
// manager who has gone looks for another.
func (f *Flow) AgentChanged(ch routing.Change) {
	if ch.State == routing.Available {
		f.agents.freed(crm.ID(ch.Agent))
	}
	if ch.State != routing.Offline && ch.State != routing.Break {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		c.inbox.put(recheck{crm.ID(ch.Agent)})
	}
}
