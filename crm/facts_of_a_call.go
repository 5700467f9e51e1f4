package crm

import "time"

// The kinds of facts, in the order in which a call usually meets them.
const (
	FactArrived     FactKind = "arrived"
	FactIdentified  FactKind = "identified"
	FactQueued      FactKind = "queued"
	FactRouted      FactKind = "routed"
	FactAssigned    FactKind = "assigned"
	FactMoved       FactKind = "moved"
	FactDialled     FactKind = "dialled"
	FactOffered     FactKind = "offered"
	FactOfferEnded  FactKind = "offer_ended"
	FactAnswered    FactKind = "answered"
	FactAgentLost   FactKind = "agent_lost"
	FactAgentBack   FactKind = "agent_back"
	FactTransferred FactKind = "transferred"
	FactHeld        FactKind = "held"
	FactResumed     FactKind = "resumed"
	FactRecording   FactKind = "recording"
	FactRecorded    FactKind = "recorded"
	FactQuality     FactKind = "quality"
	FactEnded       FactKind = "ended"
	FactWrapUp      FactKind = "wrap_up"
	FactWrapUpEnded FactKind = "wrap_up_ended"

	FactConsultBegan    FactKind = "consult_began"
	FactConsultAnswered FactKind = "consult_answered"
	FactConsultHeld     FactKind = "consult_held"
	FactConsultResumed  FactKind = "consult_resumed"
	FactConferenceBegan FactKind = "conference_began"
	FactConsultEnded    FactKind = "consult_ended"
)

var factKinds = map[FactKind]func([]byte) (FactData, error){
	FactArrived:     decodeAs[Arrived],
	FactIdentified:  decodeAs[Identified],
	FactQueued:      decodeAs[Queued],
	FactRouted:      decodeAs[Routed],
	FactAssigned:    decodeAs[Assigned],
	FactMoved:       decodeAs[Moved],
	FactDialled:     decodeAs[Dialled],
	FactOffered:     decodeAs[Offered],
	FactOfferEnded:  decodeAs[OfferEnded],
	FactAnswered:    decodeAs[Answered],
	FactAgentLost:   decodeAs[AgentLost],
	FactAgentBack:   decodeAs[AgentBack],
	FactHeld:        decodeAs[Held],
	FactResumed:     decodeAs[Resumed],
	FactRecording:   decodeAs[RecordingStarted],
	FactRecorded:    decodeAs[Recorded],
	FactQuality:     decodeAs[Quality],
	FactEnded:       decodeAs[Ended],
	FactWrapUp:      decodeAs[WrapUp],
	FactWrapUpEnded: decodeAs[WrapUpEnded],
	FactTransferred: decodeAs[Transferred],

	FactConsultBegan:    decodeAs[ConsultBegan],
	FactConsultAnswered: decodeAs[ConsultAnswered],
	FactConsultHeld:     decodeAs[ConsultHeld],
	FactConsultResumed:  decodeAs[ConsultResumed],
	FactConferenceBegan: decodeAs[ConferenceBegan],
	FactConsultEnded:    decodeAs[ConsultEnded],
}

// Direction of a call, seen from the company.
type Direction string

const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
	Within   Direction = "internal"
)

// Arrived opens a call: it is known to the system from here on.
type Arrived struct {
	Direction Direction `json:"direction"`
	Node      string    `json:"node"`               // the process that holds the call's media
	Line      string    `json:"line"`               // name of the trunk, or of the webhook line
	From      string    `json:"from,omitempty"`     // E.164, else raw:<line>:<digits>; empty when anonymous
	FromRaw   string    `json:"from_raw,omitempty"` // as the carrier sent it
	Display   string    `json:"display,omitempty"`  // the caller's display name, if any; internal: the agent's name
	Anonymous bool      `json:"anonymous,omitempty"`
	To        string    `json:"to"`                 // the number dialled, E.164 when it is one of ours
	Diverted  string    `json:"diverted,omitempty"` // who forwarded the call (RFC 5806)
	Source    string    `json:"source,omitempty"`   // the advertisement that the number stands for
	Queue     string    `json:"queue,omitempty"`    // name of the queue the number leads to
	Agent     ID        `json:"agent,omitempty"`    // outbound and internal: who calls
	Region    string    `json:"region,omitempty"`   // ISO 3166 region by whose rules numbers are read
}

// Identified tells whose card the call belongs to.
type Identified struct {
	Contact    ID          `json:"contact,omitempty"` // empty: anonymous, several candidates, or CRM is offline
	Name       string      `json:"name,omitempty"`    // the card's name, for those who read only facts
	Created    bool        `json:"created,omitempty"` // the card was made by this call
	Candidates []Candidate `json:"candidates,omitempty"`
	Owner      ID          `json:"owner,omitempty"`      // the card's owner
	LastAgent  ID          `json:"last_agent,omitempty"` // whom the client spoke with last
	LastTalkAt *time.Time  `json:"last_talk_at,omitempty"`
	// Offline: the database did not answer in time. The card is found or made when
	// the fact is stored; until then only the number is known.
	Offline bool `json:"offline,omitempty"`
}

// Candidate is one of several cards that share a number, best first.
type Candidate struct {
	Contact ID     `json:"contact"`
	Name    string `json:"name"`
	Reason  string `json:"reason"` // extension | chosen | last_talk | person | company
}

// Queued puts the caller in a queue. EnteredAt is kept when he is put back, so
// that he keeps his place.
type Queued struct {
	Queue     string    `json:"queue"`
	Priority  int       `json:"priority"`
	EnteredAt time.Time `json:"entered_at"`
	Why       QueuedWhy `json:"why,omitempty"` // he is put back; empty the first time
}

// QueuedWhy is why a caller is in a queue again.
type QueuedWhy string

// QueuedAgentLost: the device of the agent he talked with was lost and did not come back.
const QueuedAgentLost QueuedWhy = "agent_lost"

// QueuedTransferred: the agent he talked with has given him to the queue.
const QueuedTransferred QueuedWhy = "transferred"

// QueuedTransferFailed: whom he was given to has not taken him, nor the agent who has given
// him away.
const QueuedTransferFailed QueuedWhy = "transfer_failed"

// QueuedMoved: a supervisor has put him into another queue.
const QueuedMoved QueuedWhy = "moved"

// Assigned: a supervisor gives a caller who waits to an agent of his choice.
type Assigned struct {
	Agent ID     `json:"agent"`
	By    ID     `json:"by"`
	Why   string `json:"why,omitempty"` // in his words
}

// Moved: a supervisor puts a caller who waits into a queue, or back into the same.
type Moved struct {
	From  string `json:"from"`
	Queue string `json:"queue"`
	By    ID     `json:"by"`
	Why   string `json:"why,omitempty"` // in his words
}

// Routed is one decision of routing.Decide, so that anyone can see afterwards why.
// Reasons and results are stable codes; people read them through the translations of
// the page. Of a large team the best candidates are named and the rest is counted.
type Routed struct {
	Candidates []RouteCandidate `json:"candidates,omitempty"` // ranked, best first
	Excluded   []RouteExclusion `json:"excluded,omitempty"`
	// MoreCandidates and MoreExcluded count those who are not named.
	MoreCandidates int        `json:"more_candidates,omitempty"`
	MoreExcluded   int        `json:"more_excluded,omitempty"`
	WaitFor        ID         `json:"wait_for,omitempty"` // the previous manager the call waits for
	WaitUntil      *time.Time `json:"wait_until,omitempty"`
	Reason         string     `json:"reason"` // why the plan is as it is, e.g. previous_talking_wait
}

// RouteCandidate is an agent who may get the call.
type RouteCandidate struct {
	Agent  ID      `json:"agent"`
	Reason string  `json:"reason"` // previous | least_busy | longest_idle | …
	Score  float64 `json:"score"`
}

// RouteExclusion is an agent who may not get it now.
type RouteExclusion struct {
	Agent ID     `json:"agent"`
	Why   string `json:"why"` // talking | wrap_up | break | offline | no_device | rejected | …
}

// Dialled says that an outbound call is about to leave over a trunk; once more when that
// one fails and another is tried.
type Dialled struct {
	Line string `json:"line"` // name of the trunk
}

// Offered says that an agent is about to be rung. It is committed, and shown on
// his screen, before his phone hears of it.
type Offered struct {
	Leg    ID     `json:"leg"`
	Agent  ID     `json:"agent"`
	Reason string `json:"reason"` // why him
	WaitMS int64  `json:"wait_ms"`
}

// OfferEnded closes an Offered.
type OfferEnded struct {
	Leg    ID          `json:"leg"`
	Agent  ID          `json:"agent"`
	Result OfferResult `json:"result"`
	Code   int         `json:"code,omitempty"` // SIP status, when there was one
}

// OfferResult is how an offer ended.
type OfferResult string

const (
	OfferAnswered    OfferResult = "answered"
	OfferDeclined    OfferResult = "declined"    // the agent refused
	OfferNoAnswer    OfferResult = "no_answer"   // he let it ring
	OfferUnreachable OfferResult = "unreachable" // his phone is not there or is broken
	OfferWithdrawn   OfferResult = "withdrawn"   // another agent was faster (ring-all), or the call was moved
	OfferCallerGone  OfferResult = "caller_gone" // the caller hung up while it rang
)

// Answered: media flows between the caller and the agent.
type Answered struct {
	Leg    ID    `json:"leg"`
	Agent  ID    `json:"agent"`
	WaitMS int64 `json:"wait_ms"` // since the call entered the queue
}

// AgentLost: the device of the agent who talks is gone without a word. The caller waits
// for him until Until.
type AgentLost struct {
	Agent ID        `json:"agent"`
	Until time.Time `json:"until"`
}

// AgentBack ends an AgentLost: they hear each other again, over another leg.
type AgentBack struct {
	Agent ID `json:"agent"`
	Leg   ID `json:"leg"`
}

// Held: one party put the other on hold.
type Held struct {
	By Party `json:"by"`
}

// Resumed ends a Held.
type Resumed struct {
	By Party `json:"by"`
}

// Transferred: an agent gives his client to somebody else: one of the three.
type Transferred struct {
	By       ID          `json:"by"`
	ToAgent  ID          `json:"to_agent,omitempty"`
	ToQueue  string      `json:"to_queue,omitempty"`
	ToNumber string      `json:"to_number,omitempty"`
	How      TransferHow `json:"how"`
	User     ID          `json:"user,omitempty"` // which supervisor has done it in the agent's place
}

// TransferHow says whether it was asked before.
type TransferHow string

const (
	TransferBlind    TransferHow = "blind"
	TransferAttended TransferHow = "attended"
)

// ConsultBegan: an agent asks a colleague or a number about his client, who waits.
type ConsultBegan struct {
	By       ID     `json:"by"`
	ToAgent  ID     `json:"to_agent,omitempty"`
	ToNumber string `json:"to_number,omitempty"`
	Leg      ID     `json:"leg"`
}

// ConsultAnswered: the two talk.
type ConsultAnswered struct {
	Leg     ID `json:"leg"`
	ToAgent ID `json:"to_agent,omitempty"`
}

// ConsultHeld: the agent talks with his client, and whom he has asked waits.
type ConsultHeld struct{}

// ConsultResumed ends a ConsultHeld.
type ConsultResumed struct{}

// ConferenceBegan: client, agent and whom he has asked hear each other.
type ConferenceBegan struct {
	ToAgent ID `json:"to_agent,omitempty"`
}

// ConsultEnded ends a ConsultBegan.
type ConsultEnded struct {
	ToAgent ID         `json:"to_agent,omitempty"`
	Why     ConsultEnd `json:"why"`
}

// ConsultEnd is how a consultation ended.
type ConsultEnd string

const (
	ConsultEndedByAgent ConsultEnd = "ended"
	ConsultRefused      ConsultEnd = "refused" // or not reached
	ConsultNoAnswer     ConsultEnd = "no_answer"
	ConsultLeft         ConsultEnd = "colleague_left"
	ConsultCallerLeft   ConsultEnd = "caller_left" // or the call was ended
	ConsultAgentLost    ConsultEnd = "agent_lost"  // the asking agent's device is gone
	ConsultTransferred  ConsultEnd = "transferred"
)

// Party is a side of a call.
type Party string

const (
	Caller     Party = "caller"
	Agent      Party = "agent"
	Supervisor Party = "supervisor" // somebody who watches over the call and is not on it
	System     Party = "system"
)

// RecordingStarted names the file before its first byte is written.
type RecordingStarted struct {
	Recording ID     `json:"recording"`
	Path      string `json:"path"` // relative to the recordings folder
}

// Recorded closes the file. Truncated says why it is shorter than the talk
// ("disk_full", "interrupted"), empty when it is whole.
type Recorded struct {
	Recording  ID     `json:"recording"`
	Path       string `json:"path"`
	DurationMS int64  `json:"duration_ms"`
	Bytes      int64  `json:"bytes"`
	SHA256     string `json:"sha256,omitempty"`
	Truncated  string `json:"truncated,omitempty"`
}

// Quality of one leg's incoming audio over its whole life.
type Quality struct {
	Party    Party   `json:"party"`
	Leg      ID      `json:"leg,omitempty"`
	Received uint64  `json:"received"` // RTP packets
	Lost     uint64  `json:"lost"`
	JitterMS float64 `json:"jitter_ms"`
	RTTMS    float64 `json:"rtt_ms,omitempty"`
	MOS      float64 `json:"mos"` // ITU-T G.107 E-model, 1..4.5
}

// Ended closes the call. No fact but Recorded, Quality, WrapUp and WrapUpEnded
// comes after it.
type Ended struct {
	By     Party     `json:"by"`
	User   ID        `json:"user,omitempty"` // which supervisor
	Reason EndReason `json:"reason"`
	Code   int       `json:"code,omitempty"` // SIP status or 0
	Why    DialWhy   `json:"why,omitempty"`  // rejected: why an agent may not place the call
	TalkMS int64     `json:"talk_ms"`
}

// DialWhy is why an agent may not place a call.
type DialWhy string

const (
	WhyOwnNumber DialWhy = "own_number" // it is one of the company's
	WhyNotOpened DialWhy = "not_opened" // no rule opens it
	WhyDenied    DialWhy = "denied"     // a rule closes it
	WhyPremium   DialWhy = "premium"    // it costs more than a call
	WhyNoTrunk   DialWhy = "no_trunk"   // there is no line to call out by
	WhyLimit     DialWhy = "limit"      // he has placed as many calls within an hour as he may
	WhyBusy      DialWhy = "busy"       // he has another call
	WhyNoNumber  DialWhy = "no_number"  // that is no telephone number
)

// EndReason is how a call ended, from the company's point of view.
type EndReason string

const (
	EndCompleted   EndReason = "completed"   // they talked, one hung up
	EndAbandoned   EndReason = "abandoned"   // the caller gave up waiting
	EndUnanswered  EndReason = "unanswered"  // nobody took it within the queue's patience; whom an agent called did not answer
	EndRejected    EndReason = "rejected"    // refused before anything rang: the agent may not place it (Why)
	EndMediaLost   EndReason = "media_lost"  // no RTP for too long
	EndFailed      EndReason = "failed"      // a fault, ours or the line's
	EndInterrupted EndReason = "interrupted" // the server died under it

	// Of calls that agents place.
	EndCancelled     EndReason = "cancelled"      // the agent gave up before there was an answer
	EndBusy          EndReason = "busy"           // the other side is busy
	EndDeclined      EndReason = "declined"       // the other side refused
	EndUnknownNumber EndReason = "unknown_number" // there is no such number
	EndUnreachable   EndReason = "unreachable"    // the telephone is off, or no line leads there
)

// WrapUp gives the agent time to finish his notes.
type WrapUp struct {
	Agent ID        `json:"agent"`
	Until time.Time `json:"until"`
	// UntilOutcome: it ends as soon as he says what came of the call, at the latest at Until.
	UntilOutcome bool `json:"until_outcome,omitempty"`
}

// WrapUpEnded ends a WrapUp.
type WrapUpEnded struct {
	Agent ID `json:"agent"`
}

// FactKind implements FactData.
func (Arrived) FactKind() FactKind { return FactArrived }

// FactKind implements FactData.
func (Identified) FactKind() FactKind { return FactIdentified }

// FactKind implements FactData.
func (Queued) FactKind() FactKind { return FactQueued }

// FactKind implements FactData.
func (Routed) FactKind() FactKind { return FactRouted }

// FactKind implements FactData.
func (Assigned) FactKind() FactKind { return FactAssigned }

// FactKind implements FactData.
func (Moved) FactKind() FactKind { return FactMoved }

// FactKind implements FactData.
func (Transferred) FactKind() FactKind { return FactTransferred }

// FactKind implements FactData.
func (ConsultBegan) FactKind() FactKind { return FactConsultBegan }

// FactKind implements FactData.
func (ConsultAnswered) FactKind() FactKind { return FactConsultAnswered }

// FactKind implements FactData.
func (ConsultHeld) FactKind() FactKind { return FactConsultHeld }

// FactKind implements FactData.
func (ConsultResumed) FactKind() FactKind { return FactConsultResumed }

// FactKind implements FactData.
func (ConferenceBegan) FactKind() FactKind { return FactConferenceBegan }

// FactKind implements FactData.
func (ConsultEnded) FactKind() FactKind { return FactConsultEnded }

// FactKind implements FactData.
func (Dialled) FactKind() FactKind { return FactDialled }

// FactKind implements FactData.
func (Offered) FactKind() FactKind { return FactOffered }

// FactKind implements FactData.
func (OfferEnded) FactKind() FactKind { return FactOfferEnded }

// FactKind implements FactData.
func (Answered) FactKind() FactKind { return FactAnswered }

// FactKind implements FactData.
func (AgentLost) FactKind() FactKind { return FactAgentLost }

// FactKind implements FactData.
func (AgentBack) FactKind() FactKind { return FactAgentBack }

// FactKind implements FactData.
func (Held) FactKind() FactKind { return FactHeld }

// FactKind implements FactData.
func (Resumed) FactKind() FactKind { return FactResumed }

// FactKind implements FactData.
func (RecordingStarted) FactKind() FactKind { return FactRecording }

// FactKind implements FactData.
func (Recorded) FactKind() FactKind { return FactRecorded }

// FactKind implements FactData.
func (Quality) FactKind() FactKind { return FactQuality }

// FactKind implements FactData.
func (Ended) FactKind() FactKind { return FactEnded }

// FactKind implements FactData.
func (WrapUp) FactKind() FactKind { return FactWrapUp }

// FactKind implements FactData.
func (WrapUpEnded) FactKind() FactKind { return FactWrapUpEnded }
