package office

import (
	"fmt"
	"regexp"
	"strings"
)

const maxPerHour = 1000

var (
	prefixForm  = regexp.MustCompile(`^\+[1-9][0-9]{0,14}$`)
	serviceForm = regexp.MustCompile(`^[0-9]{2,6}$`)
)

// dialling reads the rules of an office.
func (r *reader) dialling(i item, at Place) *Dialling {
	e := r.entry(i.node, i.path, "allow", "deny", "roles", "trunks", "caller_id", "per_hour")
	d := &Dialling{Allow: e.opened("allow"), Deny: e.texts("deny"), Trunks: e.texts("trunks"), CallerID: e.text("caller_id"),
		PerHour: e.count("per_hour", defaultPerHour, 1, maxPerHour)}
	for n, prefix := range d.Deny {
		if field := fmt.Sprintf("deny[%d]", n); prefix != "" && !prefixForm.MatchString(prefix) && !serviceForm.MatchString(prefix) {
			e.wrong(e.line(field), join(e.Path, field), "%q is not a prefix; write it like +998 or 1055", prefix)
		}
	}
	if n := e.values["roles"]; n != nil {
		roles := r.entry(n, join(e.Path, "roles"), Roles...)
		d.Roles = map[string][]string{}
		for _, role := range Roles {
			if opened := roles.opened(role); len(opened) > 0 {
				d.Roles[role] = opened
			}
		}
	}
	if d.CallerID != "" {
		if number, err := canonicalNumber(d.CallerID); err != nil || !strings.HasPrefix(number, "+") {
			e.wrong(e.line("caller_id"), join(e.Path, "caller_id"), "%q is not a number like +998712000001", d.CallerID)
		} else {
			d.CallerID = number
		}
	}
	for field, line := range e.lines { // references are checked from the office's own place
		at.lines["dialling."+field] = line
	}
	return d
}

// opened reads a list of what is opened.
func (e entry) opened(key string) []string {
	list := e.texts(key)
	for n, rule := range list {
		switch {
		case rule == "" || rule == National || rule == International || rule == Premium:
		case !prefixForm.MatchString(rule) && !serviceForm.MatchString(rule):
			field := fmt.Sprintf("%s[%d]", key, n)
			e.wrong(e.line(field), join(e.Path, field), "%q opens nothing; write %s, %s, %s, a prefix like +998 or a service number like 1055",
				rule, National, International, Premium)
		}
	}
	return list
}
