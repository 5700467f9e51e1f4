package sip

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

// causeOf tells why a peer refused an INVITE or cut a dialog, from the final status
// (RFC 3261 21, Q.850 by RFC 3398).
func causeOf(status int) telephony.Cause {
	switch status {
	case 486, 600:
		return telephony.BusyHere
	case 603, 607, 608:
		return telephony.Declined
	case 404, 408, 410, 480, 481, 484, 502, 504, 604:
		return telephony.Unreachable
	case 487:
		return telephony.Cancelled
	case 488, 606, 415:
		return telephony.NoCodec
	case 401, 403, 407:
		return telephony.NotAllowed
	case 503:
		return telephony.Overloaded
	default:
		return telephony.Failed
	}
}

// status is a final response that says a cause.
type status struct {
	code   int
	reason string
}

// statusOf is what a caller who is not answered is told.
func statusOf(cause telephony.Cause) status {
	switch cause {
	case telephony.BusyHere:
		return status{486, "Busy Here"}
	case telephony.Declined:
		return status{603, "Decline"}
	case telephony.NoAnswer, telephony.Unreachable, telephony.Withdrawn, telephony.Normal, telephony.DeviceLost:
		return status{480, "Temporarily Unavailable"}
	case telephony.UnknownNumber:
		return status{404, "Not Found"}
	case telephony.NotAllowed:
		return status{403, "Forbidden"}
	case telephony.NoCodec:
		return status{488, "Not Acceptable Here"}
	case telephony.Overloaded:
		return status{503, "Service Unavailable"}
	case telephony.Cancelled:
		return status{487, "Request Terminated"}
	default:
		return status{500, "Server Internal Error"}
	}
}

// reasonOf is the Reason header (RFC 3326) of a BYE or CANCEL, "" when the method
// alone says enough.
func reasonOf(cause telephony.Cause) string {
	switch cause {
	case telephony.AnsweredElsewhere:
		return `SIP;cause=200;text="Call completed elsewhere"`
	case telephony.Normal, "":
		return `Q.850;cause=16;text="Normal call clearing"`
	case telephony.MediaLost:
		return `Q.850;cause=41;text="Media lost"`
	case telephony.DeviceLost:
		return `Q.850;cause=27;text="Destination out of order"`
	case telephony.NoAnswer:
		return `Q.850;cause=19;text="No answer"`
	case telephony.BusyHere:
		return `Q.850;cause=17;text="User busy"`
	case telephony.Declined:
		return `Q.850;cause=21;text="Call rejected"`
	case telephony.NoCodec:
		return `Q.850;cause=88;text="Incompatible destination"`
	case telephony.Failed:
		return `Q.850;cause=41;text="Temporary failure"`
	default:
		return ""
	}
}

// causeOfReason reads the Reason headers of a BYE or CANCEL; the fallback stands
// when they say nothing that we know.
func causeOfReason(msg sip.Message, fallback telephony.Cause) telephony.Cause {
	for _, h := range msg.GetHeaders("reason") {
		for value := range strings.SplitSeq(h.Value(), ",") {
			protocol, params, _ := strings.Cut(value, ";")
			code, err := strconv.Atoi(strings.Trim(headerParam(params, "cause"), `"`))
			if err != nil {
				continue
			}
			switch strings.ToUpper(strings.TrimSpace(protocol)) {
			case "Q.850":
				if cause, ok := causeOfQ850(code); ok {
					return cause
				}
			case "SIP":
				if code == 200 {
					return telephony.AnsweredElsewhere
				}
				if code >= 300 {
					return causeOf(code)
				}
			}
		}
	}
	return fallback
}

func causeOfQ850(code int) (telephony.Cause, bool) {
	switch code {
	case 16, 31:
		return telephony.Normal, true
	case 17:
		return telephony.BusyHere, true
	case 18, 19:
		return telephony.NoAnswer, true
	case 1, 3, 20, 27:
		return telephony.Unreachable, true
	case 21:
		return telephony.Declined, true
	case 26:
		return telephony.AnsweredElsewhere, true
	case 34, 42:
		return telephony.Overloaded, true
	case 65, 79, 88:
		return telephony.NoCodec, true
	case 38, 41, 47:
		return telephony.Failed, true
	}
	return "", false
}

// headerParam reads one parameter of a ;-separated list by its case-blind name.
func headerParam(params, name string) string {
	for p := range strings.SplitSeq(params, ";") {
		k, v, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(k), name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
