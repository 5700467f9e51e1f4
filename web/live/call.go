package live

import (
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/office"
)

// Call is a call as the outer world sees it. Durations are milliseconds.
type Call struct {
	ID          crm.ID          `json:"id"`
	Seq         int             `json:"seq" doc:"Number of the newest fact in here: of two pictures of a call the one with the higher seq is the newer, of equal ones the one that came later."`
	Direction   crm.Direction   `json:"direction" enum:"inbound,outbound,internal"`
	State       calls.State     `json:"state" enum:"arrived,queued,ringing,talking,held,ended" doc:"Of a call that an agent places: arrived while his own telephone rings, ringing while the other side's does."`
	From        string          `json:"from" doc:"The caller's number in E.164, or raw:<line>:<digits>; empty when withheld. outbound: the number that the client is shown; internal: the extension of who calls."`
	FromRaw     string          `json:"from_raw,omitempty" doc:"The caller's number as the line gave it."`
	Display     string          `json:"display,omitempty"`
	Anonymous   bool            `json:"anonymous,omitempty"`
	To          string          `json:"to"`
	Diverted    string          `json:"diverted,omitempty"`
	Line        string          `json:"line"`
	Source      string          `json:"source,omitempty" doc:"The advertisement that the dialled number stands for."`
	Queue       string          `json:"queue,omitempty"`
	Agent       string          `json:"agent,omitempty" doc:"Login of who talked last, else of who was rung last; outbound and internal: of who has called."`
	AgentID     crm.ID          `json:"agent_id,omitempty"`
	AgentName   string          `json:"agent_name,omitempty"`
	ContactID   crm.ID          `json:"contact_id,omitempty"`
	ContactName string          `json:"contact_name,omitempty"`
	CardCreated bool            `json:"card_created,omitempty" doc:"The card was made by this call."`
	Candidates  []crm.Candidate `json:"candidates,omitempty" doc:"Cards that share the number, best first."`
	CRMOffline  bool            `json:"crm_offline,omitempty" doc:"The database was away when the call came."`
	StartedAt   time.Time       `json:"started_at"`
	QueuedAt    *time.Time      `json:"queued_at,omitempty"`
	AnsweredAt  *time.Time      `json:"answered_at,omitempty"`
	EndedAt     *time.Time      `json:"ended_at,omitempty"`
	WaitMS      int64           `json:"wait_ms"`
	TalkMS      int64           `json:"talk_ms" doc:"From the answer to the end, hold included."`
	HoldMS      int64           `json:"hold_ms"`
	HeldAt      *time.Time      `json:"held_at,omitempty" doc:"Since when one side is on hold. Only while the call goes on."`
	LostAt      *time.Time      `json:"lost_at,omitempty" doc:"Since when the agent's device is gone and the caller waits for him. Only while it lasts."`
	EndReason   crm.EndReason   `json:"end_reason,omitempty" enum:"completed,abandoned,unanswered,rejected,media_lost,failed,interrupted,cancelled,busy,declined,unknown_number,unreachable"`
	Why         crm.DialWhy     `json:"why,omitempty" enum:"own_number,not_opened,denied,premium,no_trunk,limit,busy,no_number" doc:"rejected: why the agent might not place the call. Not in lists."`
	EndedBy     crm.Party       `json:"ended_by,omitempty" enum:"caller,agent,supervisor,system" doc:"supervisor: somebody who watches over the call; the story says who."`
	Route       []Ring          `json:"route" doc:"Who was rung, in order."`
	Recording   *Recording      `json:"recording,omitempty"`
	Outcome     *CallOutcome    `json:"outcome,omitempty" doc:"What somebody has said came of it."`
	Consult     *Consult        `json:"consult,omitempty" doc:"Whom the agent asks, or has in a talk of three. Only while it lasts."`
	WrapUp      *WrapUp         `json:"wrap_up,omitempty" doc:"Only in live events, while it lasts."`
}

// Ring is one time an agent was rung.
type Ring struct {
	Leg     crm.ID          `json:"leg"`
	Agent   string          `json:"agent"`
	AgentID crm.ID          `json:"agent_id"`
	Name    string          `json:"agent_name,omitempty"`
	Reason  string          `json:"reason" doc:"Why he was chosen."`
	At      time.Time       `json:"at"`
	EndedAt *time.Time      `json:"ended_at,omitempty"`
	Result  crm.OfferResult `json:"result,omitempty" enum:"answered,declined,no_answer,unreachable,withdrawn,caller_gone" doc:"Missing while it rings."`
	Code    int             `json:"code,omitempty" doc:"SIP status, if there was one."`
}

// Recording is the recording of a call.
type Recording struct {
	ID         crm.ID `json:"id"`
	Ready      bool   `json:"ready" doc:"The file is complete and can be played."`
	DurationMS int64  `json:"duration_ms"`
	URL        string `json:"url"`
	Truncated  string `json:"truncated,omitempty" doc:"Why it is shorter than the talk."`
}

// Consult is somebody whom the agent of a talk asks about his client.
type Consult struct {
	To    ConsultTo          `json:"to"`
	Since time.Time          `json:"since" doc:"Of the state."`
	State calls.ConsultState `json:"state" enum:"ringing,talking,held,conference" doc:"talking: agent and asked one talk, the client waits; held: agent and client talk, the asked one waits; conference: all three talk."`
}

// ConsultTo is a colleague, or a number.
type ConsultTo struct {
	Agent   string `json:"agent,omitempty" doc:"Login."`
	AgentID crm.ID `json:"agent_id,omitempty"`
	Name    string `json:"name,omitempty"`
	Number  string `json:"number,omitempty"`
}

// WrapUp is the time an agent has for his notes.
type WrapUp struct {
	Agent   string    `json:"agent"`
	AgentID crm.ID    `json:"agent_id"`
	Name    string    `json:"agent_name,omitempty"`
	Until   time.Time `json:"until"`

	UntilOutcome bool `json:"until_outcome,omitempty" doc:"It is over as soon as somebody says what came of the call, and can't be ended before."`
}

// NewCall makes the outer picture of c. The office gives the agents' logins.
func NewCall(c *calls.Call, o *office.Snapshot) Call {
	w := Call{
		ID: c.ID, Seq: c.Seq, Direction: c.Direction, State: c.State, From: c.From, FromRaw: c.FromRaw, Display: c.Display,
		Anonymous: c.Anonymous, To: c.To, Diverted: c.Diverted, Line: c.Line, Source: c.Source, Queue: c.Queue,
		Agent: login(o, c.Agent), AgentID: c.Agent, AgentName: nameOf(o, c.Agent), ContactID: c.Contact, ContactName: c.ContactName, CardCreated: c.CardCreated,
		Candidates: c.Candidates, CRMOffline: c.Offline, StartedAt: c.StartedAt, QueuedAt: c.QueuedAt, AnsweredAt: c.AnsweredAt,
		EndedAt: c.EndedAt, WaitMS: c.WaitMS, TalkMS: c.TalkMS, HoldMS: c.HoldMS, HeldAt: c.HeldAt, LostAt: c.LostAt, EndReason: c.EndReason, EndedBy: c.By, Why: c.Why,
		Route: make([]Ring, len(c.Route)), Outcome: outcomeOf(c, o),
	}
	if x := c.Consult; x != nil {
		w.Consult = &Consult{To: ConsultTo{Number: x.Number}, Since: x.Since, State: x.State}
		if x.Agent != "" {
			w.Consult.To = ConsultTo{Agent: login(o, x.Agent), AgentID: x.Agent, Name: nameOf(o, x.Agent)}
		}
	}
	for i, r := range c.Route {
		w.Route[i] = Ring{Leg: r.Leg, Agent: login(o, r.Agent), AgentID: r.Agent, Name: nameOf(o, r.Agent), Reason: r.Reason,
			At: r.At, EndedAt: r.EndedAt, Result: r.Result, Code: r.Code}
	}
	if r := c.Recording; r != nil {
		w.Recording = &Recording{ID: r.ID, Ready: r.Closed, DurationMS: r.DurationMS, Truncated: r.Truncated,
			URL: "/api/v1/calls/" + string(c.ID) + "/recording"}
	}
	return w
}

// login names a user as people know him; the id itself if the office does not know
// it.
func login(o *office.Snapshot, id crm.ID) string {
	if u, ok := o.UserByID(id); ok {
		return u.Login
	}
	return string(id)
}

// nameOf is the full name of a user, also of one who has left; empty if the office
// does not know him.
func nameOf(o *office.Snapshot, id crm.ID) string {
	u, _ := o.UserByID(id)
	return u.Name
}
