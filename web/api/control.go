package api

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
)

// Control acts on calls that go on and on agents. Errors are the domain's:
// crm.NotFound for a call that is over, crm.Conflict when its state does not allow
// the action, crm.Unavailable while the shared state is away. by is who asks; that
// he may is checked before.
type Control interface {
	// Dial places a call for an agent, to a number as he types it or to a colleague's
	// extension; with a contact, it is the card that he calls from, and name is the card's.
	// Errors beside: crm.Invalid, crm.DiallingDenied, crm.NoDevice, crm.Busy.
	Dial(ctx context.Context, agent crm.ID, to string, contact crm.ID, name string) (crm.ID, error)
	Hangup(ctx context.Context, call, by crm.ID) error
	Decline(ctx context.Context, call, agent crm.ID) error
	Hold(ctx context.Context, call, by crm.ID) error
	Resume(ctx context.Context, call, by crm.ID) error
	SendDigits(ctx context.Context, call, by crm.ID, digits string) error
	// Transfer gives the client of a talk to somebody else at once, or without a target to
	// whom was asked about him. Consult, EndConsult, Swap and Join are the way to ask first.
	// Errors beside: crm.Invalid, crm.DiallingDenied, crm.NoDevice, crm.Busy, crm.Forbidden.
	Transfer(ctx context.Context, call, by crm.ID, to *Target) error
	Consult(ctx context.Context, call, by crm.ID, to Target) error
	EndConsult(ctx context.Context, call, by crm.ID) error
	Swap(ctx context.Context, call, by crm.ID) error
	Join(ctx context.Context, call, by crm.ID) error
	// Assign gives a caller who waits to an agent, Move puts him into a queue; by is the
	// supervisor, why his words for it. Errors beside: crm.NoDevice, crm.Busy.
	Assign(ctx context.Context, call, agent, by crm.ID, why string) error
	Move(ctx context.Context, call crm.ID, queue string, by crm.ID, why string) error
	FinishWrapUp(ctx context.Context, agent crm.ID) error
	ExtendWrapUp(ctx context.Context, agent crm.ID, more time.Duration) error
	// OutcomeGiven says that somebody has said what came of a call: a wrap-up that has
	// waited for it is over.
	OutcomeGiven(ctx context.Context, call crm.ID) error
	SetState(ctx context.Context, agent crm.ID, state routing.State, reason string) error
	// Agent is an agent's state from memory; ok is false for one who serves no queue.
	Agent(id crm.ID) (a routing.Agent, ok bool)
	// Waiting lists who waits in a queue, first to be served first, from memory.
	Waiting(queue string) []Waiting
}

// Target is whom a client is given to, or who is asked about him: one of these.
type Target struct {
	Agent  crm.ID
	Queue  string
	Number string // as it was typed
}

// Waiting is a caller in a queue.
type Waiting struct {
	Call      crm.ID
	EnteredAt time.Time
	Priority  int
}
