package routing

import "slices"

// freeAgents are the agents of the queue who can get the call now, in configured
// order. Who cannot goes into the plan with the reason.
func freeAgents(r Request, plan *Plan) []Agent {
	known := make(map[AgentID]*Agent, len(r.Agents))
	for i := range r.Agents {
		known[r.Agents[i].ID] = &r.Agents[i]
	}
	free := make([]Agent, 0, len(r.Queue.Agents))
	for _, id := range r.Queue.Agents {
		a, ok := known[id]
		if !ok { // named in the queue, never seen at work
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
