package routing

import "time"

// AgentID, CallID and QueueName are the ids of the outer world; routing never looks
// inside them.
type (
	AgentID   string
	CallID    string
	QueueName string
)

// State is what an agent is doing.
type State string

const (
	Offline   State = "offline"
	Available State = "available"
	Ringing   State = "ringing" // a call is offered to him
	Talking   State = "talking"
	WrapUp    State = "wrap_up"
	Break     State = "break" // with a reason of his choice
)

// Agent is what a decision needs to know of an agent.
type Agent struct {
	ID        AgentID
	Name      string // only for goldens and ties, never for ranking people
	State     State
	Since     time.Time // when State began
	Device    bool      // a phone of his can ring
	LiveCalls int
	// Occupancy is (talk + hold + wrap-up) / staffed time over the last hour, 0..1.
	Occupancy  float64
	OpenTasks  int       // open tasks that are due
	IdleSince  time.Time // end of his last call or wrap-up, or his sign-in
	SignedInAt time.Time
	CallsToday int
	Deleted    bool // kept in the request when a client's previous manager has left the company
}

// Strategy names a way to choose among the free agents of a queue.
type Strategy string

const (
	LeastBusy   Strategy = "least-busy"
	LongestIdle Strategy = "longest-idle"
	RoundRobin  Strategy = "round-robin"
	Linear      Strategy = "linear"
	RingAll     Strategy = "ring-all"
	Random      Strategy = "random"
	FewestCalls Strategy = "fewest-calls"
)

// PreviousMode says whom a returning client is sent to first.
type PreviousMode string

const (
	PreviousOff PreviousMode = "off"
	LastSpoken  PreviousMode = "last-spoken"
	OwnerFirst  PreviousMode = "owner" // the card's owner, else last spoken
)

// Queue is the policy of a queue.
type Queue struct {
	Name     QueueName
	Strategy Strategy
	Agents   []AgentID // in configured order, which Linear and RoundRobin follow
	Previous PreviousMode
	// PreviousWait is how long a call waits for its previous manager while he is
	// ringing, talking or wrapping up.
	PreviousWait time.Duration
	// LastOffered is where RoundRobin stands.
	LastOffered AgentID
}

// Caller is what a decision needs to know of the client.
type Caller struct {
	LastAgent AgentID // spoke with him last; "" = nobody
	Owner     AgentID // his card's owner; "" = nobody
}

// Request is everything a decision depends on; the same request always gives the
// same plan.
type Request struct {
	Call      CallID
	Caller    Caller
	Queue     Queue
	Agents    []Agent   // those of Queue.Agents, and the previous manager wherever he serves
	Tried     []AgentID // were offered this call and did not take it
	Now       time.Time
	EnteredAt time.Time // when the call entered the queue: PreviousWait counts from here
	Seed      uint64    // for Random
}

// Plan is the decision, as a value: whom to try in which order, or for whom to wait.
type Plan struct {
	// Candidates may get the call now, best first. RingAll: all at once.
	Candidates []Candidate
	All        bool
	// WaitFor is the previous manager the call waits for until WaitUntil; then
	// decide again. While it waits nobody else may take the call.
	WaitFor   AgentID
	WaitUntil time.Time
	Excluded  []Exclusion
	// Reason is what decided: the verdict on the previous manager when there is one,
	// else the strategy, or NobodyFree.
	Reason Reason
	// Previous is the verdict on the previous manager; "" when the client has none.
	Previous Reason
}

// Candidate is an agent who may get the call, and why.
type Candidate struct {
	Agent  AgentID
	Reason Reason
	Score  float64 // of the strategy, lower is better; 0 where it has none
}

// Exclusion is an agent who may not get it now, and why.
type Exclusion struct {
	Agent AgentID
	Why   Reason
}

// Reason is a stable code; the page translates it.
type Reason string

// Decide ranks the agents for a call. The same request always gives the same plan.
func Decide(r Request) Plan {
	var plan Plan
	free := freeAgents(r, &plan)
	strategy := strategyOf(r.Queue.Strategy)
	ranked := strategy.rank(r, free)

	previous := judgePrevious(r)
	plan.Previous = previous.reason
	switch {
	case previous.wait:
		plan.WaitFor = previous.agent
		plan.WaitUntil = r.EnteredAt.Add(r.Queue.PreviousWait)
		plan.Reason = previous.reason
		return plan
	case previous.free:
		plan.Candidates = previousFirst(previous.agent, ranked)
	default:
		plan.Candidates = ranked
		plan.All = strategy.all
	}
	plan.Reason = reasonOf(plan, strategy)
	return plan
}

func reasonOf(plan Plan, s strategy) Reason {
	switch {
	case len(plan.Candidates) == 0:
		return NobodyFree
	case plan.Previous != "":
		return plan.Previous
	}
	return s.reason
}
