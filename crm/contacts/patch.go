package contacts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/fold"
)

// Patch is a change of a card; nil means "as it is".
type Patch struct {
	Version int // the version that was read; 0: change it whatever it has become
	Kind    *Kind
	Name    *string
	Types   *[]string
	TIN     *string
	Lang    *string
	TZ      *string
	Owner   *crm.ID // "" takes the owner away
	Unit    *crm.ID
	Custom  map[string]any // merged into what is there; nil removes a key
	Add     []ChannelInput
	Edit    []ChannelEdit
	Remove  []crm.ID
	Force   bool // add numbers although other cards have them
}

// ChannelEdit replaces a channel.
type ChannelEdit struct {
	ID crm.ID
	ChannelInput
}

// for update of c: two editors wait for each other and the second sees the new version.
const lockSQL = `
select ` + columns + `
from contact c
where c.id = survivor(@id) and c.deleted_at is null and {scope}
for update of c`

const updateSQL = `
update contact
set kind = @kind, name = @name, search_key = @key, types = @types, tin = @tin, lang = @lang, tz = @tz,
    owner_id = @owner, unit_id = @unit, custom = @custom, auto_created = false, version = version + 1, updated_at = now()
where id = @id`

// Patch changes a card. Conflict when it has changed since p.Version: Detail has the
// current "version" and "changed", field -> [then, now]. Invalid names the field.
// Forbidden when the card would leave v's reach. A patch that changes nothing
// raises no version.
func (s *Store) Patch(ctx context.Context, v crm.Viewer, id crm.ID, p Patch) (Contact, error) {
	var was Contact
	var diff map[string][2]any
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) (err error) {
		was, err = one(ctx, tx, v, crm.Update, lockSQL, id)
		if err != nil {
			return err
		}
		if p.Version != 0 && p.Version != was.Version {
			return changedSince(ctx, tx, was, p.Version)
		}
		is, err := p.apply(was, s)
		if err != nil {
			return err
		}
		if diff = differences(was, is); len(diff) == 0 {
			return nil
		}
		if !within(v, crm.Update, is) {
			return crm.Errorf(crm.Forbidden, "You may not give this contact to that office or owner.")
		}
		if is.Kind != was.Kind {
			if err := mayTurn(ctx, tx, was.ID); err != nil {
				return err
			}
		}
		if err := s.claimNumbers(ctx, tx, v, is.ID, newChannels(was, is), p.Force); err != nil {
			return err
		}
		return update(ctx, tx, v, was, is, diff)
	})
	if err != nil {
		return Contact{}, fmt.Errorf("change contact %s: %w", id, onField(err))
	}
	is, err := one(ctx, s.pool, crm.SystemViewer(v.Via), crm.Read, getSQL, id)
	if err == nil && len(diff) > 0 {
		s.changed(Change{Was: was, Is: is, By: v.User, Fields: fieldNames(diff)})
	}
	return is, err
}

// apply gives the card as it is to be.
func (p Patch) apply(was Contact, s *Store) (Contact, error) {
	is := was
	set(&is.Kind, p.Kind)
	set(&is.Name, p.Name)
	set(&is.Types, p.Types)
	set(&is.TIN, p.TIN)
	set(&is.Lang, p.Lang)
	set(&is.TZ, p.TZ)
	set(&is.Owner, p.Owner)
	set(&is.Unit, p.Unit)
	is.Name = strings.TrimSpace(is.Name)
	if p.Custom != nil {
		is.Custom = maps.Clone(object(was.Custom))
		for k, value := range p.Custom {
			if value == nil {
				delete(is.Custom, k)
			} else {
				is.Custom[k] = value
			}
		}
	}
	is.Channels = slices.Clone(was.Channels)
	rules := s.rules(is.Unit)
	for i, e := range p.Edit {
		at := slices.IndexFunc(is.Channels, func(ch Channel) bool { return ch.ID == e.ID })
		if at < 0 {
			return Contact{}, crm.InvalidField(fmt.Sprintf("edit.%d.id", i), "The contact has no such number or address.")
		}
		ch, err := e.channel(fmt.Sprintf("edit.%d", i), rules)
		if err != nil {
			return Contact{}, err
		}
		ch.ID = e.ID
		is.Channels[at] = ch
	}
	for i, gone := range p.Remove {
		at := slices.IndexFunc(is.Channels, func(ch Channel) bool { return ch.ID == gone })
		if at < 0 {
			return Contact{}, crm.InvalidField(fmt.Sprintf("remove.%d", i), "The contact has no such number or address.")
		}
		is.Channels = slices.Delete(is.Channels, at, at+1)
	}
	for i, in := range p.Add {
		ch, err := in.channel(fmt.Sprintf("add.%d", i), rules)
		if err != nil {
			return Contact{}, err
		}
		is.Channels = append(is.Channels, ch)
	}
	return is, check(is)
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

func update(ctx context.Context, tx pgx.Tx, v crm.Viewer, was, is Contact, diff map[string][2]any) error {
	_, err := tx.Exec(ctx, updateSQL, pgx.NamedArgs{
		"id": string(is.ID), "kind": string(is.Kind), "name": is.Name, "key": searchKey(was, is), "types": is.Types,
		"tin": is.TIN, "lang": is.Lang, "tz": is.TZ, "owner": orNull(is.Owner), "unit": orNull(is.Unit), "custom": object(is.Custom),
	})
	if err != nil {
		return err
	}
	if err := updateChannels(ctx, tx, was, is); err != nil {
		return err
	}
	diff["version"] = [2]any{was.Version, was.Version + 1}
	return db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "update", Object: crm.Contacts, ID: is.ID, Diff: diff})
}

// searchKey keeps the empty key of a card that is still named by its number.
func searchKey(was, is Contact) string {
	if was.AutoCreated && is.Name == was.Name && !strings.ContainsFunc(is.Name, unicode.IsLetter) {
		return ""
	}
	return fold.Key(is.Name)
}
