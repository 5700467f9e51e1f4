package webtest

import (
	"time"

	"github.com/callcard/callcard/crm"
)

// Story makes the facts of one call, numbering and dating them.
type Story struct {
	Call  crm.ID
	Leg   crm.ID // of the last offer
	Facts []crm.Fact
	at    time.Time
}

// NewStory begins a call to the queue from the number; contact may be "".
func NewStory(queue, from string, contact crm.ID, name string) *Story {
	s := &Story{Call: crm.NewID(), at: time.Now().Add(-5 * time.Minute).UTC().Truncate(time.Millisecond)}
	s.Tell(crm.Arrived{Direction: crm.Inbound, Node: "n1", Line: "carrier", From: from, To: "+998712000001", Source: "website", Queue: queue})
	s.Tell(crm.Identified{Contact: contact, Name: name})
	s.Tell(crm.Queued{Queue: queue, EnteredAt: s.at})
	return s
}

// Tell adds a fact, a second after the one before, and returns it.
func (s *Story) Tell(data crm.FactData) crm.Fact {
	s.at = s.at.Add(time.Second)
	f := crm.Fact{CallID: s.Call, Seq: len(s.Facts) + 1, At: s.at, Data: data}
	s.Facts = append(s.Facts, f)
	return f
}

// Offer rings the agent.
func (s *Story) Offer(agent crm.ID) crm.Fact {
	s.Leg = crm.NewID()
	return s.Tell(crm.Offered{Leg: s.Leg, Agent: agent, Reason: "least_busy", WaitMS: 2000})
}

// Answer is the answer of the agent who was rung last.
func (s *Story) Answer(agent crm.ID) crm.Fact {
	return s.Tell(crm.Answered{Leg: s.Leg, Agent: agent, WaitMS: 3000})
}

// End is the end of a talk.
func (s *Story) End() crm.Fact {
	return s.Tell(crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 60_000})
}
