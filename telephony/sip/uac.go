package sip

import (
	"fmt"
	"slices"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// outgoing is a leg that we call until somebody has picked up: one INVITE for each of
// an agent's devices, or one over a trunk. The first 200 wins, the others are taken back.
type outgoing struct {
	trunk       *trunk      // nil: devices
	silence     *time.Timer // ends the wait for a word of the trunk
	invitations []*invitation
	open        int             // invitations without a final response
	refused     telephony.Cause // the best reason so far, with its code
	code        int
	withdrawn   telephony.Cause // "" while the offer stands
}

func (l *line) offer(c telephony.Offer) error {
	if c.Leg == "" || c.Leg == telephony.CallerLeg || l.agents[c.Leg] != nil {
		return fmt.Errorf("leg %q is taken", c.Leg)
	}
	if l.caller.state == legGone {
		return telephony.ErrGone
	}
	lg := &leg{id: c.Leg, line: l}
	return lg.ringDevices(c, l.caller.codec)
}

// ringDevices invites every device of an extension. The leg is the line's from here on,
// unless there is an error.
func (lg *leg) ringDevices(c telephony.Offer, codec media.Codec) error {
	l := lg.line
	bindings := l.calls.server.bindings(c.To.Extension)
	ends, err := lg.endpoints(bindings)
	if err != nil {
		return err
	}
	lg.out = &outgoing{refused: telephony.Unreachable}
	if lg != l.caller {
		l.agents[lg.id] = lg
	}
	if len(bindings) == 0 {
		lg.out.code = 480
		lg.notAnswered()
		return nil
	}
	lg.codec = codec
	for i := range bindings {
		inv := &invitation{leg: lg, out: lg.out, endpoint: ends[i], dialog: l.calls.inviteDialog(c, &bindings[i])}
		inv.req = inv.build(c, l.in.ID, inv.local.offer(codec, media.SendRecv), sessionExpires)
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

// refused counts one device out. The leg is refused with the last of them; of
// several reasons the one that tells most about the agent is reported. A 6xx speaks
// for all of his devices (RFC 3261 21.6).
func (inv *invitation) refused(cause telephony.Cause, code int) {
	lg, out := inv.leg, inv.out
	out.open--
	if lg.state >= legUp || out.withdrawn != "" || lg.out != out {
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

// notAnswered reports the end of an offer that nobody took.
func (lg *leg) notAnswered() {
	cause, code := lg.out.refused, lg.out.code
	if lg.out.trunk != nil {
		lg.undial()
	}
	if lg != lg.line.caller || lg.out != nil {
		lg.release()
	}
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

// cancel takes an offer back. A 200 that crosses the CANCEL is acknowledged and hung
// up by its invitation.
func (lg *leg) cancel(reason telephony.Cause) {
	if reason == "" {
		reason = telephony.Withdrawn
	}
	lg.out.withdrawn = reason
	for _, inv := range lg.out.invitations {
		inv.takeBack(reason)
	}
	lg.leaving = lg.out.waiting()
	lg.part(telephony.LegRefused{Leg: lg.id, Cause: telephony.Withdrawn})
}

// waiting reports whether an invitation has no final response yet.
func (out *outgoing) waiting() bool {
	return slices.ContainsFunc(out.invitations, func(inv *invitation) bool { return !inv.ended })
}
