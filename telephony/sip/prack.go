package sip

import (
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

// reliable sends provisional responses that the caller confirms by PRACK (RFC 3262).
// We do it when he requires it and not when he merely could, because an answer that
// waits for a PRACK is later by a round trip.
type reliable struct {
	wanted       bool
	seq          uint32
	waiting      *sip.Response // sent and not confirmed
	queue        []*sip.Response
	answerWanted bool // the story has answered meanwhile
	resend       *time.Timer
	interval     time.Duration
	waited       time.Duration
}

// busy reports whether a PRACK is missing.
func (r *reliable) busy() bool { return r.waiting != nil }

func (r *reliable) stop() {
	if r.resend != nil {
		r.resend.Stop()
	}
	r.waiting, r.queue = nil, nil
}

// sendReliably sends a provisional response, or queues it behind one that is not
// confirmed yet (RFC 3262 3).
func (lg *leg) sendReliably(res *sip.Response) {
	r, l := &lg.in.reliable, lg.line
	if r.busy() {
		r.queue = append(r.queue, res)
		return
	}
	r.seq++
	res.AppendHeader(sip.NewHeader("Require", "100rel"))
	res.AppendHeader(sip.NewHeader("RSeq", strconv.Itoa(int(r.seq))))
	r.waiting, r.waited, r.interval = res, 0, l.calls.timing.t1
	if r.resend == nil {
		r.resend = time.AfterFunc(r.interval, l.callback(lg.resendProvisional))
	} else {
		r.resend.Reset(r.interval)
	}
	lg.in.respond(lg, res)
}

func (lg *leg) resendProvisional() {
	r, t := &lg.in.reliable, lg.line.calls.timing
	if !r.busy() || lg.in.final {
		return
	}
	r.waited += r.interval
	if r.waited >= t.giveUp() {
		// RFC 3262 3: reject the INVITE with a 5xx.
		lg.refuse(telephony.Failed, 0)
		return
	}
	r.interval *= 2
	lg.in.respond(lg, r.waiting)
	r.resend.Reset(r.interval)
}

// prack confirms a provisional response. It may bring the answer to our early offer.
func (lg *leg) prack(req *sip.Request) *sip.Response {
	if lg.in == nil || !lg.in.reliable.busy() || !lg.confirms(req) {
		return answerTo(req, 481, "Call/Transaction Does Not Exist", nil)
	}
	r := &lg.in.reliable
	r.waiting = nil
	r.resend.Stop()
	body, s := lg.prackSession(req)
	if s.code != 0 && lg.in.early && !lg.in.agreed {
		lg.refuse(telephony.NoCodec, 0) // without a session nothing can follow
	} else {
		lg.proceed()
	}
	if s.code != 0 {
		return answerTo(req, s.code, s.reason, nil)
	}
	return answerTo(req, 200, "OK", body)
}

// prackSession takes the description in a PRACK: the answer to our early offer, or a
// new offer, whose answer it returns.
func (lg *leg) prackSession(req *sip.Request) ([]byte, status) {
	answer := !lg.in.agreed
	if len(req.Body()) > 0 && answer && !lg.in.early {
		return nil, status{491, "Request Pending"} // his first offer has no answer yet
	}
	body, s := lg.answerOffer(req)
	if s.code != 0 || answer {
		body = nil
	}
	lg.in.agreed = lg.in.agreed || s.code == 0 && len(req.Body()) > 0
	return body, s
}

// proceed says what has waited for the PRACK. It goes out after the 200 of the PRACK,
// which its transaction sends as soon as we return: on the wire the order does not
// matter (RFC 3262 3).
func (lg *leg) proceed() {
	r := &lg.in.reliable
	switch {
	case len(r.queue) > 0:
		next := r.queue[0]
		r.queue = r.queue[1:]
		lg.sendReliably(next)
	case r.answerWanted:
		r.answerWanted = false
		if err := lg.answer(); err != nil {
			lg.line.log.Error("answer after PRACK", "error", err)
		}
	}
}

// confirms compares RAck (response number, CSeq number, method) with what is waiting.
func (lg *leg) confirms(req *sip.Request) bool {
	h := req.GetHeader("rack")
	if h == nil {
		return false
	}
	fields := strings.Fields(h.Value())
	return len(fields) == 3 &&
		fields[0] == strconv.Itoa(int(lg.in.reliable.seq)) &&
		fields[1] == strconv.Itoa(int(lg.in.req.CSeq().SeqNo)) &&
		strings.EqualFold(fields[2], "INVITE")
}
