package routing

// rankRandom shuffles by the request's seed, so that the order can be repeated.
func rankRandom(r Request, free []Agent) []Candidate {
	ranked := byScore(r, free, ByRandom, func(a Agent) float64 {
		return float64(mix(r.Seed, string(a.ID)) >> 11) // 53 bits: exact in a float
	})
	for i := range ranked {
		ranked[i].Score = 0 // a draw, not a merit
	}
	return ranked
}
