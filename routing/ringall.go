package routing

// rankRingAll names everybody; they ring at once and the first to answer wins.
func rankRingAll(_ Request, free []Agent) []Candidate {
	return inOrder(free, ByRingAll)
}
