package contacts

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm/db"
)

const updateChannelSQL = `
update channel
set kind = @kind, raw = @raw, norm = @norm, ext = @ext, is_shared = @shared, status = @status, label = @label
where id = @id and contact_id = @contact`

const removeChannelSQL = `update channel set deleted_at = now() where id = @id and contact_id = @contact`

// updateChannels writes what differs. What goes, goes first: its place in the unique
// index may be wanted.
func updateChannels(ctx context.Context, tx db.Querier, was, is Contact) error {
	for _, old := range was.Channels {
		if !slices.ContainsFunc(is.Channels, func(ch Channel) bool { return ch.ID == old.ID }) {
			if _, err := tx.Exec(ctx, removeChannelSQL, pgx.NamedArgs{"id": string(old.ID), "contact": string(is.ID)}); err != nil {
				return err
			}
		}
	}
	for _, ch := range is.Channels {
		at := slices.IndexFunc(was.Channels, func(old Channel) bool { return old.ID == ch.ID })
		var err error
		switch {
		case at < 0:
			err = insertChannel(ctx, tx, is.ID, ch)
		case was.Channels[at] != ch:
			_, err = tx.Exec(ctx, updateChannelSQL, pgx.NamedArgs{
				"id": string(ch.ID), "contact": string(is.ID), "kind": ch.Kind, "raw": ch.Raw, "norm": ch.Norm, "ext": ch.Ext,
				"shared": ch.Shared, "status": ch.Status, "label": ch.Label,
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// newChannels are those whose number the card did not have.
func newChannels(was, is Contact) []Channel {
	var added []Channel
	for _, ch := range is.Channels {
		if !slices.ContainsFunc(was.Channels, func(old Channel) bool { return old.Kind == ch.Kind && old.Norm == ch.Norm }) {
			added = append(added, ch)
		}
	}
	return added
}
