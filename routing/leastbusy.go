package routing

import (
	"math"
	"slices"
	"sync"
	"time"
)

// A newcomer's own figures mean little: somebody who signed in a minute ago has an
// occupancy near 0 and would get every call. Until NewcomerTime is over he counts
// with the median of the team.
const NewcomerTime = 10 * time.Minute

// The weights of the score. A live call outweighs any hour, an hour outweighs any
// usual pile of tasks.
const (
	perLiveCall = 1000
	perHourBusy = 100 // occupancy is 0..1
	perTask     = 2
)

func rankLeastBusy(r Request, free []Agent) []Candidate {
	team := sync.OnceValues(func() (float64, bool) { return teamOccupancy(r) })
	return byScore(r, free, ByLeastBusy, func(a Agent) float64 {
		occupancy := a.Occupancy
		if isNewcomer(r, a) {
			if median, known := team(); known {
				occupancy = median
			}
		}
		score := perLiveCall*float64(a.LiveCalls) + perHourBusy*occupancy + perTask*float64(a.OpenTasks)
		return math.Round(score*100) / 100 // less than 0.4 s of the hour is a tie
	})
}

func isNewcomer(r Request, a Agent) bool {
	return r.Now.Sub(a.SignedInAt) < NewcomerTime
}

// teamOccupancy is the median over the queue's agents who are signed in and are no
// newcomers themselves; known is false when there are none.
func teamOccupancy(r Request) (median float64, known bool) {
	find := finder(r)
	var team []float64
	for i, id := range r.Queue.Agents {
		if a := find(i, id); a != nil && !a.Deleted && a.State != Offline && a.State != "" && !isNewcomer(r, *a) {
			team = append(team, a.Occupancy)
		}
	}
	if len(team) == 0 {
		return 0, false
	}
	slices.Sort(team)
	middle := len(team) / 2
	if len(team)%2 == 1 {
		return team[middle], true
	}
	return (team[middle-1] + team[middle]) / 2, true
}
