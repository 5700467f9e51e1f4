package office

import "fmt"

// checkTwins finds objects that stand in the file twice, or that claim the same
// extension or host.
func (r *reader) checkTwins(f File) {
	names := map[string]int{}
	for _, o := range f.Offices {
		r.once(names, o.Name, o.Place, "name", "office")
	}
	logins, extensions := map[string]int{}, map[string]int{}
	for _, u := range f.Users {
		r.once(logins, u.Login, u.Place, "login", "login")
		r.once(extensions, u.Extension, u.Place, "extension", "extension")
	}
	trunks, hosts := map[string]int{}, map[string]int{}
	for _, t := range f.Trunks {
		r.once(trunks, t.Name, t.Place, "name", "trunk")
		for i, h := range t.Hosts {
			r.once(hosts, h, t.Place, fmt.Sprintf("hosts[%d]", i), "host")
		}
	}
	queues := map[string]int{}
	for _, q := range f.Queues {
		r.once(queues, q.Name, q.Place, "name", "queue")
		agents := map[string]int{}
		for i, login := range q.Agents {
			r.once(agents, login, q.Place, fmt.Sprintf("agents[%d]", i), "agent")
		}
	}
	numbers := map[string]int{}
	for _, n := range f.Numbers {
		r.once(numbers, digits(n.Number), n.Place, "number", "number")
	}
}

func (r *reader) once(seen map[string]int, key string, at Place, field, what string) {
	if key == "" {
		return
	}
	if line, twice := seen[key]; twice {
		r.wrong(at.line(field), join(at.Path, field), "%s %q stands in line %d already", what, key, line)
		return
	}
	seen[key] = at.line(field)
}

// known are the names that entries may refer to. A nil set means that the section is
// absent: the database has to know the name then.
type known map[string]bool

func knownIn[T any](list []T, name func(T) (string, bool)) known {
	if list == nil {
		return nil
	}
	k := known{}
	for _, x := range list {
		n, removed := name(x)
		k[n] = !removed
	}
	return k
}

func (f File) officeNames() known {
	return knownIn(f.Offices, func(o FileOffice) (string, bool) { return o.Name, o.Remove })
}

func (f File) logins() known {
	return knownIn(f.Users, func(u FileUser) (string, bool) { return u.Login, u.Remove })
}

func (f File) queueNames() known {
	return knownIn(f.Queues, func(q FileQueue) (string, bool) { return q.Name, q.Remove })
}

// checkNames finds references to what is neither in the file nor, for a section that
// the file lacks, possibly in the database.
func (r *reader) checkNames(f File) { r.refer(f, f.officeNames(), f.logins(), f.queueNames()) }

// refer checks every reference of the file against the given sets.
func (r *reader) refer(f File, offices, users, queues known) {
	for _, o := range f.Offices {
		r.refers(offices, o.Parent, o.Place, "parent", "office")
	}
	r.circles(f.Offices)
	for _, u := range f.Users {
		r.refers(offices, u.Office, u.Place, "office", "office")
	}
	for _, q := range f.Queues {
		r.refers(offices, q.Office, q.Place, "office", "office")
		for i, login := range q.Agents {
			r.refers(users, login, q.Place, fmt.Sprintf("agents[%d]", i), "agent")
		}
	}
	for _, n := range f.Numbers {
		r.refers(offices, n.Office, n.Place, "office", "office")
		r.refers(queues, n.Queue, n.Place, "queue", "queue")
	}
}

func (r *reader) refers(to known, name string, at Place, field, what string) {
	if name == "" || to == nil || to[name] {
		return
	}
	if _, removed := to[name]; removed {
		r.wrong(at.line(field), join(at.Path, field), "%s %q is being removed by this file", what, name)
		return
	}
	r.wrong(at.line(field), join(at.Path, field), "unknown %s %q", what, name)
}

// circles finds offices that are above themselves.
func (r *reader) circles(offices []FileOffice) {
	parent := map[string]string{}
	for _, o := range offices {
		parent[o.Name] = o.Parent
	}
	for _, o := range offices {
		above := o.Parent
		for range offices {
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
