package api

import (
	"context"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/phone"
	"github.com/callcard/callcard/web/live"
)

// CallDetail is one call with its decisions.
type CallDetail struct {
	live.Call
	Decisions []Decision      `json:"decisions" doc:"Every routing decision, oldest first."`
	Story     []Moment        `json:"story" doc:"What happened when, as far as the call's own times do not say it, oldest first."`
	Quality   []crm.Quality   `json:"quality,omitempty" doc:"What each side's audio was like when it reached us."`
	Notes     []live.Activity `json:"notes" doc:"What was written about the call, oldest first."`
}

// Moment is one thing that happened to a call.
type Moment struct {
	At    time.Time    `json:"at"`
	Kind  crm.FactKind `json:"kind" enum:"identified,queued,dialled,assigned,moved,answered,transferred,consult_began,consult_answered,consult_held,consult_resumed,conference_began,consult_ended,agent_lost,agent_back,held,resumed,recording,recorded,ended,wrap_up,wrap_up_ended" doc:"queued: the caller was put back; ended: only if a supervisor has done it."`
	By    crm.Party    `json:"by,omitempty" enum:"caller,agent,supervisor,system" doc:"Who put the other on hold, took him back, or ended the call."`
	Agent string       `json:"agent,omitempty" doc:"Login of who answered, was lost, is back, assigned, moved, transferred, asked, ended or wraps up; of identified: whom the client had spoken with last."`
	Until *time.Time   `json:"until,omitempty" doc:"How long the wrap-up may take, or the caller waits for the agent whose device is gone."`
	Line  string       `json:"line,omitempty" doc:"dialled: the trunk."`
	Whom  string       `json:"whom,omitempty" doc:"assigned, transferred: login of the agent to whom the call was given; consult_…, conference_began: of the colleague who is asked."`
	To    string       `json:"to,omitempty" doc:"transferred, consult_began: the number."`
	Why   string       `json:"why,omitempty" doc:"queued: why the caller was put back (agent_lost, transfer_failed); consult_ended: how (ended, refused, no_answer, colleague_left, caller_left, agent_lost, transferred); transferred: blind or attended."`
	Queue string       `json:"queue,omitempty" doc:"moved, transferred, queued: into which queue."`
	From  string       `json:"from,omitempty" doc:"moved: from which queue."`
	Words string       `json:"words,omitempty" doc:"assigned, moved: the supervisor's reason."`
}

// Decision is one routing decision, whole.
type Decision struct {
	At         time.Time       `json:"at"`
	Reason     string          `json:"reason"`
	Candidates []RankedAgent   `json:"candidates" doc:"Ranked, best first."`
	Excluded   []ExcludedAgent `json:"excluded"`
	WaitFor    string          `json:"wait_for,omitempty" doc:"Login of the agent the call waits for."`
	WaitUntil  *time.Time      `json:"wait_until,omitempty"`
}

// RankedAgent is an agent who might have got the call.
type RankedAgent struct {
	Agent   string  `json:"agent"`
	AgentID crm.ID  `json:"agent_id"`
	Reason  string  `json:"reason"`
	Score   float64 `json:"score"`
}

// ExcludedAgent is an agent who could not get it.
type ExcludedAgent struct {
	Agent   string `json:"agent"`
	AgentID crm.ID `json:"agent_id"`
	Why     string `json:"why"`
}

type listCallsInput struct {
	Q         string    `query:"q" maxLength:"300" doc:"Words of the client's name in any script, or a part of his number."`
	Phone     string    `query:"phone" doc:"The client's number in any form."`
	Agent     string    `query:"agent" doc:"Login or id: talked last, else was rung last."`
	Queue     string    `query:"queue"`
	Source    string    `query:"source" doc:"The advertisement that the dialled number stands for."`
	Office    string    `query:"office" doc:"Name or id."`
	Contact   string    `query:"contact" doc:"Id of a card."`
	Direction string    `query:"direction" enum:"inbound,outbound,internal"`
	State     string    `query:"state" enum:"arrived,queued,ringing,talking,held,ended"`
	Result    string    `query:"result" enum:"answered,missed,abandoned,unanswered,rejected,media_lost,failed,interrupted,cancelled,busy,declined,unknown_number,unreachable" doc:"answered: they heard each other; missed: a client to be called back; else the end_reason."`
	Outcome   string    `query:"outcome" doc:"Key of what somebody has said came of the call."`
	Recorded  bool      `query:"recorded" doc:"There is a recording that can be played."`
	Since     time.Time `query:"since" doc:"Started at or after."`
	Until     time.Time `query:"until" doc:"Started before."`
	Limit     int       `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After     string    `query:"after"`
}

func (a *API) listCalls(ctx context.Context, in *listCallsInput) (*listOutput[live.Call], error) {
	agent, err := a.userID(ctx, "agent", in.Agent)
	if err != nil {
		return nil, err
	}
	if in.Contact != "" {
		if _, err := crm.ParseID(in.Contact); err != nil {
			return nil, crm.InvalidField("contact", "%q is not the id of a card.", in.Contact)
		}
	}
	norm, err := a.norm(ctx, in.Phone)
	if err != nil {
		return nil, err
	}
	unit, err := a.unitID(in.Office)
	if err != nil {
		return nil, err
	}
	v := viewer(ctx)
	page, err := a.Calls.List(ctx, v, calls.Filter{
		Q: in.Q, Rules: a.Phones(v.Unit), Phone: norm, Agent: agent, Queues: queueNames(a.Office(), in.Queue), Source: in.Source, Contact: crm.ID(in.Contact), Unit: unit,
		Direction: crm.Direction(in.Direction), State: calls.State(in.State), Result: calls.Result(in.Result), Recorded: in.Recorded, Outcome: in.Outcome,
		Since: in.Since, Until: in.Until, Limit: in.Limit, After: in.After,
	})
	if err != nil {
		return nil, err
	}
	o := a.Office()
	return list(page.Calls, page.Next, func(c calls.Call) live.Call { return live.NewCall(&c, o) }), nil
}

// unitID reads an office that is named by name or id; "" stays "".
func (a *API) unitID(name string) (crm.ID, error) {
	for _, u := range a.Office().Units {
		if name == u.Name || name == string(u.ID) {
			return u.ID, nil
		}
	}
	if name != "" {
		return "", crm.InvalidField("office", "There is no office %q.", name)
	}
	return "", nil
}

// queueNames are all that history may call a queue; none for "".
func queueNames(o *office.Snapshot, name string) []string {
	if name == "" {
		return nil
	}
	if q, ok := o.Queue(name); ok {
		return append([]string{q.Name}, q.Former...)
	}
	return []string{name}
}

// norm reads a number as the viewer's office writes it; "" stays "".
func (a *API) norm(ctx context.Context, number string) (string, error) {
	if number == "" {
		return "", nil
	}
	n := phone.Normalize(number, a.Phones(viewer(ctx).Unit))
	if n.Norm == "" {
		return "", crm.InvalidField("phone", "%q is not a telephone number.", number)
	}
	return n.Norm, nil
}

type callOutput struct{ Body CallDetail }

// getCall answers from the history. A call that has just come, or that goes on
// while the database is away, is answered from memory.
func (a *API) getCall(ctx context.Context, in *ByID) (*callOutput, error) {
	id, err := in.id("call")
	if err != nil {
		return nil, err
	}
	c, err := a.call(ctx, crm.Read, id)
	if err != nil {
		return nil, err
	}
	d := a.detail(&c)
	notes, err := a.Contacts.NotesOfCall(ctx, id)
	if err != nil && crm.CodeOf(err) != crm.Unavailable {
		return nil, err
	}
	v := viewer(ctx)
	d.Notes = list(notes, "", a.activities(v, within(v, crm.Calls, crm.Update, c.Unit))).Body.Items
	return &callOutput{d}, nil
}

// call is a call that the viewer may do the action with, from the history or, for one
// that has just come and while the database is away, from memory. Memory is also a
// moment ahead of the history: a page that has just been told of a change must not be
// answered with what was before it.
func (a *API) call(ctx context.Context, action crm.Action, id crm.ID) (calls.Call, error) {
	v := viewer(ctx)
	c, err := a.Calls.GetFor(ctx, v, action, id)
	if code := crm.CodeOf(err); code == crm.NotFound || code == crm.Unavailable {
		if l, ok := a.Feed.Call(id); ok && within(v, crm.Calls, action, l.Unit, append(l.Agents, l.Agent)...) {
			return l.Call, nil
		}
	}
	if err != nil {
		return c, err
	}
	if l, ok := a.Feed.Call(id); ok && l.Seq > c.Seq {
		if l.Contact == "" { // the card that the history has made
			l.Contact, l.ContactName, l.CardCreated = c.Contact, c.ContactName, c.CardCreated
		}
		return l.Call, nil
	}
	return c, nil
}

func (a *API) detail(c *calls.Call) CallDetail {
	d := CallDetail{Call: live.NewCall(c, a.Office()), Decisions: make([]Decision, len(c.Decisions)),
		Story: make([]Moment, len(c.Moments)), Quality: c.Quality}
	for i, m := range c.Moments {
		d.Story[i] = Moment{At: m.At, Kind: m.Kind, By: m.By, Until: m.Until, Line: m.Line, Queue: m.Queue, From: m.From, To: m.To, Why: m.Why, Words: m.Words}
		if m.Agent != "" {
			d.Story[i].Agent = a.login(m.Agent)
		}
		if m.Whom != "" {
			d.Story[i].Whom = a.login(m.Whom)
		}
	}
	for i, from := range c.Decisions {
		to := Decision{At: from.At, Reason: from.Reason, WaitUntil: from.WaitUntil,
			Candidates: make([]RankedAgent, len(from.Candidates)), Excluded: make([]ExcludedAgent, len(from.Excluded))}
		if from.WaitFor != "" {
			to.WaitFor = a.login(from.WaitFor)
		}
		for j, x := range from.Candidates {
			to.Candidates[j] = RankedAgent{a.login(x.Agent), x.Agent, x.Reason, x.Score}
		}
		for j, x := range from.Excluded {
			to.Excluded[j] = ExcludedAgent{a.login(x.Agent), x.Agent, x.Why}
		}
		d.Decisions[i] = to
	}
	return d
}

func (a *API) getTrace(ctx context.Context, in *ByID) (*listOutput[calls.Message], error) {
	id, err := in.id("call")
	if err != nil {
		return nil, err
	}
	messages, err := a.Calls.Trace(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	return list(messages, "", func(m calls.Message) calls.Message { return m }), nil
}
