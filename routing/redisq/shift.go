package redisq

import (
	"time"

	"github.com/callcard/callcard/routing"
)

// window is the time over which occupancy is measured.
const window = time.Hour

// stretch is a time during which an agent was staffed: signed in and not on a break.
type stretch struct {
	from, to int64 // Unix ms
	busy     bool  // talking or wrapping up
}

// shift is an agent's last hour as stretches, with running sums, so that asking for
// his occupancy costs nothing but the stretches that have left the window since.
type shift struct {
	past          []stretch // closed, oldest first, none overlap
	staffed, busy int64     // sums over past
	open          stretch   // the present one; from == 0: not staffed
	day, calls    int       // calls answered on that day
}

// enter closes the present stretch and opens the one of the new state.
func (s *shift) enter(state routing.State, at int64) {
	if s.open.from != 0 && at > s.open.from {
		s.open.to = at
		s.past = append(s.past, s.open)
		s.staffed += s.open.to - s.open.from
		if s.open.busy {
			s.busy += s.open.to - s.open.from
		}
	}
	s.open = stretch{}
	switch state {
	case routing.Available, routing.Ringing:
		s.open = stretch{from: at}
	case routing.Talking, routing.WrapUp:
		s.open = stretch{from: at, busy: true}
	}
}

// occupancy is busy / staffed time over the window that ends now, 0..1.
func (s *shift) occupancy(now int64) float64 {
	start := now - window.Milliseconds()
	s.forget(start)
	staffed, busy := s.staffed, s.busy
	if len(s.past) > 0 && s.past[0].from < start { // straddles the window's edge
		staffed -= start - s.past[0].from
		if s.past[0].busy {
			busy -= start - s.past[0].from
		}
	}
	if s.open.from != 0 {
		lasts := max(0, now-max(s.open.from, start))
		staffed += lasts
		if s.open.busy {
			busy += lasts
		}
	}
	if staffed <= 0 {
		return 0
	}
	return float64(busy) / float64(staffed)
}

// forget drops the stretches that ended before the window.
func (s *shift) forget(start int64) {
	old := 0
	for old < len(s.past) && s.past[old].to <= start {
		gone := s.past[old]
		s.staffed -= gone.to - gone.from
		if gone.busy {
			s.busy -= gone.to - gone.from
		}
		old++
	}
	if old > 0 {
		s.past = append(s.past[:0], s.past[old:]...)
	}
}

// answered counts a call of today.
func (s *shift) answered(now time.Time) {
	s.roll(now)
	s.calls++
}

// roll starts the count anew at midnight of the clock's zone.
func (s *shift) roll(now time.Time) {
	if day := now.Year()*1000 + now.YearDay(); day != s.day {
		s.day, s.calls = day, 0
	}
}
