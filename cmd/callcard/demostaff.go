package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/telephony/phone"
)

// gate lets things pass once it is open.
type gate[T any] struct {
	mu     sync.RWMutex
	opened bool
}

func (g *gate[T]) open() {
	g.mu.Lock()
	g.opened = true
	g.mu.Unlock()
}

func (g *gate[T]) pass(x T, to func(T)) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.opened {
		to(x)
	}
}

// answersAfter is how long a demo manager looks at the card before he picks up.
const answersAfter = 1500 * time.Millisecond

// staff are the demo's managers: telephones that answer by themselves.
type staff struct {
	phones []*phone.Phone
	auto   map[string]*atomic.Bool // extension -> the telephone answers by itself
	wg     sync.WaitGroup
}

// answers reports whether the telephone answers by itself.
func (st *staff) answers(extension string) bool {
	auto := st.auto[extension]
	return auto != nil && auto.Load()
}

// setAnswers is false for an extension that is none of the demo's telephones.
func (st *staff) setAnswers(extension string, auto bool) bool {
	if st.auto[extension] == nil {
		return false
	}
	st.auto[extension].Store(auto)
	return true
}

func (s *server) hireStaff(ctx context.Context, d demoSecrets) (*staff, error) {
	st := &staff{auto: map[string]*atomic.Bool{}}
	for i, p := range []struct{ extension, password string }{{"101", d.SIP101}, {"102", d.SIP102}, {"103", d.SIP103}} {
		ph, err := phone.New(ctx, phone.Config{Server: reachableAddress(s.cfg.SIP), User: p.extension, Password: p.password, Log: s.log})
		if err != nil {
			st.close()
			return nil, err
		}
		st.phones = append(st.phones, ph)
		auto := &atomic.Bool{}
		auto.Store(true)
		st.auto[p.extension] = auto
		if err := ph.Register(ctx); err != nil {
			st.close()
			return nil, fmt.Errorf("bring a demo manager to his phone: %w", err)
		}
		st.wg.Add(1)
		go func() {
			defer st.wg.Done()
			st.answer(ph, auto, melody(i))
		}()
	}
	if err := s.awaitStaff(ctx); err != nil {
		st.close()
		return nil, err
	}
	return st, nil
}

// awaitStaff waits until the desk knows that the managers are at their phones, so that
// the first caller finds somebody.
func (s *server) awaitStaff(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, 10*time.Second, errors.New("the demo's managers did not come to their phones"))
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for _, u := range s.demoAgents() {
		for {
			if a, ok := s.flow.Agents().Agent(u.ID); ok && a.Device && a.State != routing.Offline {
				break
			}
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-look.C:
			}
		}
	}
	return nil
}

// melody is the voice of a manager, so that each can be told by ear.
func melody(i int) []int16 {
	var tune []int16
	for _, step := range []float64{1, 1.25, 1.5} {
		tune = append(tune, media.Tone(250*time.Millisecond, 0.25, 330*step*(1+float64(i)/8))...)
	}
	return append(tune, make([]int16, media.SampleRate/2)...)
}

// answer picks up, unless the telephone is to ring on.
func (st *staff) answer(p *phone.Phone, auto *atomic.Bool, voice []int16) {
	for call := range p.Calls() {
		select {
		case <-time.After(answersAfter):
			if !auto.Load() {
				continue
			}
			if err := call.Answer(); err == nil {
				call.Say(voice, true)
			}
		case <-call.Done():
		}
	}
}

func (st *staff) close() {
	for _, p := range st.phones {
		p.Close()
	}
	st.wg.Wait()
}
