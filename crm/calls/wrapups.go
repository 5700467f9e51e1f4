package calls

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// The calls in which one of the agents has talked lately, as far as they are over.
const selectWrapUps = `
select f.call_id::text as call_id, f.seq, f.at, f.kind, f.data::text as data
from call c join call_fact f on f.call_id = c.id
where c.started_at > @since and c.state = 'ended'
  and exists (select from call_offer o where o.call_id = c.id and o.agent_id = any(@agents::text[]::uuid[]) and o.result = 'answered')
order by f.call_id, f.seq`

// longestCall bounds how far back the call of a wrap-up may have begun.
const longestCall = 24 * time.Hour

// WrapUpLeft is a wrap-up without an end.
type WrapUpLeft struct {
	crm.WrapUp           // how long it may take, as it was told last
	Began      time.Time // when it was told first
	Facts      []crm.Fact
}

// WrapUps are the wrap-ups that these agents have not ended, with the facts of the calls
// that they are about. It is for the start of a process: the clocks of the last one have
// stopped.
func (s *Store) WrapUps(ctx context.Context, agents []crm.ID) ([]WrapUpLeft, error) {
	rows, err := s.pool.Query(ctx, selectWrapUps, pgx.StrictNamedArgs{"agents": agents, "since": time.Now().Add(-longestCall)})
	if err != nil {
		return nil, fmt.Errorf("find wrap-ups: %w", db.Translate(err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[factRow])
	if err != nil {
		return nil, fmt.Errorf("find wrap-ups: %w", db.Translate(err))
	}
	of := map[crm.ID][]crm.Fact{}
	for _, r := range found {
		f, err := r.fact()
		if err != nil {
			return nil, err
		}
		of[f.CallID] = append(of[f.CallID], f)
	}
	var left []WrapUpLeft
	for _, facts := range of {
		for _, w := range openWrapUps(facts) {
			if slices.Contains(agents, w.Agent) {
				left = append(left, w)
			}
		}
	}
	return left, nil
}

func openWrapUps(facts []crm.Fact) map[crm.ID]WrapUpLeft {
	open := map[crm.ID]WrapUpLeft{}
	for _, f := range facts {
		switch d := f.Data.(type) {
		case crm.WrapUp:
			w, longer := open[d.Agent]
			if !longer {
				w.Began, w.Facts = f.At, facts
			}
			w.WrapUp = d
			open[d.Agent] = w
		case crm.WrapUpEnded:
			delete(open, d.Agent)
		}
	}
	return open
}
