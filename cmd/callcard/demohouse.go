package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/web/api"
)

const (
	// callersAtOnce is how many built-in callers call at most: a manager each, and one
	// who waits.
	callersAtOnce = 4
	talksFor      = 20 * time.Second
	// callPatience ends a call that nobody takes.
	callPatience = 3 * time.Minute
)

// demoHouse is the demo as its first-run page drives it: an api.Demo.
type demoHouse struct {
	s     *server
	ctx   context.Context
	leave context.CancelCauseFunc
	work  sync.WaitGroup

	turns chan struct{} // held by the one whose turn it is
	turn  atomic.Pointer[turn]

	mu        sync.Mutex
	secrets   demoSecrets
	staff     *staff // nil: not open yet
	calling   int
	rewriting *api.Progress
}

func newDemoHouse(ctx context.Context, s *server) *demoHouse {
	h := &demoHouse{s: s, turns: make(chan struct{}, 1)}
	h.ctx, h.leave = context.WithCancelCause(context.WithoutCancel(ctx))
	return h
}

func (h *demoHouse) open(secrets demoSecrets, staff *staff) {
	h.comeBack()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secrets, h.staff = secrets, staff
}

func (h *demoHouse) close() {
	h.leave(errors.New("the demo ends"))
	h.mu.Lock()
	staff := h.staff
	h.mu.Unlock()
	h.work.Wait()
	if staff != nil {
		staff.close()
	}
}

// State implements api.Demo.
func (h *demoHouse) State() api.DemoState {
	h.mu.Lock()
	defer h.mu.Unlock()
	o := h.s.cache.Current()
	st := api.DemoState{People: []api.DemoPerson{}, Numbers: []api.DemoNumber{}, Language: h.secrets.Language, Languages: demoLanguages,
		Calling: h.calling, MaxCalls: callersAtOnce, Shared: sharedNumber}
	for _, login := range []string{"anna", "bek", "dilnoza", "boss", "admin"} {
		if u, ok := o.UserByLogin(login); ok && !u.Blocked {
			st.People = append(st.People, api.DemoPerson{Login: u.Login, Name: u.Name, Role: u.Role, Extension: u.Extension,
				Auto: h.staff != nil && h.staff.answers(u.Extension)})
		}
	}
	for _, n := range o.Numbers {
		st.Numbers = append(st.Numbers, api.DemoNumber{Number: n.Number, Queue: n.Queue, Source: n.Source})
	}
	if h.rewriting != nil {
		progress := *h.rewriting
		st.Rewriting = &progress
	}
	return st
}

// Password implements api.Demo.
func (h *demoHouse) Password() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.secrets.Password
}

// Call implements api.Demo.
func (h *demoHouse) Call(ctx context.Context, me crm.ID, who, to string) (string, error) {
	from, manager, err := h.caller(ctx, who)
	if err != nil {
		return "", err
	}
	if to == "" {
		to = firstNumber
	}
	number, ok := h.s.cache.Current().Number(to)
	if !ok {
		return "", crm.InvalidField("to", "%s is no number of this office.", to)
	}
	if err := h.takeLine(); err != nil {
		return "", err
	}
	queue, _ := h.s.cache.Current().Queue(number.Queue)
	if !slices.Contains(queue.Agents, me) || manager != "" && manager != me {
		go h.place(from, to, func() {})
		return from, nil
	}
	mine, over, err := h.clearTheWay(ctx, me, queue)
	if err != nil {
		h.leaveLine()
		return "", err
	}
	gone := make(chan struct{})
	h.work.Go(func() {
		defer over()
		mine.await(h.ctx, gone)
	})
	go h.place(from, to, func() { close(gone) })
	return from, nil
}

// takeLine takes one of the lines that the built-in callers have.
func (h *demoHouse) takeLine() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.staff == nil || h.ctx.Err() != nil:
		return notOpen()
	case h.calling >= callersAtOnce:
		return crm.Errorf(crm.TooMany, "%d clients are calling already. Let one of them finish.", h.calling)
	}
	h.calling++
	h.work.Add(1) // under the lock: close waits only once nobody can begin any more
	return nil
}

func (h *demoHouse) leaveLine() {
	h.mu.Lock()
	h.calling--
	h.mu.Unlock()
	h.work.Done()
}

// place lets a client call on the line that was taken for him.
func (h *demoHouse) place(from, to string, over func()) {
	defer h.leaveLine()
	defer over()
	h.s.letCall(h.ctx, simulation{from: from, to: to, talk: talksFor})
}

func notOpen() error {
	return crm.Errorf(crm.Unavailable, "The demo office is not open yet. Try again in a moment.")
}

// caller is the number of who is to call, and the manager whom he has talked with before
// and will be put through to; "" leaves that open.
func (h *demoHouse) caller(ctx context.Context, who string) (number string, manager crm.ID, err error) {
	switch who {
	case "new":
		return newcomer(), "", nil
	case "shared":
		return sharedNumber, "", nil
	case "anonymous":
		return "", "", nil
	case "known":
		page, err := h.s.contacts.List(ctx, demoViewer, contacts.Filter{Kind: contacts.Person, Limit: 100})
		if err != nil {
			return "", "", err
		}
		known := slices.DeleteFunc(page.Items, func(c contacts.Contact) bool {
			return c.LastAgent == "" || len(c.Phones()) == 0 || c.Phones()[0].Shared
		})
		if len(known) == 0 {
			return "", "", crm.Errorf(crm.Conflict, "Nobody has talked with the office yet. Let a new client call.")
		}
		client := known[rand.IntN(len(known))]
		return client.Phones()[0].Norm, client.LastAgent, nil
	}
	norm, anonymous := officeView{h.s.cache.Current()}.ReadNumber(who, "", "simulator")
	if norm == "" || anonymous {
		return "", "", crm.InvalidField("from", "Choose new, known, shared or anonymous, or a client.")
	}
	page, err := h.s.contacts.List(ctx, demoViewer, contacts.Filter{Phone: norm})
	if err != nil {
		return "", "", err
	}
	return norm, sameManager(page.Items), nil
}

// sameManager is whom everybody of a number talked with last.
func sameManager(cards []contacts.Contact) (manager crm.ID) {
	for i, c := range cards {
		if i > 0 && c.LastAgent != manager {
			return ""
		}
		manager = c.LastAgent
	}
	return manager
}

// letCall lets a client call and talk; the narrator tells what happens.
func (s *server) letCall(ctx context.Context, sim simulation) {
	ctx, cancel := context.WithTimeoutCause(ctx, callPatience, errors.New("the client has no more patience"))
	defer cancel()
	run := runFile{SIP: reachableAddress(s.cfg.SIP), Database: s.databaseURL, Simulator: s.simulator}
	err := sim.place(ctx, run, newWatcher(ctx, s.pool, filepath.Join(s.cfg.Data, "recordings"), sim, io.Discard), io.Discard)
	if err != nil && ctx.Err() == nil {
		s.log.Warn("a demo call did not go as it should", "err", err)
	}
}

// SetLanguage implements api.Demo.
func (h *demoHouse) SetLanguage(language string) error {
	if !slices.Contains(demoLanguages, language) {
		return crm.InvalidField("language", "Choose ru, uz or en.")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.staff == nil || h.ctx.Err() != nil:
		return notOpen()
	case h.rewriting != nil:
		return crm.Errorf(crm.Conflict, "The clients are being put into another language right now.")
	case language == h.secrets.Language:
		return nil
	}
	from := h.secrets.Language
	h.rewriting = &api.Progress{Total: demoClients}
	h.work.Go(func() { h.rewrite(from, language) })
	return nil
}

func (h *demoHouse) rewrite(from, to string) {
	err := h.s.rewrite(h.ctx, from, to, func() {
		h.mu.Lock()
		h.rewriting.Done++
		h.mu.Unlock()
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rewriting = nil
	if err == nil {
		h.secrets.Language = to
		err = h.s.writeSecrets(h.secrets)
	}
	if err != nil && h.ctx.Err() == nil {
		h.s.log.Error("the demo's clients could not be put into another language", "err", err)
	}
}

// SetAutoAnswer implements api.Demo.
func (h *demoHouse) SetAutoAnswer(login string, auto bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.staff == nil {
		return notOpen()
	}
	u, ok := h.s.cache.Current().UserByLogin(login)
	if !ok || !h.staff.setAnswers(u.Extension, auto) {
		return crm.InvalidField("login", "%s has no telephone of the demo.", login)
	}
	return nil
}
