package sip

import (
	"strings"

	"github.com/emiago/sipgo/sip"
)

// refusal checks what every request must fulfil before anybody acts on it
// (RFC 3261 sec. 8.2; the library accepts much more). It returns the answer to a
// request that does not, or code 0.
func (s *Server) refusal(req *sip.Request) (code int, reason string, headers []sip.Header) {
	if req.SipVersion != "SIP/2.0" {
		return 505, "Version Not Supported", nil
	}
	if reason := malformed(req); reason != "" {
		return 400, reason, nil
	}
	if !knownMethod(req.Method) || !answersMethod(req) {
		return 405, "Method Not Allowed", []sip.Header{s.allow}
	}
	if code, reason := badTarget(&req.Recipient); code != 0 {
		return code, reason, nil
	}
	if req.IsAck() || req.IsCancel() {
		return 0, "", nil
	}
	// OPTIONS may end here on purpose (sec. 16.3), a REGISTER has arrived anyway.
	if req.MaxForwards().Val() == 0 && req.Method != sip.OPTIONS && req.Method != sip.REGISTER {
		return 483, "Too Many Hops", nil
	}
	if unknown := unsupported(req); unknown != "" {
		return 420, "Bad Extension", []sip.Header{sip.NewHeader("Unsupported", unknown)}
	}
	if req.Method == sip.INVITE && len(req.Body()) > 0 && !readableBody(req) {
		return 415, "Unsupported Media Type", []sip.Header{
			sip.NewHeader("Accept", "application/sdp"), sip.NewHeader("Accept-Encoding", "identity")}
	}
	return 0, "", nil
}

// answersMethod: what may come outside of a dialog, and what a dialog may bring.
func answersMethod(req *sip.Request) bool {
	switch req.Method {
	case sip.SUBSCRIBE, sip.PUBLISH, sip.MESSAGE:
		return false
	case sip.NOTIFY, sip.REFER:
		return req.To().Params.Has("tag")
	}
	return true
}

// malformed names the first thing that makes a request unusable, or "".
func malformed(req *sip.Request) string {
	var via, from, to, callID, cseq, maxForwards, length, contentType, contact int
	for _, h := range req.Headers() {
		switch h.(type) {
		case *sip.ViaHeader:
			via++
		case *sip.FromHeader:
			from++
		case *sip.ToHeader:
			to++
		case *sip.CallIDHeader:
			callID++
		case *sip.CSeqHeader:
			cseq++
		case *sip.MaxForwardsHeader:
			maxForwards++
		case *sip.ContentLengthHeader:
			length++
		case *sip.ContentTypeHeader:
			contentType++
		case *sip.ContactHeader:
			contact++
		}
	}
	switch {
	case via == 0:
		return "Missing Via"
	case from != 1:
		return "Bad From"
	case to != 1:
		return "Bad To"
	case callID != 1:
		return "Bad Call-ID"
	case cseq != 1:
		return "Bad CSeq"
	case maxForwards > 1 || maxForwards == 0 && !req.IsAck() && !req.IsCancel():
		return "Bad Max-Forwards"
	case length > 1 || contentType > 1:
		return "Doubled Header"
	}
	return malformedValues(req, contact)
}

// malformedValues looks into the headers that malformed has counted.
func malformedValues(req *sip.Request, contacts int) string {
	switch {
	case req.CSeq().MethodName != req.Method:
		return "CSeq Method Mismatch"
	case req.From().Params.GetOr("tag", "") == "":
		return "Missing From Tag"
	case !addressable(&req.From().Address) || !addressable(&req.To().Address):
		return "Bad Address"
	case req.Method == sip.INVITE && contacts != 1:
		return "Bad Contact"
	case req.Method == sip.INVITE && (req.Contact().Address.Wildcard || !addressable(&req.Contact().Address)):
		return "Bad Contact"
	case len(req.Recipient.Headers) > 0:
		return "Headers In Request-URI" // sec. 19.1.1: not allowed there
	}
	if n := req.ContentLength(); n != nil && int(*n) != len(req.Body()) {
		return "Bad Content-Length"
	}
	return ""
}

// addressable reports whether a URI of From, To or Contact names anybody.
func addressable(uri *sip.Uri) bool {
	switch uri.Scheme {
	case "":
		return false
	case "sip", "sips":
		return uri.Host != "" && !strings.ContainsAny(uri.Host, " <>\"\t")
	}
	return true // tel and others are kept as they are
}

// badTarget judges the Request-URI.
func badTarget(uri *sip.Uri) (code int, reason string) {
	switch uri.Scheme {
	case "sip", "sips":
		if uri.Host == "" || strings.ContainsAny(uri.Host, " <>\"\t") || uri.Port < 0 || uri.Port > 65535 {
			return 400, "Bad Request-URI"
		}
	case "tel":
	default:
		if strings.ContainsAny(uri.Scheme, "<\" ") {
			return 400, "Bad Request-URI"
		}
		return 416, "Unsupported URI Scheme"
	}
	return 0, ""
}

// unsupported lists the required extensions that we do not know (sec. 8.2.2.3).
func unsupported(req *sip.Request) string {
	var unknown []string
	for value := range named(req, "Require") {
		for tag := range strings.SplitSeq(value, ",") {
			if tag = strings.TrimSpace(tag); tag != "" && !isSupported(tag) {
				unknown = append(unknown, tag)
			}
		}
	}
	return strings.Join(unknown, ", ")
}

func isSupported(tag string) bool {
	for known := range strings.SplitSeq(supported, ", ") {
		if strings.EqualFold(tag, known) {
			return true
		}
	}
	return false
}

// readableBody reports whether an INVITE's body can hold a session description. A
// multipart body may contain one beside ISUP or a location.
func readableBody(req *sip.Request) bool {
	if packed := headerValue(req, "Content-Encoding"); packed != "" && !strings.EqualFold(packed, "identity") {
		return false
	}
	h := req.ContentType()
	if h == nil {
		return false
	}
	kind, _, _ := strings.Cut(h.Value(), ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "application/sdp" || strings.HasPrefix(kind, "multipart/")
}
