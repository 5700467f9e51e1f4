package calls

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const countTalks = `
select agent_id as agent, count(*)::int as n from call
where started_at >= @since and answered_at is not null and agent_id is not null group by agent_id`

// TalksSince counts each agent's talks of calls since then: what the
// fewest-calls rule needs after a start in the middle of the day.
func (s *Store) TalksSince(ctx context.Context, since time.Time) (map[crm.ID]int, error) {
	rows, err := s.pool.Query(ctx, countTalks, pgx.StrictNamedArgs{"since": since})
	if err != nil {
		return nil, fmt.Errorf("count the agents' talks: %w", db.Translate(err))
	}
	talks := map[crm.ID]int{}
	var agent crm.ID
	var n int
	_, err = pgx.ForEachRow(rows, []any{&agent, &n}, func() error {
		talks[agent] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the agents' talks: %w", db.Translate(err))
	}
	return talks, nil
}
