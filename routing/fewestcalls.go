package routing

// rankFewestCalls gives the call to who has answered the fewest today.
func rankFewestCalls(r Request, free []Agent) []Candidate {
	return byScore(r, free, ByFewestCalls, func(a Agent) float64 {
		return float64(a.CallsToday)
	})
}
