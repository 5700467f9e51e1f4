package callflow

import (
	"context"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
)

// Agents looks after people: their phones, their states, their wrap-up.
type Agents struct {
	flow *Flow

	mu      sync.Mutex
	wraps   map[crm.ID]*wrap
	gone    map[crm.ID]bool // whose phone has gone: they go offline, after their call and wrap-up
	closed  bool
	devices chan deviceChange
	wg      sync.WaitGroup
}

// wrap is an agent's time after a call. It belongs to him, not to a queue: a
// reconnect or another queue does not end it.
type wrap struct {
	call         crm.ID
	untilOutcome bool // it is over when somebody says what came of the call, and not before unless its time is

	lasts func(until time.Time) // tells until when, at first and when it is made longer
	ended func()                // tells that it is over

	mu     sync.Mutex // held while it is told how long it lasts: that may take a disk's time
	timer  *time.Timer
	until  time.Time
	latest time.Time // it is not made longer than that
	over   bool      // nothing more is told but its end
}

// deviceChange is a phone that has come or gone, or (with free) an agent whose call and
// wrap-up are over.
type deviceChange struct {
	extension string
	up        bool
	free      crm.ID
}

func newAgents(f *Flow) *Agents {
	a := &Agents{flow: f, wraps: map[crm.ID]*wrap{}, gone: map[crm.ID]bool{}, devices: make(chan deviceChange, 4096)}
	a.wg.Add(1)
	go func() {
		defer a.wg.Done()
		for ch := range a.devices {
			contain(f.cfg.Log, "a phone comes or goes", func() { a.device(ch) })
		}
	}()
	return a
}

func (a *Agents) close() {
	a.mu.Lock()
	a.closed = true
	for _, w := range a.wraps {
		w.timer.Stop()
	}
	close(a.devices)
	a.mu.Unlock()
	a.wg.Wait()
}

// DeviceUp implements telephony.Presence.
func (a *Agents) DeviceUp(extension string) { a.put(deviceChange{extension: extension, up: true}) }

// DeviceDown implements telephony.Presence.
func (a *Agents) DeviceDown(extension string) { a.put(deviceChange{extension: extension}) }

func (a *Agents) put(ch deviceChange) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	select {
	case a.devices <- ch:
	default:
		a.flow.cfg.Log.Error("too many phones come and go at once; one change was not seen", "extension", ch.extension)
	}
}

func (a *Agents) device(ch deviceChange) {
	if ch.free != "" {
		a.leaveIfGone(ch.free)
		return
	}
	agent, ok := a.flow.cfg.Office().AgentByExtension(ch.extension)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeoutCause(a.flow.base, deskBudget, errDeskSlow)
	defer cancel()
	id := routing.AgentID(agent.ID)
	if err := a.flow.cfg.Desk.SetDevice(ctx, id, ch.up); err != nil {
		a.flow.cfg.Log.Error("note that a phone has come or gone", "agent_id", string(id), "err", err)
	}
	if !agent.AutoAvailable {
		return
	}
	// A phone that changes its network in a call is back in a moment: nothing is decided
	// before the call and its wrap-up are over.
	a.setGone(agent.ID, !ch.up)
	now, known := a.Agent(agent.ID)
	switch {
	case !ch.up && !(known && isBusy(now.State)):
		a.leaveIfGone(agent.ID)
	case ch.up && (!known || now.State == routing.Offline):
		a.stateByPhone(ctx, agent.ID, routing.Available)
	}
}

func isBusy(s routing.State) bool {
	return s == routing.Ringing || s == routing.Talking || s == routing.WrapUp
}

func (a *Agents) stateByPhone(ctx context.Context, agent crm.ID, state routing.State) {
	if err := a.flow.cfg.Desk.SetState(ctx, routing.AgentID(agent), state, "device"); err != nil {
		a.flow.cfg.Log.Error("set the agent's state by his phone", "agent_id", string(agent), "err", err)
	}
}

// freed hears of an agent who has become available. It must not wait.
func (a *Agents) freed(agent crm.ID) {
	a.mu.Lock()
	gone := a.gone[agent]
	a.mu.Unlock()
	if gone {
		a.put(deviceChange{free: agent})
	}
}

// leaveIfGone makes an agent offline whose phone has gone and has not come back.
func (a *Agents) leaveIfGone(agent crm.ID) {
	if !a.setGone(agent, false) {
		return
	}
	ctx, cancel := context.WithTimeoutCause(a.flow.base, deskBudget, errDeskSlow)
	defer cancel()
	a.stateByPhone(ctx, agent, routing.Offline)
}

// setGone notes whether an agent's phone has gone, and returns what was noted before.
func (a *Agents) setGone(agent crm.ID, gone bool) (was bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	was = a.gone[agent]
	delete(a.gone, agent)
	if gone {
		a.gone[agent] = true
	}
	return was
}

// SetState is the wish of an agent (or of his supervisor). During a call it is kept
// and comes true after it; during wrap-up it holds at once and ends the wrap-up, also
// when he had wished for something else during the call. Conflict when he wants to be
// available before he has said what came of a call that must have an outcome: a break,
// or the end of the day, nobody has to earn.
func (a *Agents) SetState(ctx context.Context, agent crm.ID, state routing.State, reason string) error {
	switch state {
	case routing.Available, routing.Break, routing.Offline:
	default:
		return crm.InvalidField("state", "Choose available, break or offline.")
	}
	if _, ok := a.flow.cfg.Office().Agent(agent); !ok {
		return crm.Errorf(crm.NotFound, "There is no such agent.")
	}
	if state == routing.Available && a.owesOutcome(agent) {
		return errNoOutcome()
	}
	a.setGone(agent, false) // before the desk says that he is free
	if err := a.flow.cfg.Desk.SetState(ctx, routing.AgentID(agent), state, reason); err != nil {
		return err // the clock of a wrap-up goes on: nothing else would end it
	}
	a.stopWrap(agent)
	return nil
}

// FinishWrapUp makes an agent free before his wrap-up is over. Conflict when there is none,
// and while the call has no outcome but must have one.
func (a *Agents) FinishWrapUp(ctx context.Context, agent crm.ID) error {
	if a.owesOutcome(agent) {
		return errNoOutcome()
	}
	if !a.stopWrap(agent) {
		return crm.Errorf(crm.Conflict, "There is no wrap-up to finish.")
	}
	return a.afterWrap(context.WithoutCancel(ctx), agent) // its clock has stopped: this must be told
}

// longestWrap bounds a wrap-up that is made longer, from its beginning.
const longestWrap = 30 * time.Minute

// ExtendWrapUp gives an agent so much more time for his notes, as far as there is more to
// be had: Conflict when there is none. It is told before anything else can end the wrap-up.
func (a *Agents) ExtendWrapUp(_ context.Context, agent crm.ID, more time.Duration) error {
	a.mu.Lock()
	w, closed := a.wraps[agent], a.closed
	a.mu.Unlock()
	over := crm.Errorf(crm.Conflict, "Your wrap-up is over already.")
	if w == nil || closed {
		return over
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over || !w.timer.Stop() {
		return over
	}
	until := w.until.Add(more)
	if until.After(w.latest) {
		until = w.latest
	}
	longer := until.After(w.until)
	if longer {
		w.until = until
	}
	w.timer.Reset(w.until.Sub(a.flow.cfg.Now()))
	if !longer {
		return crm.Errorf(crm.Conflict, "A wrap-up can't be made longer than %d minutes.", int(longestWrap.Minutes()))
	}
	w.lasts(w.until)
	return nil
}

// Agent is what the desk knows of an agent.
func (a *Agents) Agent(id crm.ID) (routing.Agent, bool) {
	if got := a.flow.cfg.Desk.Agents([]routing.AgentID{routing.AgentID(id)}); len(got) == 1 {
		return got[0], true
	}
	return routing.Agent{}, false
}

// wrapUp begins an agent's wrap-up: begin tells the desk. The clock runs before anybody is
// told, so that he can end it or make it longer from the moment he sees it, and what he
// asks for waits until it is told; if he has ended it before the desk knew, the desk is told
// once more.
func (a *Agents) wrapUp(agent crm.ID, w *wrap, begin func()) {
	w.mu.Lock()
	now := a.flow.cfg.Now()
	w.latest = latest(now, w.until)
	a.mu.Lock()
	if !a.closed {
		w.timer = time.AfterFunc(w.until.Sub(now), func() { a.wrapOver(agent, w) })
		a.wraps[agent] = w
	}
	a.mu.Unlock()
	w.lasts(w.until)
	w.mu.Unlock()
	begin()
	a.mu.Lock()
	over := !a.closed && a.wraps[agent] != w
	a.mu.Unlock()
	if over {
		a.tellOver(agent)
	}
}

func (a *Agents) wrapOver(agent crm.ID, w *wrap) {
	a.mu.Lock()
	if a.closed || a.wraps[agent] != w {
		a.mu.Unlock()
		return
	}
	delete(a.wraps, agent)
	a.wg.Add(1)
	a.mu.Unlock()
	defer a.wg.Done()
	w.end()
	a.tellOver(agent)
}

// tellOver tells the desk that a wrap-up is over.
func (a *Agents) tellOver(agent crm.ID) {
	ctx, cancel := context.WithTimeoutCause(a.flow.base, deskBudget, errDeskSlow)
	defer cancel()
	if err := a.afterWrap(ctx, agent); err != nil {
		a.flow.cfg.Log.Error("end the wrap-up", "agent_id", string(agent), "err", err)
	}
}

// stopWrap ends a wrap-up by hand; it reports whether there was one.
func (a *Agents) stopWrap(agent crm.ID) bool {
	a.mu.Lock()
	w := a.wraps[agent]
	delete(a.wraps, agent)
	a.mu.Unlock()
	if w == nil {
		return false
	}
	w.end()
	return true
}

// end tells that the wrap-up is over, after all that is told of how long it lasts.
func (w *wrap) end() {
	w.mu.Lock()
	w.over = true
	w.timer.Stop()
	w.mu.Unlock()
	w.ended()
}

// afterWrap makes the agent free, or what he has wished to be meanwhile.
func (a *Agents) afterWrap(ctx context.Context, agent crm.ID) error {
	return a.flow.cfg.Desk.EndWrapUp(ctx, routing.AgentID(agent))
}
