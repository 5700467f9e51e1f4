package callflow_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
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
// talks, an agent who is stuck.
func TestRandomSchedules(t *testing.T) {
	const agents, calls = 12, 200
	q := sales(routing.LeastBusy)
	q.Ring = 20 * time.Millisecond
	names := make([]string, agents)
	for i := range names {
		names[i] = fmt.Sprintf("agent%02d", i)
	}
	h := newHouse(t, q, names...)
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
			if chance(3) {
				<-pause(5 * time.Millisecond)
				l.say(telephony.LegEnded{Leg: o.Leg, By: telephony.Remote, Cause: telephony.Normal})
			}
		}
	}
	ids := make([]crm.ID, calls)
	for i := range calls {
		l := &line{h: h, id: crm.NewID(), legs: map[telephony.LegID]string{}, auto: phones}
		ids[i] = l.id
		done.Add(1)
		go func() {
			defer done.Done()
			<-pause(200 * time.Millisecond)
			l.mu.Lock()
			sink, refusal := h.flow.Incoming(telephony.Incoming{ID: telephony.CallID(l.id), Line: "carrier", From: fmt.Sprintf("+99890%07d", i), To: "100"}, l)
			l.sink = sink
			l.mu.Unlock()
			if refusal != nil {
				t.Errorf("call %d was refused: %v", i, refusal)
				return
			}
			<-pause(300 * time.Millisecond)
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
	checkInvariants(t, h.log.all(), ids)
}

func checkInvariants(t *testing.T, rows []row, ids []crm.ID) {
	t.Helper()
	ends, talksIn := map[crm.ID]int{}, map[crm.ID]crm.ID{}
	inTalk := map[crm.ID]crm.ID{} // agent -> call
	for _, x := range rows {
		switch f := x.what.(type) {
		case crm.Answered:
			if other, ok := inTalk[f.Agent]; ok {
				t.Errorf("%s talks in call %s and in %s", f.Agent, other, x.call)
			}
			inTalk[f.Agent], talksIn[x.call] = x.call, f.Agent
		case crm.Ended:
			ends[x.call]++
			delete(inTalk, talksIn[x.call])
		}
	}
	for _, id := range ids {
		if ends[id] != 1 {
			t.Errorf("call %s has %d ends", id, ends[id])
		}
	}
}
