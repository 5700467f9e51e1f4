package callflow_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/callflow"
)

// TestRandomSchedules plays a busy office in which everything happens at random, and
// looks at what must never be: a call without an end or with two, an agent in two
// talks, an agent who is stuck. Devices are lost in talks, and come back or not. Agents call
// clients and each other meanwhile, give clients away, ask each other and talk with three,
// and a supervisor steers the calls that wait.
func TestRandomSchedules(t *testing.T) {
	const agents, calls = 16, 200
	q := sales(routing.LeastBusy)
	q.Ring = 60 * time.Millisecond
	names := make([]string, agents)
	for i := range names {
		names[i] = fmt.Sprintf("agent%02d", i)
	}
	h := houseThatWaits(t, 10*time.Millisecond, q, names...)
	service := h.office.queue // without the last of the agents
	service.Name, service.Routing.Name, service.Routing.Agents = "service", "service", service.Routing.Agents[:agents-1]
	h.office.others = []callflow.Queue{service}
	for _, n := range names {
		h.state(n, routing.Available)
	}
	var done sync.WaitGroup
	chance := func(n int) bool { return rand.IntN(n) == 0 }
	pause := func(most time.Duration) <-chan time.Time { return time.After(rand.N(most)) }
	h.contacts.ask = func() (callflow.Caller, error) {
		<-pause(4 * time.Millisecond)
		if chance(100) {
			return callflow.Caller{}, errors.New("the database is away")
		}
		return callflow.Caller{Created: true}, nil
	}
	phones := func(l *line, c telephony.Command) {
		if d, ok := c.(telephony.Dial); ok {
			<-pause(5 * time.Millisecond)
			l.farEnd(d.Leg, chance)
			return
		}
		o, ok := c.(telephony.Offer)
		if !ok {
			return
		}
		<-pause(5 * time.Millisecond)
		switch {
		case chance(5):
			l.say(telephony.LegRefused{Leg: o.Leg, Cause: telephony.Declined, Code: 603})
		case chance(8): // lets it ring
		default:
			l.say(telephony.LegAnswered{Leg: o.Leg})
			<-pause(5 * time.Millisecond)
			h.passAtRandom(l.id, crm.ID(names[slices.IndexFunc(names, func(n string) bool { return h.office.agents[crm.ID(n)].Extension == o.To.Extension })]), names)
			switch rand.IntN(4) {
			case 0, 2:
				l.say(telephony.LegEnded{Leg: o.Leg, By: telephony.Remote, Cause: telephony.Normal})
			case 1:
				l.say(telephony.LegEnded{Leg: o.Leg, By: telephony.Remote, Cause: telephony.DeviceLost})
				<-pause(12 * time.Millisecond)
				h.flow.DevicesChanged(o.To.Extension)
			}
		}
	}
	h.auto = phones
	var placed sync.Map
	for range calls / 2 {
		done.Add(1)
		go func() {
			defer done.Done()
			<-pause(2500 * time.Millisecond)
			me := rand.IntN(agents)
			to := client
			if chance(2) {
				to = fmt.Sprint(101 + (me+1+rand.IntN(agents-1))%agents)
			}
			var id crm.ID
			for err := error(crm.Errorf(crm.Busy, "")); err != nil; <-pause(5 * time.Millisecond) {
				if crm.CodeOf(err) != crm.Busy {
					t.Error(err)
					return
				}
				id, err = h.flow.Dial(t.Context(), callflow.Order{Agent: crm.ID(names[me]), To: to})
			}
			placed.Store(id, true)
			<-pause(50 * time.Millisecond)
			if err := h.flow.Hangup(t.Context(), id, "boss"); err != nil && crm.CodeOf(err) != crm.Conflict && crm.CodeOf(err) != crm.NotFound {
				t.Error(err)
			}
			await[crm.Ended](t, h.log, id, 1)
		}()
	}
	ids := make([]crm.ID, calls)
	for i := range calls {
		l := &line{h: h, id: crm.NewID(), heard: make(chan struct{}), legs: map[telephony.LegID]string{}, auto: phones}
		ids[i] = l.id
		done.Add(1)
		go func() {
			defer done.Done()
			<-pause(2 * time.Second)
			l.mu.Lock()
			sink, refusal := h.flow.Incoming(telephony.Incoming{ID: telephony.CallID(l.id), Line: "carrier", From: fmt.Sprintf("+99890%07d", i), To: "100"}, l)
			l.opens(sink)
			l.mu.Unlock()
			if refusal != nil {
				t.Errorf("call %d was refused: %v", i, refusal)
				return
			}
			for range rand.IntN(3) {
				<-pause(100 * time.Millisecond)
				h.steerAtRandom(l.id, names)
				h.state(names[rand.IntN(agents)], routing.Available) // who was sent on a break for missed offers
			}
			<-pause(500 * time.Millisecond)
			l.callerHangsUp()
			await[crm.Ended](t, h.log, l.id, 1)
		}()
	}
	done.Wait()
	for _, n := range names {
		if s := h.desk.Agents([]routing.AgentID{routing.AgentID(n)})[0].State; s == routing.Break {
			h.state(n, routing.Available) // sent there for missed offers, as it should be
		}
		h.awaitState(n, routing.Available)
	}
	placed.Range(func(id, _ any) bool { ids = append(ids, id.(crm.ID)); return true })
	checkInvariants(t, h.log.all(), ids)
}

// steerAtRandom gives a call to some agent, or puts it into some queue, if it can still be
// done.
func (h *house) steerAtRandom(call crm.ID, names []string) {
	err := h.flow.Assign(h.t.Context(), call, crm.ID(names[rand.IntN(len(names))]), "boss", "")
	if crm.CodeOf(err) == crm.Busy {
		err = h.flow.Move(h.t.Context(), call, []string{"sales", "service"}[rand.IntN(2)], "boss", "")
	}
	switch crm.CodeOf(err) {
	case "", crm.Conflict, crm.NotFound:
	default:
		h.t.Error(err)
	}
}

// passAtRandom lets an agent do with his talk what can be done with a third one, as far as
// it is still his.
func (h *house) passAtRandom(call, agent crm.ID, names []string) {
	to := callflow.Target{Agent: crm.ID(names[rand.IntN(len(names))])}
	switch rand.IntN(6) {
	case 0:
		to = callflow.Target{Number: client}
	case 1:
		to = callflow.Target{Queue: []string{"sales", "service"}[rand.IntN(2)]}
	}
	if rand.IntN(2) == 0 {
		return
	}
	for i := range rand.IntN(8) {
		var err error
		switch what := rand.IntN(8); {
		case what == 0:
			err = h.flow.Transfer(h.t.Context(), call, agent, &to)
		case i == 0:
			err = h.flow.Consult(h.t.Context(), call, agent, to)
		case what == 1:
			err = h.flow.Transfer(h.t.Context(), call, agent, nil)
		case what == 2:
			err = h.flow.EndConsult(h.t.Context(), call, agent)
		case what == 3:
			err = h.flow.Swap(h.t.Context(), call, agent)
		default:
			err = h.flow.Join(h.t.Context(), call, agent)
		}
		switch crm.CodeOf(err) {
		case "", crm.Conflict, crm.NotFound, crm.Busy, crm.NoDevice, crm.Forbidden, crm.Invalid:
		default:
			if h.t.Context().Err() == nil {
				h.t.Error(err)
			}
		}
		<-time.After(rand.N(5 * time.Millisecond))
	}
}

// farEnd is whom an agent calls, the client or somebody beside him: he answers and hangs up,
// is busy, or lets it ring.
func (l *line) farEnd(leg telephony.LegID, chance func(int) bool) {
	if leg == "" {
		leg = telephony.CallerLeg
	}
	switch {
	case chance(5):
		l.say(telephony.LegRefused{Leg: leg, Cause: telephony.BusyHere, Code: 486})
	case chance(8):
		l.say(telephony.LegRinging{Leg: leg})
	default:
		l.say(telephony.LegAnswered{Leg: leg})
		if chance(2) {
			l.say(telephony.LegEnded{Leg: leg, By: telephony.Remote, Cause: telephony.Normal})
		}
	}
}

func checkInvariants(t *testing.T, rows []row, ids []crm.ID) {
	t.Helper()
	ends, on := map[crm.ID]int{}, map[crm.ID][]crm.ID{} // agents by call
	busy := map[crm.ID]crm.ID{}                         // call by agent
	join := func(call, agent crm.ID) {
		if other, ok := busy[agent]; ok && other != call {
			t.Errorf("%s is in call %s and in %s", agent, other, call)
		}
		busy[agent], on[call] = call, append(on[call], agent)
	}
	leave := func(call crm.ID) {
		for _, agent := range on[call] {
			delete(busy, agent)
		}
		delete(on, call)
	}
	part := func(call, agent crm.ID) {
		delete(busy, agent)
		on[call] = slices.DeleteFunc(on[call], func(a crm.ID) bool { return a == agent })
	}
	told := map[crm.FactKind]int{}
	for _, x := range rows {
		if f, ok := x.what.(crm.FactData); ok {
			told[f.FactKind()]++
		}
		switch f := x.what.(type) {
		case crm.Arrived:
			if f.Agent != "" {
				join(x.call, f.Agent)
			}
		case crm.Answered:
			if f.Agent != "" {
				join(x.call, f.Agent)
			}
		case crm.Transferred:
			part(x.call, f.By)
		case crm.ConsultAnswered:
			if f.ToAgent != "" {
				join(x.call, f.ToAgent)
			}
		case crm.ConsultEnded:
			if f.Why != crm.ConsultTransferred {
				part(x.call, f.ToAgent)
			}
		case crm.Queued:
			if f.Why != crm.QueuedAgentLost {
				continue
			}
			if on[x.call] == nil {
				t.Errorf("call %s is put back in the queue and nobody talked", x.call)
			}
			leave(x.call)
		case crm.Ended:
			ends[x.call]++
			leave(x.call)
		}
	}
	for _, kind := range []crm.FactKind{crm.FactTransferred, crm.FactConsultAnswered, crm.FactConsultEnded, crm.FactAgentLost, crm.FactAssigned} {
		if told[kind] == 0 {
			t.Errorf("the schedule is too tame: no %s", kind)
		}
	}
	for _, id := range ids {
		if ends[id] != 1 {
			t.Errorf("call %s has %d ends", id, ends[id])
		}
	}
}
