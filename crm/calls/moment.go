package calls

import (
	"slices"
	"time"

	"github.com/callcard/callcard/crm"
)

// Moment is a thing that happened to a call at a time which Call does not keep
// otherwise: for whoever reads the call as a story.
type Moment struct {
	At    time.Time
	Kind  crm.FactKind // identified, queued (put back), dialled, answered, agent_lost, agent_back, held, resumed, recording, recorded, assigned, moved, transferred, consult_…, conference_began, ended (by a supervisor), wrap_up or wrap_up_ended
	By    crm.Party    // held, resumed, ended: who did it
	Agent crm.ID       // answered, agent_lost, agent_back, wrap_up, wrap_up_ended, assigned, moved, ended: who; identified: whom the client had spoken with last
	Until *time.Time   // wrap_up, agent_lost: how long it may take
	Line  string       // dialled: the trunk
	Whom  crm.ID       // assigned, transferred: to which agent; consult_…, conference_began: which colleague
	Queue string       // moved, transferred: into which queue
	To    string       // transferred, consult_began: to which number
	From  string       // moved: from which queue
	Words string       // assigned, moved: what the supervisor says of it
	Why   string       // queued: crm.QueuedWhy; consult_ended: crm.ConsultEnd; transferred: crm.TransferHow
}

// momentOf is the fact as a moment; false for a kind that is told elsewhere.
func momentOf(f crm.Fact) (Moment, bool) {
	m := Moment{At: f.At, Kind: f.Kind()}
	switch d := f.Data.(type) {
	case crm.Identified:
		m.Agent = d.LastAgent
	case crm.Dialled:
		m.Line = d.Line
	case crm.Answered:
		m.Agent = d.Agent
	case crm.Queued:
		m.Queue, m.Why = d.Queue, string(d.Why)
		return m, d.Why != "" && d.Why != crm.QueuedMoved && d.Why != crm.QueuedTransferred // Moved and Transferred tell of it
	case crm.Transferred:
		m.Agent, m.Whom, m.Queue, m.To, m.Why = d.By, d.ToAgent, d.ToQueue, d.ToNumber, string(d.How)
	case crm.ConsultBegan:
		m.Agent, m.Whom, m.To = d.By, d.ToAgent, d.ToNumber
	case crm.ConsultAnswered:
		m.Whom = d.ToAgent
	case crm.ConferenceBegan:
		m.Whom = d.ToAgent
	case crm.ConsultEnded:
		m.Whom, m.Why = d.ToAgent, string(d.Why)
	case crm.Assigned:
		m.By, m.Agent, m.Whom, m.Words = crm.Supervisor, d.By, d.Agent, d.Why
	case crm.Moved:
		m.By, m.Agent, m.From, m.Queue, m.Words = crm.Supervisor, d.By, d.From, d.Queue, d.Why
	case crm.AgentLost:
		m.Agent, m.Until = d.Agent, &d.Until
	case crm.AgentBack:
		m.Agent = d.Agent
	case crm.Held:
		m.By = d.By
	case crm.Resumed:
		m.By = d.By
	case crm.WrapUp:
		m.Agent, m.Until = d.Agent, &d.Until
	case crm.WrapUpEnded:
		m.Agent = d.Agent
	case crm.Ended:
		m.By, m.Agent = d.By, d.User
		return m, d.User != ""
	case crm.RecordingStarted, crm.Recorded, crm.ConsultHeld, crm.ConsultResumed:
	default:
		return Moment{}, false
	}
	return m, true
}

// tell adds what a fact tells to those who read the whole story.
func (c *Call) tell(f crm.Fact) {
	switch d := f.Data.(type) {
	case crm.Routed:
		c.Decisions = append(slices.Clip(c.Decisions), Decision{f.At, d})
	case crm.Ended:
		c.Why = d.Why
	}
	m, ok := momentOf(f)
	if !ok {
		return
	}
	if last := len(c.Moments) - 1; last >= 0 && m.Kind == crm.FactWrapUp && c.Moments[last].Kind == m.Kind && c.Moments[last].Agent == m.Agent {
		c.Moments = slices.Clone(c.Moments) // it was made longer: still one wrap-up
		c.Moments[last].Until = m.Until
		return
	}
	c.Moments = append(slices.Clip(c.Moments), m)
}
