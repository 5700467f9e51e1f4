package sip

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

// invitation is the INVITE to one device, or to a trunk.
type invitation struct {
	leg      *leg
	out      *outgoing // of the leg, when it was sent
	dialog   *dialog   // without remote tag
	endpoint           // that the offer speaks of
	req      *sip.Request
	sent     *sip.Request // as it went out: CANCEL repeats its Via
	tx       sip.ClientTransaction
	again    *atomic.Pointer[invitation] // how the transaction finds us: letGo cuts it
	rung     bool                        // a provisional response came: CANCEL is allowed (RFC 3261 9.1)
	ended    bool
	proved   bool // a challenge has been answered
	early    bool // its session before the answer is in use
	// taken back: the reason of the CANCEL that is sent or waits for a provisional.
	takenBack    bool
	cancelSent   bool
	cancelReason telephony.Cause
	answers      []answered // one for each To tag that has said 200
	giveUp       *time.Timer
}

// answered is one dialog that an invitation has opened, with the ACK to repeat.
type answered struct {
	tag string
	ack *sip.Request
}

// begin sends the INVITE and hears its responses in a goroutine of its own. A datagram
// leaves at once; a connection that may have to be made first must not keep the story
// waiting, so that is left to the goroutine too. l.mu is held.
func (inv *invitation) begin() {
	l, out := inv.leg.line, inv.out
	out.open++
	l.open++
	var tx sip.ClientTransaction
	var err error
	if !sip.IsReliable(inv.req.Transport()) && !l.calls.server.tooLarge(inv.req) {
		if tx, err = l.calls.request(inv.req); err == nil {
			inv.underway(tx)
		}
	}
	l.calls.spawn(func() {
		if err == nil {
			err = inv.converse(tx)
		}
		l.run(func() {
			l.open--
			if err != nil {
				inv.failed(err)
			}
			l.settle()
		})
	})
}

// underway notes the transaction; l.mu is held.
func (inv *invitation) underway(tx sip.ClientTransaction) {
	l := inv.leg.line
	again := &atomic.Pointer[invitation]{}
	again.Store(inv)
	tx.OnRetransmission(func(res *sip.Response) {
		if inv := again.Load(); inv != nil {
			inv.leg.line.run(func() { inv.accepted(res) })
		}
	})
	inv.tx, inv.sent, inv.again = tx, sentRequest(tx, inv.req), again
	l.note(inv.leg.id, inv.sent, true, peerOf(inv.sent))
}

// converse runs the transaction, which it begins if tx is nil, until its final
// response.
func (inv *invitation) converse(tx sip.ClientTransaction) (err error) {
	l, c := inv.leg.line, inv.leg.line.calls
	if tx == nil {
		if tx, err = c.request(inv.req); err != nil {
			return err
		}
		l.run(func() { inv.underway(tx) })
	}
	for {
		select {
		case res := <-tx.Responses():
			l.run(func() { inv.receive(res) })
			if !res.IsProvisional() {
				return nil
			}
		case <-tx.Done():
			return fmt.Errorf("INVITE ended: %w", tx.Err())
		case <-c.ctx.Done():
			return c.ctx.Err()
		}
	}
}

func (inv *invitation) receive(res *sip.Response) {
	lg := inv.leg
	lg.line.note(lg.id, res, false, peerOf(inv.sent))
	switch {
	case res.StatusCode < 200:
		inv.provisional(res)
	case res.IsSuccess():
		inv.finish()
		inv.accepted(res)
	case res.StatusCode == 422 && !inv.takenBack && lg.state < legUp && inv.longer(res):
	case (res.StatusCode == 401 || res.StatusCode == 407) && !inv.takenBack && inv.proves(res):
	case inv.out.trunk != nil:
		inv.finish()
		inv.refused(dialledCause(res), res.StatusCode)
	default:
		inv.finish()
		inv.refused(causeOf(res.StatusCode), res.StatusCode)
	}
}

func (inv *invitation) provisional(res *sip.Response) {
	lg := inv.leg
	inv.rung = true
	if inv.takenBack {
		inv.sendCancel()
		return
	}
	if inv.out.trunk != nil {
		inv.progress(res)
		return
	}
	if (res.StatusCode == 180 || res.StatusCode == 183) && lg.state == legTrying {
		lg.state = legRinging
		lg.line.tell(telephony.LegRinging{Leg: lg.id})
	}
}

// accepted handles a 2xx: the first one, a repetition, or one of another device
// behind a proxy that has forked our INVITE (RFC 3261 13.2.2.4).
func (inv *invitation) accepted(res *sip.Response) {
	lg := inv.leg
	tag := ""
	if to := res.To(); to != nil {
		tag = to.Params.GetOr("tag", "")
	}
	for _, a := range inv.answers {
		if a.tag == tag {
			lg.sendACK(a.ack)
			return
		}
	}
	d := inv.dialog.established(res)
	ack := d.build(sip.ACK, inv.sent.CSeq().SeqNo)
	inv.answers = append(inv.answers, answered{tag, ack})
	lg.sendACK(ack)
	if inv.takenBack || lg.state >= legUp {
		reason := inv.cancelReason
		if reason == "" {
			reason = telephony.AnsweredElsewhere
		}
		inv.drop(d, reason)
		return
	}
	if err := inv.win(d, res); err != nil {
		lg.line.log.Info("agent's answer cannot be used", "leg", lg.id, "error", err)
		inv.drop(d, telephony.NoCodec)
		inv.refused(telephony.NoCodec, 488)
	}
}

// win makes this device the leg's.
func (inv *invitation) win(d *dialog, res *sip.Response) error {
	lg, l := inv.leg, inv.leg.line
	body, err := inv.parse(res.Body())
	if err != nil {
		return err
	}
	before := lg.endpoint
	lg.dialog, lg.endpoint = d, inv.endpoint
	if err := lg.agree(body, commonCodec(body)); err != nil {
		lg.dialog, lg.endpoint = nil, before
		return err
	}
	lg.use(inv.endpoint)
	lg.closeMedia(inv.media)
	lg.state = legUp
	lg.allows = allowedBy(res)
	l.calls.add(lg)
	lg.acceptedSession(res)
	for _, other := range inv.out.invitations {
		if other != inv {
			other.takeBack(telephony.AnsweredElsewhere)
		}
	}
	tag, entry := d.localTag(), ghostOf(d)
	l.later(func() { l.calls.ghosts.add(tag, entry) })
	l.tell(telephony.LegAnswered{Leg: lg.id})
	return nil
}

// drop ends a dialog that nobody wants: its 200 has been acknowledged, so it needs
// a BYE, or the device would believe in a call.
func (inv *invitation) drop(d *dialog, cause telephony.Cause) {
	inv.leg.line.transact(inv.leg.id, byeRequest(d, cause), nil)
}

// takeBack sends a CANCEL, or as soon as a provisional response allows it.
func (inv *invitation) takeBack(reason telephony.Cause) {
	if inv.ended || inv.takenBack {
		return
	}
	inv.takenBack, inv.cancelReason = true, reason
	if inv.rung {
		inv.sendCancel()
	}
}

func (inv *invitation) sendCancel() {
	if inv.cancelSent || inv.ended {
		return
	}
	inv.cancelSent = true
	l := inv.leg.line
	l.transact(inv.leg.id, cancelOf(inv.sent, inv.cancelReason), nil)
	// RFC 3261 9.1: without a final response within 64*T1 the INVITE is over.
	tx := inv.tx
	inv.giveUp = time.AfterFunc(l.calls.timing.giveUp(), tx.Terminate)
}

// cancelOf builds the CANCEL of a request (RFC 3261 9.1: same Request-URI, Call-ID,
// To, From, Route and top Via).
func cancelOf(invite *sip.Request, reason telephony.Cause) *sip.Request {
	req := sip.NewRequest(sip.CANCEL, invite.Recipient)
	req.AppendHeader(sip.HeaderClone(invite.Via()))
	for _, h := range invite.GetHeaders("route") {
		req.AppendHeader(h)
	}
	maxForwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(&maxForwards)
	req.AppendHeader(invite.From())
	req.AppendHeader(invite.To())
	req.AppendHeader(invite.CallID())
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	if text := reasonOf(reason); reason == telephony.AnsweredElsewhere {
		req.AppendHeader(sip.NewHeader("Reason", text))
	}
	req.SetTransport(invite.Transport())
	req.SetDestination(invite.Destination())
	return req
}

// finish: the INVITE has its final response.
func (inv *invitation) finish() {
	inv.ended = true
	if inv.giveUp != nil {
		inv.giveUp.Stop()
	}
	if lg := inv.leg; lg.leaving && inv.out.withdrawn != "" && !inv.out.waiting() {
		lg.left()
	}
}

// failed: the INVITE could not be sent, or was never answered.
func (inv *invitation) failed(err error) {
	if inv.ended {
		return
	}
	inv.finish()
	code := 0
	if errors.Is(err, sip.ErrTransactionTimeout) {
		code = 408
	}
	inv.leg.line.log.Info("the other side was not reached", "leg", inv.leg.id, "error", err)
	inv.refused(telephony.Unreachable, code)
}
