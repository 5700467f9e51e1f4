package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/phone"
)

// narrator tells calls in the terminal as they happen, a line a step.
type narrator struct {
	out        io.Writer
	office     func() *office.Snapshot
	recordings string

	mu    sync.Mutex
	calls map[crm.ID]*calls.Call
}

// hear takes a fact. Calls are remembered until their recording is closed.
func (n *narrator) hear(f crm.Fact) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.calls[f.CallID]
	if c == nil {
		if _, ok := f.Data.(crm.Arrived); !ok {
			return
		}
		c = &calls.Call{}
		n.calls[f.CallID] = c
	}
	before := *c
	calls.Fold(c, f)
	n.tell(before, *c)
	if c.EndedAt != nil && (c.Recording == nil || c.Recording.Closed) {
		delete(n.calls, f.CallID)
	}
}

// tell says what now has that before had not.
func (n *narrator) tell(before, now calls.Call) {
	for _, part := range [](func(before, now calls.Call) []string){n.arrival, n.card, n.decisions, n.offers, n.talk, n.ending} {
		for _, line := range part(before, now) {
			fmt.Fprintf(n.out, "  %s  %s\n", time.Now().Format("15:04:05"), line)
		}
	}
}

func (n *narrator) arrival(before, now calls.Call) []string {
	if before.Seq > 0 || now.Seq == 0 {
		return nil
	}
	from := "a caller who hides his number"
	switch {
	case now.Direction != crm.Inbound:
		from = n.name(now.Agent)
	case !now.Anonymous:
		from = phone.Format(now.From)
	}
	line := fmt.Sprintf("%s calls %s", from, phone.Format(now.To))
	if now.Source != "" {
		line += " (source: " + now.Source + ")"
	}
	return []string{line}
}

func (n *narrator) card(before, now calls.Call) []string {
	switch {
	case now.Offline && !before.Offline:
		return []string{"the CRM is offline: the call goes on with the bare number, the card is made later"}
	case now.Contact != "" && before.Contact == "" && now.CardCreated:
		return []string{fmt.Sprintf("a new client: the card %q is made", now.ContactName)}
	case now.Contact != "" && before.Contact == "":
		line := "the card of " + now.ContactName + " is found"
		if now.LastAgent != "" {
			line += "; spoke last with " + n.name(now.LastAgent)
		}
		return []string{line}
	case len(now.Candidates) > 0 && len(before.Candidates) == 0:
		return []string{fmt.Sprintf("%d cards share this number; the manager chooses", len(now.Candidates))}
	}
	return nil
}

func (n *narrator) decisions(before, now calls.Call) (lines []string) {
	for _, d := range now.Decisions[len(before.Decisions):] {
		var parts []string
		if d.WaitFor != "" && d.WaitUntil != nil {
			parts = append(parts, fmt.Sprintf("waits for %s until %s", n.name(d.WaitFor), d.WaitUntil.Local().Format("15:04:05")))
		}
		for _, c := range d.Candidates {
			parts = append(parts, fmt.Sprintf("%s (%s)", n.name(c.Agent), words(c.Reason)))
		}
		if len(parts) == 0 {
			parts = append(parts, "nobody is free, the caller waits with music")
		}
		if d.MoreCandidates > 0 {
			parts = append(parts, plural(d.MoreCandidates, "other", "others"))
		}
		line := "routing: " + strings.Join(parts, ", then ")
		if len(d.Excluded) > 0 {
			var out []string
			for _, x := range d.Excluded {
				out = append(out, fmt.Sprintf("%s (%s)", n.name(x.Agent), words(x.Why)))
			}
			line += "; not now: " + strings.Join(out, ", ")
		}
		lines = append(lines, line)
	}
	return lines
}

func (n *narrator) offers(before, now calls.Call) (lines []string) {
	for i, o := range now.Route {
		if i >= len(before.Route) {
			line := fmt.Sprintf("the card is on %s's screen, the phone rings (%s)", n.name(o.Agent), words(o.Reason))
			if now.Direction == crm.Within {
				line = fmt.Sprintf("%s's phone rings", n.name(o.Agent))
			}
			lines = append(lines, line)
		}
		result := o.Result
		if i < len(before.Route) && before.Route[i].Result == result || result == "" || result == crm.OfferAnswered {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s did not take it: %s", n.name(o.Agent), words(string(result))))
	}
	return lines
}

func (n *narrator) talk(before, now calls.Call) []string {
	if now.AnsweredAt == nil || before.AnsweredAt != nil {
		return nil
	}
	who := n.name(now.Agent)
	if now.Direction != crm.Inbound {
		who = n.otherSide(now)
	}
	return []string{fmt.Sprintf("%s answers after %.1f s; they talk", who, seconds(now.WaitMS))}
}

// otherSide is who talks with the agent: a client, or a colleague whom he has called.
func (n *narrator) otherSide(c calls.Call) string {
	switch c.Direction {
	case crm.Outbound:
		return "the client"
	case crm.Within:
		return n.name(c.Colleague)
	}
	return "the caller"
}

func (n *narrator) ending(before, now calls.Call) (lines []string) {
	if now.EndedAt != nil && before.EndedAt == nil {
		switch {
		case now.AnsweredAt != nil && now.EndReason == crm.EndCompleted:
			who := n.otherSide(now)
			if now.By == crm.Agent {
				who = n.name(now.Agent)
			}
			lines = append(lines, fmt.Sprintf("%s hangs up after a talk of %.1f s", who, seconds(now.TalkMS)))
		default:
			lines = append(lines, ended(now.EndReason))
		}
	}
	if r := now.Recording; r != nil && r.Closed && (before.Recording == nil || !before.Recording.Closed) {
		line := fmt.Sprintf("recording: %s (%.1f s; left %s, right the manager)", filepath.Join(n.recordings, r.Path), seconds(r.DurationMS), n.otherSide(now))
		if r.Truncated != "" {
			line += ", shorter than the talk: " + words(r.Truncated)
		}
		lines = append(lines, line)
	}
	return lines
}

func (n *narrator) name(id crm.ID) string { return peopleOf(n.office(), id) }

func seconds(ms int64) float64 { return float64(ms) / 1000 }

// ended says how a call ended that was not simply hung up.
func ended(reason crm.EndReason) string {
	switch reason {
	case crm.EndAbandoned:
		return "the caller gave up waiting"
	case crm.EndUnanswered:
		return "nobody took the call"
	case crm.EndMediaLost:
		return "the call is over: there was no sound for too long"
	case crm.EndInterrupted:
		return "the call was cut by the end of the server"
	}
	return "the call is over: " + words(string(reason))
}

// words makes a code readable: "no_answer" -> "no answer".
func words(code string) string {
	if previous, ok := strings.CutPrefix(code, "previous_"); ok {
		return "his previous manager: " + words(previous)
	}
	return strings.NewReplacer("_", " ", "-", " ").Replace(code)
}
