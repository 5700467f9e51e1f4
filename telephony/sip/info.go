package sip

import (
	"bytes"
	"fmt"
	"mime"
	"mime/multipart"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

// receive handles a request of the peer within the dialog. It returns the response;
// nil for an ACK.
func (lg *leg) receive(req *sip.Request, tx sip.ServerTransaction) *sip.Response {
	l := lg.line
	if !lg.dialog.matches(req) {
		if req.IsAck() {
			return nil
		}
		return answerTo(req, 481, "Call/Transaction Does Not Exist", nil)
	}
	peer := req.Source() + " " + req.Transport()
	l.note(lg.id, req, false, peer)
	res := lg.dispatch(req, tx)
	if res != nil {
		l.note(lg.id, res, true, peer)
	}
	return res
}

func (lg *leg) dispatch(req *sip.Request, tx sip.ServerTransaction) *sip.Response {
	if req.IsAck() {
		if lg.in != nil {
			lg.ack(req)
		}
		lg.reinviteAcked(req)
		return nil
	}
	if lg.state == legGone {
		return answerTo(req, 481, "Call/Transaction Does Not Exist", nil)
	}
	seq := req.CSeq().SeqNo
	if seq < lg.dialog.remoteSeq {
		return answerTo(req, 500, "Server Internal Error", nil) // out of order: RFC 3261 12.2.2
	}
	lg.dialog.remoteSeq = seq
	if from := req.Source(); from != lg.dialog.source || lg.dialog.transport != sip.NetworkToUpper(req.Transport()) {
		lg.dialog.source, lg.dialog.transport = from, sip.NetworkToUpper(req.Transport())
		lg.line.calls.attach(lg)
	}
	if req.Method != sip.PRACK && lg.in != nil && lg.in.agreed {
		// Whoever goes on in the dialog has our 200. His ACK may be on its way yet,
		// because each message is handled by a goroutine of its own.
		lg.confirm()
	}
	switch req.Method {
	case sip.BYE:
		return lg.byed(req)
	case sip.INVITE:
		if lg.state != legUp {
			return answerTo(req, 491, "Request Pending", nil)
		}
		return lg.reinvited(req, tx)
	case sip.UPDATE:
		return lg.updated(req)
	case sip.PRACK:
		return lg.prack(req)
	case sip.INFO:
		return lg.info(req)
	case sip.OPTIONS:
		res := answerTo(req, 200, "OK", nil)
		res.AppendHeader(lg.line.calls.server.allow)
		res.AppendHeader(sip.NewHeader("Accept", "application/sdp"))
		return res
	case sip.REFER:
		// A phone's transfer key. Dialling whatever it names would let anybody who
		// reaches a dialog place calls at our cost; transfers are ordered in the panel.
		res := answerTo(req, 603, "Decline", nil)
		res.AppendHeader(sip.NewHeader("Warning", `399 callcard "transfer through the panel, not by REFER"`))
		return res
	}
	res := answerTo(req, 405, "Method Not Allowed", nil)
	res.AppendHeader(lg.line.calls.server.allow)
	return res
}

// byed: the peer hangs up. A caller who does it before our answer gets his 487 too
// (RFC 3261 15.1.2).
func (lg *leg) byed(req *sip.Request) *sip.Response {
	cause := causeOfReason(req, telephony.Normal)
	if lg.in != nil && !lg.in.final {
		lg.in.final = true
		lg.in.respond(lg, lg.response(487, "Request Terminated", nil))
		cause = telephony.Cancelled
	}
	lg.end(telephony.Remote, cause, 0)
	return answerTo(req, 200, "OK", nil)
}

// info takes a DTMF key: application/dtmf-relay as Cisco writes it ("Signal=5"), or
// application/dtmf, a bare character. An empty INFO asks whether we are there.
func (lg *leg) info(req *sip.Request) *sip.Response {
	contentType := ""
	if h := req.ContentType(); h != nil {
		contentType, _, _ = strings.Cut(strings.ToLower(h.Value()), ";")
	}
	body := strings.TrimSpace(string(req.Body()))
	digit := byte(0)
	switch strings.TrimSpace(contentType) {
	case "application/dtmf-relay":
		for line := range strings.Lines(body) {
			key, value, _ := strings.Cut(line, "=")
			if strings.EqualFold(strings.TrimSpace(key), "signal") {
				digit = dtmfDigit(strings.TrimSpace(value))
			}
		}
	case "application/dtmf":
		digit = dtmfDigit(body)
	default:
		if body == "" {
			return answerTo(req, 200, "OK", nil)
		}
		res := answerTo(req, 415, "Unsupported Media Type", nil)
		res.AppendHeader(sip.NewHeader("Accept", "application/dtmf-relay, application/dtmf"))
		return res
	}
	if digit == 0 {
		return answerTo(req, 400, "Bad DTMF Signal", nil)
	}
	lg.line.tell(telephony.Digit{Leg: lg.id, Digit: digit})
	return answerTo(req, 200, "OK", nil)
}

// dtmfDigit reads a key by its character, or by its event number (RFC 4733 3.2).
func dtmfDigit(s string) byte {
	if len(s) == 1 {
		switch c := s[0]; {
		case c >= '0' && c <= '9', c == '*', c == '#', c >= 'A' && c <= 'D':
			return c
		case c >= 'a' && c <= 'd':
			return c - 'a' + 'A'
		}
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 10 || n > 15 {
		return 0
	}
	return "*#ABCD"[n-10]
}

// allowedBy reads Allow. A peer without one is taken for RFC 3261 and no more.
func allowedBy(msg sip.Message) map[sip.RequestMethod]bool {
	allows := make(map[sip.RequestMethod]bool)
	for _, h := range msg.GetHeaders("allow") {
		for m := range strings.SplitSeq(h.Value(), ",") {
			allows[sip.RequestMethod(strings.TrimSpace(m))] = true
		}
	}
	return allows
}

// sdpBody finds the description in a body: alone, or beside an ISUP part as gateways
// of the telephone network send it (RFC 3204).
func sdpBody(req *sip.Request) ([]byte, error) {
	h := req.ContentType()
	if h == nil {
		return req.Body(), nil
	}
	if strings.EqualFold(h.Value(), "application/sdp") {
		return req.Body(), nil
	}
	kind, params, err := mime.ParseMediaType(h.Value())
	if err != nil {
		return nil, fmt.Errorf("%w: content type", errBrokenSDP)
	}
	if kind == "application/sdp" {
		return req.Body(), nil
	}
	if !strings.HasPrefix(kind, "multipart/") {
		return nil, fmt.Errorf("%w: content type", errNoAudio)
	}
	parts := multipart.NewReader(bytes.NewReader(req.Body()), params["boundary"])
	for range maxMediaLines {
		part, err := parts.NextPart()
		if err != nil {
			break
		}
		if !strings.EqualFold(part.Header.Get("Content-Type"), "application/sdp") {
			continue
		}
		body := make([]byte, maxSDP+1)
		n := 0
		for n < len(body) {
			m, err := part.Read(body[n:])
			n += m
			if err != nil {
				break
			}
		}
		return body[:n], nil
	}
	return nil, fmt.Errorf("%w: no part of the body is SDP", errNoAudio)
}
