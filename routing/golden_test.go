package routing

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the decisions in testdata")

const dashes = "----------"

// TestGoldenSituations walks testdata: a situation in words, a line of dashes, the
// decision in words. The form of a situation:
//
//	queue: sales, least-busy, previous last-spoken, wait 20s
//	caller: last anna, owner bek, waits 5s, tried vera
//	agents:
//	  anna  talking   occupancy 40%, tasks 2, idle 3m, signed in 2h, calls 7
func TestGoldenSituations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d situations, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			situation, want, _ := strings.Cut(string(text), dashes+"\n")
			got := inWords(Decide(readSituation(t, situation)))
			if *update {
				if err := os.WriteFile(file, []byte(situation+dashes+"\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("decided\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func readSituation(t *testing.T, text string) Request {
	now := time.Date(2026, 5, 9, 10, 0, 0, 0, time.UTC)
	r := Request{Call: "call", Now: now, EnteredAt: now, Seed: 1, Queue: Queue{Previous: PreviousOff}}
	outside := map[AgentID]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		key, rest, _ := strings.Cut(line, ":")
		switch {
		case line == "" || strings.HasPrefix(line, "#") || line == "agents:":
		case key == "queue":
			readQueue(t, &r, rest)
		case key == "caller":
			readCaller(t, &r, rest)
		default:
			a := readAgent(t, now, line)
			if strings.Contains(line, "other queue") {
				outside[a.ID] = true
			}
			r.Agents = append(r.Agents, a)
		}
	}
	for _, a := range r.Agents {
		if !outside[a.ID] {
			r.Queue.Agents = append(r.Queue.Agents, a.ID)
		}
	}
	return r
}

func readQueue(t *testing.T, r *Request, text string) {
	for i, part := range strings.Split(text, ",") {
		word, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		switch {
		case i == 0:
			r.Queue.Name = QueueName(word)
		case i == 1:
			r.Queue.Strategy = Strategy(word)
		case word == "previous":
			r.Queue.Previous = PreviousMode(value)
		case word == "wait":
			r.Queue.PreviousWait = duration(t, value)
		case word == "after":
			r.Queue.LastOffered = AgentID(value)
		default:
			t.Fatalf("queue: what is %q?", part)
		}
	}
}

func readCaller(t *testing.T, r *Request, text string) {
	for part := range strings.SplitSeq(text, ",") {
		word, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		switch word {
		case "new":
		case "last":
			r.Caller.LastAgent = AgentID(value)
		case "owner":
			r.Caller.Owner = AgentID(value)
		case "waits":
			r.EnteredAt = r.Now.Add(-duration(t, value))
		case "tried":
			r.Tried = append(r.Tried, AgentID(value))
		default:
			t.Fatalf("caller: what is %q?", part)
		}
	}
}

func readAgent(t *testing.T, now time.Time, line string) Agent {
	words := strings.Fields(line)
	if len(words) < 2 {
		t.Fatalf("agent: %q", line)
	}
	a := Agent{
		ID: AgentID(words[0]), Name: words[0], State: State(words[1]), Device: true,
		IdleSince: now.Add(-time.Minute), SignedInAt: now.Add(-2 * time.Hour),
	}
	for part := range strings.SplitSeq(strings.Join(words[2:], " "), ",") {
		part = strings.TrimSpace(part)
		at := strings.LastIndex(part, " ")
		word, value := part[:max(at, 0)], part[at+1:]
		switch {
		case part == "" || part == "other queue":
		case part == "no phone":
			a.Device = false
		case part == "left the company":
			a.Deleted = true
		case word == "live calls":
			a.LiveCalls = number(t, value)
		case word == "occupancy":
			a.Occupancy = float64(number(t, strings.TrimSuffix(value, "%"))) / 100
		case word == "tasks":
			a.OpenTasks = number(t, value)
		case word == "calls":
			a.CallsToday = number(t, value)
		case word == "idle":
			a.IdleSince = now.Add(-duration(t, value))
		case word == "signed in":
			a.SignedInAt = now.Add(-duration(t, value))
		default:
			t.Fatalf("agent: what is %q?", part)
		}
	}
	return a
}

func duration(t *testing.T, s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func number(t *testing.T, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// inWords is a plan as a supervisor would tell it.
func inWords(p Plan) string {
	var b strings.Builder
	switch {
	case p.WaitFor != "":
		fmt.Fprintf(&b, "wait for %s until %s\n", p.WaitFor, p.WaitUntil.Format("15:04:05"))
	case p.All:
		b.WriteString("ring all of\n")
	case len(p.Candidates) > 0:
		b.WriteString("offer to\n")
	default:
		b.WriteString("nobody can take it, the call waits\n")
	}
	for i, c := range p.Candidates {
		fmt.Fprintf(&b, "  %d. %s (%s", i+1, c.Agent, c.Reason)
		if c.Score != 0 {
			fmt.Fprintf(&b, " %.2f", c.Score)
		}
		b.WriteString(")\n")
	}
	fmt.Fprintf(&b, "because: %s\n", p.Reason)
	if p.Previous != "" && p.Previous != p.Reason {
		fmt.Fprintf(&b, "previous manager: %s\n", p.Previous)
	}
	for _, e := range p.Excluded {
		fmt.Fprintf(&b, "not %s: %s\n", e.Agent, e.Why)
	}
	return b.String()
}
