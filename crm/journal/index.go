package journal

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/callcard/callcard/crm"
)

// index knows the calls that go on: all that the journal must still be able to
// tell from the beginning. It is as big as the number of calls in flight.
type index map[crm.ID]*ongoing

type ongoing struct {
	first uint64 // the oldest segment that holds lines of the call
	seq   int    // the highest number so far
}

// add notes a fact of a call that lies in segment. What may come after the end of
// a call does not open it again.
func (x index) add(h head, segment uint64) {
	call, known := x[h.call]
	switch {
	case h.kind == crm.FactEnded:
		delete(x, h.call)
	case known:
		call.seq = max(call.seq, h.seq)
	case !comesAfterEnd(h.kind):
		x[h.call] = &ongoing{first: segment, seq: h.seq}
	}
}

func comesAfterEnd(k crm.FactKind) bool {
	switch k {
	case crm.FactRecorded, crm.FactQuality, crm.FactWrapUp, crm.FactWrapUpEnded:
		return true
	}
	return false
}

// unfinished collects the lines of calls that the last process left behind.
type unfinished map[crm.ID]*leftover

type leftover struct {
	lines                     [][]byte
	ended                     bool
	recordings, recordingEnds int // a carried line counts twice
}

func (u unfinished) add(h head, line []byte) {
	l := u[h.call]
	if l == nil {
		l = &leftover{}
		u[h.call] = l
	}
	switch h.kind {
	case crm.FactEnded:
		l.ended = true
	case crm.FactRecording:
		l.recordings++
	case crm.FactRecorded:
		l.recordingEnds++
	}
	l.lines = append(l.lines, bytes.Clone(line))
	if l.ended && l.recordings <= l.recordingEnds {
		delete(u, h.call)
	}
}

// calls are the calls without an end and those whose recording was not closed,
// oldest first, each with its facts in order and without copies.
func (u unfinished) calls() [][]crm.Fact {
	var left [][]crm.Fact
	for _, l := range u {
		var facts []crm.Fact
		for _, line := range l.lines {
			if f, err := decode(line); err == nil {
				facts = append(facts, f)
			}
		}
		slices.SortFunc(facts, func(a, b crm.Fact) int { return cmp.Compare(a.Seq, b.Seq) })
		facts = slices.CompactFunc(facts, func(a, b crm.Fact) bool { return a.Seq == b.Seq })
		if isUnfinished(facts) {
			left = append(left, facts)
		}
	}
	slices.SortFunc(left, func(a, b []crm.Fact) int { return cmp.Compare(a[0].CallID, b[0].CallID) })
	return left
}

// isUnfinished tells whether something must still be said of the call. Segments go
// oldest first, so where a fact from before the end is left, the end is left too;
// what is left alone without it can only be from after the end.
func isUnfinished(facts []crm.Fact) bool {
	var opened, ended bool
	recordings := 0
	for _, f := range facts {
		switch f.Kind() {
		case crm.FactEnded:
			ended = true
		case crm.FactRecording:
			recordings++
		case crm.FactRecorded:
			recordings--
		}
		opened = opened || !comesAfterEnd(f.Kind())
	}
	return opened && !ended || recordings > 0
}
