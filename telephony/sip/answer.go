package sip

import (
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// ring says 180. With early media its description is repeated, because a bare 180
// makes some gateways put their own ringback over ours.
func (lg *leg) ring() error {
	in := lg.in
	if lg.state >= legAnswered {
		return errAnswered
	}
	lg.state = max(lg.state, legRinging)
	var body []byte
	if in.early && !in.reliable.wanted {
		body = in.body
	}
	lg.provisional(180, "Ringing", body)
	return nil
}

// earlyMedia opens the way for sound before the answer (183 with our description).
// A late offer has nowhere to send it: the sound waits for the answer.
func (lg *leg) earlyMedia() error {
	in := lg.in
	if lg.state >= legAnswered || in.early || in.offer == nil && !in.reliable.wanted {
		return nil
	}
	if err := lg.describe(); err != nil {
		return err
	}
	in.early = true
	lg.provisional(183, "Session Progress", in.body)
	return nil
}

func (lg *leg) provisional(code int, reason string, body []byte) {
	in := lg.in
	res := lg.response(code, reason, body)
	in.last = res
	if in.keep == nil {
		in.keep = time.AfterFunc(lg.line.calls.timing.reprovided, lg.line.callback(lg.reprovide))
	} else {
		in.keep.Reset(lg.line.calls.timing.reprovided)
	}
	if in.reliable.wanted {
		in.started = true
		lg.sendReliably(res)
		return
	}
	in.respond(lg, res)
}

// reprovide says 100 when the story has said nothing yet, which is rare: it costs a
// datagram while the call is at its most urgent (RFC 3261 17.2.1 leaves it out where
// another response comes within 200 ms). Later it repeats the last provisional response: a
// proxy gives up on an INVITE that is silent for three minutes, and a queue may be
// longer (13.3.1.1).
func (lg *leg) reprovide() {
	in := lg.in
	if lg.state >= legAnswered || in.final {
		return
	}
	if in.last == nil {
		in.respond(lg, lg.response(100, "Trying", nil))
		return
	}
	in.keep.Reset(lg.line.calls.timing.reprovided)
	if in.reliable.wanted {
		if !in.reliable.busy() {
			lg.sendReliably(lg.response(in.last.StatusCode, in.last.Reason, nil))
		}
		return
	}
	in.respond(lg, in.last)
}

// describe makes our description, once: an answer to the caller's offer, or an offer.
func (lg *leg) describe() error {
	in := lg.in
	if in.body != nil {
		return nil
	}
	if err := lg.openMedia(); err != nil {
		return err
	}
	if in.offer == nil {
		in.body = lg.local.offer(lg.line.preferred(), media.SendRecv)
		return nil
	}
	codec := commonCodec(in.offer)
	if err := lg.agree(in.offer, codec); err != nil {
		return err
	}
	in.agreed = true
	in.body = lg.local.answer(in.offer, codec, in.offer.answerDirection())
	return nil
}

// preferred is the codec that spares a translation: that of the agent who has
// answered already, or the caller's.
func (l *line) preferred() media.Codec {
	for _, lg := range l.agents {
		if lg.state == legUp {
			return lg.codec
		}
	}
	return l.caller.codec
}

// answer picks up. With an unacknowledged reliable description on its way the 200
// has to wait for the PRACK (RFC 3262 5).
func (lg *leg) answer() error {
	in, l := lg.in, lg.line
	if lg.state >= legAnswered {
		return errAnswered
	}
	if in.reliable.busy() {
		in.reliable.answerWanted = true
		return nil
	}
	if err := lg.describe(); err != nil {
		return err
	}
	body := in.body
	if in.early && in.reliable.wanted {
		body = nil // went reliably already
	}
	res := lg.response(200, "OK", body)
	lg.state = legAnswered
	lg.beginSession(in.expires, res)
	in.final, in.ok = true, res
	in.stopProvisional()
	in.respond(lg, res)
	in.interval = l.calls.timing.t1
	in.resend = time.AfterFunc(in.interval, l.callback(lg.resendOK))
	tag, entry := lg.dialog.localTag(), ghostOf(lg.dialog)
	l.later(func() { l.calls.ghosts.add(tag, entry) })
	return nil
}

// resendOK repeats the 200 until its ACK comes, also over TCP, because it is not the
// connection but the peer who may have lost it (RFC 3261 13.3.1.4).
func (lg *leg) resendOK() {
	in, t := lg.in, lg.line.calls.timing
	if lg.state != legAnswered {
		return
	}
	in.waited += in.interval
	if in.waited >= t.giveUp() {
		lg.bye(telephony.Failed)
		lg.end(telephony.Local, telephony.Failed, 0)
		return
	}
	in.interval = min(2*in.interval, t.t2)
	in.respond(lg, in.ok)
	in.resend.Reset(in.interval)
}

// ack confirms our 200. With a late offer it brings the answer.
func (lg *leg) ack(req *sip.Request) {
	in := lg.in
	if lg.state != legAnswered || req.CSeq().SeqNo != in.req.CSeq().SeqNo || in.cancelled.Load() {
		return // late, or for a 487
	}
	if !in.agreed {
		d, err := lg.parseBody(req)
		if err == nil {
			err = lg.agree(d, commonCodec(d))
		}
		if err != nil {
			lg.line.log.Info("caller's answer cannot be used", "error", err)
			lg.bye(telephony.NoCodec)
			lg.end(telephony.Local, telephony.NoCodec, 0)
			return
		}
		in.agreed = true
	}
	lg.confirm()
}

// confirm: the caller is surely there.
func (lg *leg) confirm() {
	if lg.state != legAnswered {
		return
	}
	lg.state = legUp
	lg.in.stop(lg.line)
	lg.in.ok, lg.in.last = nil, nil
	if lg == lg.line.caller {
		lg.line.tell(telephony.CallerUp{})
	}
}

// refuse gives the INVITE its final answer.
func (lg *leg) refuse(cause telephony.Cause, retryAfter time.Duration) {
	if lg.state >= legAnswered {
		return
	}
	s := statusOf(cause)
	res := lg.response(s.code, s.reason, nil)
	if reason := reasonOf(cause); reason != "" && cause != telephony.Normal {
		res.AppendHeader(sip.NewHeader("Reason", reason))
	}
	if s.code == 503 {
		if retryAfter <= 0 {
			retryAfter = 5 * time.Second
		}
		res.AppendHeader(sip.NewHeader("Retry-After", strconv.Itoa(int(max(1, retryAfter/time.Second)))))
	}
	lg.in.final = true
	lg.in.respond(lg, res)
	lg.end(telephony.Local, cause, s.code)
}

// cancelled: the caller has given up; the library has sent the 487. A 200 of ours
// that was still on the work list did not leave.
func (lg *leg) cancelled(req *sip.Request) {
	if lg.state == legGone {
		return
	}
	lg.in.final = true
	if req != nil {
		lg.line.note(lg.id, req, false, lg.dialog.source+" "+lg.dialog.transport)
	}
	lg.end(telephony.Remote, telephony.Cancelled, 487)
}

// transactionLost: the transaction has ended by itself. Before the final response
// that means a broken connection.
func (lg *leg) transactionLost() {
	if lg.in.final || lg.state >= legAnswered {
		return
	}
	lg.in.final = true
	lg.end(telephony.Remote, telephony.Failed, 0)
}
