package contacts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/crm/fold"
)

// New is a card to be made.
type New struct {
	Kind     Kind // "" means Person
	Name     string
	Types    []string // nil means client
	TIN      string
	Lang     string
	TZ       string
	Owner    crm.ID // "" means whoever makes the card
	Unit     crm.ID // "" means his office
	Custom   map[string]any
	Channels []ChannelInput
	Force    bool // make it although other cards have its numbers
}

const insertSQL = `
insert into contact (id, kind, name, search_key, types, tin, lang, tz, owner_id, unit_id, custom)
values (@id, @kind, @name, @key, @types, @tin, @lang, @tz, @owner, @unit, @custom)`

// Create makes a card. Conflict when a card that v can see has one of the numbers
// already, unless n.Force; Detail "existing" then lists those cards as {"id",
// "name", "phone"}. Invalid names the field. Forbidden when the card would be out of
// v's reach.
func (s *Store) Create(ctx context.Context, v crm.Viewer, n New) (Contact, error) {
	c := Contact{
		ID: crm.NewID(), Kind: n.Kind, Name: strings.TrimSpace(n.Name), Types: n.Types, TIN: n.TIN, Lang: n.Lang, TZ: n.TZ,
		Owner: n.Owner, Unit: n.Unit, Custom: n.Custom,
	}
	if c.Kind == "" {
		c.Kind = Person
	}
	if c.Types == nil {
		c.Types = []string{"client"}
	}
	if c.Owner == "" {
		c.Owner = v.User
	}
	if c.Unit == "" {
		c.Unit = v.Unit
	}
	for i, in := range n.Channels {
		ch, err := in.channel(fmt.Sprintf("channels.%d", i), s.rules(c.Unit))
		if err != nil {
			return Contact{}, err
		}
		c.Channels = append(c.Channels, ch)
	}
	if err := check(c); err != nil {
		return Contact{}, err
	}
	if !within(v, crm.Create, c) {
		return Contact{}, crm.Errorf(crm.Forbidden, "You may not make contacts for this office or owner.")
	}
	err := db.Tx(ctx, s.pool, func(tx pgx.Tx) error {
		if err := s.claimNumbers(ctx, tx, v, c.ID, c.Channels, n.Force); err != nil {
			return err
		}
		return insert(ctx, tx, v, c)
	})
	if err != nil {
		return Contact{}, fmt.Errorf("create a contact: %w", onField(err))
	}
	is, err := one(ctx, s.pool, crm.SystemViewer(v.Via), crm.Read, getSQL, c.ID)
	if err == nil {
		s.changed(Change{Is: is, By: v.User, Fields: fieldNames(differences(Contact{}, is))})
	}
	return is, err
}

func insert(ctx context.Context, tx pgx.Tx, v crm.Viewer, c Contact) error {
	_, err := tx.Exec(ctx, insertSQL, pgx.NamedArgs{
		"id": string(c.ID), "kind": string(c.Kind), "name": c.Name, "key": fold.Key(c.Name), "types": c.Types, "tin": c.TIN,
		"lang": c.Lang, "tz": c.TZ, "owner": orNull(c.Owner), "unit": orNull(c.Unit), "custom": object(c.Custom),
	})
	if err != nil {
		return err
	}
	for _, ch := range c.Channels {
		if err := insertChannel(ctx, tx, c.ID, ch); err != nil {
			return err
		}
	}
	diff := differences(Contact{}, c)
	diff["version"] = [2]any{nil, 1}
	return db.Audit(ctx, tx, db.Entry{Viewer: v, Action: "create", Object: crm.Contacts, ID: c.ID, Diff: diff})
}

const insertChannelSQL = `
insert into channel (id, contact_id, kind, raw, norm, ext, is_shared, status, label)
values (@id, @contact, @kind, @raw, @norm, @ext, @shared, @status, @label)`

func insertChannel(ctx context.Context, tx db.Querier, contact crm.ID, ch Channel) error {
	_, err := tx.Exec(ctx, insertChannelSQL, pgx.NamedArgs{
		"id": string(ch.ID), "contact": string(contact), "kind": ch.Kind, "raw": ch.Raw, "norm": ch.Norm, "ext": ch.Ext,
		"shared": ch.Shared, "status": ch.Status, "label": ch.Label,
	})
	return err
}

// within reports whether the card, as it is to be, lies within v's reach.
func within(v crm.Viewer, a crm.Action, c Contact) bool {
	switch v.Reach(crm.Contacts, a) {
	case crm.All:
		return true
	case crm.Subtree:
		return slices.Contains(v.Subtree, c.Unit)
	case crm.Unit:
		return c.Unit != "" && c.Unit == v.Unit
	case crm.Own:
		return c.Owner != "" && c.Owner == v.User
	}
	return false
}

// onField turns a broken reference or rule of the database into the field's error.
func onField(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	switch pg.ConstraintName {
	case "contact_owner_id_fkey":
		return crm.InvalidField("owner", "There is no such user.")
	case "contact_unit_id_fkey":
		return crm.InvalidField("unit", "There is no such office.")
	case "channel_once":
		return crm.InvalidField("channels", "A number or address stands there twice.")
	}
	return err
}

func object(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}
