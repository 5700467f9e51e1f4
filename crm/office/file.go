package office

import "time"

// Strategies are the ways to choose among the free agents of a queue; routing
// explains them.
var Strategies = []string{"least-busy", "longest-idle", "round-robin", "linear", "ring-all", "random", "fewest-calls"}

// PreviousModes say whom a returning client is sent to first.
var PreviousModes = []string{"off", "last-spoken", "owner"}

// Roles are the built-in roles.
var Roles = []string{"agent", "supervisor", "admin"}

// Locales are the languages of the page.
var Locales = []string{"ru", "uz-Latn", "uz-Cyrl", "en"}

// File is an office file that was read without a mistake. A section that is absent
// is nil.
type File struct {
	Name string
	// Partial files come from a page: a name that an entry refers to may stand in the
	// database even if the file has that section.
	Partial bool
	// Base is the revision (Snapshot.Revision) that the file was written from. When the
	// office is another one by now nothing is applied. "" = whatever the office is.
	Base string

	Offices []FileOffice
	Users   []FileUser
	Trunks  []FileTrunk
	Queues  []FileQueue
	Numbers []FileNumber
}

// Place is where an entry stands in the file.
type Place struct {
	Line  int
	Path  string         // e.g. users[0]
	lines map[string]int // of the entry's fields, e.g. "role", "agents[2]"
}

// line is where a field stands; the entry's own line when it was left out.
func (p Place) line(field string) int {
	if l, ok := p.lines[field]; ok {
		return l
	}
	return p.Line
}

// FileOffice is an entry of `offices`.
type FileOffice struct {
	Place
	Name     string
	RenameTo string // "" = keeps its name
	Parent   string // name of the office above
	Timezone string
	Region   string
	Dialling *Dialling  // nil = as it is; a new office has that of the office above
	Outcomes *[]Outcome // nil = as they are; to nil = those of the office above, as a new office has
	Remove   bool

	InheritDialling bool // instead of Dialling: those of the office above
}

// FileUser is an entry of `users`.
type FileUser struct {
	Place
	Login         string
	Name          string
	Password      Secret // "" = as it is; a new user without one cannot sign in
	Role          string
	Office        string // "" = as it is; a new user gets the first office
	Locale        string
	Extension     string
	SIPPassword   Secret // "" = as it is
	AutoAvailable bool
	Blocked       bool
	Remove        bool
}

// FileTrunk is an entry of `trunks`.
type FileTrunk struct {
	Place
	Name     string
	RenameTo string
	Hosts    []string
	Register *Register
	Region   string
	AreaCode string
	MaxCalls int
	Disabled bool
	Remove   bool
}

// FileQueue is an entry of `queues`.
type FileQueue struct {
	Place
	Name         string
	RenameTo     string
	Office       string // "" = as it is; a new queue gets the office of its first agent
	Agents       []string
	Strategy     string
	Previous     string
	PreviousWait time.Duration
	Ring         time.Duration
	WrapUp       time.Duration
	UntilOutcome bool
	Outcomes     *[]Outcome // nil = as they are; to nil = those of its office, as a new queue has
	CallbackTo   string
	Record       bool
	Priority     int
	MaxWait      time.Duration
	Remove       bool
}

// FileNumber is an entry of `numbers`.
type FileNumber struct {
	Place
	Number string
	Queue  string
	Office string // "" = as it is; a new number gets the office of its queue
	Source string
	Remove bool
}
