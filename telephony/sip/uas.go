package sip

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callcard/callcard/telephony"
)

// incoming is the INVITE of whoever calls us, until its ACK.
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
	// cancelled: the library has taken a CANCEL and says 487. It takes none once our
	// 200 has reached it, so this is the truth about who was first.
	cancelled atomic.Bool
	last      *sip.Response // the last provisional response
	keep      *time.Timer   // for the next one

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
	if from.trunk == nil && (from.transport == webSocket || !c.server.registrar.reachable(from.extension)) {
		c.reply(req, tx, status{403, "Forbidden"}) // pages dial through the API, and a password alone is no telephone
		return
	}
	in := &incoming{req: req, tx: tx, released: make(chan struct{})}
	if s, headers := in.examine(c.timing); s.code != 0 {
		c.reply(req, tx, s, headers...)
		return
	}
	l, lg := c.newLine(in, from)
	switch s := c.enter(l, lg, from.trunk); s.code {
	case 0:
	case 503:
		c.reply(req, tx, s, retryAfter())
		return
	default:
		c.reply(req, tx, s)
		return
	}
	c.attach(lg)
	l.self.Store(l)
	self := l.self
	if !tx.OnCancel(func(r *sip.Request) {
		in.cancelled.Store(true)
		if l := self.Load(); l != nil {
			c.spawn(func() { l.run(func() { lg.cancelled(r) }) })
		}
	}) {
		c.spawn(func() { l.run(func() { lg.cancelled(nil) }) })
	}
	l.begin(lg)
	select {
	case <-in.released:
	case ack := <-tx.Acks():
		// An ACK with the branch of its INVITE, as before RFC 3261; or the one of a refusal.
		l.run(func() { lg.ack(ack) })
	case <-tx.Done():
		l.run(func() { lg.transactionLost() })
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
	d, err := endpoint{}.parseBody(in.req)
	if err != nil {
		return refusedSDP(err), nil
	}
	in.offer = d
	return status{}, nil
}

// newLine makes the call with the leg of whoever calls: a client, or an agent who will
// dial. Nobody knows of it yet.
func (c *calls) newLine(in *incoming, from origin) (*line, *leg) {
	l := &line{
		calls:    c,
		self:     &atomic.Pointer[line]{},
		agents:   make(map[telephony.LegID]*leg, 2),
		mergeKey: in.mergeKey,
		in:       telephony.Incoming{ID: newCallID(), At: c.now()},
		working:  true, // until there is a sink
	}
	lg := &leg{
		id: telephony.CallerLeg, line: l, in: in,
		dialog: uasDialog(in.req, from, newTag(), c.server.contactFor(from.transport)),
		allows: allowedBy(in.req),
	}
	if from.trunk != nil {
		l.calledBy(lg, from.trunk)
	} else {
		l.placedBy(lg, from.extension)
	}
	if in.offer != nil {
		lg.codec = commonCodec(in.offer)
	}
	l.note(lg.id, in.req, false, from.source+" "+from.transport)
	return l, lg
}

// calledBy: a client calls over a trunk.
func (l *line) calledBy(lg *leg, trunk *Trunk) {
	account := ""
	if trunk.Register != nil {
		account = trunk.Register.User
	}
	req := lg.in.req
	who, to := callerOf(req), dialled(req, account)
	l.caller = lg
	l.in.Line, l.in.Region = trunk.Name, trunk.Region
	l.in.From, l.in.Display, l.in.Anonymous = who.number, who.display, who.anonymous
	l.in.To, l.in.Diverted = to, divertedBy(req, to)
	l.log = l.calls.log.With("call_id", l.in.ID, "trunk", trunk.Name)
}

// placedBy: an agent calls from his device. Who he is has been proved; what the INVITE
// says of it does not matter.
func (l *line) placedBy(lg *leg, extension string) {
	lg.id = telephony.LegID(newCallID())
	l.caller = &leg{id: telephony.CallerLeg, line: l}
	l.agents[lg.id] = lg
	l.in.Agent, l.in.Leg, l.in.To = extension, lg.id, dialled(lg.in.req, "")
	l.log = l.calls.log.With("call_id", l.in.ID, "extension", extension)
}

// begin asks for the call's story. What the story orders before we know its sink is
// kept on the work list until then.
func (l *line) begin(lg *leg) {
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
			lg.refuse(refusal.Cause, refusal.RetryAfter)
			if lg != l.caller {
				l.caller.hangup(refusal.Cause)
			}
		} else if in := lg.in; !in.started && lg.state == legTrying {
			in.keep = time.AfterFunc(l.calls.timing.trying, l.callback(lg.reprovide))
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
		if in.cancelled.Load() {
			return // the library would repeat this one instead of its 487
		}
		if err := in.tx.Respond(res); err != nil {
			l.log.Debug("answer the caller", "status", res.StatusCode, "error", err)
		}
	})
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
