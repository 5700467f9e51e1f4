package calls

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Disposition is what a person has said came of a call: one of the outcomes that its office
// has for it, with its names of that time.
type Disposition struct {
	Outcome string            `json:"outcome"` // the key
	Name    string            `json:"name"`
	Names   map[string]string `json:"names,omitempty"`
	Kind    string            `json:"kind"`
	By      crm.ID            `json:"by"`
	At      time.Time         `json:"at"`
}

// Given is a Disposition in the making. No outcome takes back the one that there is.
type Given struct {
	Disposition
	Requires string // note, task or nothing: what the call must have
	Papers   Papers
}

// Papers are the note and the task that come with an outcome.
type Papers interface {
	// Leave writes them in the transaction of the outcome, once.
	Leave(ctx context.Context, tx pgx.Tx, c Call) (After, error)
	// HasNote and HasTask report whether the call has one, of whomever.
	HasNote(ctx context.Context, tx pgx.Tx, call crm.ID) (bool, error)
	HasTask(ctx context.Context, tx pgx.Tx, call crm.ID) (bool, error)
}

const dispose = `update call set outcome = @outcome, disposition = @disposition where id = @id`

// Dispose says what came of a call that viewer may change. The same once more changes
// nothing; another outcome takes the place of the old one, and the audit has both. It gives
// the call as it is now. Errors: crm.Conflict while the call goes on and when nobody has
// talked, crm.Invalid when what the outcome requires is missing.
func (s *Store) Dispose(ctx context.Context, v crm.Viewer, call crm.ID, g Given) (Call, error) {
	var c Call
	var after afterwards
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		after = nil
		if c, err = s.find(ctx, tx, v, crm.Calls, crm.Update, call, " for update of c"); err != nil {
			return err
		}
		if err := c.mayHaveOutcome(); err != nil {
			return err
		}
		if err := after.add(g.Papers.Leave(ctx, tx, c)); err != nil {
			return err
		}
		if err := g.checkRequired(ctx, tx, call); err != nil {
			return err
		}
		var was string
		if c.Disposition != nil {
			was = c.Disposition.Outcome
		}
		if was == g.Outcome {
			return nil
		}
		c.Disposition = nil
		if g.Outcome != "" {
			c.Disposition = &g.Disposition
		}
		if _, err := tx.Exec(ctx, dispose, pgx.StrictNamedArgs{"outcome": g.Outcome, "disposition": c.Disposition, "id": call}); err != nil {
			return fmt.Errorf("say what came of a call: %w", err)
		}
		if c.Contact != "" {
			if err := after.add(s.cards.AddActivities(ctx, tx, []Activity{activityOf(&c)})); err != nil {
				return fmt.Errorf("write the timeline: %w", err)
			}
		}
		return db.Audit(ctx, tx, db.Entry{
			Viewer: v, Action: string(crm.Update), Object: crm.Calls, ID: call, Diff: map[string][2]any{"outcome": {was, g.Outcome}},
		})
	})
	if err != nil {
		return Call{}, err
	}
	after.run()
	return c, nil
}

// mayHaveOutcome: of a call that goes on nobody knows yet, and nothing comes of a client
// with whom nobody has talked. On the way out it is an outcome that he was not reached.
func (c *Call) mayHaveOutcome() error {
	if c.State != Ended {
		return crm.Errorf(crm.Conflict, "The call still goes on. Say what came of it when it is over.")
	}
	if !c.Talked() && c.Direction == crm.Inbound {
		return crm.Errorf(crm.Conflict, "Nobody has talked with the client, so nothing has come of this call.")
	}
	return nil
}

func (g Given) checkRequired(ctx context.Context, tx pgx.Tx, call crm.ID) error {
	has, missing := g.Papers.HasNote, crm.InvalidField("note", "This outcome needs a note: write what was said, then choose it again.")
	if g.Requires == "task" {
		has, missing = g.Papers.HasTask, crm.InvalidField("task", "This outcome needs a next step: say when to call back, then choose it again.")
	}
	if g.Outcome == "" || g.Requires == "" {
		return nil
	}
	if ok, err := has(ctx, tx, call); err != nil {
		return err
	} else if !ok {
		return missing
	}
	return nil
}
