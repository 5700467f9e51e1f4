package redisq

import (
	"cmp"
	"slices"

	"github.com/callcard/callcard/routing"
)

// freed is an agent after his part in a call: what he wished to be, else next.
func (t *twin) freed(a agentRecord, next routing.State, reason string, maxMissed int) agentRecord {
	if a.State == routing.Ringing && (reason == NoAnswer || reason == Declined) {
		a.Missed++
		if maxMissed > 0 && a.Missed >= maxMissed && next == routing.Available {
			next, reason, a.Missed = routing.Break, MissedOffers, 0
		}
	}
	if a.State == routing.Talking {
		a.Idle = t.at
	}
	if a.Next != "" && next != routing.WrapUp {
		next, reason = a.Next, a.NextReason
		a.Next, a.NextReason = "", ""
	}
	if next == routing.Available {
		reason = ""
	}
	a.Call, a.Token, a.Node = "", "", ""
	a.State, a.Reason, a.Since = next, reason, t.at
	return a
}

// settle stores an agent; if he is free and a call waits for such as him, he gets
// it in the same step.
func (t *twin) settle(a agentRecord) {
	if t.free(a) {
		if c, ok := t.best(a, nil); ok {
			t.assign(a, c)
			return
		}
	}
	t.put(a)
}

// best is the waiting call that should get a free agent: of all queues that he
// serves, or that waits for him by name. With a limit only calls ranked before it.
func (t *twin) best(a agentRecord, limit *callRecord) (found callRecord, ok bool) {
	queues := split[routing.QueueName](a.Queues)
	for _, c := range t.calls {
		if c.Waits == 0 || !c.mayGet(a.ID, t.at) || c.Only != a.ID && !slices.Contains(queues, c.Queue) {
			continue
		}
		if t.onlyOwn && c.Node != t.node || limit != nil && !t.before(c, *limit) {
			continue
		}
		if !ok || t.before(c, found) {
			found, ok = c, true
		}
	}
	return found, ok
}

func (t *twin) before(a, b callRecord) bool {
	return cmp.Or(cmp.Compare(a.rank(t.ageing), b.rank(t.ageing)), cmp.Compare(a.ID, b.ID)) < 0
}

// assign makes a waiting call ring at an agent.
func (t *twin) assign(a agentRecord, c callRecord) {
	c.Waits, c.Agents = 0, string(a.ID)
	t.ring(a, c)
	t.putCall(c)
}

func (t *twin) ring(a agentRecord, c callRecord) {
	a.State, a.Since, a.Reason = routing.Ringing, t.at, ""
	a.Call, a.Token, a.Node = c.ID, c.Token, c.Node
	t.put(a)
}

func (t *twin) rematch(agents []routing.AgentID) {
	for _, id := range agents {
		a := t.agent(id)
		if c, ok := t.best(a, nil); ok && t.free(a) {
			t.assign(a, c)
		}
	}
}
