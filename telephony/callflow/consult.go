package callflow

import (
	"context"
	"errors"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
)

// asking is the agent of a talk asking somebody about his client, who waits meanwhile; or
// all three talking. It is a part of the talk: the client is the agent's until he is handed
// over.
type asking struct {
	*beside
	stage askingStage
	until time.Time // while it rings
}

type askingStage string

const (
	asksRings askingStage = "ringing" // whoever is asked has not answered yet
	asksTalks askingStage = "talking" // agent and asked talk, the client waits
	asksAside askingStage = "held"    // agent and client talk, the asked one waits
	asksAll   askingStage = "conference"
)

// beside is somebody who is brought into a call: a colleague, or a number.
type beside struct {
	offer *offer      // his leg; of a number without an agent
	to    Destination // of a number
	tries int         // of its trunks
}

func (b *beside) is(to Target) bool { return to.Agent != "" && to.Agent == b.offer.agent }

// another reports whether a number may be tried over another trunk.
func (b *beside) another(m telephony.LegRefused) bool {
	return b.tries < len(b.to.Trunks) && trunkFailed(m)
}

// Consult lets the agent of a talk ask a colleague or a number, while the client hears
// music. Errors as those of Transfer.
func (f *Flow) Consult(ctx context.Context, call, by crm.ID, to Target) error {
	return f.order(ctx, call, order{kind: orderConsult, by: by, to: &to})
}

// EndConsult lets whoever was asked go; agent and client talk again.
func (f *Flow) EndConsult(ctx context.Context, call, by crm.ID) error {
	return f.order(ctx, call, order{kind: orderConsultEnd, by: by})
}

// Swap lets the agent talk with the other of the two, and the one left wait.
func (f *Flow) Swap(ctx context.Context, call, by crm.ID) error {
	return f.order(ctx, call, order{kind: orderSwap, by: by})
}

// Join lets client, agent and the asked one hear each other.
func (f *Flow) Join(ctx context.Context, call, by crm.ID) error {
	return f.order(ctx, call, order{kind: orderJoin, by: by})
}

// obeyInTalk does what belongs to a talk with a third one.
func (c *call) obeyInTalk(o order) error {
	t := c.talk
	switch {
	case t.lost != nil:
		return errAway()
	case c.placed != nil && c.placed.to.Colleague != "":
		return crm.Errorf(crm.Conflict, "A talk between colleagues can't be given away: there is no client in it.")
	case t.asks != nil && o.by == t.asks.offer.agent && o.kind != orderConsultEnd:
		return crm.Errorf(crm.Forbidden, "The client is the colleague's who has asked you.")
	}
	switch o.kind {
	case orderTransfer:
		return c.transfer(o)
	case orderConsult:
		return c.consult(*o.to)
	}
	if t.asks == nil {
		return crm.Errorf(crm.Conflict, "Nobody is being asked about this call.")
	}
	if o.kind == orderConsultEnd {
		why := crm.ConsultEndedByAgent
		if o.by == t.asks.offer.agent {
			why = crm.ConsultLeft
		}
		c.backToClient(why)
		c.turn = func() state { return talking }
		return nil
	}
	if t.asks.stage == asksRings {
		return crm.Errorf(crm.Conflict, "Whoever is asked has not answered yet.")
	}
	if o.kind == orderSwap {
		return c.swap()
	}
	return c.join()
}

func (c *call) consult(to Target) error {
	if c.talk.asks != nil {
		return crm.Errorf(crm.Conflict, "Somebody is being asked already.")
	}
	if to.Queue != "" {
		return crm.InvalidField("to.queue", "A queue can't be asked; the client can be given to it.")
	}
	b, err := c.bring(to)
	if err != nil {
		return err
	}
	t := c.talk
	t.asks = &asking{beside: b, stage: asksRings, until: time.Now().Add(ownRing)}
	began := crm.ConsultBegan{By: t.offer.agent, ToAgent: b.offer.agent, ToNumber: b.to.Number, Leg: b.offer.id}
	if t.held { // the client is with nobody now anyway
		t.held = false
		c.fact(crm.Resumed{By: crm.Agent})
	}
	c.fact(began)
	c.musicFor(telephony.CallerLeg, telephony.Music)
	c.do(telephony.Mix{Hears: map[telephony.LegID][]telephony.LegID{telephony.CallerLeg: nil, t.offer.leg: nil}})
	c.do(telephony.ResumeLeg{Leg: t.offer.leg})
	c.musicFor(t.offer.leg, telephony.Ringback)
	if !c.ringAsked() {
		c.backToClient(crm.ConsultRefused)
		return crm.Errorf(crm.NoDevice, "This telephone can't be reached at the moment.")
	}
	c.turn = func() state { return consulting }
	return nil
}

// ringAsked rings whoever is asked; a colleague sees the card before that.
func (c *call) ringAsked() bool {
	b := c.talk.asks.beside
	if b.offer.agent == "" {
		c.talk.asks.until = time.Now().Add(farRing)
		return c.dialBeside(b)
	}
	agent, ok := c.flow.cfg.Office().Agent(b.offer.agent)
	c.offers[b.offer.leg] = b.offer
	c.awaitScreens([]Shown{c.fact(crm.Offered{Leg: b.offer.id, Agent: b.offer.agent, Reason: reasonConsulted})})
	if ok && c.do(telephony.Offer{Leg: b.offer.leg, To: telephony.Target{Extension: agent.Extension}, From: c.shownNumber(), Display: c.caller.Name}) {
		return true
	}
	c.endOffer(b.offer, crm.OfferUnreachable, 0)
	return false
}

// dialBeside dials a number over the first trunk that takes the call.
func (c *call) dialBeside(b *beside) bool {
	for b.tries < len(b.to.Trunks) {
		trunk := b.to.Trunks[b.tries]
		b.offer.leg = telephony.LegID(crm.NewID()) // a leg is gone when it was refused
		b.tries++
		err := c.line.Do(telephony.Dial{Leg: b.offer.leg, To: telephony.Target{Trunk: trunk, Number: b.to.Number}, From: b.to.CallerID})
		if err == nil {
			return true
		}
		if errors.Is(err, telephony.ErrGone) {
			return true // the client is gone: his event is on its way
		}
		c.log.Warn("a call could not leave over a trunk", "trunk", trunk, "err", err)
	}
	return false
}

// consulting: the agent asks somebody, or all three talk.
func consulting(c *call, m message) state {
	t := c.talk
	a := t.asks
	switch m := m.(type) {
	case telephony.LegAnswered:
		if m.Leg != a.offer.leg || a.stage != asksRings {
			c.do(telephony.Hangup{Leg: m.Leg, Cause: telephony.AnsweredElsewhere})
			break
		}
		return c.askedAnswered()
	case telephony.LegRefused:
		if m.Leg != a.offer.leg {
			c.letGo(m.Leg)
			break
		}
		return c.askedRefused(m)
	case telephony.LegEnded:
		switch m.Leg {
		case telephony.CallerLeg:
			next := c.hungUp(crm.Caller, m)
			c.letGo(m.Leg)
			return next
		case t.offer.leg:
			return c.askerGone(m)
		case a.offer.leg:
			c.backToClient(crm.ConsultLeft)
			c.letGo(m.Leg)
			return talking
		}
		c.letGo(m.Leg)
	case telephony.LegHeld:
		if m.Leg != a.offer.leg {
			c.fact(crm.Held{By: c.party(m.Leg)})
		}
	case telephony.LegResumed:
		if m.Leg != a.offer.leg {
			c.fact(crm.Resumed{By: c.party(m.Leg)})
		}
	case telephony.RecordingDone:
		c.recorded(m)
	case telephony.LegQuality:
		c.quality(m)
	case matched:
		c.decline(m, "already_talking")
	case deadline:
		c.letGoOverdue()
		if a.stage == asksRings && passed(a.until) {
			c.backToClient(crm.ConsultNoAnswer)
			return talking
		}
	case telephony.LineDone:
		return c.lineDone(m)
	}
	return consulting
}

// askedAnswered: agent and asked one hear each other, the client goes on waiting.
func (c *call) askedAnswered() state {
	a := c.talk.asks
	if a.offer.agent != "" {
		ctx, cancel := c.desk()
		ok, err := c.flow.cfg.Desk.Claim(ctx, routing.CallID(c.id), routing.AgentID(a.offer.agent), a.offer.token)
		cancel()
		if err != nil || !ok || a.offer.over {
			c.log.Warn("a colleague's answer came too late", "agent_id", string(a.offer.agent), "err", err)
			c.do(telephony.Hangup{Leg: a.offer.leg, Cause: telephony.AnsweredElsewhere})
			c.backToClient(crm.ConsultNoAnswer)
			return talking
		}
		c.fact(crm.OfferEnded{Leg: a.offer.id, Agent: a.offer.agent, Result: crm.OfferAnswered, Code: 200})
		delete(c.offers, a.offer.leg)
	}
	a.stage, a.until = asksTalks, time.Time{}
	c.fact(crm.ConsultAnswered{Leg: a.offer.id, ToAgent: a.offer.agent})
	c.askedOnly()
	return consulting
}

// askedOnly joins the agent and the asked one.
func (c *call) askedOnly() {
	own, asked := c.talk.offer.leg, c.talk.asks.offer.leg
	c.do(telephony.Stop{Leg: own})
	c.do(telephony.Stop{Leg: asked})
	c.do(telephony.Mix{Hears: map[telephony.LegID][]telephony.LegID{telephony.CallerLeg: nil, own: {asked}, asked: {own}}})
}

func (c *call) askedRefused(m telephony.LegRefused) state {
	a := c.talk.asks
	if a.offer.agent == "" {
		if a.another(m) && c.dialBeside(a.beside) {
			return consulting
		}
		a.offer.leg = ""
	} else {
		c.legRefused(m)
	}
	why := crm.ConsultRefused
	if m.Cause == telephony.NoAnswer {
		why = crm.ConsultNoAnswer
	}
	c.backToClient(why)
	return talking
}

func (c *call) swap() error {
	t := c.talk
	a := t.asks
	switch a.stage {
	case asksAll:
		return crm.Errorf(crm.Conflict, "All three talk with each other already.")
	case asksTalks:
		a.stage = asksAside
		c.fact(crm.ConsultHeld{})
		c.do(telephony.Connect{Leg: t.offer.leg})
		c.musicFor(a.offer.leg, telephony.Music)
	default:
		if t.held {
			return crm.Errorf(crm.Conflict, "Take the client off hold first.")
		}
		a.stage = asksTalks
		c.fact(crm.ConsultResumed{})
		c.musicFor(telephony.CallerLeg, telephony.Music)
		c.askedOnly()
	}
	return nil
}

func (c *call) join() error {
	t := c.talk
	a := t.asks
	if a.stage == asksAll {
		return nil
	}
	a.stage = asksAll
	c.fact(crm.ConferenceBegan{ToAgent: a.offer.agent})
	const client = telephony.CallerLeg
	own, asked := t.offer.leg, a.offer.leg
	c.do(telephony.Mix{Hears: map[telephony.LegID][]telephony.LegID{client: {own, asked}, own: {client, asked}, asked: {client, own}}})
	for _, leg := range []telephony.LegID{client, own, asked} {
		c.do(telephony.Stop{Leg: leg})
	}
	return nil
}

// backToClient ends the asking, and agent and client hear each other again.
func (c *call) backToClient(why crm.ConsultEnd) {
	c.endAsking(why)
	c.do(telephony.Connect{Leg: c.talk.offer.leg})
	if c.talk.held {
		c.do(telephony.HoldLeg{Leg: c.talk.offer.leg})
	}
}

// endAsking lets the asked one go, if there is one. A colleague who has talked with the
// client has the time for his notes.
func (c *call) endAsking(why crm.ConsultEnd) {
	a := c.talk.asks
	if a == nil {
		return
	}
	c.talk.asks = nil
	c.fact(crm.ConsultEnded{Why: why, ToAgent: a.offer.agent})
	switch {
	case a.offer.agent != "" && a.stage == asksRings:
		if !a.offer.over && c.offers[a.offer.leg] != nil {
			result, cause := crm.OfferWithdrawn, telephony.Cancelled
			if why == crm.ConsultNoAnswer {
				result, cause = crm.OfferNoAnswer, telephony.NoAnswer
			}
			c.withdraw(a.offer, cause, result)
		}
	case a.stage == asksRings:
		if a.offer.leg != "" {
			c.do(telephony.Withdraw{Leg: a.offer.leg, Reason: telephony.Cancelled})
		}
	default:
		c.do(telephony.Hangup{Leg: a.offer.leg, Cause: telephony.Normal})
		if a.offer.agent != "" {
			c.partWithAsked(a)
		}
	}
}

// partWithAsked gives back a colleague who was asked, once his phone has let go.
func (c *call) partWithAsked(a *asking) {
	if a.stage == asksAll {
		c.wrapUp(a.offer, wrapsUp{handedOver: true})
		return
	}
	a.offer.over, a.offer.next, a.offer.why = true, routing.Available, "consulted"
	a.offer.letGoBy = time.Now().Add(lingerBudget)
	c.offers[a.offer.leg] = a.offer
}

// askerGone: the agent has hung up his phone, or it is lost, while somebody was asked. Who
// hangs up then gives the client to whom he has asked, whether that one has answered or is
// still being rung, as on any desk phone.
func (c *call) askerGone(m telephony.LegEnded) state {
	if m.Cause == telephony.DeviceLost {
		c.endAsking(crm.ConsultAgentLost)
		return c.agentLost()
	}
	if err := c.handOver(""); err != nil {
		c.log.Error("hand a client over", "err", err)
		return c.hungUp(crm.Agent, m)
	}
	next := c.turn()
	c.turn = nil
	c.letGo(m.Leg)
	return next
}

// handOver gives the client to whom the agent has asked; user is who wants it, if not he.
func (c *call) handOver(user crm.ID) error {
	t := c.talk
	a := t.asks
	t.asks = nil
	c.fact(crm.Transferred{By: t.offer.agent, ToAgent: a.offer.agent, ToNumber: a.to.Number, How: crm.TransferAttended, User: user})
	c.fact(crm.ConsultEnded{Why: crm.ConsultTransferred, ToAgent: a.offer.agent})
	if a.stage == asksRings {
		c.musicFor(telephony.CallerLeg, telephony.Ringback)
		c.leaveTalk()
		if a.offer.agent == "" {
			c.handed.outside = a.beside
			c.ringUntil = a.until
			c.turn = func() state { return passing }
			return nil
		}
		c.token = a.offer.token
		c.ringUntil = time.Now().Add(max(c.queue.Ring, ownRing))
		c.turn = func() state { return ringing }
		return nil
	}
	c.leaveTalk()
	c.turn = func() state { return c.connect(a.offer, crm.Answered{Leg: a.offer.id, Agent: a.offer.agent}) }
	return nil
}
