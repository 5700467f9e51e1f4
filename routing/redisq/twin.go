package redisq

import (
	"github.com/callcard/callcard/routing"
)

// twin does in this process what the scripts do in Redis: the same rules over the
// mirror's records, with the mirror locked. conformance_test.go holds both to it.
type twin struct {
	*mirror
	node    string
	ageing  int64
	at      int64 // Unix ms
	onlyOwn bool  // nodes share the agents: take only those whose phone is here
}

func (t *twin) agent(id routing.AgentID) agentRecord {
	if s, ok := t.agents[id]; ok {
		return s.record
	}
	return newAgent(id)
}

func (t *twin) free(a agentRecord) bool {
	return a.free() && (!t.onlyOwn || a.Home == t.node)
}

func (t *twin) put(a agentRecord) {
	a.Version = t.seq + 1
	t.setAgent(a)
}

func (t *twin) putCall(c callRecord) {
	c.Version = t.seq + 1
	t.setCall(c)
}

func (t *twin) removeCall(id routing.CallID) { t.dropCall(id, t.seq+1) }

func (t *twin) reserve(op reserveOp, candidates []routing.AgentID) string {
	if c, ok := t.calls[op.Call]; ok {
		if c.Token == op.Token {
			return c.Agents
		}
		t.withdraw(c)
	}
	c := callRecord{
		ID: op.Call, Queue: op.Queue, Priority: op.Priority, Entered: op.Entered,
		Only: op.Only, OnlyUntil: op.OnlyUntil, Refused: op.Refused, Node: t.node, Token: op.Token,
	}
	var taken []routing.AgentID
	for _, id := range candidates {
		a := t.agent(id)
		if !t.free(a) || !c.mayGet(id, t.at) {
			continue
		}
		if ahead, ok := t.best(a, &c); ok {
			t.assign(a, ahead)
			continue
		}
		t.ring(a, c)
		taken = append(taken, id)
		if !op.All {
			break
		}
	}
	switch {
	case len(taken) > 0:
		c.Agents = join(taken)
		t.putCall(c)
	case op.Join:
		c.Waits = 1
		t.putCall(c)
	}
	return c.Agents
}

func (t *twin) claim(op holdOp) string {
	a := t.agent(op.Agent)
	if op.Call == "" || a.Call != op.Call || a.Token != op.Token {
		return no
	}
	if a.State == routing.Talking {
		return yes
	}
	a.State, a.Since, a.Reason, a.Missed = routing.Talking, t.at, "", 0
	t.put(a)
	c, ok := t.calls[op.Call]
	if !ok || c.Token != op.Token {
		return yes
	}
	others := without(c.Agents, op.Agent)
	c.Agents, c.Claimed = string(op.Agent), op.Agent
	t.putCall(c)
	t.letGo(others, op.Call, op.Token)
	return yes
}

func (t *twin) release(op holdOp) string {
	a := t.agent(op.Agent)
	if op.Call == "" || a.Call != op.Call || a.Token != op.Token {
		return no
	}
	if c, ok := t.calls[op.Call]; ok && c.Token == op.Token {
		c.Agents = without(c.Agents, op.Agent)
		if c.Agents == "" && c.Waits == 0 {
			t.removeCall(c.ID)
		} else {
			t.putCall(c)
		}
	}
	t.settle(t.freed(a, op.Next, op.Reason, op.MaxMissed))
	return yes
}

func (t *twin) leave(op holdOp) string {
	if c, ok := t.calls[op.Call]; ok {
		t.withdraw(c)
	}
	return yes
}

// withdraw removes a call with what rings for it. Who talks in it is released by
// name.
func (t *twin) withdraw(c callRecord) {
	t.removeCall(c.ID)
	t.letGo(c.Agents, c.ID, c.Token)
}

// letGo frees the agents that ring for a call.
func (t *twin) letGo(agents string, call routing.CallID, token string) {
	for _, id := range split[routing.AgentID](agents) {
		a := t.agent(id)
		if a.Call == call && a.Token == token && a.State == routing.Ringing {
			t.settle(t.freed(a, routing.Available, "", 0))
		}
	}
}

func (t *twin) setState(op stateOp) string {
	a := t.agent(op.Agent)
	if a.Home == "" {
		a.Home = t.node
	}
	if a.Call != "" {
		a.Next, a.NextReason = op.State, op.Reason
		if op.State == routing.Available {
			a.Next, a.NextReason = "", ""
		}
		t.put(a)
		return yes
	}
	a.Next, a.NextReason = "", ""
	if a.State == routing.Offline && op.State != routing.Offline {
		a.SignedIn, a.Idle = t.at, t.at
	}
	if a.State == routing.WrapUp && op.State != routing.WrapUp {
		a.Idle = t.at
	}
	if a.State != op.State || a.Reason != op.Reason {
		a.State, a.Reason, a.Since, a.Missed = op.State, op.Reason, t.at, 0
	}
	t.settle(a)
	return yes
}

func (t *twin) occupy(op occupyOp) string {
	a := t.agent(op.Agent)
	if a.Call != "" {
		if a.Call == op.Call && a.Token == op.Token {
			return yes
		}
		return no
	}
	if a.State == routing.Break || a.State == routing.Offline {
		a.Next, a.NextReason = a.State, a.Reason
	}
	if a.Home == "" {
		a.Home = t.node
	}
	a.State, a.Since, a.Reason, a.Missed = op.State, t.at, "", 0
	a.Call, a.Token, a.Node = op.Call, op.Token, t.node
	t.put(a)
	return yes
}

func (t *twin) endWrapUp(op stateOp) string {
	a := t.agent(op.Agent)
	if a.State != routing.WrapUp {
		return no
	}
	a.State, a.Reason = routing.Available, ""
	if a.Next != "" {
		a.State, a.Reason = a.Next, a.NextReason
	}
	a.Next, a.NextReason, a.Since, a.Idle, a.Missed = "", "", t.at, t.at, 0
	t.settle(a)
	return yes
}

func (t *twin) setDevice(op deviceOp) string {
	a := t.agent(op.Agent)
	switch {
	case op.Up:
		a.Device, a.Home = 1, t.node
	case a.Home == t.node || a.Home == "":
		a.Device = 0
	default: // his phone has moved to another node since
		return no
	}
	t.settle(a)
	return yes
}

// setQueues says which queues an agent serves, and looks for a call for him.
func (t *twin) setQueues(id routing.AgentID, queues string) {
	a := t.agent(id)
	a.Queues = queues
	t.settle(a)
}
