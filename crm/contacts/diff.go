package contacts

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
)

// differences are the fields that people see changed, by the names that the API
// gives them: [before, after].
func differences(was, is Contact) map[string][2]any {
	diff := map[string][2]any{}
	field := func(name string, a, b any) {
		if !reflect.DeepEqual(a, b) {
			diff[name] = [2]any{a, b}
		}
	}
	field("kind", string(was.Kind), string(is.Kind))
	field("name", was.Name, is.Name)
	if !slices.Equal(was.Types, is.Types) {
		field("types", was.Types, is.Types)
	}
	field("tin", was.TIN, is.TIN)
	field("lang", was.Lang, is.Lang)
	field("tz", was.TZ, is.TZ)
	field("owner", string(was.Owner), string(is.Owner))
	field("unit", string(was.Unit), string(is.Unit))
	for key := range object(was.Custom) {
		field("custom."+key, was.Custom[key], is.Custom[key])
	}
	for key := range object(is.Custom) {
		field("custom."+key, was.Custom[key], is.Custom[key])
	}
	if !slices.Equal(was.Channels, is.Channels) {
		field("channels", channelNames(was.Channels), channelNames(is.Channels))
		if _, told := diff["channels"]; !told { // a label, a status, or how a number is written
			diff["channels"] = [2]any{was.Channels, is.Channels}
		}
	}
	return diff
}

// fieldNames are the fields of a diff, without its version.
func fieldNames(diff map[string][2]any) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(diff)), func(name string) bool { return name == "version" })
}

func channelNames(channels []Channel) []string {
	names := make([]string, len(channels))
	for i, ch := range channels {
		names[i] = ch.String()
	}
	return names
}

const changesSQL = `
select diff from audit
where object = 'contacts' and object_id = @id and (diff->'version'->>1)::int > @version
order by (diff->'version'->>1)::int`

// changedSince is the Conflict that tells what others have changed since version.
func changedSince(ctx context.Context, tx db.Querier, now Contact, version int) error {
	rows, err := tx.Query(ctx, changesSQL, pgx.NamedArgs{"id": string(now.ID), "version": version})
	if err != nil {
		return fmt.Errorf("read what changed: %w", err)
	}
	diffs, err := pgx.CollectRows(rows, pgx.RowTo[map[string][2]any])
	if err != nil {
		return fmt.Errorf("read what changed: %w", err)
	}
	changed := map[string][2]any{}
	for _, diff := range diffs {
		for name, values := range diff {
			switch name {
			case "version":
				continue
			case fieldCompanies: // which, is only for those who may read the company
				values = [2]any{}
			}
			if first, again := changed[name]; again {
				values[0] = first[0]
			}
			changed[name] = values
		}
	}
	return &crm.Error{
		Code: crm.Conflict, Field: "version", Message: "Somebody has changed this contact in the meantime.",
		Detail: map[string]any{"version": now.Version, "changed": changed},
	}
}
