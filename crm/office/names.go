package office

import (
	"fmt"
	"maps"
)

// checkTwins finds objects that stand in the file twice, or that claim the same
// extension or host.
func (r *reader) checkTwins(f File) {
	names := twins{}
	for _, o := range f.Offices {
		r.once(names, o.Name, o.Place, "name", "office")
		r.once(names, o.RenameTo, o.Place, "rename_to", "office")
	}
	logins, extensions := twins{}, twins{}
	for _, u := range f.Users {
		r.once(logins, u.Login, u.Place, "login", "login")
		r.once(extensions, u.Extension, u.Place, "extension", "extension")
	}
	trunks, hosts := twins{}, twins{}
	for _, t := range f.Trunks {
		r.once(trunks, t.Name, t.Place, "name", "trunk")
		r.once(trunks, t.RenameTo, t.Place, "rename_to", "trunk")
		for i, h := range t.Hosts {
			r.once(hosts, h, t.Place, fmt.Sprintf("hosts[%d]", i), "host")
		}
	}
	queues := twins{}
	for _, q := range f.Queues {
		r.once(queues, q.Name, q.Place, "name", "queue")
		r.once(queues, q.RenameTo, q.Place, "rename_to", "queue")
		agents := twins{}
		for i, login := range q.Agents {
			r.once(agents, login, q.Place, fmt.Sprintf("agents[%d]", i), "agent")
		}
	}
	numbers := twins{}
	for _, n := range f.Numbers {
		r.once(numbers, digits(n.Number), n.Place, "number", "number")
	}
}

// twins remembers where a name stands.
type twins map[string]string

func (r *reader) once(seen twins, key string, at Place, field, what string) {
	if key == "" {
		return
	}
	if first, twice := seen[key]; twice {
		r.wrong(at.line(field), join(at.Path, field), "%s %q stands in %s already", what, key, first)
		return
	}
	seen[key] = fmt.Sprintf("line %d", at.line(field))
	if r.lineless {
		seen[key] = join(at.Path, field)
	}
}

// known are the names that entries may refer to, with what is against it ("" = nothing).
// A nil set means that the section is absent: the database has to know the name then.
type known map[string]string

const removedHere = "is being removed by this file"

func calledHere(now string) string {
	return fmt.Sprintf("is renamed to %q by this file; write that", now)
}

func knownIn[T any](list []T, name func(T) (name, renameTo string, removed bool)) known {
	if list == nil {
		return nil
	}
	k := known{}
	for _, x := range list {
		n, renameTo, removed := name(x)
		switch {
		case removed:
			k[n] = removedHere
		case renameTo != "" && renameTo != n:
			k[n], k[renameTo] = calledHere(renameTo), ""
		default:
			k[n] = ""
		}
	}
	return k
}

func (f File) officeNames() known {
	return knownIn(f.Offices, func(o FileOffice) (string, string, bool) { return o.Name, o.RenameTo, o.Remove })
}

func (f File) logins() known {
	return knownIn(f.Users, func(u FileUser) (string, string, bool) { return u.Login, "", u.Remove })
}

func (f File) trunkNames() known {
	return knownIn(f.Trunks, func(t FileTrunk) (string, string, bool) { return t.Name, t.RenameTo, t.Remove })
}

func (f File) queueNames() known {
	return knownIn(f.Queues, func(q FileQueue) (string, string, bool) { return q.Name, q.RenameTo, q.Remove })
}

// checkNames finds references to what is neither in the file nor, for a section that
// the file lacks, possibly in the database.
func (r *reader) checkNames(f File) {
	r.refer(f, f.officeNames(), f.logins(), f.queueNames())
	r.referTrunks(f, f.trunkNames())
}

// referTrunks checks the trunks that offices call out by.
func (r *reader) referTrunks(f File, trunks known) {
	for _, o := range f.Offices {
		if o.Dialling == nil {
			continue
		}
		for i, name := range o.Dialling.Trunks {
			r.refers(trunks, name, o.Place, fmt.Sprintf("dialling.trunks[%d]", i), "trunk")
		}
	}
}

// refer checks every reference of the file against the given sets.
func (r *reader) refer(f File, offices, users, queues known) {
	for _, o := range f.Offices {
		r.refers(offices, o.Parent, o.Place, "parent", "office")
	}
	for _, u := range f.Users {
		r.refers(offices, u.Office, u.Place, "office", "office")
	}
	for _, q := range f.Queues {
		r.refers(offices, q.Office, q.Place, "office", "office")
		for i, login := range q.Agents {
			r.refers(users, login, q.Place, fmt.Sprintf("agents[%d]", i), "agent")
		}
		r.refers(users, q.CallbackTo, q.Place, "callback_to", "user")
	}
	for _, n := range f.Numbers {
		r.refers(offices, n.Office, n.Place, "office", "office")
		r.refers(queues, n.Queue, n.Place, "queue", "queue")
	}
}

func (r *reader) refers(to known, name string, at Place, field, what string) {
	if name == "" || to == nil {
		return
	}
	against, found := to[name]
	switch {
	case !found:
		r.wrong(at.line(field), join(at.Path, field), "unknown %s %q", what, name)
	case against != "":
		r.wrong(at.line(field), join(at.Path, field), "%s %q %s", what, name, against)
	}
}

// circles finds offices of the file that would be above themselves; parents are those
// that the database has.
func (r *reader) circles(offices []FileOffice, parents map[string]string) {
	parent := map[string]string{}
	maps.Copy(parent, parents)
	for _, o := range offices {
		parent[o.Name] = o.Parent
	}
	for _, o := range offices {
		above := o.Parent
		for range parent {
			if above == "" || above == o.Name {
				break
			}
			above = parent[above]
		}
		if above == o.Name && above != "" {
			r.wrong(o.line("parent"), join(o.Path, "parent"), "office %q would be above itself", o.Name)
		}
	}
}
