package office

import (
	"fmt"
	"slices"

	"github.com/callcard/callcard/crm"
)

// needs is what one must manage to be allowed a step. "" among the offices stands for
// being no part of any: only who manages everything reaches that.
type needs struct {
	everything bool // a trunk belongs to no office
	offices    []string
	roles      []string // nobody makes or changes users who may do more than he
}

// checkPasswordRights refuses passwords for people whom v does not manage. It comes
// before they are looked at: a step, which checkRights asks about, follows from what a
// password is.
func checkPasswordRights(v crm.Viewer, file File, have rows) error {
	if v.IsSystem() {
		return nil
	}
	p := &plan{have: have, units: byKey(have.units, func(u unitRow) string { return u.Name })}
	users := byKey(have.users, func(u userRow) string { return u.Login })
	for _, u := range file.Users {
		row, exists := users[u.Login]
		if !exists || !u.bringsPassword() {
			continue
		}
		p.steps = append(p.steps, step{Change: Change{Object: "user", Name: u.Login}, at: u.Place,
			needs: needs{offices: []string{row.Unit}, roles: []string{row.Role}}})
	}
	return p.checkRights(v)
}

// checkRights refuses steps that go beyond v's rights: crm.Forbidden with the field.
func (p *plan) checkRights(v crm.Viewer) error {
	if v.IsSystem() {
		return nil
	}
	grants := map[string]crm.Grants{}
	for _, r := range p.have.roles {
		grants[r.Name] = r.Grants
	}
	for _, s := range p.steps {
		if v.Reach(crm.Office, crm.Manage) != crm.All && (s.needs.everything || !p.reaches(v, s.needs.offices)) {
			return p.forbidden(s, "%s %s is beyond the offices that you manage.", s.Object, s.Name)
		}
		for _, role := range s.needs.roles {
			if !v.Covers(grants[role]) {
				return p.forbidden(s, "You may not manage users of the role %s.", role)
			}
		}
	}
	return nil
}

func (p *plan) forbidden(s step, format string, args ...any) error {
	return &crm.Error{Code: crm.Forbidden, Field: s.at.Path, Message: fmt.Sprintf(format, args...)}
}

// reaches reports whether all of the offices are v's to manage. One that the file makes
// counts as the one above it.
func (p *plan) reaches(v crm.Viewer, offices []string) bool {
	there := map[crm.ID]bool{}
	for _, u := range p.have.units {
		there[u.ID] = true
	}
	return len(offices) > 0 && !slices.ContainsFunc(offices, func(name string) bool {
		unit := p.units[name]
		for range len(p.units) {
			if unit.ID == "" || there[unit.ID] {
				break
			}
			unit = p.units[unit.Parent]
		}
		return !v.Reaches(crm.Office, crm.Manage, unit.ID)
	})
}
