package sip

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// reoffer is what goes on in a dialog beside the talk: one INVITE or UPDATE at a
// time, ours or the peer's (RFC 3261 14, RFC 3311).
type reoffer struct {
	ours   bool        // a request of ours is under way
	retry  *time.Timer // after a 491
	theirs *unacked    // our 200 to the peer's re-INVITE has no ACK yet
}

// unacked is a 200 that is repeated until its ACK comes.
type unacked struct {
	seq      uint32
	tx       sip.ServerTransaction
	res      *sip.Response
	late     bool // the ACK brings the answer
	resend   *time.Timer
	interval time.Duration
	waited   time.Duration
}

func (o *reoffer) busy() bool { return o.ours || o.theirs != nil }

func (o *reoffer) stop() {
	if o.retry != nil {
		o.retry.Stop()
	}
	if o.theirs != nil {
		o.theirs.resend.Stop()
	}
}

// acked ends the peer's re-INVITE.
func (o *reoffer) acked() {
	o.theirs.resend.Stop()
	o.theirs = nil
}

// reinvited answers a re-INVITE of the peer.
func (lg *leg) reinvited(req *sip.Request, tx sip.ServerTransaction) *sip.Response {
	if res := lg.glare(req); res != nil {
		return res
	}
	body, s := lg.answerOffer(req)
	if s.code != 0 {
		return answerTo(req, s.code, s.reason, nil)
	}
	late := len(body) == 0
	if late {
		body = lg.local.reoffer(lg.remote, lg.local.codecs(lg.codec), media.SendRecv)
	}
	res := lg.accept(req, body)
	u := &unacked{seq: req.CSeq().SeqNo, tx: tx, res: res, late: late, interval: lg.line.calls.timing.t1}
	u.resend = time.AfterFunc(u.interval, lg.line.callback(func() { lg.resendReinvited(u) }))
	lg.offering.theirs = u
	return res
}

// updated answers an UPDATE: an offer, a refresh of the session, or a new address.
func (lg *leg) updated(req *sip.Request) *sip.Response {
	if lg.state < legAnswered && len(req.Body()) > 0 && !(lg.in != nil && lg.in.agreed) {
		// Our answer to the INVITE is still owed (RFC 3311 5.2).
		return retryLater(req)
	}
	if res := lg.glare(req); res != nil {
		return res
	}
	body, s := lg.answerOffer(req)
	if s.code != 0 {
		return answerTo(req, s.code, s.reason, nil)
	}
	return lg.accept(req, body)
}

// glare refuses a request that meets another one (RFC 3261 14.2, RFC 3311 5.2).
func (lg *leg) glare(req *sip.Request) *sip.Response {
	switch {
	case lg.offering.ours:
		return answerTo(req, 491, "Request Pending", nil)
	case lg.offering.theirs == nil:
	case lg.offering.theirs.late:
		return retryLater(req)
	default:
		// He goes on, so he has our 200; this request has overtaken its ACK.
		lg.offering.acked()
	}
	return nil
}

func retryLater(req *sip.Request) *sip.Response {
	res := answerTo(req, 500, "Server Internal Error", nil)
	res.AppendHeader(sip.NewHeader("Retry-After", strconv.Itoa(rand.IntN(11))))
	return res
}

// answerOffer applies an offer and returns our answer, nil when there was no offer.
func (lg *leg) answerOffer(req *sip.Request) ([]byte, status) {
	if len(req.Body()) == 0 {
		return nil, status{}
	}
	d, err := lg.parseBody(req)
	if err != nil {
		return nil, refusedSDP(err)
	}
	codec := lg.chooseCodec(d)
	if err := lg.agree(d, codec); errors.Is(err, media.ErrOtherBrowser) {
		return nil, refusedSDP(err)
	} else if err != nil {
		lg.line.log.Error("apply a new session", "leg", lg.id, "error", err)
		return nil, status{500, "Server Internal Error"}
	}
	return lg.local.answer(d, codec, d.answerDirection()), status{}
}

// chooseCodec stays with the present codec if it is offered again.
func (lg *leg) chooseCodec(d *description) media.Codec {
	for _, c := range d.codecs {
		if lg.remote != nil && c == lg.codec {
			return c
		}
	}
	return commonCodec(d)
}

// accept is the 200 to a target refresh request.
func (lg *leg) accept(req *sip.Request, body []byte) *sip.Response {
	lg.dialog.refresh(req)
	res := answerTo(req, 200, "OK", body)
	contact := lg.dialog.contact
	res.AppendHeader(&contact)
	res.AppendHeader(lg.line.calls.server.allow)
	lg.beginSession(offeredSession(req), res)
	return res
}

func (lg *leg) resendReinvited(u *unacked) {
	t := lg.line.calls.timing
	if lg.offering.theirs != u || lg.state == legGone {
		return
	}
	u.waited += u.interval
	if u.waited >= t.giveUp() {
		// RFC 3261 14.2: no ACK ever came, the session is in doubt.
		lg.offering.theirs = nil
		lg.bye(telephony.Failed)
		lg.end(telephony.Local, telephony.Failed, 0)
		return
	}
	u.interval = min(2*u.interval, t.t2)
	u.resend.Reset(u.interval)
	lg.line.note(lg.id, u.res, true, lg.dialog.source+" "+lg.dialog.transport)
	lg.line.later(func() {
		if err := u.tx.Respond(u.res); err != nil {
			lg.line.log.Debug("repeat the answer to a re-INVITE", "error", err)
		}
	})
}

// reinviteAcked takes the ACK of the peer's re-INVITE, and the answer in it.
func (lg *leg) reinviteAcked(req *sip.Request) {
	u := lg.offering.theirs
	if u == nil || u.seq != req.CSeq().SeqNo {
		return
	}
	lg.offering.acked()
	if !u.late {
		return
	}
	d, err := lg.parseBody(req)
	if err == nil {
		err = lg.agree(d, lg.chooseCodec(d))
	}
	if err != nil {
		lg.line.log.Info("answer in the ACK cannot be used", "leg", lg.id, "error", err)
		lg.bye(telephony.NoCodec)
		lg.end(telephony.Local, telephony.NoCodec, 0)
	}
}

// reoffer refreshes the session: UPDATE without a body, or a re-INVITE that repeats
// what is agreed.
func (lg *leg) reoffer(byUpdate bool) {
	lg.offering.ours = true
	method := sip.INVITE
	if byUpdate {
		method = sip.UPDATE
	}
	req := lg.dialog.next(method)
	req.AppendHeader(lg.line.calls.server.allow)
	lg.sessionHeaders(req)
	if byUpdate {
		lg.line.transact(lg.id, req, lg.reofferDone)
		return
	}
	req.SetBody(lg.local.reoffer(lg.remote, []media.Codec{lg.codec}, lg.remote.answerDirection()))
	req.AppendHeader(contentSDP)
	l := lg.line
	l.open++
	l.calls.spawn(func() {
		res, err := lg.invite(req)
		l.run(func() {
			l.open--
			lg.reofferDone(res, err)
			l.settle()
		})
	})
}

// invite is the transaction of a re-INVITE. A 2xx is acknowledged as often as it comes.
func (lg *leg) invite(req *sip.Request) (*sip.Response, error) {
	l, c := lg.line, lg.line.calls
	tx, err := c.request(req)
	if err != nil {
		return nil, err
	}
	sent := sentRequest(tx, req)
	l.run(func() { l.note(lg.id, sent, true, peerOf(sent)) })
	var ack *sip.Request
	tx.OnRetransmission(func(*sip.Response) {
		l.run(func() { lg.sendACK(ack) })
	})
	for {
		select {
		case res := <-tx.Responses():
			l.run(func() {
				l.note(lg.id, res, false, peerOf(sent))
				if res.IsSuccess() {
					lg.dialog.refresh(res)
					ack = lg.dialog.build(sip.ACK, req.CSeq().SeqNo)
					lg.sendACK(ack)
				}
			})
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, tx.Err()
		case <-c.ctx.Done():
			return nil, c.ctx.Err()
		}
	}
}

// sendACK writes the ACK of a 2xx, which has no transaction.
func (lg *leg) sendACK(ack *sip.Request) {
	l := lg.line
	if ack == nil {
		return
	}
	l.later(func() {
		if !l.calls.begin() {
			return
		}
		defer l.calls.wg.Done()
		if err := l.calls.server.send(ack); err != nil {
			l.log.Debug("send ACK", "leg", lg.id, "error", err)
		}
		l.run(func() { l.note(lg.id, ack, true, peerOf(ack)) })
	})
}

func (lg *leg) reofferDone(res *sip.Response, err error) {
	lg.offering.ours = false
	switch {
	case lg.state == legGone:
	case err != nil:
		// No answer within 64*T1 is a 408, and that ends the dialog (12.2.1.2).
		lg.bye(telephony.Unreachable)
		lg.end(telephony.Local, telephony.Unreachable, 408)
	case res.IsSuccess():
		lg.reoffered(res)
	case res.StatusCode == 481 || res.StatusCode == 408:
		lg.bye(telephony.Unreachable)
		lg.end(telephony.Remote, telephony.Unreachable, res.StatusCode)
	case res.StatusCode == 491:
		lg.offering.retry = time.AfterFunc(lg.glareDelay(), lg.line.callback(lg.refreshSession))
	case res.StatusCode == 422 && minSE(res) > lg.session.seconds:
		lg.session.seconds = minSE(res)
		lg.refreshSession()
	case res.StatusCode == 405 || res.StatusCode == 501:
		// Allow has promised an UPDATE that is not there. A re-INVITE is always there.
		lg.allows[sip.UPDATE] = false
		lg.refreshFailed()
	default:
		lg.refreshFailed()
	}
}

func (lg *leg) reoffered(res *sip.Response) {
	lg.acceptedSession(res)
	if len(res.Body()) == 0 {
		return
	}
	d, err := lg.parse(res.Body())
	if err == nil {
		err = lg.agree(d, lg.chooseCodec(d))
	}
	if err != nil {
		lg.line.log.Info("answer to our re-INVITE cannot be used", "leg", lg.id, "error", err)
		lg.bye(telephony.NoCodec)
		lg.end(telephony.Local, telephony.NoCodec, 0)
	}
}

// glareDelay is the wait after a 491: the owner of the Call-ID waits longer, so that
// the two do not meet again (RFC 3261 14.1).
func (lg *leg) glareDelay() time.Duration {
	unit := lg.line.calls.timing.t1 / 50 // 10 ms
	if lg.out != nil {
		return 210*unit + time.Duration(rand.IntN(191))*unit
	}
	return time.Duration(rand.IntN(201)) * unit
}

// refusedSDP is the answer to a description that cannot be used.
func refusedSDP(err error) status {
	if errors.Is(err, errBrokenSDP) {
		return status{400, "Bad Session Description"}
	}
	return status{488, "Not Acceptable Here"}
}
