package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/phone"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/routing/redisq"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/callflow"
	"github.com/callcard/callcard/telephony/sip"
	"github.com/callcard/callcard/web/api"
	"github.com/callcard/callcard/web/live"
)

// The adapters let parts that know nothing of each other talk: each turns what one
// offers into the small interface that another has declared.

// officeView shows the office to the call path.
type officeView struct{ *office.Snapshot }

func (v officeView) rules(line, region string) phone.Rules {
	r := phone.Rules{Region: region, Line: line}
	if t, ok := v.Trunk(line); ok {
		r.AreaCode = t.AreaCode
		if t.Region != "" {
			r.Region = t.Region
		}
	}
	if r.Region == "" && len(v.Units) > 0 {
		r.Region = v.Units[0].Region
	}
	return r
}

func (v officeView) ReadNumber(raw, region, line string) (norm string, anonymous bool) {
	n := phone.Normalize(raw, v.rules(line, region))
	norm = n.Norm
	if n.Ext != "" && norm != "" {
		norm += ";ext=" + n.Ext
	}
	return norm, n.Kind == phone.Anonymous
}

func (v officeView) Number(dialled, region, line string) (callflow.Number, bool) {
	n, ok := v.Snapshot.Number(dialled)
	if !ok {
		n, ok = v.Snapshot.Number(phone.Normalize(dialled, v.rules(line, region)).Norm)
	}
	return callflow.Number{E164: n.Number, Queue: n.Queue, Source: n.Source}, ok
}

func (v officeView) Queue(name string) (callflow.Queue, bool) {
	q, ok := v.Snapshot.Queue(name)
	if !ok {
		return callflow.Queue{}, false
	}
	agents := make([]routing.AgentID, len(q.Agents))
	for i, id := range q.Agents {
		agents[i] = routing.AgentID(id)
	}
	return callflow.Queue{
		Name: q.Name, Unit: q.Unit, Priority: q.Priority, Ring: q.Ring, WrapUp: q.WrapUp, UntilOutcome: q.UntilOutcome, MaxWait: q.MaxWait, Record: q.Record,
		Routing: routing.Queue{
			Name: routing.QueueName(q.Name), Strategy: routing.Strategy(q.Strategy), Agents: agents,
			Previous: routing.PreviousMode(q.Previous), PreviousWait: q.PreviousWait,
		},
	}, true
}

func (v officeView) Dial(agent crm.ID, dialled string) (callflow.Destination, error) {
	d, err := v.Snapshot.Dial(agent, dialled)
	return callflow.Destination{
		Number: d.Number, Public: strings.HasPrefix(d.Number, "+"), Colleague: d.Colleague, Emergency: d.Emergency,
		Trunks: d.Trunks, CallerID: d.CallerID, PerHour: d.PerHour, Region: d.Region,
	}, err
}

// Policy is that of the first queue by name that the agent serves.
func (v officeView) Policy(agent crm.ID) callflow.Queue {
	for _, q := range v.Queues { // they are sorted by name
		if slices.Contains(q.Agents, agent) {
			policy, _ := v.Queue(q.Name)
			return policy
		}
	}
	return callflow.Queue{Record: true, WrapUp: 10 * time.Second}
}

func (v officeView) Agent(id crm.ID) (callflow.Agent, bool) {
	u, ok := v.UserByID(id)
	return agentOf(u), ok && !u.Blocked
}

func (v officeView) AgentByExtension(extension string) (callflow.Agent, bool) {
	u, ok := v.UserByExtension(extension)
	return agentOf(u), ok
}

func agentOf(u office.User) callflow.Agent {
	return callflow.Agent{ID: u.ID, Name: u.Name, Unit: u.Unit, Extension: u.Extension, AutoAvailable: u.AutoAvailable}
}

// members is the roster of the desk: every user with a phone, and his queues.
func members(s *office.Snapshot) []redisq.Member {
	queues := map[crm.ID][]routing.QueueName{}
	for _, q := range s.Queues {
		for _, id := range q.Agents {
			queues[id] = append(queues[id], routing.QueueName(q.Name))
			for _, name := range q.Former { // who waited while it was renamed waits under that name
				queues[id] = append(queues[id], routing.QueueName(name))
			}
		}
	}
	var list []redisq.Member
	for _, u := range s.Users {
		if !u.Blocked && (u.Extension != "" || len(queues[u.ID]) > 0) {
			list = append(list, redisq.Member{ID: routing.AgentID(u.ID), Name: u.Name, Queues: queues[u.ID]})
		}
	}
	return list
}

// lines are where agents call; the SIP edge opens after the stories.
type lines struct{ s *server }

func (l lines) Open(id telephony.CallID, sink telephony.Sink) (telephony.Line, error) {
	return l.s.sip.Open(id, sink)
}

// directory shows the office to the SIP edge.
type directory struct{ cache *office.Cache }

func (d directory) Credential(extension string) (sip.Credential, bool) {
	u, ok := d.cache.Current().UserByExtension(extension)
	return sip.Credential{HA1MD5: string(u.HA1.MD5), HA1SHA256: string(u.HA1.SHA256)}, ok && u.HA1 != office.HA1{}
}

func (d directory) Trunks() []sip.Trunk {
	var list []sip.Trunk
	for _, t := range d.cache.Current().Trunks {
		if t.Disabled {
			continue
		}
		trunk := sip.Trunk{Name: t.Name, Region: t.Region, Hosts: t.Hosts, MaxCalls: t.MaxCalls}
		if r := t.Register; r != nil {
			trunk.Register = &sip.Registration{Server: r.Server, User: r.User, Password: string(r.Password)}
		}
		list = append(list, trunk)
	}
	return list
}

// trunkStates shows the lines' states to the pages.
func (s *server) trunkStates() []live.TrunkStatus {
	found := s.sip.TrunkStatus()
	list := make([]live.TrunkStatus, len(found))
	for i, t := range found {
		list[i] = live.TrunkStatus{Name: t.Name, State: t.State, Since: orNil(t.Since), Registers: t.Registers, Registered: t.Registered,
			RegisteredUntil: orNil(t.Expires), AskedAt: orNil(t.Asked), Answered: t.Answered, Why: t.Why, Reason: t.Reason, Calls: t.Calls}
	}
	return list
}

// trunkChanged shows how a trunk does, and calls for help when no calls come through.
func (s *server) trunkChanged(name string) {
	s.feed.TrunkChanged(name)
	for _, t := range s.sip.TrunkStatus() {
		if trouble := troubleOf(t); t.Name == name && trouble != "" {
			s.alarms.RaiseFor("trunk_down", name, trouble)
		}
	}
}

// troubleOf says why calls of a trunk do not come through, "" when nothing is known to be
// wrong. A provider may answer while it refuses the account: then it sends no calls.
func troubleOf(t sip.TrunkStatus) string {
	switch {
	case t.State == "down":
		return "The trunk does not answer: calls over it do not come through."
	case t.Registers && !t.Registered && t.Why != "":
		return "The trunk is not registered with its provider: no calls come in over it."
	}
	return ""
}

// devicesChanged shows the pages which telephones somebody has.
func (s *server) devicesChanged(extension string, now telephony.Devices) {
	var kinds []live.DeviceKind
	if now.Desk > 0 {
		kinds = append(kinds, live.DeskPhone)
	}
	if now.Browser > 0 {
		kinds = append(kinds, live.BrowserPhone)
	}
	s.feed.Devices(extension, kinds)
	s.flow.DevicesChanged(extension)
}

// signedOut closes what belongs to a session that has ended: nobody sees or hears
// anything by it any more.
func (s *server) signedOut(user, session crm.ID) {
	s.hub.Kick(string(user), string(session))
	s.sip.CloseSession(string(session))
}

// softphone makes pages telephones.
type softphone struct{ edge *sip.Server }

func (p softphone) Ticket(extension string, session crm.ID) (password string, expires time.Time) {
	return p.edge.Ticket(extension, string(session))
}

func (p softphone) Realm() string { return p.edge.Realm() }

func (p softphone) Serve(socket *websocket.Conn, line api.PhoneLine) {
	p.edge.ServeWebSocket(socket, sip.Page{Extension: line.Extension, Session: string(line.Session), Remote: line.Remote, Holds: line.Holds})
}

func orNil(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// callerCards shows the cards to the call path.
type callerCards struct{ store *contacts.Store }

func (c callerCards) Identify(ctx context.Context, norm string, unit crm.ID, name string, stranger func()) (callflow.Caller, error) {
	r, err := c.store.IdentifyEarly(ctx, norm, unit, name, stranger)
	return callerOf(r), err
}

func callerOf(r contacts.Result) callflow.Caller {
	return callflow.Caller{
		Contact: r.Contact, Name: r.Name, Created: r.Created, Candidates: r.Candidates,
		Owner: r.Owner, LastAgent: r.LastAgent, LastTalkAt: r.LastTalkAt,
	}
}

// audience shows facts on screens, and to whoever else listens (the demo's narrator).
type audience struct {
	feed  *live.Feed
	hears []func(crm.Fact)
}

func (a audience) Show(f crm.Fact) callflow.Shown {
	for _, hear := range a.hears {
		hear(f)
	}
	return a.feed.Show(f)
}

// traces keeps ladders.
type traces struct{ store *calls.Traces }

func (t traces) Save(call crm.ID, ladder []telephony.Message) {
	if len(ladder) == 0 {
		return
	}
	list := make([]calls.Message, len(ladder))
	for i, m := range ladder {
		list[i] = calls.Message{At: m.At, Leg: string(m.Leg), Sent: m.Sent, Peer: m.Peer, Head: m.Head, Text: m.Text}
	}
	t.store.Save(call, list)
}

// peopleOf names a person for the terminal.
func peopleOf(s *office.Snapshot, id crm.ID) string {
	if u, ok := s.UserByID(id); ok {
		return u.Name
	}
	return "an agent who has left"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
