package callflow

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
)

// Journal is where facts are committed. Append returns once the fact would survive
// the death of this process; it never waits for a disk or a database.
type Journal interface {
	Append(crm.Fact) error
}

// Caller is what identification found out about a number.
type Caller struct {
	Contact    crm.ID
	Name       string
	Created    bool
	Candidates []crm.Candidate
	Owner      crm.ID
	LastAgent  crm.ID
	LastTalkAt *time.Time
}

// Contacts finds or makes the card of a caller. norm is E.164 or raw:<line>:<digits>.
// The context carries the deadline of the call path; past it the call goes on with
// the bare number.
type Contacts interface {
	Identify(ctx context.Context, norm string, unit crm.ID, name string) (Caller, error)
}

// Desk is the shared truth of who is free: states, reservations, waiting calls.
// routing/redisq implements it on Redis, with a twin in this process for the time
// Redis is away.
type Desk interface {
	// Agents is a snapshot from memory; it never waits for the network.
	Agents(ids []routing.AgentID) []routing.Agent
	// Reserve takes the first free candidate (with all: every free one) for the
	// call. Nobody free: the call waits, and OnMatch tells when somebody is.
	Reserve(ctx context.Context, r routing.Reserve) (routing.Reservation, error)
	// Claim makes the offer of one agent the talk; ok is false when a colleague was
	// faster or the reservation has lapsed. The others' reservations are released.
	Claim(ctx context.Context, call routing.CallID, agent routing.AgentID, token string) (ok bool, err error)
	// Release ends whatever the agent had to do with the call and puts him in next.
	// A stale token changes nothing.
	Release(ctx context.Context, call routing.CallID, agent routing.AgentID, token string, next routing.State, reason string) error
	// Leave takes a call out of the waiting list and releases what it had reserved.
	Leave(ctx context.Context, call routing.CallID) error
	// SetState is a wish of the agent or of his supervisor. While he rings or talks
	// it is kept and becomes true after the call.
	SetState(ctx context.Context, agent routing.AgentID, state routing.State, reason string) error
	// SetDevice says whether a phone of the agent can ring.
	SetDevice(ctx context.Context, agent routing.AgentID, up bool) error
}
