package journal

import "github.com/callcard/callcard/crm"

// maxRecent bounds the facts that are kept in memory for the reader: some seconds of
// a very busy office. A reader that has fallen further behind reads the file.
const maxRecent = 8192

// recent keeps the newest facts as they were appended, so that a reader who keeps up
// need not decode what this process has just encoded.
type recent struct {
	facts []kept
}

type kept struct {
	from, to Position // of the line
	fact     crm.Fact
}

func (r *recent) add(from, to Position, f crm.Fact) {
	if len(r.facts) == maxRecent {
		r.drop(maxRecent / 2)
	}
	r.facts = append(r.facts, kept{from, to, f})
}

// drop forgets the oldest n.
func (r *recent) drop(n int) {
	rest := copy(r.facts, r.facts[n:])
	clear(r.facts[rest:])
	r.facts = r.facts[:rest]
}

// take appends to dst the facts that follow each other from at on in its segment, at
// most up to the offset until and so that dst has no more than limit. It forgets
// them and whatever is older.
func (r *recent) take(dst []crm.Fact, at Position, until int64, limit int) ([]crm.Fact, Position) {
	first := 0
	for first < len(r.facts) && r.facts[first].from.Before(at) {
		first++
	}
	n := first
	for n < len(r.facts) && len(dst) < limit && r.facts[n].from == at && r.facts[n].to.Offset <= until {
		dst = append(dst, r.facts[n].fact)
		at = r.facts[n].to
		n++
	}
	if n > 0 {
		r.drop(n)
	}
	return dst, at
}
