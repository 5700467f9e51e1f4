package redisq

import (
	"slices"
	"strings"
	"time"

	"github.com/callcard/callcard/routing"
)

// agentRecord is what is known of one agent, in Redis (as JSON in one hash) and in
// the twin. Lists are joined by newlines, because cjson cannot tell an empty list
// from an empty object. Times are Unix milliseconds.
type agentRecord struct {
	ID         routing.AgentID `json:"id"`
	State      routing.State   `json:"s"`
	Since      int64           `json:"at"`
	Reason     string          `json:"r"`
	Call       routing.CallID  `json:"c"`  // while ringing or talking
	Token      string          `json:"t"`  // of the reservation that binds him to Call
	Node       string          `json:"n"`  // owner of Call
	Next       routing.State   `json:"x"`  // his wish for after the call
	NextReason string          `json:"xr"` // of that wish
	Device     int             `json:"d"`  // 1: a phone of his can ring
	Home       string          `json:"h"`  // the node that has his phone
	Queues     string          `json:"q"`
	Idle       int64           `json:"i"`  // end of his last call or wrap-up, or sign-in
	SignedIn   int64           `json:"in"` // 0: never
	Missed     int             `json:"m"`  // offers in a row that he did not take
	Version    int64           `json:"v"`
}

// free tells whether a call may be offered to him.
func (a agentRecord) free() bool {
	return a.State == routing.Available && a.Device == 1 && a.Call == ""
}

func newAgent(id routing.AgentID) agentRecord {
	return agentRecord{ID: id, State: routing.Offline}
}

func (a agentRecord) change() routing.Change {
	return routing.Change{
		Agent:      a.ID,
		State:      a.State,
		Reason:     a.Reason,
		Since:      time.UnixMilli(a.Since),
		Call:       a.Call,
		Next:       a.Next,
		NextReason: a.NextReason,
		Device:     a.Device == 1,
	}
}

// callRecord is a call that waits, or that rings or talks by its current token.
type callRecord struct {
	ID        routing.CallID    `json:"id"`
	Queue     routing.QueueName `json:"q"`
	Priority  int               `json:"p"`
	Entered   int64             `json:"e"`
	Only      routing.AgentID   `json:"o"`
	OnlyUntil int64             `json:"u"`
	Refused   string            `json:"f"`
	Node      string            `json:"n"`
	Token     string            `json:"t"`
	Waits     int               `json:"w"`
	Agents    string            `json:"a"` // reserved by Token
	Claimed   routing.AgentID   `json:"k"`
	Version   int64             `json:"v"`
}

// rank orders waiting calls, lowest first. A point of priority is worth `ageing` of
// waiting, so the order never changes while calls wait, and a call of low priority
// is overtaken only by calls that came less than that time later.
func (c callRecord) rank(ageing int64) int64 {
	return c.Entered - int64(c.Priority)*ageing
}

// mayGet tells whether the waiting call may be given to an agent now.
func (c callRecord) mayGet(agent routing.AgentID, now int64) bool {
	if c.Only != "" && c.OnlyUntil > now && c.Only != agent {
		return false
	}
	return !slices.Contains(split[routing.AgentID](c.Refused), agent)
}

func join[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, "\n")
}

func split[T ~string](joined string) []T {
	if joined == "" {
		return nil
	}
	words := strings.Split(joined, "\n")
	list := make([]T, len(words))
	for i, w := range words {
		list[i] = T(w)
	}
	return list
}

func without(joined string, id routing.AgentID) string {
	return join(slices.DeleteFunc(split[routing.AgentID](joined), func(a routing.AgentID) bool { return a == id }))
}
