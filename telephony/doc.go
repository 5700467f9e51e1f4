// Package telephony is the vocabulary of a line: what can come in (Incoming), what
// a call's story may tell the line to do (Command), and what the line reports back
// (Event). It imports nothing of ours and has no behaviour.
//
// telephony/sip and telephony/provider implement Line; telephony/callflow tells
// the stories. Neither knows the other.
package telephony
