package telephony

// Command is what a story tells its line. The set is closed.
type Command interface{ command() }

// Ring tells whoever calls on a leg that the called party is being alerted (180). Leg
// "" is CallerLeg.
type Ring struct{ Leg LegID }

// Answer picks up who calls on a leg (200 OK); "" is CallerLeg. Event, for him only:
// CallerUp once his ACK arrived; media may flow before that.
type Answer struct{ Leg LegID }

// Dial calls the client of a call that we place: his leg is CallerLeg. Events:
// LegRinging, then LegAnswered or LegRefused. A number that was refused leaves the leg
// free for another Dial, an extension does not. Hangup of the leg takes the call back.
// With a Leg it brings a number into the call beside the client: that leg is one like an
// agent's then, for Mix or Connect once it has answered, and gone when it is refused.
type Dial struct {
	Leg     LegID // "" = CallerLeg; else a new one, and To is a number
	To      Target
	From    string // number that the other side is shown, E.164; "" = withheld
	Display string // name that a colleague is shown; never sent to a trunk
	Headers map[string]string
}

// Play makes a leg hear a sound instead of the other party, until Stop, Connect or
// another Play. Played is delivered when a sound that does not loop has ended.
type Play struct {
	Leg   LegID
	Sound Sound
	Loop  bool
}

// Sound names a sound of the prompt library: music, ringback, comfort, … or an
// uploaded prompt.
type Sound string

// The sounds that ship with the product.
const (
	Music    Sound = "music"    // music on hold
	Ringback Sound = "ringback" // "it rings": 425 Hz, 1 s on, 4 s off
	Hold     Sound = "hold"     // please hold: a soft tone while the other side is away
	Busy     Sound = "busy"     // nobody can take the call
)

// Stop ends what a leg hears by Play; silence, or the other party if connected.
type Stop struct{ Leg LegID }

// Offer rings a device of an agent. The line names the leg by the id given here.
// Events: LegRinging, then LegAnswered or LegRefused. Timeout is enforced by the
// story with Withdraw, not by the line.
type Offer struct {
	Leg     LegID
	To      Target
	From    string // number shown to the agent: E.164 where known, as it came otherwise; "" = withheld
	Display string // the card's name
	Headers map[string]string
}

// Withdraw stops ringing a leg (CANCEL). LegRefused follows, or LegAnswered if the
// answer crossed; in that case the line hangs up the leg by itself and reports
// LegRefused with cause Withdrawn all the same.
type Withdraw struct {
	Leg    LegID
	Reason Cause // AnsweredElsewhere keeps the phone from showing a missed call (RFC 3326)
}

// Connect bridges the caller and an answered leg: they hear each other. Whatever
// the two heard before stops. In a call that we place the agent may be connected while
// it still rings, to hear what the line says (early media).
type Connect struct{ Leg LegID }

// Mix says who hears whom: a leg that is named hears the legs that it is given with, all at
// once, instead of what it has heard by Connect or an earlier Mix; with none, it hears
// nothing. Legs that are not named go on as before. A sound of Play stays before all else
// until Stop, and a hold stays a hold. Connect ends it for its two legs: they hear each
// other and nobody else.
type Mix struct{ Hears map[LegID][]LegID }

// Record begins the recording of the caller (left) and of whomever he hears (right): by
// Connect or by Mix, not what is played to him.
type Record struct {
	Path string // of the file; its folder is made
}

// StopRecord closes the file. Event: RecordingDone. Hanging up the caller's leg
// does it too.
type StopRecord struct{}

// HoldLeg puts a leg on hold: the other party hears music. ResumeLeg undoes it.
type (
	HoldLeg   struct{ Leg LegID }
	ResumeLeg struct{ Leg LegID }
)

// SendDigits plays DTMF towards a leg (RFC 4733).
type SendDigits struct {
	Leg    LegID
	Digits string
}

// Hangup ends one leg, or the whole call if Leg is "". Events: LegEnded for each;
// after the last one LineDone.
type Hangup struct {
	Leg   LegID
	Cause Cause
}

func (Ring) command()       {}
func (Answer) command()     {}
func (Dial) command()       {}
func (Play) command()       {}
func (Stop) command()       {}
func (Offer) command()      {}
func (Withdraw) command()   {}
func (Connect) command()    {}
func (Mix) command()        {}
func (Record) command()     {}
func (StopRecord) command() {}
func (HoldLeg) command()    {}
func (ResumeLeg) command()  {}
func (SendDigits) command() {}
func (Hangup) command()     {}
