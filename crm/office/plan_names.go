package office

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// renaming is the former name of an object, and where the file asks for a new one.
type renaming struct {
	before string
	at     Place
}

// naming is the name of an object of a kind: office, trunk, queue.
type naming struct{ object, name string }

// rename gives objects their new names in the picture of what is there, in everything
// that refers to them and in the file, so that the rest of the plan knows only these.
// An entry whose object has its new name already is one that was applied before.
func (p *plan) rename() {
	p.was, p.former = map[naming]renaming{}, map[naming]string{}
	h := &p.have
	h.units, h.users, h.queues = slices.Clone(h.units), slices.Clone(h.users), slices.Clone(h.queues)
	h.trunks, h.numbers = slices.Clone(h.trunks), slices.Clone(h.numbers)
	p.noteFormer()
	p.file.Offices, p.file.Trunks, p.file.Queues = slices.Clone(p.file.Offices), slices.Clone(p.file.Trunks), slices.Clone(p.file.Queues)
	for i := range p.file.Offices {
		o := &p.file.Offices[i]
		p.renameOne("office", o.Place, &o.Name, o.RenameTo, names(h.units, func(u *unitRow) *string { return &u.Name }))
	}
	for i := range p.file.Trunks {
		t := &p.file.Trunks[i]
		p.renameOne("trunk", t.Place, &t.Name, t.RenameTo, names(h.trunks, func(t *trunkRow) *string { return &t.Name }))
	}
	for i := range p.file.Queues {
		q := &p.file.Queues[i]
		p.renameOne("queue", q.Place, &q.Name, q.RenameTo, names(h.queues, func(q *queueRow) *string { return &q.Name }))
	}
	for of, r := range p.was {
		switch of.object {
		case "office":
			replace(names(h.units, func(u *unitRow) *string { return &u.Parent }), r.before, of.name)
			replace(names(h.users, func(u *userRow) *string { return &u.Unit }), r.before, of.name)
			replace(names(h.queues, func(q *queueRow) *string { return &q.Unit }), r.before, of.name)
			replace(names(h.numbers, func(n *numberRow) *string { return &n.Unit }), r.before, of.name)
		case "queue":
			replace(names(h.numbers, func(n *numberRow) *string { return &n.Queue }), r.before, of.name)
		}
	}
	p.noteFormer()
	for of, r := range p.was {
		if to, taken := p.former[of]; taken && to != of.name {
			p.wrong(r.at.line("rename_to"), join(r.at.Path, "rename_to"), "%q was called %q, and history knows it by that name", to, of.name)
		}
		p.former[naming{of.object, r.before}] = of.name
	}
}

// noteFormer notes what has had which name before, by the names that are in the picture.
func (p *plan) noteFormer() {
	h := &p.have
	now := map[crm.ID]string{}
	for _, u := range h.units {
		now[u.ID] = u.Name
	}
	for _, t := range h.trunks {
		now[t.ID] = t.Name
	}
	for _, q := range h.queues {
		now[q.ID] = q.Name
	}
	for _, f := range h.former {
		p.former[naming{f.Kind, f.Name}] = now[f.ObjectID]
	}
}

func (p *plan) renameOne(object string, at Place, name *string, to string, have []*string) {
	if to == "" || to == *name {
		return
	}
	find := func(name string) int { return slices.IndexFunc(have, func(n *string) bool { return *n == name }) }
	is, taken := find(*name), find(to)
	switch {
	case is < 0 && (taken < 0 || p.former[naming{object, *name}] != to):
		p.wrong(at.line("name"), join(at.Path, "name"), "there is no %s %q to rename", object, *name)
	case is >= 0 && taken >= 0:
		p.wrong(at.line("rename_to"), join(at.Path, "rename_to"), "%s %q exists already", object, to)
	case is >= 0:
		p.was[naming{object, to}] = renaming{*name, at}
		*have[is] = to
	}
	*name = to
}

// names are the addresses of one text of every row.
func names[T any](rows []T, of func(*T) *string) []*string {
	list := make([]*string, len(rows))
	for i := range rows {
		list[i] = of(&rows[i])
	}
	return list
}

func replace(texts []*string, old, wanted string) {
	for _, t := range texts {
		if *t == old {
			*t = wanted
		}
	}
}

// andRename remembers the former name, or forgets that it was one when an object gets
// its old name back.
func andRename(write write, object, before, now string, id crm.ID) write {
	return func(ctx context.Context, tx pgx.Tx) error {
		if err := exec(ctx, tx, takeNameBack, pgx.NamedArgs{"kind": object, "name": now, "id": id}); err != nil {
			return err
		}
		if err := exec(ctx, tx, noteFormerName, pgx.NamedArgs{"kind": object, "name": before, "id": id}); err != nil {
			return err
		}
		return write(ctx, tx)
	}
}
