package callflow_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/routing/redisq"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/callflow"
)

const patience = 30 * time.Second

// house is a flow with a real desk, and everything else in memory.
type house struct {
	t        *testing.T
	flow     *callflow.Flow
	desk     *redisq.Desk
	decide   func() // what happens before a decision
	late     func() // what happens between a decision and its reservation
	contacts *contacts
	office   *office
	journal  *journal
	match    atomic.Value                   // token of the last match
	log      *record                        // facts and commands in the order in which they happened
	opened   *line                          // the last call that an agent has placed
	auto     func(*line, telephony.Command) // of such calls; opened is not kept then
}

func newHouse(t *testing.T, q callflow.Queue, agents ...string) *house {
	t.Helper()
	return houseThatWaits(t, 0, q, agents...)
}

// houseThatWaits is a house where callers wait so long for an agent whose device is lost.
func houseThatWaits(t *testing.T, away time.Duration, q callflow.Queue, agents ...string) *house {
	t.Helper()
	h := &house{
		t: t, contacts: &contacts{}, log: newRecord(), journal: &journal{},
		office: &office{queue: q, agents: map[crm.ID]callflow.Agent{}},
	}
	for i, name := range agents {
		id := crm.ID(name)
		h.office.agents[id] = callflow.Agent{ID: id, Name: name, Extension: fmt.Sprint(101 + i)}
		h.office.queue.Routing.Agents = append(h.office.queue.Routing.Agents, routing.AgentID(name))
	}
	h.journal.log = h.log
	m := miniredis.RunT(t)
	client := redis.NewClient(redisq.ClientOptions(&redis.Options{Addr: m.Addr()}))
	t.Cleanup(func() { client.Close() })
	var flow *callflow.Flow
	ready := make(chan struct{})
	desk, err := redisq.Open(redisq.Options{
		Client: client, Node: "test",
		OnMatch:  func(m redisq.Match) { <-ready; h.match.Store(m.Token); flow.Matched(m.Call, m.Agent, m.Token) },
		OnChange: func(c routing.Change) { <-ready; flow.AgentChanged(c) },
	})
	if err != nil {
		t.Fatal(err)
	}
	h.desk = desk
	flow = callflow.New(t.Context(), callflow.Config{
		Node: "test", Journal: h.journal, Audience: silent{}, Contacts: h.contacts, Desk: lateDesk{desk, h}, Lines: lines{h}, Traces: silent{}, Alarms: h.log,
		Office:        func() callflow.Office { return h.office },
		RecordingPath: func(_ time.Time, id crm.ID) (string, string) { return "/rec/" + string(id), string(id) },
		Away:          away,
		Log:           slog.New(slog.DiscardHandler),
	})
	h.flow = flow
	close(ready)
	t.Cleanup(func() { flow.Close(); desk.Close() })
	var members []redisq.Member
	for _, name := range agents {
		members = append(members, redisq.Member{ID: routing.AgentID(name), Name: name, Queues: []routing.QueueName{h.office.queue.Routing.Name}})
	}
	if err := desk.SetAgents(t.Context(), members); err != nil {
		t.Fatal(err)
	}
	for _, name := range agents {
		if err := desk.SetDevice(t.Context(), routing.AgentID(name), true); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func sales(strategy routing.Strategy) callflow.Queue {
	return callflow.Queue{
		Name: "sales", Ring: time.Minute, Record: true,
		Routing: routing.Queue{Name: "sales", Strategy: strategy, Previous: routing.LastSpoken, PreviousWait: time.Minute},
	}
}

func (h *house) state(agent string, s routing.State) {
	h.t.Helper()
	if err := h.desk.SetState(h.t.Context(), routing.AgentID(agent), s, ""); err != nil {
		h.t.Fatal(err)
	}
}

// awaitState polls: the desk has no event a test could wait for without taking it
// away from the flow.
func (h *house) awaitState(agent string, want routing.State) {
	h.t.Helper()
	stop := time.Now().Add(patience)
	for {
		got := h.desk.Agents([]routing.AgentID{routing.AgentID(agent)})[0].State
		if got == want {
			return
		}
		if time.Now().After(stop) {
			h.t.Fatalf("%s is %s, want %s", agent, got, want)
		}
	}
}

// awaitDevice polls, as awaitState does.
func (h *house) awaitDevice(agent string, want bool) {
	h.t.Helper()
	for stop := time.Now().Add(patience); h.desk.Agents([]routing.AgentID{routing.AgentID(agent)})[0].Device != want; {
		if time.Now().After(stop) {
			h.t.Fatalf("the phone of %s can ring: %t", agent, !want)
		}
	}
}

// call lets a client call; the line it returns plays the network.
func (h *house) call(from string) *line {
	h.t.Helper()
	l := &line{h: h, id: crm.NewID(), heard: make(chan struct{}), legs: map[telephony.LegID]string{}}
	sink, refusal := h.flow.Incoming(telephony.Incoming{ID: telephony.CallID(l.id), Line: "carrier", From: from, To: "100"}, l)
	if refusal != nil {
		h.t.Fatalf("refused: %v", refusal)
	}
	l.opens(sink)
	return l
}

// line records commands and delivers what the test wants the network to say.
type line struct {
	h     *house
	id    crm.ID
	sink  telephony.Sink
	heard chan struct{} // closed when there is a sink: the call may give commands before that
	auto  func(*line, telephony.Command)
	// fault makes Do fail: it returns the error, or panics.
	fault func(telephony.Command) error

	mu     sync.Mutex
	legs   map[telephony.LegID]string // extension, while the leg exists
	closed bool
}

func (l *line) Do(c telephony.Command) error {
	l.h.log.add(l.id, c)
	l.mu.Lock()
	fault := l.fault
	l.mu.Unlock()
	if fault != nil {
		if err := fault(c); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch c := c.(type) {
	case telephony.Offer:
		l.legs[c.Leg] = c.To.Extension
	case telephony.Dial:
		leg := c.Leg
		if leg == "" {
			leg = telephony.CallerLeg
		}
		l.legs[leg] = c.To.Number + c.To.Extension
	case telephony.Withdraw:
		delete(l.legs, c.Leg)
		l.deliver(telephony.LegRefused{Leg: c.Leg, Cause: telephony.Withdrawn})
	case telephony.Hangup:
		l.hangup(c)
	}
	if l.auto != nil {
		go l.auto(l, c)
	}
	return nil
}

func (l *line) setFault(fault func(telephony.Command) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault = fault
}

func (l *line) hangup(c telephony.Hangup) {
	for leg := range l.legs {
		if c.Leg == "" || c.Leg == leg {
			delete(l.legs, leg)
			l.deliver(telephony.LegEnded{Leg: leg, By: telephony.Local, Cause: c.Cause})
		}
	}
	if c.Leg == "" && !l.closed {
		l.closed = true
		l.deliver(telephony.RecordingDone{Duration: time.Second, Bytes: 1})
		l.deliver(telephony.LineDone{})
	}
}

func (l *line) opens(sink telephony.Sink) {
	l.sink = sink
	close(l.heard)
}

func (l *line) deliver(e telephony.Event) {
	<-l.heard
	l.sink.Deliver(e)
}

func (l *line) say(e telephony.Event) { l.deliver(e) }

func (l *line) callerHangsUp() {
	l.say(telephony.LegEnded{Leg: telephony.CallerLeg, By: telephony.Remote, Cause: telephony.Normal})
}

// record is the order of things.
type record struct {
	mu    sync.Mutex
	rows  []row
	moved chan struct{}
}

type row struct {
	call crm.ID
	what any // crm.FactData or telephony.Command
}

func newRecord() *record { return &record{moved: make(chan struct{})} }

func (r *record) add(call crm.ID, what any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows = append(r.rows, row{call, what})
	close(r.moved)
	r.moved = make(chan struct{})
}

func (r *record) Raise(code, _ string) { r.add("", alarm(code)) }

type alarm string

func (r *record) all() []row {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]row(nil), r.rows...)
}

// await waits for the nth (from 1) thing of type T that belongs to the call.
func await[T any](t *testing.T, r *record, call crm.ID, nth int) T {
	t.Helper()
	stop := time.After(patience)
	for {
		r.mu.Lock()
		seen := 0
		for _, x := range r.rows {
			if v, ok := x.what.(T); ok && x.call == call {
				if seen++; seen == nth {
					r.mu.Unlock()
					return v
				}
			}
		}
		moved := r.moved
		r.mu.Unlock()
		select {
		case <-moved:
		case <-stop:
			var want T
			for _, x := range r.all() {
				t.Logf("%T %+v", x.what, x.what)
			}
			t.Fatalf("there was no %T number %d", want, nth)
		}
	}
}

type journal struct {
	mu   sync.Mutex
	log  *record
	full bool
	last map[crm.ID]int
	// hears is told of a fact while its Append goes on; nil: nobody.
	hears func(crm.Fact)
}

func (j *journal) Append(facts ...crm.Fact) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.full {
		return errors.New("no space left on device")
	}
	if j.last == nil {
		j.last = map[crm.ID]int{}
	}
	for _, f := range facts {
		if f.Seq != j.last[f.CallID]+1 {
			return fmt.Errorf("fact %d of call %s comes after %d", f.Seq, f.CallID, j.last[f.CallID])
		}
		j.last[f.CallID] = f.Seq
		j.log.add(f.CallID, f.Data)
		if j.hears != nil {
			j.hears(f)
		}
	}
	return nil
}

// remembers says that the last process has told so many facts of a call.
func (j *journal) remembers(call crm.ID, facts int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last = map[crm.ID]int{call: facts}
}

func (j *journal) setFull(full bool) {
	j.mu.Lock()
	j.full = full
	j.mu.Unlock()
}

// lines are where agents call.
type lines struct{ h *house }

func (x lines) Open(id telephony.CallID, sink telephony.Sink) (telephony.Line, error) {
	l := &line{h: x.h, id: crm.ID(id), heard: make(chan struct{}), legs: map[telephony.LegID]string{}, auto: x.h.auto}
	l.opens(sink)
	if l.auto == nil {
		x.h.opened = l
	}
	return l, nil
}

type silent struct{}

func (silent) Show(crm.Fact) callflow.Shown     { return silent{} }
func (silent) Wait(context.Context) error       { return nil }
func (silent) Save(crm.ID, []telephony.Message) {}

type contacts struct {
	mu     sync.Mutex
	caller callflow.Caller
	hang   bool
	// ask answers instead of caller, if not nil, once a stranger has been told.
	ask func() (callflow.Caller, error)
}

func (c *contacts) Identify(ctx context.Context, norm string, _ crm.ID, _ string, stranger func()) (callflow.Caller, error) {
	c.mu.Lock()
	hang, caller, ask := c.hang, c.caller, c.ask
	c.mu.Unlock()
	if caller.LastAgent == "" {
		stranger()
	}
	if ask != nil {
		var err error
		if caller, err = ask(); err != nil {
			return callflow.Caller{}, err
		}
	}
	if hang {
		<-ctx.Done()
		return callflow.Caller{}, context.Cause(ctx)
	}
	caller.Contact, caller.Name = crm.ID("card of "+norm), norm
	return caller, nil
}

type office struct {
	queue   callflow.Queue
	others  []callflow.Queue // no number leads to them
	mu      sync.RWMutex
	agents  map[crm.ID]callflow.Agent
	perHour int
}

// dismiss takes an agent out of the office and off the desk.
func (h *house) dismiss(name string) {
	h.t.Helper()
	h.office.mu.Lock()
	delete(h.office.agents, crm.ID(name))
	h.office.mu.Unlock()
	var rest []redisq.Member
	for id := range h.office.agents {
		rest = append(rest, redisq.Member{ID: routing.AgentID(id), Queues: []routing.QueueName{h.office.queue.Routing.Name}})
	}
	if err := h.desk.SetAgents(h.t.Context(), rest); err != nil {
		h.t.Fatal(err)
	}
}

func (o *office) ReadNumber(raw, _, _ string) (string, bool) { return raw, raw == "" }
func (o *office) Number(to, _, _ string) (callflow.Number, bool) {
	return callflow.Number{E164: to, Queue: o.queue.Name, Source: "website"}, to == "100"
}
func (o *office) Policy(crm.ID) callflow.Queue { return o.queue }

// Dial opens numbers of Uzbekistan over two trunks.
func (o *office) Dial(_ crm.ID, dialled string) (callflow.Destination, error) {
	d := callflow.Destination{Number: dialled, Public: true, Trunks: []string{"carrier", "spare"}, CallerID: "+998712000001", PerHour: o.perHour}
	mate, ok := o.AgentByExtension(dialled)
	switch {
	case ok:
		return callflow.Destination{Colleague: mate.ID}, nil
	case dialled == "112":
		d.Emergency, d.Public, d.PerHour = true, false, 0
	case !strings.HasPrefix(dialled, "+998"):
		return d, &crm.Error{Code: crm.DiallingDenied, Message: "Closed.", Detail: map[string]any{"why": crm.WhyNotOpened}}
	}
	return d, nil
}

func (o *office) Queue(name string) (callflow.Queue, bool) {
	for _, q := range o.others {
		if q.Name == name {
			return q, true
		}
	}
	return o.queue, name == o.queue.Name
}
func (o *office) Agent(id crm.ID) (callflow.Agent, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	a, ok := o.agents[id]
	return a, ok
}
func (o *office) AgentByExtension(ext string) (callflow.Agent, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	for _, a := range o.agents {
		if a.Extension == ext {
			return a, true
		}
	}
	return callflow.Agent{}, false
}

// lateDesk lets the world move on between a decision and its reservation.
type lateDesk struct {
	*redisq.Desk
	h *house
}

func (d lateDesk) LastOffered(q routing.QueueName) routing.AgentID {
	if d.h.decide != nil {
		d.h.decide()
	}
	return d.Desk.LastOffered(q)
}

func (d lateDesk) Reserve(ctx context.Context, r routing.Reserve) (routing.Reservation, error) {
	if d.h.late != nil {
		d.h.late()
	}
	return d.Desk.Reserve(ctx, r)
}
