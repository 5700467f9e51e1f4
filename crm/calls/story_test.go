package calls_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/callcard/callcard/crm"
)

// script makes the facts of one call, numbering and dating them.
type script struct {
	call  crm.ID
	at    time.Time
	facts []crm.Fact
}

var morning = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func newScript(at time.Time) *script { return &script{call: crm.NewID(), at: at} }

// add says data, after a pause.
func (s *script) add(pause time.Duration, data crm.FactData) *script {
	s.at = s.at.Add(pause)
	s.facts = append(s.facts, crm.Fact{CallID: s.call, Seq: len(s.facts) + 1, At: s.at, Data: data})
	return s
}

// fork is a call with the same beginning, which may end otherwise.
func (s *script) fork() *script {
	return &script{call: s.call, at: s.at, facts: slices.Clone(s.facts)}
}

func (s *script) inbound(phone string, contact crm.ID) *script {
	s.add(0, crm.Arrived{Direction: crm.Inbound, Node: "n1", Line: "carrier", From: phone, Display: "Anna", To: "+998712000001", Queue: "sales", Anonymous: phone == ""})
	s.add(time.Millisecond, crm.Identified{Contact: contact, Name: "Anna"})
	return s.add(time.Millisecond, crm.Queued{Queue: "sales", EnteredAt: s.at})
}

// missed is a caller who gave up.
func missed(at time.Time, phone string, contact crm.ID) []crm.Fact {
	return newScript(at).inbound(phone, contact).add(20*time.Second, crm.Ended{By: crm.Caller, Reason: crm.EndAbandoned}).facts
}

// talked is a call that an agent took.
func talked(at time.Time, phone string, contact, agent crm.ID) []crm.Fact {
	leg := crm.NewID()
	return newScript(at).inbound(phone, contact).
		add(time.Second, crm.Offered{Leg: leg, Agent: agent, Reason: "least_busy"}).
		add(3*time.Second, crm.Answered{Leg: leg, Agent: agent, WaitMS: 4000}).
		add(time.Minute, crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 60_000}).facts
}

// randomCall is a call as life writes them.
func randomCall(rnd *rand.Rand) []crm.Fact {
	s := newScript(morning.Add(time.Duration(rnd.IntN(1e6)) * time.Millisecond))
	phone := fmt.Sprintf("+99890%07d", rnd.IntN(20))
	some := func() time.Duration { return time.Duration(rnd.IntN(30_000)) * time.Millisecond }
	chance := func(p float64) bool { return rnd.Float64() < p }
	agent := func() crm.ID { return id(rnd.IntN(5) + 100) }
	direction, anonymous := crm.Inbound, false
	switch {
	case chance(0.1):
		direction = crm.Outbound
	case chance(0.1):
		phone, anonymous = "", true
	}
	arrived := crm.Arrived{Direction: direction, Node: "n1", Line: "carrier", From: phone, Anonymous: anonymous, To: "+998712000001", Queue: "sales", Display: "Ўткир\x00"}
	if direction == crm.Outbound {
		arrived.From, arrived.To, arrived.Agent, arrived.Queue = "+998712000001", phone, agent(), ""
	}
	s.add(0, arrived)
	switch {
	case chance(0.3):
		s.add(0, crm.Identified{Offline: true})
	case chance(0.2):
		s.add(0, crm.Identified{Candidates: []crm.Candidate{{Contact: id(1), Name: "A\x00", Reason: "person"}, {Contact: id(2), Name: `back\slash`}}})
	case !anonymous:
		s.add(0, crm.Identified{Contact: id(rnd.IntN(9) + 1), Name: "Anna", Owner: agent()})
	}
	if direction == crm.Inbound {
		s.add(some(), crm.Queued{Queue: "sales", EnteredAt: s.at})
		s.add(0, crm.Routed{Reason: "least_busy", Candidates: []crm.RouteCandidate{{Agent: agent(), Score: 0.42}}})
	}
	answered := false
	for range rnd.IntN(3) {
		leg, who := crm.NewID(), agent()
		s.add(some(), crm.Offered{Leg: leg, Agent: who, Reason: "least_busy"})
		if chance(0.5) {
			s.add(some(), crm.OfferEnded{Leg: leg, Agent: who, Result: crm.OfferNoAnswer})
			continue
		}
		s.add(some(), crm.Answered{Leg: leg, Agent: who, WaitMS: int64(rnd.IntN(30_000))})
		answered = true
		break
	}
	file := crm.NewID()
	if answered {
		s.add(0, crm.RecordingStarted{Recording: file, Path: "2026/03/a.wav"})
		if chance(0.3) {
			s.add(some(), crm.AgentLost{Agent: agent(), Until: s.at})
			if chance(0.5) {
				s.add(some(), crm.AgentBack{Agent: agent(), Leg: crm.NewID()})
			} else {
				s.add(some(), crm.Queued{Queue: "sales", EnteredAt: s.at, Why: crm.QueuedAgentLost})
			}
		}
		if chance(0.4) {
			s.add(some(), crm.Held{By: crm.Agent})
			if chance(0.7) {
				s.add(some(), crm.Resumed{By: crm.Agent})
			}
		}
	}
	reasons := []crm.EndReason{crm.EndAbandoned, crm.EndUnanswered, crm.EndInterrupted}
	if answered {
		reasons = []crm.EndReason{crm.EndCompleted, crm.EndCompleted, crm.EndInterrupted, crm.EndMediaLost}
	}
	ended := crm.Ended{By: crm.Caller, Reason: reasons[rnd.IntN(len(reasons))]}
	if answered {
		ended.TalkMS = int64(rnd.IntN(300_000))
	}
	s.add(some(), ended)
	if answered {
		s.add(0, crm.Recorded{Recording: file, Path: "2026/03/a.wav", DurationMS: 12_000, Bytes: 384_000, SHA256: "ab"})
		s.add(0, crm.Quality{Party: crm.Caller, Received: 600, Lost: 3, MOS: 4.3})
		s.add(0, crm.WrapUp{Agent: agent(), Until: s.at.Add(10 * time.Second)})
		s.add(some(), crm.WrapUpEnded{})
	}
	return s.facts
}

// shuffled mixes calls, keeping the order within each.
func shuffled(rnd *rand.Rand, stories [][]crm.Fact) []crm.Fact {
	left := append([][]crm.Fact(nil), stories...)
	var mixed []crm.Fact
	for len(left) > 0 {
		i := rnd.IntN(min(len(left), 30)) // some thirty calls go on at a time
		mixed = append(mixed, left[i][0])
		if left[i] = left[i][1:]; len(left[i]) == 0 {
			left = append(left[:i], left[i+1:]...)
		}
	}
	return mixed
}
