package routing

import "slices"

// freeAgents are the agents of the queue who can get the call now, in configured
// order. Who cannot goes into the plan with the reason.
func freeAgents(r Request, plan *Plan) []Agent {
	find := finder(r)
	free := make([]Agent, 0, len(r.Queue.Agents))
	for i, id := range r.Queue.Agents {
		a := find(i, id)
		if a == nil { // named in the queue, never seen at work
			plan.Excluded = append(plan.Excluded, Exclusion{Agent: id, Why: IsOffline})
			continue
		}
		if why := cannotTake(*a, r.Tried); why != "" {
			plan.Excluded = append(plan.Excluded, Exclusion{Agent: id, Why: why})
			continue
		}
		free = append(free, *a)
	}
	return free
}

// cannotTake says why an agent cannot get the call now; "" when he can.
func cannotTake(a Agent, tried []AgentID) Reason {
	switch {
	case a.Deleted:
		return IsGone
	case slices.Contains(tried, a.ID):
		return WasTried
	}
	switch a.State {
	case Available:
		if !a.Device {
			return HasNoPhone
		}
		return ""
	case Break:
		return IsOnBreak
	case Ringing:
		return IsRinging
	case Talking:
		return IsTalking
	case WrapUp:
		return IsInWrapUp
	}
	return IsOffline
}

// finder finds an agent of the request by his id. Requests usually hold the queue's
// agents in the queue's order; then no index is needed.
func finder(r Request) func(i int, id AgentID) *Agent {
	var index map[AgentID]*Agent
	return func(i int, id AgentID) *Agent {
		if i < len(r.Agents) && r.Agents[i].ID == id {
			return &r.Agents[i]
		}
		if index == nil {
			index = make(map[AgentID]*Agent, len(r.Agents))
			for i := range r.Agents {
				index[r.Agents[i].ID] = &r.Agents[i]
			}
		}
		return index[id]
	}
}
