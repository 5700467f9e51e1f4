package redisq

import (
	"errors"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/routing"
)

// Reasons of Release that count as an offer not taken, and the reason of the break
// that follows Options.MaxMissed of them in a row.
const (
	NoAnswer     = "no_answer"
	Declined     = "declined"
	MissedOffers = "missed_offers"
)

// Options of Open.
type Options struct {
	// Client should be made with ClientOptions. Close does not close it.
	Client redis.UniversalClient
	// Node is this process's name among those that share the Redis, the same after a
	// restart.
	Node string
	// Shared says that other nodes use the same Redis. Without it nothing depends on
	// a stream of changes and everything found in Redis is taken for this node's.
	Shared bool
	// Prefix of the keys; default "callcard". Two offices on one Redis need two.
	Prefix string
	// Lease is how long the reservations of a node outlive it; default 8 s, renewed
	// every quarter of that. One lease per node covers all its reservations.
	Lease time.Duration
	// Ageing is how much waiting a point of priority is worth; default 2 min.
	Ageing time.Duration
	// Timeout is how long Redis may take to answer before the twin takes over;
	// default 200 ms.
	Timeout time.Duration
	// MaxMissed offers in a row that were not taken send the agent on a break with
	// reason MissedOffers; default 3, negative = never.
	MaxMissed int

	// OnChange is told every change of an agent, OnMatch every waiting call of this
	// node that got an agent, each exactly once, in order, from one goroutine. They
	// may call the Desk.
	OnChange func(routing.Change)
	OnMatch  func(Match)

	Now func() time.Time
	Log *slog.Logger
}

// Match is a waiting call that got an agent. It is a reservation like the answer of
// Reserve, under the token of the Reserve that made the call wait.
type Match struct {
	Call  routing.CallID
	Agent routing.AgentID
	Token string
	Lease time.Time
}

// Waiting is a call that nobody is free for.
type Waiting struct {
	Call      routing.CallID
	Queue     routing.QueueName
	Priority  int
	EnteredAt time.Time
	Only      routing.AgentID // reserved for him until OnlyUntil
	OnlyUntil time.Time
}

// Member is an agent with the queues he serves.
type Member struct {
	ID     routing.AgentID
	Name   string
	Queues []routing.QueueName
}

func (o Options) withDefaults() (Options, error) {
	if o.Client == nil || o.Node == "" {
		return o, errors.New("redisq: a client and a node name are needed")
	}
	if o.Prefix == "" {
		o.Prefix = "callcard"
	}
	if o.Lease <= 0 {
		o.Lease = 8 * time.Second
	}
	if o.Ageing <= 0 {
		o.Ageing = 2 * time.Minute
	}
	if o.Timeout <= 0 {
		o.Timeout = 200 * time.Millisecond
	}
	if o.MaxMissed == 0 {
		o.MaxMissed = 3
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnChange == nil {
		o.OnChange = func(routing.Change) {}
	}
	if o.OnMatch == nil {
		o.OnMatch = func(Match) {}
	}
	return o, nil
}

// ClientOptions completes the options of a client for this package. By default
// go-redis repeats a command whose reply was lost, which would run a script twice,
// and ignores the deadline of the context, which would hide that Redis hangs.
func ClientOptions(o *redis.Options) *redis.Options {
	o.MaxRetries = -1
	o.ContextTimeoutEnabled = true
	o.DialerRetries = 1
	if o.DialTimeout <= 0 {
		o.DialTimeout = 200 * time.Millisecond
	}
	if o.PoolSize <= 0 {
		o.PoolSize = slots + 4 // and the watcher's, the feed's
	}
	return o
}
