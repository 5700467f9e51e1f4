package telephony

import "time"

// Event is what a line reports of its call. The set is closed.
type Event interface{ event() }

// CallerUp: the caller's side has acknowledged the answer.
type CallerUp struct{}

// Played: the sound of a Play without Loop has ended.
type Played struct {
	Leg   LegID
	Sound Sound
}

// LegRinging: the device has said that it alerts.
type LegRinging struct {
	Leg   LegID
	Sound bool // the line sends its own ringback or announcement: Connect lets it be heard
}

// LegAnswered: the agent has picked up. His media waits for Connect.
type LegAnswered struct{ Leg LegID }

// LegRefused: the leg was never answered.
type LegRefused struct {
	Leg   LegID
	Cause Cause
	Code  int // final SIP status, 0 when there was none
}

// LegEnded: an established leg, or the caller's leg in whatever state, is gone.
type LegEnded struct {
	Leg   LegID
	By    Side
	Cause Cause
	Code  int // final SIP status, 0 when there was none
}

// Side says who did it: the far end, or we.
type Side string

const (
	Remote Side = "remote"
	Local  Side = "local"
)

// LegHeld and LegResumed: the far end has put us on hold, or taken us back.
type (
	LegHeld    struct{ Leg LegID }
	LegResumed struct{ Leg LegID }
)

// Digit: a DTMF key was pressed on a leg (RFC 4733 or INFO).
type Digit struct {
	Leg   LegID
	Digit byte // 0-9 * # A-D
}

// RecordingDone closes a Record.
type RecordingDone struct {
	Path      string
	Duration  time.Duration
	Bytes     int64
	SHA256    string
	Truncated string // "" when whole, else "disk_full" or "io_error"
}

// LegQuality sums up the incoming audio of a leg when it ends.
type LegQuality struct {
	Leg      LegID
	Received uint64
	Lost     uint64
	JitterMS float64
	RTTMS    float64
	MOS      float64 // ITU-T G.107
}

// LineDone is the last event of a call: all legs are gone, all files are closed.
// Ladder is what went over the wire.
type LineDone struct{ Ladder []Message }

// Message is one line of a SIP ladder.
type Message struct {
	At   time.Time `json:"at"`
	Leg  LegID     `json:"leg"`
	Sent bool      `json:"sent"` // by us
	Peer string    `json:"peer"` // address and transport of the other side
	Head string    `json:"head"` // start line
	Text string    `json:"text"` // the whole message without credentials, cut at 4 KiB
}

func (CallerUp) event()      {}
func (Played) event()        {}
func (LegRinging) event()    {}
func (LegAnswered) event()   {}
func (LegRefused) event()    {}
func (LegEnded) event()      {}
func (LegHeld) event()       {}
func (LegResumed) event()    {}
func (Digit) event()         {}
func (RecordingDone) event() {}
func (LegQuality) event()    {}
func (LineDone) event()      {}
