package main

import (
	"context"
	"errors"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/calls"
	"github.com/callcard/callcard/routing"
	"github.com/callcard/callcard/telephony/callflow"
)

// historyPatience is how long the wrap-ups of the last process wait until the facts that it
// had not stored are in the database.
const historyPatience = 10 * time.Second

// resumeWrapUps lets the wrap-ups of the last process go on: their clocks have died with it.
// It happens aside: the first calls need not wait for it.
func (s *server) resumeWrapUps(ctx context.Context) error {
	var agents []crm.ID
	for _, a := range s.desk.Snapshot() {
		if a.State == routing.WrapUp {
			agents = append(agents, crm.ID(a.Agent))
		}
	}
	if len(agents) == 0 {
		return nil
	}
	s.background(ctx, "the wrap-ups of the last process", func(ctx context.Context) error {
		left, err := s.wrapUpsLeft(ctx, agents)
		if err != nil {
			s.log.Error("the wrap-ups of the last process can't be found and end", "err", err)
		}
		resumed := map[crm.ID]bool{}
		for _, w := range left {
			for _, f := range w.Facts { // the pages see the call again
				s.feed.Show(f)
			}
			last := w.Facts[len(w.Facts)-1]
			s.flow.Agents().ResumeWrapUp(callflow.WrapUpLeft{Call: last.CallID, Seq: last.Seq, Began: w.Began, WrapUp: w.WrapUp})
			resumed[w.Agent] = true
		}
		for _, id := range agents {
			if resumed[id] {
				continue
			}
			if err := s.desk.EndWrapUp(ctx, routing.AgentID(id)); err != nil {
				s.log.Error("end a wrap-up of the last process", "agent_id", string(id), "err", err)
			}
		}
		return nil
	})
	return nil
}

func (s *server) wrapUpsLeft(ctx context.Context, agents []crm.ID) ([]calls.WrapUpLeft, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, historyPatience, errors.New("the facts of the last process were not stored in time"))
	defer cancel()
	if err := s.journal.WaitStored(ctx); err != nil {
		return nil, err
	}
	return s.calls.WrapUps(ctx, agents)
}
