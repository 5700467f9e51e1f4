package live

import (
	"slices"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
)

// audience knows who may know of what: the rule of crm.Scope, worked out for one
// picture of the office and remembered.
type audience struct {
	office *office.Snapshot
	rights map[right]*reach
}

// right is what somebody may do with an object.
type right struct {
	object crm.Object
	action crm.Action
}

// reach is who has a right, by how far it goes.
type reach struct {
	byUnit    map[crm.ID][]string        // on everything of an office
	units     map[crm.ID]map[crm.ID]bool // user -> the same the other way round
	unlimited []string                   // also on what belongs to no office
	all       map[crm.ID]bool            // the same as a set
	own       map[crm.ID]bool            // on what is his own
}

var readsCalls = right{crm.Calls, crm.Read}

func newAudience(o *office.Snapshot) *audience {
	return &audience{office: o, rights: map[right]*reach{}}
}

func (a *audience) of(r right) *reach {
	if known := a.rights[r]; known != nil {
		return known
	}
	found := &reach{byUnit: map[crm.ID][]string{}, units: map[crm.ID]map[crm.ID]bool{}, all: map[crm.ID]bool{}, own: map[crm.ID]bool{}}
	a.rights[r] = found
	for _, u := range a.office.Users {
		if u.Blocked {
			continue
		}
		far := a.office.RoleGrants(u.Role)[r.object][r.action]
		switch far {
		case crm.All:
			found.unlimited = append(found.unlimited, string(u.ID))
			found.all[u.ID] = true
		case crm.Own:
			found.own[u.ID] = true
		}
		mine := map[crm.ID]bool{}
		found.units[u.ID] = mine
		for _, unit := range a.office.Units {
			if far == crm.All || far == crm.Unit && unit.ID == u.Unit || far == crm.Subtree && under(a.office, unit, u.Unit) {
				found.byUnit[unit.ID] = append(found.byUnit[unit.ID], string(u.ID))
				mine[unit.ID] = true
			}
		}
	}
	return found
}

// under reports whether unit is top or somewhere below it.
func under(o *office.Snapshot, unit office.Unit, top crm.ID) bool {
	for range len(o.Units) { // a tree is never deeper than it has nodes
		if unit.ID == top {
			return true
		}
		parent, ok := o.Unit(unit.Parent)
		if !ok {
			return false
		}
		unit = parent
	}
	return false
}

// watchers have the right on everything of the office.
func (a *audience) watchers(r right, unit crm.ID) []string {
	if w, ok := a.of(r).byUnit[unit]; ok {
		return w
	}
	return a.of(r).unlimited
}

// watches reports whether the user is among them, at the same cost for any number of them:
// a snapshot asks it for everybody.
func (a *audience) watches(r right, user, unit crm.ID) bool {
	reach := a.of(r)
	return reach.units[user][unit] || reach.all[user]
}

// who has the right on a row of the office that belongs to the owner.
func (a *audience) who(r right, unit, owner crm.ID) []string {
	users := slices.Clone(a.watchers(r, unit))
	if a.of(r).own[owner] {
		users = append(users, string(owner))
	}
	return users
}

// unitOf is the office that a call belongs to, by the rule of calls.Writer: that of
// its queue, else of its agent.
func (a *audience) unitOf(queue string, agent crm.ID) crm.ID {
	if q, ok := a.office.Queue(queue); ok {
		return q.Unit
	}
	u, _ := a.office.UserByID(agent)
	return u.Unit
}

// without are the users who are not among the others.
func without(users, others []string) []string {
	return slices.DeleteFunc(slices.Clone(users), func(u string) bool { return slices.Contains(others, u) })
}
