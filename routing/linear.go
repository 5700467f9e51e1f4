package routing

// rankLinear keeps the order in which the supervisor has put the agents: the second
// gets calls only while the first cannot.
func rankLinear(_ Request, free []Agent) []Candidate {
	return inOrder(free, ByLinear)
}
