package routing

// rankLongestIdle gives the call to who has waited longest since his last call,
// wrap-up or sign-in. The score is minus the idle seconds.
func rankLongestIdle(r Request, free []Agent) []Candidate {
	return byScore(r, free, ByLongestIdle, func(a Agent) float64 {
		return -r.Now.Sub(a.IdleSince).Seconds()
	})
}
