package routing

import (
	"cmp"
	"slices"
)

// strategy is one way to rank the free agents of a queue.
type strategy struct {
	reason Reason
	all    bool // everybody rings at once
	rank   func(r Request, free []Agent) []Candidate
}

var strategies = map[Strategy]strategy{
	LeastBusy:   {reason: ByLeastBusy, rank: rankLeastBusy},
	LongestIdle: {reason: ByLongestIdle, rank: rankLongestIdle},
	RoundRobin:  {reason: ByRoundRobin, rank: rankRoundRobin},
	Linear:      {reason: ByLinear, rank: rankLinear},
	RingAll:     {reason: ByRingAll, all: true, rank: rankRingAll},
	Random:      {reason: ByRandom, rank: rankRandom},
	FewestCalls: {reason: ByFewestCalls, rank: rankFewestCalls},
}

// strategyOf falls back to least-busy, the office's default: a call must not be lost
// to a misspelt word. The office file refuses such a word long before.
func strategyOf(name Strategy) strategy {
	if s, ok := strategies[name]; ok {
		return s
	}
	return strategies[LeastBusy]
}

// byScore orders agents by score, lowest first; ties go to who is idle longest, then
// to the hash.
func byScore(r Request, free []Agent, reason Reason, score func(Agent) float64) []Candidate {
	type scored struct {
		id    AgentID
		score float64
		idle  int64 // since, Unix ms
		hash  uint64
	}
	all := make([]scored, len(free))
	for i, a := range free {
		all[i] = scored{id: a.ID, score: score(a), idle: a.IdleSince.UnixMilli(), hash: mix(0, string(r.Call), string(a.ID))}
	}
	slices.SortFunc(all, func(a, b scored) int {
		switch {
		case a.score != b.score:
			return cmp.Compare(a.score, b.score)
		case a.idle != b.idle:
			return cmp.Compare(a.idle, b.idle)
		case a.hash != b.hash:
			return cmp.Compare(a.hash, b.hash)
		}
		return cmp.Compare(a.id, b.id)
	})
	ranked := make([]Candidate, len(all))
	for i, a := range all {
		ranked[i] = Candidate{Agent: a.id, Reason: reason, Score: a.score}
	}
	return ranked
}

// inOrder keeps the order given.
func inOrder(free []Agent, reason Reason) []Candidate {
	ranked := make([]Candidate, len(free))
	for i, a := range free {
		ranked[i] = Candidate{Agent: a.ID, Reason: reason}
	}
	return ranked
}

// mix hashes words with a seed: FNV-1a, finished with the avalanche step of
// splitmix64 because FNV alone leaves neighbouring inputs in neighbouring order.
func mix(seed uint64, words ...string) uint64 {
	h := uint64(14695981039346656037) ^ seed
	for _, w := range words {
		for i := range len(w) {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211 // "ab"+"c" is not "a"+"bc"
	}
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
