package calls

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// Recording is the file of a call that viewer may listen to. It is for what follows
// a RecordListen: the next range of the same listening, the peaks of the waveform.
// crm.NotFound: no such call, no right to listen, or no file that is complete.
func (s *Store) Recording(ctx context.Context, v crm.Viewer, call crm.ID) (Recording, error) {
	return s.recording(ctx, s.pool, v, call)
}

// RecordListen is Recording that writes into the audit who listened to what.
// action is "listen" or "download".
func (s *Store) RecordListen(ctx context.Context, v crm.Viewer, call crm.ID, action string) (Recording, error) {
	var r Recording
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		if r, err = s.recording(ctx, tx, v, call); err != nil {
			return err
		}
		return db.Audit(ctx, tx, db.Entry{Viewer: v, Action: action, Object: crm.Recordings, ID: r.ID, Diff: map[string][2]any{"call": {nil, call}}})
	})
	return r, err
}

func (s *Store) recording(ctx context.Context, q db.Querier, v crm.Viewer, call crm.ID) (Recording, error) {
	c, err := s.find(ctx, q, v, crm.Recordings, crm.Listen, call, "")
	if err != nil {
		return Recording{}, err
	}
	if c.Recording == nil || !c.Recording.Closed || c.Recording.DurationMS == 0 {
		return Recording{}, crm.Errorf(crm.NotFound, "This call has no recording.")
	}
	return *c.Recording, nil
}
