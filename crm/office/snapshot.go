package office

import (
	"strings"
	"time"

	"github.com/callcard/callcard/crm"
)

// Unit is an office: a place of the tree that rights, time zone and region hang on.
type Unit struct {
	ID       crm.ID
	Parent   crm.ID // "" at the top
	Name     string
	Timezone string    // IANA name
	Region   string    // ISO 3166 alpha-2, "" when unknown
	Dialling *Dialling // nil = as the office above
	Outcomes []Outcome // nil = as the office above; see Snapshot.Outcomes
}

// User is a person who works here.
type User struct {
	ID            crm.ID
	Login         string
	Name          string
	Unit          crm.ID
	Role          string
	Locale        string // BCP 47, "" = what the browser asks for
	Extension     string // "" = no phone
	HA1           HA1    // zero = no desk phone may register
	AutoAvailable bool   // available as soon as his phone registers
	Blocked       bool   // may do nothing; kept because history refers to him
}

// Queue is the policy of a queue.
type Queue struct {
	ID           crm.ID
	Name         string
	Unit         crm.ID
	Strategy     string // one of Strategies
	Agents       []crm.ID
	Previous     string // one of PreviousModes
	PreviousWait time.Duration
	Ring         time.Duration
	WrapUp       time.Duration
	UntilOutcome bool      // the wrap-up lasts until the outcome is said, WrapUp at most
	Outcomes     []Outcome // nil = as its office; see Snapshot.Outcomes
	CallbackTo   crm.ID    // who calls back the clients that nobody knows; "" = whoever of the office takes it
	Record       bool
	Priority     int           // higher is served first
	MaxWait      time.Duration // 0 = as long as the caller likes
	Former       []string      // what it was called before; history keeps these names
}

// Trunk is a line to the world.
type Trunk struct {
	ID       crm.ID
	Name     string
	Hosts    []string  // addresses, networks (CIDR) or names that are trusted without challenge
	Register *Register // nil = we do not register
	Region   string    // by whose rules the line writes numbers
	AreaCode string    // put before local numbers
	MaxCalls int       // 0 = no limit
	Disabled bool
	Former   []string // what it was called before
}

// Register is an account at a provider. The password is needed as it is.
type Register struct {
	Server   string
	User     string
	Password Secret
}

// Number is a number of ours that clients dial.
type Number struct {
	ID     crm.ID
	Number string // E.164, or the bare digits that a line is dialled by
	Queue  string // name of the queue, "" = leads nowhere
	Unit   crm.ID
	Source string // the advertisement that it stands for
}

// Snapshot is the whole office at one moment. It never changes after it was made;
// nobody may write to what it returns. Every lookup is a read of a map.
type Snapshot struct {
	// Revision names the state of offices, queues, trunks and numbers: the same state
	// has the same revision. People have versions of their own.
	Revision string

	Units   []Unit   // by name
	Users   []User   // by login, blocked ones too
	Queues  []Queue  // by name; Agents in configured order, without blocked ones
	Trunks  []Trunk  // by name, disabled ones too
	Numbers []Number // by number
	Roles   []string // by name

	roles       map[string]crm.Grants
	unitByID    map[crm.ID]int
	userByID    map[crm.ID]int
	userByLogin map[string]int
	userByExt   map[string]int
	queueByName map[string]int
	trunkByName map[string]int
	numberBy    map[string]int // by digits
}

func (s *Snapshot) index() {
	s.unitByID = indexBy(s.Units, func(u Unit) crm.ID { return u.ID })
	s.userByID = indexBy(s.Users, func(u User) crm.ID { return u.ID })
	s.userByLogin = indexBy(s.Users, func(u User) string { return u.Login })
	s.userByExt = indexBy(s.Users, func(u User) string {
		if u.Blocked {
			return ""
		}
		return u.Extension
	})
	s.queueByName = indexBy(s.Queues, func(q Queue) string { return q.Name })
	indexFormer(s.queueByName, s.Queues, func(q Queue) []string { return q.Former })
	s.trunkByName = indexBy(s.Trunks, func(t Trunk) string { return t.Name })
	indexFormer(s.trunkByName, s.Trunks, func(t Trunk) []string { return t.Former })
	s.numberBy = indexBy(s.Numbers, func(n Number) string { return digits(n.Number) })
}

// indexBy maps keys to positions; the empty key is left out.
func indexBy[K ~string, T any](list []T, key func(T) K) map[K]int {
	m := make(map[K]int, len(list))
	for i, x := range list {
		if k := key(x); k != "" {
			m[k] = i
		}
	}
	return m
}

// indexFormer lets former names lead to what they stand for now.
func indexFormer[T any](m map[string]int, list []T, former func(T) []string) {
	for i, x := range list {
		for _, name := range former(x) {
			if _, taken := m[name]; !taken {
				m[name] = i
			}
		}
	}
}

func find[K comparable, T any](list []T, index map[K]int, key K) (T, bool) {
	i, ok := index[key]
	if !ok {
		var none T
		return none, false
	}
	return list[i], true
}

// Unit finds an office by id.
func (s *Snapshot) Unit(id crm.ID) (Unit, bool) { return find(s.Units, s.unitByID, id) }

// UserByID finds a user, blocked or not.
func (s *Snapshot) UserByID(id crm.ID) (User, bool) { return find(s.Users, s.userByID, id) }

// UserByLogin finds a user, blocked or not.
func (s *Snapshot) UserByLogin(login string) (User, bool) {
	return find(s.Users, s.userByLogin, strings.ToLower(login))
}

// UserByExtension finds the user whose phone has the extension; never a blocked one.
func (s *Snapshot) UserByExtension(ext string) (User, bool) {
	return find(s.Users, s.userByExt, ext)
}

// Queue finds a queue by name, or by a name that it had before: calls that wait in it
// while it is renamed, and all of history, know it by that one.
func (s *Snapshot) Queue(name string) (Queue, bool) { return find(s.Queues, s.queueByName, name) }

// Trunk finds a trunk by name, or by a name that it had before.
func (s *Snapshot) Trunk(name string) (Trunk, bool) { return find(s.Trunks, s.trunkByName, name) }

// Number finds the number of ours that was dialled. Only the digits count, so
// +998712000001 and 998712000001 are the same; forms with a trunk prefix (8…, 00…)
// must be brought to E.164 before.
func (s *Snapshot) Number(dialled string) (Number, bool) {
	return find(s.Numbers, s.numberBy, digits(dialled))
}

// RoleGrants are the rights of a role; nil for an unknown one.
func (s *Snapshot) RoleGrants(role string) crm.Grants { return s.roles[role] }

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
