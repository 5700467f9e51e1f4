package office

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// step is a change together with how it is written.
type step struct {
	Change
	at    Place
	id    crm.ID
	audit crm.Object
	write write
	needs needs
}

// plan works out the steps from the office as it is to the office of the file, in
// the order in which they can be written: what is referred to comes first, what is
// removed goes last.
type plan struct {
	reader
	file  File
	have  rows
	hash  map[string]string // login -> hash of the file's password, if it is a new one
	steps []step

	units  map[string]unitRow
	users  map[string]userRow
	queues map[string]queueRow

	was    map[naming]renaming // what is renamed, by its new name
	former map[naming]string   // a former name -> what had it, by its name after the plan
}

// newPlan makes the plan. Its error is Mistakes: references to what the database does
// not have, extensions and hosts that belong to others.
func newPlan(file File, have rows, hash map[string]string) (*plan, error) {
	p := &plan{reader: reader{file: file.Name, lineless: file.Partial}, file: file, have: have, hash: hash}
	p.rename()
	if err := p.mistakes.orNil(); err != nil {
		return nil, err
	}
	file, have = p.file, p.have
	p.units = byKey(have.units, func(u unitRow) string { return u.Name })
	p.users = byKey(have.users, func(u userRow) string { return u.Login })
	p.queues = byKey(have.queues, func(q queueRow) string { return q.Name })
	p.refer(file, p.names("office", file.officeNames(), keys(p.units)), p.names("user", file.logins(), keys(p.users)),
		p.names("queue", file.queueNames(), keys(p.queues)))
	p.referTrunks(file, p.names("trunk", file.trunkNames(), keys(byKey(have.trunks, func(t trunkRow) string { return t.Name }))))
	parents := map[string]string{}
	for _, u := range have.units {
		parents[u.Name] = u.Parent
	}
	p.circles(file.Offices, parents)
	if err := p.mistakes.orNil(); err != nil {
		return nil, err
	}
	p.planOffices()
	p.planUsers()
	p.planTrunks()
	p.planQueues()
	p.planNumbers()
	p.planRemovals()
	if err := p.mistakes.orNil(); err != nil {
		return nil, err
	}
	return p, nil
}

// put plans to write a row if it differs from the one that is there.
func (p *plan) put(object string, audit crm.Object, name string, at Place, id crm.ID, old, wanted []field, needs needs, write write) {
	action := Changed
	if old == nil {
		action = Added
	}
	changes := compare(old, wanted)
	if r, renamed := p.was[naming{object, name}]; renamed {
		changes = append([]FieldChange{{Field: "name", Old: r.before, New: name}}, changes...)
		write = andRename(write, object, r.before, name, id)
	}
	if len(changes) == 0 && old != nil {
		return
	}
	if now, taken := p.former[naming{object, name}]; taken && old == nil {
		p.wrong(at.line("name"), join(at.Path, "name"), "%s %q is called %q now; write that, or rename it back", object, name, now)
		return
	}
	p.steps = append(p.steps, step{
		Change: Change{Action: action, Object: object, Name: name, Fields: changes},
		at:     at, id: id, audit: audit, write: write, needs: needs,
	})
}

func (p *plan) remove(object string, audit crm.Object, name string, at Place, id crm.ID, needs needs, sql string) {
	p.steps = append(p.steps, step{
		Change: Change{Action: Removed, Object: object, Name: name},
		at:     at, id: id, audit: audit, needs: needs,
		write: func(ctx context.Context, tx pgx.Tx) error { return removeRow(ctx, tx, sql, id) },
	})
}

// planOffices writes parents before their children.
func (p *plan) planOffices() {
	waiting := slices.DeleteFunc(slices.Clone(p.file.Offices), func(o FileOffice) bool { return o.Remove })
	for len(waiting) > 0 {
		open := map[string]bool{}
		for _, o := range waiting {
			open[o.Name] = true
		}
		waiting = slices.DeleteFunc(waiting, func(o FileOffice) bool {
			if open[o.Parent] {
				return false
			}
			p.planOffice(o)
			return true
		})
	}
}

func (p *plan) planOffice(o FileOffice) {
	row, exists := p.units[o.Name]
	var old []field
	var needs needs
	switch {
	case !exists:
		row = unitRow{ID: crm.NewID(), Name: o.Name}
		needs.offices = []string{o.Parent}
	case row.Parent != o.Parent:
		old, needs.offices = row.fields(), []string{o.Name, row.Parent, o.Parent}
	default:
		old, needs.offices = row.fields(), []string{o.Name}
	}
	row.Parent, row.Timezone, row.Region = o.Parent, o.Timezone, o.Region
	if o.Dialling != nil || o.InheritDialling {
		row.Dialling = o.Dialling
	}
	if o.Outcomes != nil {
		row.Outcomes = *o.Outcomes
	}
	p.units[o.Name] = row
	p.put("office", "units", o.Name, o.Place, row.ID, old, row.fields(), needs, func(ctx context.Context, tx pgx.Tx) error { return writeUnit(ctx, tx, row) })
}

// officeOf is where an object belongs: what the file says, else where it is, else
// the fallback, else the first office.
func (p *plan) officeOf(said, is, fallback string, at Place) string {
	for _, name := range []string{said, is, fallback} {
		if name != "" {
			return name
		}
	}
	for _, o := range p.file.Offices {
		if !o.Remove {
			return o.Name
		}
	}
	if len(p.have.units) > 0 {
		return p.have.units[0].Name
	}
	p.wrong(at.Line, join(at.Path, "office"), "there is no office yet; add a section offices")
	return ""
}

func (p *plan) planRemovals() {
	for _, q := range p.file.Queues {
		if row, exists := p.queues[q.Name]; exists && q.Remove {
			p.remove("queue", crm.Queues, q.Name, q.Place, row.ID, needs{offices: []string{row.Unit}}, deleteQueue)
		}
	}
	for _, t := range p.file.Trunks {
		i := slices.IndexFunc(p.have.trunks, func(r trunkRow) bool { return r.Name == t.Name })
		if i >= 0 && t.Remove {
			p.remove("trunk", "trunks", t.Name, t.Place, p.have.trunks[i].ID, needs{everything: true}, deleteTrunk)
		}
	}
	for _, o := range slices.SortedStableFunc(slices.Values(p.file.Offices), func(a, b FileOffice) int {
		return cmp.Compare(p.depth(b.Name), p.depth(a.Name)) // children go first
	}) {
		if row, exists := p.units[o.Name]; exists && o.Remove {
			p.remove("office", "units", o.Name, o.Place, row.ID, needs{offices: []string{o.Name, row.Parent}}, deleteUnit)
		}
	}
}

// depth is how many offices are above one.
func (p *plan) depth(office string) int {
	depth := 0
	for above := p.units[office].Parent; above != "" && depth < len(p.units); above = p.units[above].Parent {
		depth++
	}
	return depth
}

func byKey[T any](list []T, key func(T) string) map[string]T {
	m := make(map[string]T, len(list))
	for _, x := range list {
		m[key(x)] = x
	}
	return m
}

func keys[T any](rows map[string]T) known {
	k := known{}
	for name := range rows {
		k[name] = ""
	}
	return k
}

// names are what entries may refer to: what the file has, and what the database has as
// far as the file is silent about it.
func (p *plan) names(object string, file, have known) known {
	if file != nil && !p.file.Partial {
		return file
	}
	for of, now := range p.former {
		if _, given := have[of.name]; of.object == object && !given {
			have[of.name] = fmt.Sprintf("is called %q now; write that", now)
		}
	}
	maps.Copy(have, file)
	return have
}

func (s step) wrap(err error) error {
	return fmt.Errorf("%s %s %s: %w", s.Action, s.Object, s.Name, err)
}
