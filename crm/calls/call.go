package calls

import (
	"slices"
	"strings"
	"time"

	"github.com/callcard/callcard/crm"
)

// State is where a call is in its life.
type State string

const (
	Arrived State = "arrived" // known, not yet in a queue and not yet ringing
	Queued  State = "queued"  // waiting for an agent
	Ringing State = "ringing" // an agent's phone rings; of a call that an agent places, the other side's
	Talking State = "talking"
	Held    State = "held" // talking, one side on hold
	Ended   State = "ended"
)

// Call is a call as its facts tell it.
type Call struct {
	ID        crm.ID
	Seq       int // the highest fact that is folded in
	Direction crm.Direction
	State     State
	Node      string
	Line      string
	From      string // E.164 or raw:<line>:<digits>; empty when anonymous
	FromRaw   string
	Display   string
	Anonymous bool
	To        string
	Diverted  string
	Source    string
	Queue     string
	Unit      crm.ID // office of the queue, else of the agent; set by the writer
	Agent     crm.ID // who talked last, else who was offered last; outbound and internal: who called
	Colleague crm.ID // internal: who is called; the history keeps him in the route

	Contact     crm.ID
	ContactName string
	CardCreated bool // this call made the card
	Candidates  []crm.Candidate
	Owner       crm.ID
	LastAgent   crm.ID // whom the client had spoken with before
	Offline     bool   // the database was away when the call came

	StartedAt  time.Time
	QueuedAt   *time.Time
	AnsweredAt *time.Time
	EndedAt    *time.Time
	WaitMS     int64      // in the queue until answered or ended
	TalkMS     int64      // from the answer to the end, hold included
	HoldMS     int64      // the part of TalkMS on hold
	HeldAt     *time.Time // since when anyone is on hold; the history does not keep it
	LostAt     *time.Time // since when the device of the agent who talks is gone; the history does not keep it
	Consult    *Consult   // whom the agent asks while it goes on; the history does not keep it
	EndReason  crm.EndReason
	By         crm.Party
	Code       int         // SIP status, or 0
	Why        crm.DialWhy // why an agent might not place it; only in one call's full view

	Route     []Offer
	Decisions []Decision // only in one call's full view; the list leaves them out
	Moments   []Moment   // likewise
	Recording *Recording // the last one that was started
	Quality   []crm.Quality

	Disposition *Disposition // what a person has said came of it; nil: nobody has

	recordings []Recording // all files, in the order they were started
	holders    []crm.Party // who has the other on hold
	spokeWith  crm.ID      // who talked before the caller was put back in the queue
}

// Consult is somebody whom the agent of a talk asks, or has in a talk of three.
type Consult struct {
	Agent  crm.ID // a colleague, else
	Number string
	Leg    crm.ID
	Since  time.Time // of the state
	State  ConsultState
}

// ConsultState is how far a consultation is.
type ConsultState string

const (
	ConsultRinging    ConsultState = "ringing"
	ConsultTalking    ConsultState = "talking" // agent and asked one; the client waits
	ConsultHeld       ConsultState = "held"    // agent and client; the asked one waits
	ConsultConference ConsultState = "conference"
)

// Offer is one time an agent was rung.
type Offer struct {
	Leg     crm.ID
	Agent   crm.ID
	Reason  string // why him
	At      time.Time
	EndedAt *time.Time
	Result  crm.OfferResult // empty while it rings
	Code    int
}

// Decision is one routing decision, whole, for whoever asks why.
type Decision struct {
	At time.Time
	crm.Routed
}

// Recording is the file of a talk.
type Recording struct {
	ID         crm.ID
	Path       string // relative to the recordings folder
	StartedAt  time.Time
	Closed     bool // the file is complete; before, it must not be shown as good
	DurationMS int64
	Bytes      int64
	SHA256     string
	Truncated  string // why it is shorter than the talk, else empty
}

// Phone is the number of the other side, whose history the call belongs to: the
// caller of an inbound call, the callee of an outbound one, without an extension;
// empty for a call between colleagues and for an anonymous caller.
func (c *Call) Phone() string {
	number, _, _ := strings.Cut(c.number(), ";ext=")
	return number
}

// number is Phone with the extension.
func (c *Call) number() string {
	switch c.Direction {
	case crm.Inbound:
		return c.From
	case crm.Outbound:
		return c.To
	}
	return ""
}

// Talked reports whether the sides heard each other.
func (c *Call) Talked() bool { return c.AnsweredAt != nil }

// Missed reports whether an ended call leaves a client to be called back: nobody
// took it, or it was cut off.
func (c *Call) Missed() bool {
	if c.Direction != crm.Inbound || c.State != Ended {
		return false
	}
	switch c.EndReason {
	case crm.EndInterrupted, crm.EndAbandoned, crm.EndUnanswered: // the latter two also after a talk, when he was put back in the queue
		return true
	case crm.EndFailed, crm.EndMediaLost:
		return !c.Talked()
	}
	return false
}

// Reached reports whether an ended call is a talk with the client, in either
// direction, that settles what he had called for.
func (c *Call) Reached() bool {
	return c.State == Ended && c.Talked() && !c.Missed() && c.EndReason != crm.EndInterrupted && c.Direction != crm.Within
}

// offer is the entry of leg in a fresh copy of the route; a new one if there is none.
func (c *Call) offer(leg crm.ID) *Offer {
	c.Route = slices.Clone(c.Route)
	for i := range c.Route {
		if c.Route[i].Leg == leg {
			return &c.Route[i]
		}
	}
	c.Route = append(c.Route, Offer{Leg: leg})
	return &c.Route[len(c.Route)-1]
}

func (c *Call) wasRung(leg crm.ID) bool {
	return slices.ContainsFunc(c.Route, func(o Offer) bool { return o.Leg == leg })
}
