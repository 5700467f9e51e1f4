package live

import (
	"slices"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
)

// audience knows who watches over which office: the rule of crm.Scope for reading
// calls, worked out in advance for one picture of the office.
type audience struct {
	office    *office.Snapshot
	byUnit    map[crm.ID][]string // watchers of an office's calls
	unlimited []string            // watchers of calls that belong to no office
}

func newAudience(o *office.Snapshot) *audience {
	a := &audience{office: o, byUnit: map[crm.ID][]string{}}
	for _, u := range o.Users {
		if u.Blocked {
			continue
		}
		reach := o.RoleGrants(u.Role)[crm.Calls][crm.Read]
		if reach == crm.All {
			a.unlimited = append(a.unlimited, string(u.ID))
		}
		for _, unit := range o.Units {
			if reach == crm.All || reach == crm.Unit && unit.ID == u.Unit || reach == crm.Subtree && under(o, unit, u.Unit) {
				a.byUnit[unit.ID] = append(a.byUnit[unit.ID], string(u.ID))
			}
		}
	}
	return a
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

// watchers may see the calls and agents of the office.
func (a *audience) watchers(unit crm.ID) []string {
	if w, ok := a.byUnit[unit]; ok {
		return w
	}
	return a.unlimited
}

func (a *audience) watches(user, unit crm.ID) bool {
	return slices.Contains(a.watchers(unit), string(user))
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
