package crm

import "slices"

// Action is what a user wants to do with an object.
type Action string

const (
	Read   Action = "read"
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
	Listen Action = "listen"
	Export Action = "export"
	Manage Action = "manage" // administer: users, queues, trunks
)

// Object is a kind of thing that rights are given on.
type Object string

const (
	Contacts   Object = "contacts"
	Calls      Object = "calls"
	Recordings Object = "recordings"
	Tasks      Object = "tasks"
	Queues     Object = "queues"
	Office     Object = "office" // users, offices, trunks, numbers: the settings
)

// Reach is how far a right goes.
type Reach string

const (
	None    Reach = ""
	Own     Reach = "own"     // rows the user owns
	Unit    Reach = "unit"    // rows of his office
	Subtree Reach = "subtree" // rows of his office and the offices below it
	All     Reach = "all"
)

// Grants says how far each action on each object goes; a missing entry is None.
type Grants map[Object]map[Action]Reach

// Viewer is whoever asks: every query takes one, none runs without. Background
// work of the server itself uses SystemViewer.
type Viewer struct {
	User    ID
	Login   string
	Unit    ID
	Subtree []ID // Unit and every unit below it
	Grants  Grants
	// Via tells the audit where the action came from: ui, api, apply, telephony.
	Via string
	IP  string
}

// SystemViewer sees everything; via names the part of the server that acts.
func SystemViewer(via string) Viewer {
	return Viewer{Login: "system", Via: via, Grants: nil, User: ""}
}

// IsSystem reports whether v is the server itself.
func (v Viewer) IsSystem() bool { return v.User == "" && v.Login == "system" }

// Reach is how far v's right to do a on o goes.
func (v Viewer) Reach(o Object, a Action) Reach {
	if v.IsSystem() {
		return All
	}
	return v.Grants[o][a]
}

// Can reports whether v may do a on at least some o.
func (v Viewer) Can(o Object, a Action) bool { return v.Reach(o, a) != None }

var ranks = map[Reach]int{None: 0, Own: 1, Unit: 2, Subtree: 3, All: 4}

// Covers reports whether v has every right of grants, at least as far.
func (v Viewer) Covers(grants Grants) bool {
	for object, actions := range grants {
		for action, reach := range actions {
			if ranks[v.Reach(object, action)] < ranks[reach] {
				return false
			}
		}
	}
	return true
}

// Reaches is Scope for what is in memory: may v do a on an o of the given office and
// owners?
func (v Viewer) Reaches(o Object, a Action, unit ID, owners ...ID) bool {
	switch v.Reach(o, a) {
	case All:
		return true
	case Subtree:
		return slices.Contains(v.Subtree, unit)
	case Unit:
		return unit != "" && unit == v.Unit
	case Own:
		return v.User != "" && slices.Contains(owners, v.User)
	}
	return false
}

// Columns names the columns of a row that rights are read from, e.g.
// {Owner: "c.owner_id", Unit: "c.unit_id"}.
type Columns struct{ Owner, Unit string }

// Scope is the one place where rights become SQL: the predicate that rows must
// meet for v to do a on o, with its named arguments (pgx.NamedArgs keys, prefix
// "scope_"). It is "false" when v has no such right.
func Scope(v Viewer, o Object, a Action, c Columns) (predicate string, args map[string]any) {
	switch v.Reach(o, a) {
	case All:
		return "true", nil
	case Subtree:
		return c.Unit + " = any(@scope_units)", map[string]any{"scope_units": v.Subtree}
	case Unit:
		return c.Unit + " = @scope_unit", map[string]any{"scope_unit": v.Unit}
	case Own:
		return c.Owner + " = @scope_user", map[string]any{"scope_user": v.User}
	}
	return "false", nil
}
