package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
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

	mu        sync.Mutex
	secrets   demoSecrets
	staff     *staff // nil: not open yet
	calling   int
	rewriting *api.Progress
}

func newDemoHouse(ctx context.Context, s *server) *demoHouse {
	h := &demoHouse{s: s}
	h.ctx, h.leave = context.WithCancelCause(context.WithoutCancel(ctx))
	return h
}

func (h *demoHouse) open(secrets demoSecrets, staff *staff) {
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
func (h *demoHouse) Call(ctx context.Context, who, to string) (string, error) {
	from, err := h.caller(ctx, who)
	if err != nil {
		return "", err
	}
	if to == "" {
		to = firstNumber
	}
	if _, ok := h.s.cache.Current().Number(to); !ok {
		return "", crm.InvalidField("to", "%s is no number of this office.", to)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.staff == nil || h.ctx.Err() != nil:
		return "", notOpen()
	case h.calling >= callersAtOnce:
		return "", crm.Errorf(crm.TooMany, "%d clients are calling already. Let one of them finish.", h.calling)
	}
	h.calling++
	h.work.Go(func() {
		defer func() {
			h.mu.Lock()
			h.calling--
			h.mu.Unlock()
		}()
		h.s.letCall(h.ctx, simulation{from: from, to: to, talk: talksFor})
	})
	return from, nil
}

func notOpen() error {
	return crm.Errorf(crm.Unavailable, "The demo office is not open yet. Try again in a moment.")
}

// caller is the number of who is to call.
func (h *demoHouse) caller(ctx context.Context, who string) (string, error) {
	switch who {
	case "new":
		return newcomer(), nil
	case "shared":
		return sharedNumber, nil
	case "anonymous":
		return "", nil
	case "known":
		page, err := h.s.contacts.List(ctx, demoViewer, contacts.Filter{Kind: contacts.Person, Limit: 100})
		if err != nil {
			return "", err
		}
		known := slices.DeleteFunc(page.Items, func(c contacts.Contact) bool {
			return c.LastAgent == "" || len(c.Phones()) == 0 || c.Phones()[0].Shared
		})
		if len(known) == 0 {
			return "", crm.Errorf(crm.Conflict, "Nobody has talked with the office yet. Let a new client call.")
		}
		return known[rand.IntN(len(known))].Phones()[0].Norm, nil
	}
	if norm, anonymous := (officeView{h.s.cache.Current()}).ReadNumber(who, "", "simulator"); norm != "" && !anonymous {
		return norm, nil
	}
	return "", crm.InvalidField("from", "Choose new, known, shared or anonymous, or a client.")
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
