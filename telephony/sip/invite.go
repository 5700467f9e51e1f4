package sip

import (
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

// build makes the INVITE.
func (inv *invitation) build(o telephony.Offer, call telephony.CallID, body []byte, expires int) *sip.Request {
	req := inv.dialog.next(sip.INVITE)
	if from := userPart(o.From); from != "" {
		asserted := sip.FromHeader{DisplayName: inv.dialog.local.DisplayName, Address: inv.dialog.local.Address}
		req.AppendHeader(sip.NewHeader("P-Asserted-Identity", asserted.Value()))
	} else {
		req.AppendHeader(sip.NewHeader("Privacy", "id"))
	}
	req.AppendHeader(sip.NewHeader("X-Callcard-Call", string(call)))
	for name, value := range o.Headers {
		if validHeader(name, value) {
			req.AppendHeader(sip.NewHeader(name, value))
		}
	}
	req.AppendHeader(inv.leg.line.calls.server.allow)
	req.AppendHeader(sip.NewHeader("Supported", "timer"))
	inv.expect(req, expires)
	req.SetBody(body)
	req.AppendHeader(contentSDP)
	return req
}

// expect writes the session timer that we ask for.
func (inv *invitation) expect(req *sip.Request, seconds int) {
	req.AppendHeader(sip.NewHeader("Session-Expires", strconv.Itoa(seconds)))
	if seconds > sessionExpires {
		req.AppendHeader(sip.NewHeader("Min-SE", strconv.Itoa(seconds)))
	}
}

// userPart makes a number fit for the user of a URI.
func userPart(number string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			return r
		case strings.ContainsRune("+-_.!~*'()#&=$,", r):
			return r
		}
		return -1
	}, number)
}

// validHeader: a header of a story must stay one line and must not be one of ours.
func validHeader(name, value string) bool {
	if name == "" || strings.ContainsAny(value, "\r\n\x00") {
		return false
	}
	for _, r := range name {
		if r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	switch strings.ToLower(name) {
	case "via", "from", "to", "call-id", "cseq", "contact", "route", "record-route", "max-forwards",
		"content-length", "content-type", "x-callcard-call", "v", "f", "t", "i", "m", "l", "c":
		return false
	}
	return true
}

// longer repeats an INVITE whose session interval was too small for the peer (RFC
// 4028 7.4), once and within reason.
func (inv *invitation) longer(res *sip.Response) bool {
	seconds := minSE(res)
	if seconds <= sessionExpires {
		return false
	}
	again := inv.copy("session-expires", "min-se")
	inv.expect(again, seconds)
	inv.repeat(again)
	return true
}

// copy is the INVITE once more, as the next request of its dialog and without the named
// headers.
func (inv *invitation) copy(without ...string) *sip.Request {
	again := inv.dialog.next(sip.INVITE)
	for _, h := range inv.req.Headers() {
		switch name := strings.ToLower(h.Name()); name {
		case "via", "max-forwards", "from", "to", "call-id", "cseq", "contact", "route", "content-length":
		default:
			if !slices.Contains(without, name) {
				again.AppendHeader(h)
			}
		}
	}
	again.SetBody(inv.req.Body())
	again.SetTransport(inv.req.Transport())
	again.SetDestination(inv.req.Destination())
	return again
}

// repeat sends the INVITE again, after an answer that asks for it.
func (inv *invitation) repeat(again *sip.Request) {
	inv.req, inv.rung = again, false
	inv.out.open--
	inv.begin()
}
