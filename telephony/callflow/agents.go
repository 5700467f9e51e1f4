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
	closed  bool
	devices chan deviceChange
	wg      sync.WaitGroup
}

// wrap is an agent's time after a call. It belongs to him, not to a queue: a
// reconnect or another queue does not end it.
type wrap struct {
	timer *time.Timer
	ended func()
}

type deviceChange struct {
	extension string
	up        bool
}

func newAgents(f *Flow) *Agents {
	a := &Agents{flow: f, wraps: map[crm.ID]*wrap{}, devices: make(chan deviceChange, 4096)}
	a.wg.Add(1)
	go func() {
		defer a.wg.Done()
		for ch := range a.devices {
			a.device(ch)
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
func (a *Agents) DeviceUp(extension string) { a.put(deviceChange{extension, true}) }

// DeviceDown implements telephony.Presence.
func (a *Agents) DeviceDown(extension string) { a.put(deviceChange{extension, false}) }

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
	want := routing.Offline
	if ch.up {
		want = routing.Available
		if now := a.flow.cfg.Desk.Agents([]routing.AgentID{id}); len(now) == 1 && now[0].State != routing.Offline {
			return
		}
	}
	if err := a.flow.cfg.Desk.SetState(ctx, id, want, "device"); err != nil {
		a.flow.cfg.Log.Error("set the agent's state by his phone", "agent_id", string(id), "err", err)
	}
}

// SetState is the wish of an agent (or of his supervisor). During a call it is kept
// and comes true after it; during wrap-up it holds at once and ends the wrap-up, also
// when he had wished for something else during the call.
func (a *Agents) SetState(ctx context.Context, agent crm.ID, state routing.State, reason string) error {
	switch state {
	case routing.Available, routing.Break, routing.Offline:
	default:
		return crm.InvalidField("state", "Choose available, break or offline.")
	}
	if _, ok := a.flow.cfg.Office().Agent(agent); !ok {
		return crm.Errorf(crm.NotFound, "There is no such agent.")
	}
	a.stopWrap(agent)
	return a.flow.cfg.Desk.SetState(ctx, routing.AgentID(agent), state, reason)
}

// FinishWrapUp makes an agent free before his wrap-up is over.
func (a *Agents) FinishWrapUp(ctx context.Context, agent crm.ID) error {
	if !a.stopWrap(agent) {
		return crm.Errorf(crm.Conflict, "There is no wrap-up to finish.")
	}
	return a.afterWrap(ctx, agent)
}

// Agent is what the desk knows of an agent.
func (a *Agents) Agent(id crm.ID) (routing.Agent, bool) {
	if got := a.flow.cfg.Desk.Agents([]routing.AgentID{routing.AgentID(id)}); len(got) == 1 {
		return got[0], true
	}
	return routing.Agent{}, false
}

func (a *Agents) wrapUp(agent crm.ID, d time.Duration, ended func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	w := &wrap{ended: ended}
	w.timer = time.AfterFunc(d, func() { a.wrapOver(agent, w) })
	a.wraps[agent] = w
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
	w.ended()
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
	w.timer.Stop()
	w.ended()
	return true
}

// afterWrap makes the agent free, or what he has wished to be meanwhile.
func (a *Agents) afterWrap(ctx context.Context, agent crm.ID) error {
	return a.flow.cfg.Desk.EndWrapUp(ctx, routing.AgentID(agent))
}
