package main

import (
	"context"
	"fmt"
	"time"

	"github.com/callcard/callcard/routing"
)

// openTasksEvery is how fresh the number of due tasks is that least-busy looks at.
const openTasksEvery = 15 * time.Second

// followWorkload tells the desk what the history knows of the agents' work: today's
// talks once, the due tasks again and again.
func (s *server) followWorkload(ctx context.Context) error {
	talks, err := s.calls.TalksSince(ctx, startOfDay(time.Now()))
	if err != nil {
		return fmt.Errorf("learn how much the agents have worked today: %w", err)
	}
	for agent, n := range talks {
		s.desk.SetCallsToday(routing.AgentID(agent), n)
	}
	s.background(ctx, "the count of due tasks", func(ctx context.Context) error {
		t := time.NewTicker(openTasksEvery)
		defer t.Stop()
		for {
			s.countTasks(ctx)
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
			}
		}
	})
	return nil
}

// countTasks leaves the old figures in place when the database is away.
func (s *server) countTasks(ctx context.Context) {
	due, err := s.tasks.OpenDue(ctx)
	if err != nil {
		s.log.Debug("due tasks were not counted", "err", err)
		return
	}
	for _, u := range s.cache.Current().Users {
		if u.Extension != "" {
			s.desk.SetOpenTasks(routing.AgentID(u.ID), due[u.ID])
		}
	}
}

// startOfDay is where the desk begins to count an agent's calls anew.
func startOfDay(now time.Time) time.Time {
	y, m, d := now.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, now.Location())
}
