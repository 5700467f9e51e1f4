package telephony

// Cause is why a leg or a call ended, in the words of no protocol. telephony/sip
// maps it to and from SIP status codes and Q.850 causes.
type Cause string

const (
	Normal            Cause = "normal"             // somebody hung up
	Cancelled         Cause = "cancelled"          // the caller gave up while it rang
	BusyHere          Cause = "busy"               // busy, or do-not-disturb
	Declined          Cause = "declined"           // refused by hand
	NoAnswer          Cause = "no_answer"          // rang out
	Unreachable       Cause = "unreachable"        // no device, no route, 404/480/408
	AnsweredElsewhere Cause = "answered_elsewhere" // a colleague was faster
	Withdrawn         Cause = "withdrawn"          // we took the offer back
	UnknownNumber     Cause = "unknown_number"     // the dialled number is not ours: 404
	NotAllowed        Cause = "not_allowed"        // 403
	NoCodec           Cause = "no_codec"           // no common codec: 488
	MediaLost         Cause = "media_lost"         // no RTP for too long
	DeviceLost        Cause = "device_lost"        // the browser at the end of the leg is gone without hanging up
	Overloaded        Cause = "overloaded"         // 503 + Retry-After
	Failed            Cause = "failed"             // anything else
)
