package routing

import "slices"

// verdict is what the rule of the previous manager says. The zero verdict: the
// client has none.
type verdict struct {
	agent  AgentID
	reason Reason
	free   bool // he gets the call
	wait   bool // the call waits for him
}

// judgePrevious looks at the manager the client knows. Free: he is first. Ringing,
// talking or wrapping up: the call waits for him until the queue's PreviousWait is
// over. In every other case somebody else takes it. He need not serve the queue.
func judgePrevious(r Request) verdict {
	a, known, id := previousManager(r)
	v := verdict{agent: id}
	switch {
	case id == "":
		return v
	case !known || a.Deleted:
		v.reason = PreviousGone
	case slices.Contains(r.Tried, id):
		v.reason = PreviousRejected
	case a.State == Break:
		v.reason = PreviousOnBreak
	case a.State == Ringing, a.State == Talking, a.State == WrapUp:
		return judgeBusy(r, a)
	case a.State != Available:
		v.reason = PreviousOffline
	case !a.Device:
		v.reason = PreviousNoDevice
	default:
		v.reason, v.free = PreviousFree, true
	}
	return v
}

// judgeBusy decides whether a busy manager is worth the wait. One whose phone is
// gone could not be rung after his talk either.
func judgeBusy(r Request, a Agent) verdict {
	v := verdict{agent: a.ID}
	switch {
	case !a.Device:
		v.reason = PreviousNoDevice
	case r.Queue.PreviousWait <= 0:
		v.reason = PreviousBusy
	case !r.Now.Before(r.EnteredAt.Add(r.Queue.PreviousWait)):
		v.reason = PreviousWaitedTooLong
	default:
		v.wait = true
		v.reason = map[State]Reason{
			Ringing: PreviousRingingWait,
			Talking: PreviousTalkingWait,
			WrapUp:  PreviousWrapUpWait,
		}[a.State]
	}
	return v
}

// previousManager is who the client is sent to first by the queue's mode. An owner
// who has left gives way to the one who spoke last.
func previousManager(r Request) (a Agent, known bool, id AgentID) {
	var wanted []AgentID
	switch r.Queue.Previous {
	case LastSpoken:
		wanted = []AgentID{r.Caller.LastAgent}
	case OwnerFirst:
		wanted = []AgentID{r.Caller.Owner, r.Caller.LastAgent}
	}
	for _, w := range wanted {
		if w == "" {
			continue
		}
		at := slices.IndexFunc(r.Agents, func(a Agent) bool { return a.ID == w })
		if at >= 0 && !r.Agents[at].Deleted {
			return r.Agents[at], true, w
		}
		id = w
	}
	return Agent{}, false, id
}

// previousFirst puts the previous manager before the others, who follow in case he
// is taken in this very moment.
func previousFirst(id AgentID, ranked []Candidate) []Candidate {
	first := make([]Candidate, 0, len(ranked)+1)
	first = append(first, Candidate{Agent: id, Reason: PreviousFree})
	for _, c := range ranked {
		if c.Agent != id {
			first = append(first, c)
		}
	}
	return first
}
