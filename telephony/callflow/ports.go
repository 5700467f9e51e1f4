package callflow

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// Journal is where facts are committed. Append takes facts of one call, all or none;
// it returns once they would survive the death of this process, and never waits for a
// disk or a database.
type Journal interface {
	Append(...crm.Fact) error
}

// Audience shows facts to those who may see them.
type Audience interface {
	// Show returns at once; the Shown can be waited for.
	Show(crm.Fact) Shown
}

// Shown tells when what was shown has left for the screens.
type Shown interface {
	Wait(ctx context.Context) error
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
type Contacts interface {
	// Identify finds the card or makes it. stranger, if the number has none yet, is
	// called as soon as that is known, in the same goroutine.
	Identify(ctx context.Context, norm string, unit crm.ID, name string, stranger func()) (Caller, error)
}

// Office is the company as the call path sees it: from memory, without waiting.
type Office interface {
	// ReadNumber makes a comparable form of a number that a line has given.
	ReadNumber(raw, region, line string) (norm string, anonymous bool)
	// Number finds the dialled number among ours.
	Number(dialled, region, line string) (Number, bool)
	Queue(name string) (Queue, bool)
	Agent(id crm.ID) (Agent, bool)
	AgentByExtension(extension string) (Agent, bool)
	// Dial says whom an agent reaches by what he has dialled: crm.Invalid for what is no
	// number, crm.DiallingDenied with a crm.DialWhy in Detail["why"] when he may not.
	Dial(agent crm.ID, dialled string) (Destination, error)
	// Policy is how calls that an agent places are recorded and wrapped up.
	Policy(agent crm.ID) Queue
}

// Destination is whom an agent reaches by what he has dialled.
type Destination struct {
	Number    string // E.164, or the digits of a service number; "" for a colleague
	Public    bool   // it is E.164
	Colleague crm.ID
	Emergency bool
	Trunks    []string // to be tried in this order
	CallerID  string   // number that the other side is shown
	PerHour   int      // how many such calls the agent may place; 0: as many as he likes
	Region    string   // ISO 3166, by whose rules the number was read
}

// Number is one of the company's numbers.
type Number struct {
	E164   string
	Queue  string
	Source string // the advertisement it stands for
}

// Queue is the policy of a queue, as its supervisor has set it.
type Queue struct {
	Name     string
	Unit     crm.ID
	Routing  routing.Queue
	Priority int
	Ring     time.Duration // how long one agent is rung
	WrapUp   time.Duration // 0: none
	// UntilOutcome: the wrap-up lasts until the agent says what came of the call, and
	// WrapUp at most.
	UntilOutcome bool
	MaxWait      time.Duration // 0: as long as the caller likes
	Record       bool
}

// Agent is a user who can take calls.
type Agent struct {
	ID            crm.ID
	Name          string
	Unit          crm.ID
	Extension     string
	AutoAvailable bool // becomes available when his phone registers
}

// Desk is the shared truth of who is free: states, reservations, waiting calls.
// routing/redisq implements it on Redis, with a twin in this process for the time
// Redis is away.
type Desk interface {
	// Agents is a snapshot from memory; it never waits for the network.
	Agents(ids []routing.AgentID) []routing.Agent
	// LastOffered is the agent who got the last call of a queue, for round robin.
	LastOffered(queue routing.QueueName) routing.AgentID
	// Reserve takes the first free candidate (with all: every free one) for the
	// call. Nobody free: the call waits, and Flow.Matched is told when somebody is.
	Reserve(ctx context.Context, r routing.Reserve) (routing.Reservation, error)
	// Occupy binds an agent to a call outside of the queues; ok is false when he has
	// another one. After Release he is what he was before.
	Occupy(ctx context.Context, call routing.CallID, agent routing.AgentID, token string, state routing.State) (ok bool, err error)
	// Claim makes the offer of one agent the talk; ok is false when a colleague was
	// faster or the reservation has lapsed. The others' reservations are released.
	Claim(ctx context.Context, call routing.CallID, agent routing.AgentID, token string) (ok bool, err error)
	// Release ends whatever the agent had to do with the call and puts him in next.
	// A stale token changes nothing.
	Release(ctx context.Context, call routing.CallID, agent routing.AgentID, token string, next routing.State, reason string) error
	// Leave takes a call out of the waiting list and releases what it had reserved.
	Leave(ctx context.Context, call routing.CallID) error
	// SetState is a wish of the agent or of his supervisor. While he rings or talks
	// it is kept and becomes true after the call and its wrap-up; else it holds at once.
	SetState(ctx context.Context, agent routing.AgentID, state routing.State, reason string) error
	// EndWrapUp says that the time of an agent's wrap-up is over: he becomes what he
	// has wished to be, else available. Nothing when he does not wrap up any more.
	EndWrapUp(ctx context.Context, agent routing.AgentID) error
	// SetDevice says whether a phone of the agent can ring.
	SetDevice(ctx context.Context, agent routing.AgentID, up bool) error
}

// Traces keeps what went over the wire, for the administrator. Save must not block.
type Traces interface {
	Save(call crm.ID, ladder []telephony.Message)
}

// Alarms tells supervisors of trouble that no call can show.
type Alarms interface {
	Raise(code, text string)
}
