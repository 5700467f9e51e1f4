package users

import (
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// scoped puts v's rights on the people of the office into a statement in which
// app_user is a: {scope} becomes the predicate, @me is v himself.
func scoped(sql string, v crm.Viewer, a crm.Action) (string, pgx.NamedArgs) {
	predicate, args := crm.Scope(v, crm.Office, a, crm.Columns{Owner: "a.id", Unit: "a.unit_id"})
	named := pgx.NamedArgs{"me": idOrNull(v.User)}
	for k, arg := range args {
		named[k] = arg
	}
	return strings.ReplaceAll(sql, "{scope}", "("+predicate+")"), named
}

// idOrNull is null for the server itself, which is no user.
func idOrNull(id crm.ID) *string {
	if id == "" {
		return nil
	}
	s := string(id)
	return &s
}
