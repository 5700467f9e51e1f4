package office

import (
	"fmt"
	"time"
	_ "time/tzdata" // a server without zone files must not refuse every office

	"github.com/nyaruka/phonenumbers"
)

// Limits and defaults of an entry. A phone that rings for less than a second is no
// offer; nobody holds the line for a day.
const (
	defaultStrategy = "least-busy"
	defaultPrevious = "last-spoken"
	defaultWait     = 20 * time.Second
	defaultRing     = 20 * time.Second
	defaultWrapUp   = 10 * time.Second
	// defaultOutcomeTime is when the wrap-up of a forgetful agent ends without an outcome.
	defaultOutcomeTime = 10 * time.Minute

	maxPreviousWait = 10 * time.Minute
	minRing         = time.Second
	maxRing         = 10 * time.Minute
	maxWrapUp       = time.Hour
	maxMaxWait      = 24 * time.Hour
	maxPriority     = 100
	maxTrunkCalls   = 100_000
)

func (r *reader) office(i item) FileOffice {
	e := r.entry(i.node, i.path, "name", "rename_to", "parent", "timezone", "region", "dialling", "inherit_dialling", "outcomes", "inherit_outcomes", "remove")
	o := FileOffice{Place: e.Place, Name: e.need("name"), Remove: e.flag("remove", false)}
	if o.Remove {
		return o
	}
	o.RenameTo, o.Parent, o.Region = e.text("rename_to"), e.text("parent"), e.region()
	o.Timezone = e.need("timezone")
	if o.Timezone != "" {
		if _, err := time.LoadLocation(o.Timezone); err != nil || o.Timezone == "Local" {
			e.wrong(e.line("timezone"), join(e.Path, "timezone"), "unknown time zone %q; write it like Asia/Tashkent", o.Timezone)
		}
	}
	n := e.values["dialling"]
	switch inherits := e.flag("inherit_dialling", false); {
	case inherits && n != nil:
		e.wrong(e.line("inherit_dialling"), join(e.Path, "inherit_dialling"), "can't be true beside dialling")
	case inherits:
		o.InheritDialling = true
	case n != nil:
		o.Dialling = r.dialling(item{n, join(e.Path, "dialling")}, o.Place)
	}
	o.Outcomes = e.outcomes()
	return o
}

func (r *reader) user(i item, weak func(string) error) FileUser {
	e := r.entry(i.node, i.path, "login", "name", "password", "role", "office", "extension", "sip_password",
		"auto_available", "locale", "blocked", "remove")
	u := FileUser{Place: e.Place, Login: e.need("login"), Remove: e.flag("remove", false)}
	if u.Login != "" && !isLogin(u.Login) {
		e.wrong(e.line("login"), join(e.Path, "login"), "use small letters a-z, digits and . _ - @ +, at most 64 characters")
	}
	if u.Remove {
		return u
	}
	u.Name = e.need("name")
	u.Role = e.choice("role", "", Roles)
	e.missing("role")
	u.Office, u.Locale = e.text("office"), e.choice("locale", "", Locales)
	u.AutoAvailable, u.Blocked = e.flag("auto_available", false), e.flag("blocked", false)
	u.Password = e.secret("password")
	if u.Password != "" {
		if err := weak(string(u.Password)); err != nil {
			e.wrong(e.line("password"), join(e.Path, "password"), "%s", sentence(err))
		}
	}
	u.Extension = e.text("extension")
	if u.Extension != "" && !isExtension(u.Extension) {
		e.wrong(e.line("extension"), join(e.Path, "extension"), "use letters, digits and . _ -, at most 32 characters")
	}
	u.SIPPassword = e.secret("sip_password")
	if u.SIPPassword != "" {
		if err := weakSIPPassword(string(u.SIPPassword)); err != nil {
			e.wrong(e.line("sip_password"), join(e.Path, "sip_password"), "%s", sentence(err))
		}
		if u.Extension == "" {
			e.wrong(e.line("sip_password"), join(e.Path, "sip_password"), "needs an extension")
		}
	}
	return u
}

func (r *reader) trunk(i item) FileTrunk {
	e := r.entry(i.node, i.path, "name", "rename_to", "hosts", "register", "region", "area_code", "max_calls", "disabled", "remove")
	t := FileTrunk{Place: e.Place, Name: e.need("name"), Remove: e.flag("remove", false)}
	if t.Remove {
		return t
	}
	t.RenameTo = e.text("rename_to")
	for n, host := range e.texts("hosts") {
		field := fmt.Sprintf("hosts[%d]", n)
		canonical, ok := canonicalHost(host)
		if !ok && host != "" {
			e.wrong(e.line(field), join(e.Path, field), "%q is not an address, a network like 192.0.2.0/24 or a host name", host)
		}
		t.Hosts = append(t.Hosts, canonical)
	}
	if n := e.values["register"]; n != nil {
		t.Register = r.register(item{n, join(e.Path, "register")})
	}
	if len(t.Hosts) == 0 && t.Register == nil && !e.broken {
		e.wrong(e.Line, e.Path, "needs hosts (trusted by address) or register (an account at a provider)")
	}
	t.Region, t.AreaCode = e.region(), e.text("area_code")
	if t.AreaCode != digits(t.AreaCode) || len(t.AreaCode) > 6 {
		e.wrong(e.line("area_code"), join(e.Path, "area_code"), "must be up to 6 digits")
	}
	t.MaxCalls = e.count("max_calls", 0, 0, maxTrunkCalls)
	t.Disabled = e.flag("disabled", false)
	return t
}

func (r *reader) register(i item) *Register {
	e := r.entry(i.node, i.path, "server", "user", "password")
	reg := &Register{Server: e.need("server"), User: e.need("user"), Password: e.secret("password")}
	if reg.Server != "" && !isServer(reg.Server) {
		e.wrong(e.line("server"), join(e.Path, "server"), "%q is not a host or host:port", reg.Server)
	}
	return reg
}

func (r *reader) queue(i item) FileQueue {
	e := r.entry(i.node, i.path, "name", "rename_to", "office", "agents", "strategy", "previous_manager", "ring", "wrap_up", "wrap_up_until",
		"outcomes", "inherit_outcomes", "callback_to", "record", "priority", "max_wait", "remove")
	q := FileQueue{Place: e.Place, Name: e.need("name"), Remove: e.flag("remove", false)}
	if q.Remove {
		return q
	}
	q.RenameTo, q.Office = e.text("rename_to"), e.text("office")
	q.Agents = e.texts("agents")
	q.Strategy = e.choice("strategy", defaultStrategy, Strategies)
	q.Previous, q.PreviousWait = defaultPrevious, defaultWait
	if n := e.values["previous_manager"]; n != nil {
		p := r.entry(n, join(e.Path, "previous_manager"), "mode", "wait")
		q.Previous = p.choice("mode", defaultPrevious, PreviousModes)
		q.PreviousWait = p.duration("wait", defaultWait, 0, maxPreviousWait)
	}
	q.Ring = e.duration("ring", defaultRing, minRing, maxRing)
	if q.UntilOutcome = e.choice("wrap_up_until", "time", []string{"time", "outcome"}) == "outcome"; q.UntilOutcome {
		q.WrapUp = e.duration("wrap_up", defaultOutcomeTime, time.Second, maxWrapUp)
	} else {
		q.WrapUp = e.duration("wrap_up", defaultWrapUp, 0, maxWrapUp)
	}
	q.Outcomes, q.CallbackTo = e.outcomes(), e.text("callback_to")
	q.MaxWait = e.duration("max_wait", 0, 0, maxMaxWait)
	q.Record = e.flag("record", true)
	q.Priority = e.count("priority", 0, -maxPriority, maxPriority)
	return q
}

func (r *reader) number(i item) FileNumber {
	e := r.entry(i.node, i.path, "number", "queue", "office", "source", "remove")
	n := FileNumber{Place: e.Place, Remove: e.flag("remove", false)}
	if written := e.need("number"); written != "" {
		number, err := canonicalNumber(written)
		if err != nil {
			e.wrong(e.line("number"), join(e.Path, "number"), "%s", sentence(err))
		}
		n.Number = number
	}
	n.Queue, n.Office, n.Source = e.text("queue"), e.text("office"), e.text("source")
	return n
}

// region is an optional ISO 3166 region whose numbers are known.
func (e entry) region() string {
	s := e.text("region")
	if s != "" && !phonenumbers.GetSupportedRegions()[s] {
		e.wrong(e.line("region"), join(e.Path, "region"), "unknown region %q; write two capital letters, like UZ", s)
	}
	return s
}
