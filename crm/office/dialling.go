package office

import (
	"cmp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/phone"
)

// Dialling says what the people of an office may call. Whatever no rule opens is closed.
// An office without rules has those of the office above it.
type Dialling struct {
	// Allow opens numbers: by a prefix (+998), by a word (Opened), or a service number by
	// all its digits (1055). Neither a prefix nor any word but premium opens numbers that
	// cost more than a call.
	Allow []string `json:"allow"`
	// Deny closes prefixes that Allow has opened, for every role.
	Deny []string `json:"deny,omitempty"`
	// Roles opens more for the people of a role.
	Roles map[string][]string `json:"roles,omitempty"`
	// Trunks are tried in this order; none: all of the office, by name.
	Trunks []string `json:"trunks,omitempty"`
	// CallerID is the number that clients are shown; "": the first one of the office.
	CallerID string `json:"caller_id,omitempty"`
	// PerHour bounds the calls that one person places.
	PerHour int `json:"per_hour"`
}

// Words of Dialling.Allow.
const (
	National      = "national"      // numbers of the office's region
	International = "international" // numbers of any country
	Premium       = "premium"       // numbers that cost more: premium rate, shared cost, satellites
)

// defaultPerHour is more than a person can talk, and little enough to notice a thief.
const defaultPerHour = 60

// Destination is whom a person reaches by what he has dialled.
type Destination struct {
	Number    string // E.164, or the digits of a service number; "" for a colleague
	Colleague crm.ID
	Emergency bool     // never limited
	Trunks    []string // to be tried in this order
	CallerID  string
	PerHour   int
	Region    string // whose rules the number was read by
}

// Dial says whom a user reaches by the number or extension that he has dialled, or why he
// may not: crm.Invalid for what is no number, crm.DiallingDenied with a crm.DialWhy in
// Detail["why"].
func (s *Snapshot) Dial(user crm.ID, dialled string) (Destination, error) {
	u, ok := s.UserByID(user)
	if !ok || u.Blocked {
		return Destination{}, crm.Errorf(crm.NotFound, "There is no such user.")
	}
	region, rules := s.regionOf(u.Unit), s.DiallingOf(u.Unit)
	short := numberFiller.Replace(dialled)
	if emergency := short == everywhere; emergency || !s.isExtension(short) && isEmergency(short, region) {
		d := Destination{Number: short, Emergency: true, Region: region, Trunks: s.ways(rules), CallerID: s.callerID(u.Unit, rules)}
		return d, d.reachable()
	}
	if colleague, ok := s.UserByExtension(short); ok {
		return Destination{Colleague: colleague.ID, Region: region}, nil
	}
	n := phone.Normalize(dialled, phone.Rules{Region: region})
	number := n.Norm
	if !n.Public() {
		number = short
		if n.Kind == phone.Anonymous || short == "" || short != digits(short) || len(short) > 6 {
			return Destination{}, crm.InvalidField("to", "%q is not a telephone number.", dialled)
		}
	}
	if _, ours := s.Number(number); ours {
		return Destination{}, denied(crm.WhyOwnNumber, "This is a number of your own company. Call a colleague by the extension.")
	}
	if err := rules.check(number, n, u.Role, region); err != nil {
		return Destination{}, err
	}
	d := Destination{Number: number, Region: region, Trunks: s.ways(rules), CallerID: s.callerID(u.Unit, rules), PerHour: cmp.Or(rules.PerHour, defaultPerHour)}
	return d, d.reachable()
}

func denied(why crm.DialWhy, text string) error {
	return &crm.Error{Code: crm.DiallingDenied, Message: text, Detail: map[string]any{"why": why}}
}

func (d Destination) reachable() error {
	if len(d.Trunks) == 0 {
		return denied(crm.WhyNoTrunk, "There is no line to call out by. Ask an administrator.")
	}
	return nil
}

// check says why a number may not be called.
func (r *Dialling) check(number string, n phone.Number, role, region string) error {
	if r != nil && slices.ContainsFunc(r.Deny, func(prefix string) bool { return strings.HasPrefix(number, prefix) }) {
		return denied(crm.WhyDenied, "Calls to this number are closed. Ask an administrator.")
	}
	var opened []string
	if r != nil {
		opened = append(slices.Clone(r.Allow), r.Roles[role]...)
	}
	if n.Public() && costly(number, n.Region) && !slices.Contains(opened, Premium) {
		return denied(crm.WhyPremium, "This number costs more than a call, so it is closed. Ask an administrator.")
	}
	for _, rule := range opened {
		switch rule {
		case Premium: // it takes another rule to open the number itself
		case National:
			if n.Public() && n.Region == region {
				return nil
			}
		case International:
			if n.Public() {
				return nil
			}
		default:
			if n.Public() && strings.HasPrefix(number, rule) || number == rule {
				return nil
			}
		}
	}
	return denied(crm.WhyNotOpened, "Calls to this number are not opened for you. Ask an administrator.")
}

// costly tells numbers that thieves like: premium rate, shared cost, and those of no
// country, which are satellites and worse.
func costly(number, region string) bool {
	if region == "" || region == "001" {
		return true
	}
	p, err := phonenumbers.Parse(number, "")
	if err != nil {
		return true
	}
	switch phonenumbers.GetNumberType(p) {
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST:
		return true
	}
	return false
}

// everywhere reaches help from any telephone, so it can't be a colleague's.
const everywhere = "112"

// isEmergency knows the numbers of the services that help: never limited, always noted.
// Elsewhere an extension goes first: an office that gives 101 to somebody means him.
func isEmergency(number, region string) bool {
	switch region {
	case "UZ", "RU", "KZ", "KG", "TJ", "TM", "BY":
		return slices.Contains([]string{"101", "102", "103", "104"}, number)
	case "US", "CA", "MX":
		return number == "911"
	case "GB", "IE":
		return number == "999"
	case "AU":
		return number == "000"
	}
	return number == "110" && (region == "DE" || region == "CN")
}

func (s *Snapshot) isExtension(digits string) bool {
	_, ok := s.UserByExtension(digits)
	return ok
}

// DiallingOf are the rules of an office, or of the nearest one above that has some; nil
// when nothing is opened.
func (s *Snapshot) DiallingOf(unit crm.ID) *Dialling {
	for range s.Units {
		u, ok := s.Unit(unit)
		if !ok || u.Dialling != nil {
			return u.Dialling
		}
		unit = u.Parent
	}
	return nil
}

func (s *Snapshot) regionOf(unit crm.ID) string {
	for range s.Units {
		u, ok := s.Unit(unit)
		if !ok || u.Region != "" {
			return u.Region
		}
		unit = u.Parent
	}
	return ""
}

// ways are the trunks that are in use.
func (s *Snapshot) ways(rules *Dialling) (names []string) {
	if rules != nil && len(rules.Trunks) > 0 {
		for _, name := range rules.Trunks {
			if t, ok := s.Trunk(name); ok && !t.Disabled {
				names = append(names, t.Name)
			}
		}
		return names
	}
	for _, t := range s.Trunks {
		if !t.Disabled {
			names = append(names, t.Name)
		}
	}
	return names
}

func (s *Snapshot) callerID(unit crm.ID, rules *Dialling) string {
	if rules != nil && rules.CallerID != "" {
		return rules.CallerID
	}
	first := ""
	for _, n := range s.Numbers {
		if !strings.HasPrefix(n.Number, "+") {
			continue
		}
		if n.Unit == unit {
			return n.Number
		}
		first = cmp.Or(first, n.Number)
	}
	return first
}
