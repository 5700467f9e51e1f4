package routing

import "slices"

// rankRoundRobin goes on after the agent who was offered the last call, in
// configured order, around the end.
func rankRoundRobin(r Request, free []Agent) []Candidate {
	start := slices.Index(r.Queue.Agents, r.Queue.LastOffered) + 1 // 0 when unknown
	after := make([]Agent, 0, len(free))
	var before []Agent
	place := make(map[AgentID]int, len(r.Queue.Agents))
	for i, id := range r.Queue.Agents {
		place[id] = i
	}
	for _, a := range free {
		if place[a.ID] >= start {
			after = append(after, a)
		} else {
			before = append(before, a)
		}
	}
	return inOrder(append(after, before...), ByRoundRobin)
}
