package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/contacts"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/tasks"
)

// rewrite puts the demo's data into another language: what still says what the demo has
// written. What somebody has changed stays. step hears of every client done.
func (s *server) rewrite(ctx context.Context, from, to string, step func()) error {
	if err := s.renamePlaces(ctx, demoPlaces[from], demoPlaces[to]); err != nil {
		return err
	}
	several, ctx := errgroup.WithContext(ctx)
	several.SetLimit(4)
	for i := range demoClients {
		several.Go(func() error {
			defer step()
			was, _ := demoClientOf(i, from)
			is, _ := demoClientOf(i, to)
			card, err := s.demoCard(ctx, was)
			if err != nil || card.ID == "" {
				return err
			}
			return s.rewriteClient(ctx, i, card, was, is)
		})
	}
	return several.Wait()
}

func (s *server) rewriteClient(ctx context.Context, i int, card contacts.Contact, was, is demoClient) error {
	if was.name != is.name {
		if _, err := s.contacts.Patch(ctx, demoViewer, card.ID, contacts.Patch{Name: &is.name}); err != nil {
			return fmt.Errorf("rename the demo's clients: %w", err)
		}
	}
	for _, company := range card.Companies {
		if was.works == "" || company.Position != was.works {
			continue
		}
		if _, err := s.contacts.Link(ctx, demoViewer, card.ID, company.ID, is.works, 0); err != nil {
			return fmt.Errorf("rename what the demo's clients are: %w", err)
		}
	}
	if was.note != "" {
		notes, err := s.contacts.Timeline(ctx, demoViewer, card.ID, contacts.TimelineFilter{Kind: contacts.Note})
		if err != nil {
			return err
		}
		mine := slices.IndexFunc(notes.Items, func(a contacts.Activity) bool { return a.Body == was.note && a.ExtKey == fmt.Sprintf("demo-%d", i) })
		if mine >= 0 {
			if err := s.demoNote(ctx, i, is.note, notes.Items[mine]); err != nil {
				return err
			}
		}
	}
	if was.task == "" {
		return nil
	}
	found, err := s.tasks.List(ctx, demoViewer, tasks.Filter{Contact: card.ID})
	if err != nil {
		return err
	}
	for _, t := range found.Tasks {
		if t.Kind != tasks.Todo || t.Title != was.task {
			continue
		}
		if _, err := s.tasks.Patch(ctx, demoViewer, t.ID, tasks.Change{Version: t.Version, Title: &is.task}); err != nil && crm.CodeOf(err) != crm.Conflict {
			return err
		}
	}
	return nil
}

// renamePlaces renames the office and where its numbers are advertised, also in the
// calls that came from there.
func (s *server) renamePlaces(ctx context.Context, was, is []string) error {
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `update unit set name = $2, version = version + 1 where name = $1`, was[0], is[0]); err != nil {
			return err
		}
		for i := 1; i < len(was); i++ {
			if _, err := tx.Exec(ctx, `update number set source = $2, version = version + 1 where source = $1`, was[i], is[i]); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `update call set source = $2 where source = $1`, was[i], is[i]); err != nil {
				return err
			}
		}
		return db.Audit(ctx, tx, db.Entry{Viewer: demoViewer, Action: string(crm.Update), Object: crm.Office,
			Diff: map[string][2]any{"language": {was[0], is[0]}}})
	})
	if err != nil {
		return fmt.Errorf("rename the demo office: %w", err)
	}
	return s.cache.Load(ctx)
}
