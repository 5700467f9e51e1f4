package calls

import (
	"time"

	"github.com/callcard/callcard/crm"
)

// OpenRecordings are the files that facts say were begun and not closed: what has
// to be repaired before Interrupted can tell their length.
func OpenRecordings(facts []crm.Fact) []crm.RecordingStarted {
	var open []crm.RecordingStarted
	for _, f := range facts {
		switch d := f.Data.(type) {
		case crm.RecordingStarted:
			open = append(open, d)
		case crm.Recorded:
			for i := range open {
				if open[i].Recording == d.Recording {
					open = append(open[:i], open[i+1:]...)
					break
				}
			}
		}
	}
	return open
}

// Interrupted is what remains to be said of a call that the death of the server
// cut: facts are all that is known of it, died is when the server was last known
// to live (zero: unknown), repaired are the files of OpenRecordings as they were
// found, by recording. A file that is not among them is said to be empty.
//
// The call ends at the last moment there is a sign of it: its last fact, the end of
// its recording, or died.
func Interrupted(facts []crm.Fact, died time.Time, repaired map[crm.ID]crm.Recorded) []crm.Fact {
	if len(facts) == 0 {
		return nil
	}
	var c Call
	last := facts[0].At
	started := map[crm.ID]time.Time{}
	for _, f := range facts {
		Fold(&c, f)
		if f.At.After(last) {
			last = f.At
		}
		if d, ok := f.Data.(crm.RecordingStarted); ok {
			started[d.Recording] = f.At
		}
	}
	end := last
	if died.After(end) {
		end = died
	}
	var rest []crm.FactData
	for _, r := range OpenRecordings(facts) {
		file, ok := repaired[r.Recording]
		if ok {
			if audio := started[r.Recording].Add(time.Duration(file.DurationMS) * time.Millisecond); audio.After(end) {
				end = audio
			}
		}
		file.Recording, file.Path, file.Truncated = r.Recording, r.Path, string(crm.EndInterrupted)
		rest = append(rest, file)
	}
	if c.State != Ended {
		ended := crm.Ended{By: crm.System, Reason: crm.EndInterrupted}
		if c.AnsweredAt != nil {
			ended.TalkMS = max(0, end.Sub(*c.AnsweredAt).Milliseconds())
		}
		rest = append(rest, ended)
	}
	var out []crm.Fact
	for i, d := range rest {
		out = append(out, crm.Fact{CallID: c.ID, Seq: c.Seq + 1 + i, At: end, Data: d})
	}
	return out
}
