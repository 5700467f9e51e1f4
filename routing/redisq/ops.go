package redisq

import "github.com/callcard/callcard/routing"

// The operations, as the scripts get them (JSON) and as the twin does. Lists that
// can be long (candidates, agents of a queue) travel beside them.
type (
	reserveOp struct {
		Call      routing.CallID    `json:"call"`
		Token     string            `json:"token"`
		Queue     routing.QueueName `json:"queue"`
		Priority  int               `json:"priority"`
		Entered   int64             `json:"entered"`
		Only      routing.AgentID   `json:"only"`
		OnlyUntil int64             `json:"only_until"`
		Refused   string            `json:"refused"`
		All       bool              `json:"all"`
		Join      bool              `json:"join"` // wait if nobody is free
	}
	holdOp struct { // claim, release, leave
		Call      routing.CallID  `json:"call"`
		Agent     routing.AgentID `json:"agent"`
		Token     string          `json:"token"`
		Next      routing.State   `json:"next"`
		Reason    string          `json:"reason"`
		MaxMissed int             `json:"max_missed"`
	}
	stateOp struct {
		Agent  routing.AgentID `json:"agent"`
		State  routing.State   `json:"state"`
		Reason string          `json:"reason"`
	}
	occupyOp struct {
		Call  routing.CallID  `json:"call"`
		Agent routing.AgentID `json:"agent"`
		Token string          `json:"token"`
		State routing.State   `json:"state"`
	}
	deviceOp struct {
		Agent routing.AgentID `json:"agent"`
		Up    bool            `json:"up"`
	}
	noOp struct{}
)

// Answers of claim and release.
const (
	yes = "1"
	no  = "0"
)
