package sip

import (
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
)

// incoming is the caller's INVITE until its ACK.
type incoming struct {
	req      *sip.Request
	tx       sip.ServerTransaction
	mergeKey string
	offer    *description // nil: the offer is ours, in the 200 (late offer)
	expires  sessionOffer // what the INVITE asks of session timers

	reliable reliable // provisional responses that want a PRACK
	early    bool     // a provisional response has carried our description
	agreed   bool     // offer and answer are both through
	body     []byte   // our description, once made
	started  bool     // something has been sent: 100 is pointless
	final    bool
	last     *sip.Response // the last provisional response
	keep     *time.Timer

	ok       *sip.Response // the 200 until its ACK
	resend   *time.Timer
	interval time.Duration
	waited   time.Duration

	freed    bool
	released chan struct{} // closed when the transaction may go
}

// invite takes an initial INVITE. It returns when the transaction needs nobody any
// more, because the library ends a transaction whose handler has returned.
func (c *calls) invite(req *sip.Request, tx sip.ServerTransaction, from origin) {
	if from.trunk == nil {
		c.reply(req, tx, status{403, "Forbidden"})
		return
	}
	in := &incoming{req: req, tx: tx, released: make(chan struct{})}
	if s, headers := in.examine(c.timing); s.code != 0 {
		c.reply(req, tx, s, headers...)
		return
	}
	l := c.newLine(in, from)
	if s := c.enter(l); s.code != 0 {
		c.reply(req, tx, s)
		return
	}
	if !tx.OnCancel(func(r *sip.Request) { c.spawn(func() { l.run(func() { l.caller.cancelled(r) }) }) }) {
		c.spawn(func() { l.run(func() { l.caller.cancelled(nil) }) })
	}
	l.begin()
	select {
	case <-in.released:
	case ack := <-tx.Acks():
		// An ACK with the branch of its INVITE, as before RFC 3261; or the one of a refusal.
		l.run(func() { l.caller.ack(ack) })
	case <-tx.Done():
		l.run(func() { l.caller.transactionLost() })
	case <-c.ctx.Done():
	}
}

// examine refuses what no story needs to hear of.
func (in *incoming) examine(t timing) (status, []sip.Header) {
	from := in.req.From()
	in.mergeKey = in.req.CallID().Value() + " " + from.Params.GetOr("tag", "") + " " + strconv.Itoa(int(in.req.CSeq().SeqNo))
	in.reliable.wanted = lists(in.req, "require", "100rel")
	in.expires = offeredSession(in.req)
	if in.expires.tooBrief() {
		return status{422, "Session Interval Too Small"}, []sip.Header{sip.NewHeader("Min-SE", strconv.Itoa(minSessionExpires))}
	}
	if len(in.req.Body()) == 0 {
		return status{}, nil
	}
	d, err := parseBody(in.req)
	if err != nil {
		return refusedSDP(err), nil
	}
	in.offer = d
	return status{}, nil
}

// newLine makes the call with its caller's leg. Nobody knows of it yet.
func (c *calls) newLine(in *incoming, from origin) *line {
	account := ""
	if from.trunk.Register != nil {
		account = from.trunk.Register.User
	}
	who, to := callerOf(in.req), dialled(in.req, account)
	l := &line{
		calls:  c,
		trunk:  from.trunk.Name,
		agents: make(map[telephony.LegID]*leg, 2),
		in: telephony.Incoming{
			ID: newCallID(), Line: from.trunk.Name, Region: from.trunk.Region,
			From: who.number, Display: who.display, Anonymous: who.anonymous,
			To: to, Diverted: divertedBy(in.req, to), At: c.now(),
		},
		working: true, // until there is a sink
	}
	l.log = c.log.With("call_id", l.in.ID, "trunk", l.trunk)
	l.caller = &leg{
		id: telephony.CallerLeg, line: l, in: in,
		dialog: uasDialog(in.req, from, newTag(), c.server.contactFor(from.transport)),
		allows: allowedBy(in.req),
	}
	if in.offer != nil {
		l.caller.codec = commonCodec(in.offer)
	}
	l.note(telephony.CallerLeg, in.req, false, from.source+" "+from.transport)
	return l
}

// begin asks for the call's story. What the story orders before we know its sink is
// kept on the work list until then.
func (l *line) begin() {
	var refusal *telephony.Refusal
	var sink telephony.Sink
	func() {
		defer func() {
			if r := recover(); r != nil {
				l.log.Error("story did not open", "panic", r)
				refusal = &telephony.Refusal{Cause: telephony.Failed}
			}
		}()
		sink, refusal = l.calls.server.config.Stories.Incoming(l.in, l)
	}()
	l.mu.Lock()
	l.sink = sink
	if sink == nil {
		l.sink = deaf{}
		if refusal == nil {
			refusal = &telephony.Refusal{Cause: telephony.Failed}
		}
	}
	l.protect(func() {
		if refusal != nil {
			l.caller.refuse(refusal.Cause, refusal.RetryAfter)
		} else if in := l.caller.in; !in.started && l.caller.state == legTrying {
			in.respond(l.caller, l.caller.response(100, "Trying", nil))
		}
	})
	l.working = false
	l.finishWork()
}

// deaf is the sink of a call that no story has taken.
type deaf struct{}

func (deaf) Deliver(telephony.Event) {}

// response builds an answer to the caller's INVITE.
func (lg *leg) response(code int, reason string, body []byte) *sip.Response {
	res := answerTo(lg.in.req, code, reason, body)
	if code > 100 {
		res.To().Params.Add("tag", lg.dialog.localTag())
	}
	if code > 100 && code < 300 {
		contact := lg.dialog.contact
		res.AppendHeader(&contact)
		res.AppendHeader(lg.line.calls.server.allow)
	}
	return res
}

// answerTo builds a response with an optional session description.
func answerTo(req *sip.Request, code int, reason string, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, code, reason, body)
	if len(body) > 0 {
		res.AppendHeader(contentSDP)
	}
	return res
}

var contentSDP = func() sip.Header {
	h := sip.ContentTypeHeader("application/sdp")
	return &h
}()

// respond sends a response to the INVITE.
func (in *incoming) respond(lg *leg, res *sip.Response) {
	l := lg.line
	in.started = true
	l.note(lg.id, res, true, lg.dialog.source+" "+lg.dialog.transport)
	l.later(func() {
		if err := in.tx.Respond(res); err != nil {
			l.log.Debug("answer the caller", "status", res.StatusCode, "error", err)
		}
	})
}

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
	}
	if in.reliable.wanted {
		in.started = true
		lg.sendReliably(res)
		return
	}
	in.respond(lg, res)
}

// reprovide repeats the last provisional response: a proxy gives up on an INVITE that
// is silent for three minutes, and a queue may be longer (RFC 3261 13.3.1.1).
func (lg *leg) reprovide() {
	in := lg.in
	if lg.state >= legAnswered || in.final {
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
		in.body = lg.local.offer(codecsFrom(lg.line.preferred()), media.SendRecv)
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
	if lg.state != legAnswered || req.CSeq().SeqNo != in.req.CSeq().SeqNo {
		return
	}
	if !in.agreed {
		d, err := parseBody(req)
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
	lg.line.tell(telephony.CallerUp{})
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

// cancelled: the caller has given up; the library has sent the 487.
func (lg *leg) cancelled(req *sip.Request) {
	if lg.state >= legAnswered {
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

func (in *incoming) stopProvisional() {
	if in.keep != nil {
		in.keep.Stop()
	}
	in.reliable.stop()
}

// stop ends the clocks of the INVITE and lets its transaction go, after what is
// still to be sent.
func (in *incoming) stop(l *line) {
	in.stopProvisional()
	if in.resend != nil {
		in.resend.Stop()
	}
	if !in.freed {
		in.freed = true
		l.later(func() { close(in.released) })
	}
}
