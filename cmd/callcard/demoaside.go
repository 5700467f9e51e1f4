package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/routing"
)

const (
	// stepsAside is the reason of the short break in which a demo manager leaves the
	// next client to a colleague.
	stepsAside = "demo"
	// asideFor bounds that break, should the client not get through.
	asideFor = 5 * time.Second
)

// turn is a client who is to come to one manager: the others of the queue have stepped
// aside. There is one at a time.
type turn struct {
	manager crm.ID
	offered chan struct{} // takes one
}

// hear learns from the facts that the client has come.
func (h *demoHouse) hear(f crm.Fact) {
	d, ok := f.Data.(crm.Offered)
	if !ok {
		return
	}
	if t := h.turn.Load(); t != nil && t.manager == d.Agent {
		select {
		case t.offered <- struct{}{}:
		default:
		}
	}
}

// clearTheWay makes the next call of the queue come to me by the routing's own rules: the
// colleagues who are available take a short break. Conflict when I can't take it. over
// ends the turn; until then the next manager waits for his.
func (h *demoHouse) clearTheWay(ctx context.Context, me crm.ID, q office.Queue) (_ *turn, over func(), err error) {
	select {
	case h.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, crm.Errorf(crm.Unavailable, "A client is just calling a colleague. Try again in a moment.")
	}
	t := &turn{manager: me, offered: make(chan struct{}, 1)}
	over = func() {
		h.turn.Store(nil)
		h.comeBack()
		<-h.turns
	}
	if err := h.canTake(me); err != nil {
		<-h.turns
		return nil, nil, err
	}
	h.turn.Store(t)
	for _, a := range h.s.desk.Snapshot() {
		id := crm.ID(a.Agent)
		if id == me || a.State != routing.Available || !slices.Contains(q.Agents, id) {
			continue
		}
		if err := h.s.flow.Agents().SetState(ctx, id, routing.Break, stepsAside); err != nil {
			over()
			return nil, nil, err
		}
	}
	return t, over, nil
}

// canTake says what a manager has to do before a client can come to him.
func (h *demoHouse) canTake(me crm.ID) error {
	a, _ := h.s.flow.Agents().Agent(me)
	switch {
	case a.State == routing.Break:
		return crm.Errorf(crm.Conflict, "You are on a break. Become available, then a client can come to you.")
	case a.State == routing.WrapUp:
		return crm.Errorf(crm.Conflict, "You are still wrapping up the last call. Finish that, then a client can come to you.")
	case a.State == routing.Ringing, a.State == routing.Talking:
		return crm.Errorf(crm.Conflict, "You have a call already. End it, then the next client can come to you.")
	case a.State != routing.Available:
		return crm.Errorf(crm.Conflict, "You are offline. Become available, then a client can come to you.")
	case !a.Device:
		return crm.Errorf(crm.Conflict, "Your telephone is not connected. Connect it, then a client can come to you.")
	}
	return nil
}

// await returns when the client has come, has given up, or is not to be expected any more.
func (t *turn) await(ctx context.Context, gone <-chan struct{}) {
	ctx, cancel := context.WithTimeoutCause(ctx, asideFor, errors.New("the client has not come"))
	defer cancel()
	select {
	case <-t.offered:
	case <-gone:
	case <-ctx.Done():
	}
}

// comeBack ends the breaks of those who have stepped aside, also those of a demo that was
// killed meanwhile. Who has chosen another state since keeps it. One whom a call reached
// as he stepped aside has the break before him, not behind him: it is called off.
func (h *demoHouse) comeBack() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.ctx), asideFor)
	defer cancel()
	for _, a := range h.s.desk.Snapshot() {
		if (a.State != routing.Break || a.Reason != stepsAside) && (a.Next != routing.Break || a.NextReason != stepsAside) {
			continue
		}
		if err := h.s.flow.Agents().SetState(ctx, crm.ID(a.Agent), routing.Available, ""); err != nil {
			h.s.log.Error("a demo manager who had stepped aside could not come back", "agent_id", string(a.Agent), "err", err)
		}
	}
}
