package sip

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// trunkSilence is how long a trunk may say nothing at all to an INVITE before it counts
// as dead. An exchange says 100 within half a second, however long the other side rings.
const trunkSilence = 6 * time.Second

// errFull: no call can begin now.
var errFull = errors.New("the SIP server takes no more calls")

// Open implements telephony.Lines.
func (s *Server) Open(id telephony.CallID, sink telephony.Sink) (telephony.Line, error) {
	if reason := s.full(); reason != "" {
		s.metrics.refused.WithLabelValues(reason).Inc()
		return nil, fmt.Errorf("open a line: %w (%s)", errFull, reason)
	}
	if !s.Ready() { // the library would open a socket of its own for a request that is too early
		return nil, fmt.Errorf("open a line: %w (starting or stopping)", errFull)
	}
	c := s.calls
	l := &line{
		calls: c, self: &atomic.Pointer[line]{}, agents: make(map[telephony.LegID]*leg, 2), sink: sink,
		in:  telephony.Incoming{ID: id, At: c.now()},
		log: c.log.With("call_id", id),
	}
	l.caller = &leg{id: telephony.CallerLeg, line: l}
	if c.enter(l, nil, nil).code != 0 {
		return nil, fmt.Errorf("open a line: %w (closing)", errFull)
	}
	return l, nil
}

// dial calls the client, or a number beside him.
func (l *line) dial(c telephony.Dial) error {
	if c.Leg != "" && c.Leg != telephony.CallerLeg {
		return l.dialBeside(c)
	}
	lg, err := l.leg(telephony.CallerLeg)
	if err != nil {
		return err
	}
	if lg.in != nil || lg.out != nil {
		return errors.New("the client's leg is taken")
	}
	if c.To.Trunk == "" {
		o := telephony.Offer{Leg: lg.id, To: c.To, From: c.From, Display: c.Display, Headers: c.Headers}
		return lg.ringDevices(o, l.agentCodec())
	}
	return lg.dialTrunk(c)
}

// dialBeside brings a number into the call as a leg of its own.
func (l *line) dialBeside(c telephony.Dial) error {
	switch {
	case l.agents[c.Leg] != nil:
		return fmt.Errorf("leg %q is taken", c.Leg)
	case c.To.Trunk == "":
		return errors.New("only a number is dialled beside the client; Offer rings an extension")
	case l.caller.state == legGone:
		return telephony.ErrGone
	}
	lg := &leg{id: c.Leg, line: l}
	l.agents[lg.id] = lg
	if err := lg.dialTrunk(c); err != nil {
		lg.release()
		delete(l.agents, lg.id)
		return err
	}
	return nil
}

// agentCodec is the law that the agent's device speaks.
func (l *line) agentCodec() media.Codec {
	for _, lg := range l.agents {
		if lg.state != legGone {
			return lg.codec
		}
	}
	return media.PCMA
}

// dialTrunk invites a number. What keeps it from being sent is a refusal, so that the
// story may try another trunk.
func (lg *leg) dialTrunk(c telephony.Dial) error {
	l := lg.line
	out := &outgoing{trunk: l.calls.server.trunks.named(c.To.Trunk), refused: telephony.Unreachable}
	if out.trunk == nil {
		return fmt.Errorf("there is no trunk %q", c.To.Trunk)
	}
	d, ok := l.calls.trunkDialog(out.trunk, c)
	if ok && !l.calls.reserveTrunk(lg, &out.trunk.Trunk) {
		out.refused, out.code, ok = telephony.Overloaded, 503, false
	}
	if !ok {
		lg.out = out
		lg.notAnswered()
		return nil
	}
	if err := lg.openMedia(); err != nil {
		return err
	}
	lg.out, lg.codec = out, l.agentCodec()
	inv := &invitation{leg: lg, out: out, endpoint: lg.endpoint, dialog: d}
	inv.req = inv.toTrunk(c, inv.local.offer(lg.codec, media.SendRecv))
	out.invitations = []*invitation{inv}
	out.silence = time.AfterFunc(l.calls.timing.silence, l.callback(inv.silent))
	inv.begin()
	return nil
}

// reserveTrunk counts a leg among the calls of a trunk: the client's is the call itself.
func (c *calls) reserveTrunk(lg *leg, t *Trunk) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if lg == lg.line.caller {
		return c.takeTrunk(lg.line, t)
	}
	if t.MaxCalls > 0 && c.trunks[t.Name] >= t.MaxCalls {
		return false
	}
	lg.trunk = t.Name
	c.trunks[lg.trunk]++
	return true
}

// trunkDialog is our side of a dialog with a trunk; ok is false when there is no way
// to it: it has no machine of its own, or its name is not resolved yet.
func (c *calls) trunkDialog(t *trunk, o telephony.Dial) (d *dialog, ok bool) {
	uri, ok := t.optionsTarget()
	if !ok {
		return nil, false
	}
	d = &dialog{callID: newTag() + "@" + c.server.host(), localSeq: firstSeq(), transport: t.transport()}
	if d.source, ok = t.reach(uri, d.transport); !ok {
		return nil, false
	}
	if network := sip.NetworkToLower(d.transport); network != "udp" {
		uri.UriParams = sip.HeaderParams{{K: "transport", V: network}}
	}
	d.contact = c.server.contactFor(d.transport)
	from := sip.Uri{Scheme: "sip", User: userPart(o.From), Host: c.server.host()}
	if t.Register != nil { // a provider knows his customer by the account
		from.User, from.Host = t.Register.User, uri.Host
		d.contact.Address.User = t.Register.User
	}
	if from.User == "" {
		from.User, from.Host = "anonymous", "anonymous.invalid"
	}
	d.local = sip.FromHeader{Address: from, Params: sip.HeaderParams{{K: "tag", V: newTag()}}}
	uri.User = userPart(o.To.Number)
	d.target, d.remote = uri, sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: uri.User, Host: uri.Host, Port: uri.Port}}
	return d, true
}

// reach is the address that requests to the trunk's machine go to. Nothing waits for
// DNS: a name is known from the background or not at all.
func (t *trunk) reach(uri sip.Uri, transport string) (hostport string, ok bool) {
	port := uri.Port
	if port == 0 {
		port = sip.DefaultPort(transport)
	}
	host := uri.Host
	if isName(host) {
		known := t.addresses()
		if len(known) == 0 {
			return "", false
		}
		host = known[0].String()
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(port)), true
}

// toTrunk makes the INVITE: the number that we may show in P-Asserted-Identity (RFC
// 3325), nothing of ours beside it.
func (inv *invitation) toTrunk(o telephony.Dial, body []byte) *sip.Request {
	req := inv.dialog.next(sip.INVITE)
	if number := userPart(o.From); number != "" {
		asserted := sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: number, Host: inv.dialog.local.Address.Host}}
		req.AppendHeader(sip.NewHeader("P-Asserted-Identity", asserted.Value()))
	} else {
		req.AppendHeader(sip.NewHeader("Privacy", "id"))
	}
	req.AppendHeader(inv.leg.line.calls.server.allow)
	req.AppendHeader(sip.NewHeader("Supported", "timer"))
	inv.expect(req, sessionExpires)
	req.SetBody(body)
	req.AppendHeader(contentSDP)
	req.SetTransport(inv.dialog.transport)
	req.SetDestination(inv.dialog.source)
	return req
}

// proves answers a trunk's challenge, once, or again when the nonce was stale. Phones
// and trunks without an account have none of our passwords to ask for.
func (inv *invitation) proves(res *sip.Response) bool {
	t := inv.out.trunk
	if t == nil || t.Register == nil || inv.leg.state >= legUp {
		return false
	}
	header, _, err := t.Register.prove(res, sip.INVITE, inv.req.Recipient.String(), t.Register.Realm, inv.proved)
	if err != nil {
		inv.leg.line.log.Warn("the provider does not take our account for a call", "trunk", t.Name, "error", err)
		return false
	}
	again := inv.copy("authorization", "proxy-authorization")
	again.AppendHeader(header)
	inv.proved = true
	inv.repeat(again)
	return true
}

// progress hears of a trunk that is at it: that it rings, and what it lets be heard
// meanwhile (RFC 3960).
func (inv *invitation) progress(res *sip.Response) {
	lg := inv.leg
	if inv.out.silence != nil {
		inv.out.silence.Stop()
	}
	if lg.state >= legUp || res.StatusCode == 100 {
		return
	}
	sound := !inv.early && len(res.Body()) > 0 && inv.earlyMedia(res)
	if res.StatusCode != 180 && !sound {
		return // 181, 182, 183 without a session: on its way
	}
	if lg.state == legTrying || sound {
		lg.state = legRinging
		lg.line.tell(telephony.LegRinging{Leg: lg.id, Sound: sound})
	}
}

// earlyMedia takes the session of a provisional response. Gateways write sendonly there
// and mean no hold: nobody listens yet.
func (inv *invitation) earlyMedia(res *sip.Response) bool {
	lg := inv.leg
	d, err := inv.parse(res.Body())
	if err == nil {
		d.direction = media.SendRecv
		lg.dialog = inv.dialog.established(res)
		err = lg.agree(d, commonCodec(d))
	}
	if err != nil {
		lg.line.log.Info("the line's early media cannot be used", "error", err)
		return false
	}
	inv.early = true
	lg.line.calls.add(lg)
	return true
}

// silent: the trunk has not said a word. A late answer gets its ACK and a BYE.
func (inv *invitation) silent() {
	if inv.rung || inv.ended || inv.takenBack || inv.leg.out != inv.out {
		return
	}
	inv.takeBack(telephony.Withdrawn)
	inv.out.refused, inv.out.code = telephony.Unreachable, 0
	inv.leg.notAnswered()
}

// undial makes the client's leg free for another trunk.
func (lg *leg) undial() {
	out := lg.out
	if out.silence != nil {
		out.silence.Stop()
	}
	for _, inv := range out.invitations {
		inv.takenBack = true // whatever comes now is not wanted any more
	}
	lg.line.calls.remove(lg)
	lg.out, lg.dialog, lg.remote, lg.state = nil, nil, nil, legTrying
}

// dialledCause says why a number was not reached. What a carrier means stands in a Q.850
// cause, if he writes one (RFC 3326, RFC 6432); his status is often just 480 or 503.
func dialledCause(res *sip.Response) telephony.Cause {
	cause := causeOf(res.StatusCode)
	switch res.StatusCode {
	case 404, 410, 484, 485, 604:
		return telephony.UnknownNumber
	case 408, 487:
		cause = telephony.NoAnswer
	}
	switch told := causeOfReason(res, cause); told {
	case telephony.Normal, telephony.AnsweredElsewhere:
		return cause
	default:
		return told
	}
}

// named finds a trunk.
func (t *trunks) named(name string) *trunk {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known[name]
}
