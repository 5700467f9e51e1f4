package contacts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

const columns = `c.id, c.kind, c.name, c.types, c.tin, c.lang, c.tz, c.owner_id, c.unit_id, c.custom, c.auto_created,
       c.last_touch_at, c.last_agent_id, c.last_talk_at, c.version, c.created_at, c.updated_at`

type row struct {
	ID          crm.ID
	Kind        Kind
	Name        string
	Types       []string
	TIN         string `db:"tin"`
	Lang        string
	TZ          string `db:"tz"`
	OwnerID     *crm.ID
	UnitID      *crm.ID
	Custom      map[string]any
	AutoCreated bool
	LastTouchAt time.Time
	LastAgentID *crm.ID
	LastTalkAt  *time.Time
	Version     int
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

func (r row) contact() Contact {
	return Contact{
		ID: r.ID, Kind: r.Kind, Name: r.Name, Types: r.Types, TIN: r.TIN, Lang: r.Lang, TZ: r.TZ,
		Owner: orNone(r.OwnerID), Unit: orNone(r.UnitID), Custom: r.Custom, AutoCreated: r.AutoCreated,
		LastTouchAt: r.LastTouchAt, LastAgent: orNone(r.LastAgentID), LastTalkAt: r.LastTalkAt,
		Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

// ownedBy are the columns that rights on a contact are read from.
var ownedBy = crm.Columns{Owner: "c.owner_id", Unit: "c.unit_id"}

// scoped puts the predicate of v's right into sql in place of {scope}, and its
// arguments into args.
func scoped(sql string, v crm.Viewer, a crm.Action, args pgx.NamedArgs) string {
	predicate, scopeArgs := crm.Scope(v, crm.Contacts, a, ownedBy)
	for name, value := range scopeArgs {
		args[name] = value
	}
	return strings.ReplaceAll(sql, "{scope}", predicate)
}

// collect runs a query whose rows become Ts by the names of their columns.
func collect[T any](ctx context.Context, q db.Querier, sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, db.Translate(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	return found, db.Translate(err)
}

// collectIDs runs a query of one column of ids.
func collectIDs(ctx context.Context, q db.Querier, sql string, args pgx.NamedArgs) ([]crm.ID, error) {
	rows, err := q.Query(ctx, sql, args)
	if err != nil {
		return nil, db.Translate(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[crm.ID])
	return ids, db.Translate(err)
}

const channelsSQL = `
select contact_id, id, kind, raw, norm, ext, is_shared, status, label
from channel where contact_id = any(@contacts) and deleted_at is null
order by contact_id, id`

// withChannels fills in the channels of cards, in the order in which they were added.
func withChannels(ctx context.Context, q db.Querier, contacts []Contact) error {
	if len(contacts) == 0 {
		return nil
	}
	ids := make([]string, len(contacts))
	at := make(map[crm.ID]int, len(contacts))
	for i, c := range contacts {
		ids[i], at[c.ID] = string(c.ID), i
	}
	type channelRow struct {
		ContactID crm.ID
		ID        crm.ID
		Kind      string
		Raw       string
		Norm      string
		Ext       string
		IsShared  bool
		Status    string
		Label     string
	}
	rows, err := collect[channelRow](ctx, q, channelsSQL, pgx.NamedArgs{"contacts": ids})
	if err != nil {
		return fmt.Errorf("read the channels of contacts: %w", err)
	}
	for _, r := range rows {
		c := &contacts[at[r.ContactID]]
		c.Channels = append(c.Channels, Channel{
			ID: r.ID, Kind: r.Kind, Raw: r.Raw, Norm: r.Norm, Ext: r.Ext, Shared: r.IsShared, Status: r.Status, Label: r.Label,
		})
	}
	return nil
}
