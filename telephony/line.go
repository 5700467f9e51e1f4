package telephony

import (
	"errors"
	"time"
)

// CallID names a call in the whole system (a UUIDv7 in text form); LegID one of
// its legs.
type (
	CallID string
	LegID  string
)

// CallerLeg is the client's leg of a call: the one that an inbound call begins with,
// the one that Dial rings in a call that an agent places.
const CallerLeg LegID = "caller"

// Incoming is a call that has just reached a line.
type Incoming struct {
	ID        CallID
	Line      string // name of the trunk
	Region    string // ISO 3166 region of the trunk, by whose rules its numbers are read
	From      string // the caller's number as the line gave it; "" when withheld
	Display   string // display name, may be ""
	Anonymous bool   // Privacy: id, anonymous@anonymous.invalid and the like (RFC 3323, RFC 3325)
	To        string // the number dialled, as the line gave it
	Diverted  string // who forwarded the call (Diversion, RFC 5806; History-Info, RFC 7044), or ""
	At        time.Time

	// Agent is the extension of the agent whose device calls, "" for a client's call.
	// Leg is that device's leg then, and CallerLeg waits for Dial.
	Agent string
	Leg   LegID
}

// Stories opens the story of a call: telephony/callflow implements it, a line calls
// it once for each new call.
type Stories interface {
	// Incoming must return at once. The line delivers the call's events to the sink
	// that it gets back, from any goroutine and in the order in which they happened.
	// A Refusal means that the call is not taken.
	Incoming(in Incoming, line Line) (Sink, *Refusal)
}

// Refusal turns a call away at the door.
type Refusal struct {
	Cause      Cause
	RetryAfter time.Duration // sent with Overloaded when > 0
}

// Sink takes the events of one call. Deliver never blocks.
type Sink interface{ Deliver(Event) }

// Line carries one call. Do never waits for the network: it starts what is asked
// and returns; the outcome comes as an Event. An error means that the command makes
// no sense in the present state or that a resource is missing (no free port, disk).
// Do may be called from any goroutine, but a story calls it from one.
type Line interface {
	Do(Command) error
}

// Lines opens calls that begin with us. telephony/sip implements it.
type Lines interface {
	// Open makes a call without any leg: Offer rings the agent's devices, Dial the other
	// side. An error means that no call can begin now.
	Open(id CallID, sink Sink) (Line, error)
}

// ErrGone: the command came after the end of the leg or of the call that it is for. The
// event that tells of that end has been delivered, or is about to be.
var ErrGone = errors.New("the leg is gone")

// Target says whom an Offer or a Dial rings: every device registered for the
// extension, or a number over a trunk (Dial only).
type Target struct {
	Extension string
	Trunk     string // name of the trunk
	Number    string // E.164, or the digits of a service number
}

// Presence hears of devices coming and going. Implemented by callflow.
type Presence interface {
	// DeviceUp is called when the first device of an extension has registered,
	// DeviceDown when the last one is gone. Neither may block.
	DeviceUp(extension string)
	DeviceDown(extension string)
}

// Devices counts the devices of an extension that can ring, by their kind.
type Devices struct {
	Desk    int // telephones, and programs that are one
	Browser int // pages: SIP over WebSocket
}
