package realtime

import "github.com/gorilla/websocket"

// CloseCode is the code of a WebSocket close frame (RFC 6455 section 7.4). The
// listener needs no text: the code alone says whether to come back.
type CloseCode int

// The codes that a socket of ours may end with. 4000-4099 are our own: below 4050
// the listener comes back, from 4050 on it does not.
const (
	CloseGoingAway CloseCode = websocket.CloseGoingAway         // the server stops
	CloseProtocol  CloseCode = websocket.CloseProtocolError     // not WebSocket frames
	CloseLost      CloseCode = websocket.CloseAbnormalClosure   // no close frame: the network broke
	ClosePolicy    CloseCode = websocket.ClosePolicyViolation   // the listener sent what it must not
	CloseTooBig    CloseCode = websocket.CloseMessageTooBig     // the listener sent a frame above the cap
	CloseFault     CloseCode = websocket.CloseInternalServerErr // our fault, e.g. no snapshot could be made
	CloseSlow      CloseCode = 4001                             // the listener did not keep up
	CloseSignedOut CloseCode = 4050                             // the session has ended
	CloseTooMany   CloseCode = 4051                             // the user has too many sockets
)

// Reconnect says what the listener does after a close.
type Reconnect string

const (
	Resume Reconnect = "resume" // come back with ?since, after a short random delay
	Afresh Reconnect = "afresh" // come back without ?since, for a new snapshot
	Never  Reconnect = "never"  // do not come back by itself
)

// CloseMeaning is a row of CloseCodes.
type CloseMeaning struct {
	Code      CloseCode `json:"code"`
	Name      string    `json:"name"`
	Reconnect Reconnect `json:"reconnect"`
	Meaning   string    `json:"meaning"`
}

// CloseCodes is the contract with the listener: every code and what to do about it.
// A code that is not in the table is treated like CloseLost.
func CloseCodes() []CloseMeaning {
	return []CloseMeaning{
		{CloseGoingAway, "going_away", Resume, "The server is stopping or restarting."},
		{CloseProtocol, "protocol", Never, "The client sent bytes that are not WebSocket frames."},
		{CloseLost, "lost", Resume, "The connection broke without a close frame."},
		{ClosePolicy, "policy", Never, "The client sent something that it must not send, or too much of it."},
		{CloseTooBig, "too_big", Never, "The client sent a frame above the size limit."},
		{CloseFault, "fault", Afresh, "The server could not serve the socket."},
		{CloseSlow, "slow", Resume, "The client did not read fast enough."},
		{CloseSignedOut, "signed_out", Never, "The session has ended: sign in again."},
		{CloseTooMany, "too_many", Never, "The user has too many open sockets."},
	}
}

func (c CloseCode) name() string {
	for _, m := range CloseCodes() {
		if m.Code == c {
			return m.Name
		}
	}
	return ""
}
