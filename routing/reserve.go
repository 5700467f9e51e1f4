package routing

import "time"

// Reserve asks for an agent for a call, atomically, by a Plan's ranking.
type Reserve struct {
	Call       CallID
	Token      string // idempotency: a repeated request with the same token gets the same answer
	Candidates []AgentID
	All        bool // ring-all
	// When nobody is free the call waits in Queue with this place.
	Queue     QueueName
	Priority  int // higher first
	EnteredAt time.Time
	// Only, until OnlyUntil, reserves the call for one agent (previous manager).
	Only      AgentID
	OnlyUntil time.Time
	Refused   []AgentID // never match the call with these
}

// Reservation is the answer. Agents is empty when the call waits.
type Reservation struct {
	Call   CallID
	Token  string
	Agents []AgentID
	Lease  time.Time // when it lapses unless the node renews it
}

// Change is a change of an agent's state, or a match of a waiting call.
type Change struct {
	Agent      AgentID
	State      State
	Reason     string
	Since      time.Time
	Call       CallID // while ringing or talking
	Next       State  // what he asked to be after the call, "" = nothing
	NextReason string // of Next
	Device     bool   // a phone of his can ring
}
