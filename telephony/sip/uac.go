package sip

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// outgoing is an agent's leg until somebody has picked up: one INVITE for each of
// his devices. The first 200 wins, the others are taken back.
type outgoing struct {
	invitations []*invitation
	open        int             // invitations without a final response
	refused     telephony.Cause // the best reason so far, with its code
	code        int
	withdrawn   telephony.Cause // "" while the offer stands
}

// invitation is the INVITE to one device.
type invitation struct {
	leg    *leg
	dialog *dialog // without remote tag
	req    *sip.Request
	sent   *sip.Request // as it went out: CANCEL repeats its Via
	tx     sip.ClientTransaction
	rung   bool // a provisional response came: CANCEL is allowed (RFC 3261 9.1)
	ended  bool
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

func (l *line) offer(c telephony.Offer) error {
	if c.Leg == "" || c.Leg == telephony.CallerLeg || l.agents[c.Leg] != nil {
		return fmt.Errorf("leg %q is taken", c.Leg)
	}
	if l.caller.state == legGone {
		return errGone
	}
	lg := &leg{id: c.Leg, line: l, out: &outgoing{refused: telephony.Unreachable}}
	bindings := l.calls.server.bindings(c.To.Extension)
	if len(bindings) == 0 {
		l.agents[c.Leg] = lg
		lg.out.code = 480
		lg.notAnswered()
		return nil
	}
	if err := lg.openMedia(); err != nil {
		return err
	}
	l.agents[c.Leg] = lg
	lg.codec = l.caller.codec
	body := lg.local.offer(codecsFrom(lg.codec), media.SendRecv)
	for i := range bindings {
		inv := &invitation{leg: lg, dialog: l.calls.inviteDialog(c, &bindings[i])}
		inv.req = inv.build(c, l.in.ID, body, sessionExpires)
		lg.out.invitations = append(lg.out.invitations, inv)
		inv.begin()
	}
	return nil
}

// inviteDialog is our side of a dialog that does not exist yet.
func (c *calls) inviteDialog(o telephony.Offer, b *binding) *dialog {
	host := c.server.host()
	from := sip.FromHeader{
		DisplayName: quoteDisplay(o.Display),
		Address:     sip.Uri{Scheme: "sip", User: userPart(o.From), Host: host},
		Params:      sip.HeaderParams{{K: "tag", V: newTag()}},
	}
	if from.Address.User == "" {
		// Withheld: RFC 3323 4.1.1.3. A card's name may still be shown.
		from.Address.User, from.Address.Host = "anonymous", "anonymous.invalid"
		if from.DisplayName == "" {
			from.DisplayName = "Anonymous"
		}
	}
	return &dialog{
		callID: newTag() + "@" + host,
		local:  from,
		remote: sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: o.To.Extension, Host: host}},
		routes: b.path, target: b.contact,
		localSeq: firstSeq(),
		source:   b.source, transport: b.transport, natted: true,
		contact: c.server.contactFor(b.transport),
	}
}

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

// begin sends the INVITE and hears its responses, in a goroutine of its own: a
// connection that has to be made first must not keep the story waiting.
func (inv *invitation) begin() {
	l, out := inv.leg.line, inv.leg.out
	out.open++
	l.open++
	req := inv.req
	l.calls.spawn(func() {
		err := inv.converse(req)
		l.run(func() {
			l.open--
			if err != nil {
				inv.failed(err)
			}
			l.settle()
		})
	})
}

// converse runs the transaction until its final response.
func (inv *invitation) converse(req *sip.Request) error {
	l, c := inv.leg.line, inv.leg.line.calls
	tx, err := c.server.request(c.ctx, req)
	if err != nil {
		return err
	}
	sent := sentRequest(tx, req)
	tx.OnRetransmission(func(res *sip.Response) {
		l.run(func() { inv.accepted(res) })
	})
	l.run(func() {
		inv.tx, inv.sent = tx, sent
		l.note(inv.leg.id, sent, true, peerOf(sent))
	})
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
	body, err := parseSDP(res.Body())
	if err != nil {
		return err
	}
	lg.dialog = d
	if err := lg.agree(body, commonCodec(body)); err != nil {
		lg.dialog = nil
		return err
	}
	lg.state = legUp
	lg.allows = allowedBy(res)
	l.calls.add(lg)
	lg.acceptedSession(res)
	for _, other := range lg.out.invitations {
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
	inv.leg.line.log.Info("agent's device not reached", "leg", inv.leg.id, "error", err)
	inv.refused(telephony.Unreachable, code)
}

// refused counts one device out. The leg is refused with the last of them; of
// several reasons the one that tells most about the agent is reported. A 6xx speaks
// for all of his devices (RFC 3261 21.6).
func (inv *invitation) refused(cause telephony.Cause, code int) {
	lg, out := inv.leg, inv.leg.out
	out.open--
	if lg.state >= legUp || out.withdrawn != "" {
		return
	}
	if code >= 300 && code < 400 {
		cause = telephony.Declined // a redirection is never followed: it could lead anywhere
	}
	if weight(cause) >= weight(out.refused) {
		out.refused, out.code = cause, code
	}
	if code >= 600 {
		for _, other := range out.invitations {
			other.takeBack(telephony.Declined)
		}
		lg.notAnswered()
		return
	}
	if out.open == 0 {
		lg.notAnswered()
	}
}

func weight(cause telephony.Cause) int {
	switch cause {
	case telephony.Declined:
		return 3
	case telephony.BusyHere:
		return 2
	case telephony.Unreachable:
		return 0
	default:
		return 1
	}
}

// longer repeats an INVITE whose session interval was too small for the peer (RFC
// 4028 7.4), once and within reason.
func (inv *invitation) longer(res *sip.Response) bool {
	h := res.GetHeader("min-se")
	if h == nil {
		return false
	}
	value, _, _ := strings.Cut(h.Value(), ";")
	seconds, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || seconds <= sessionExpires || seconds > 24*3600 {
		return false
	}
	again := inv.dialog.next(sip.INVITE)
	for _, h := range inv.req.Headers() {
		switch strings.ToLower(h.Name()) {
		case "via", "max-forwards", "from", "to", "call-id", "cseq", "contact", "route", "session-expires", "min-se", "content-length":
		default:
			again.AppendHeader(h)
		}
	}
	inv.expect(again, seconds)
	again.SetBody(inv.req.Body())
	inv.req, inv.rung = again, false
	inv.leg.out.open--
	inv.begin()
	return true
}

// notAnswered reports the end of an offer that nobody took.
func (lg *leg) notAnswered() {
	cause, code := lg.out.refused, lg.out.code
	lg.release()
	lg.line.tell(telephony.LegRefused{Leg: lg.id, Cause: cause, Code: code})
	lg.line.settle()
}

func (l *line) withdraw(c telephony.Withdraw) error {
	lg, err := l.leg(c.Leg)
	if err != nil {
		return err
	}
	if lg.out == nil || lg.state >= legUp {
		return errAnswered
	}
	lg.cancel(c.Reason)
	return nil
}

// cancel takes an offer back. The leg is gone at once; a 200 that crosses the CANCEL
// is acknowledged and hung up by its invitation.
func (lg *leg) cancel(reason telephony.Cause) {
	if reason == "" {
		reason = telephony.Withdrawn
	}
	lg.out.withdrawn = reason
	for _, inv := range lg.out.invitations {
		inv.takeBack(reason)
	}
	lg.out.refused, lg.out.code = telephony.Withdrawn, 0
	lg.notAnswered()
}
