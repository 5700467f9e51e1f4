package office

import (
	"fmt"
	"strings"
)

// Action is what happens to an object.
type Action string

const (
	Added   Action = "added"
	Changed Action = "changed"
	Removed Action = "removed"
)

// Change is one difference between an office file and the office.
type Change struct {
	Action Action
	Object string        // office, user, trunk, queue, number
	Name   string        // after the change
	Fields []FieldChange // in the order of the file's documentation; none for Removed
}

// FieldChange is a field of a Change. A secret has no values, only Secret.
type FieldChange struct {
	Field    string
	Old, New string
	Secret   bool
}

// String is a line for people: + for added, ~ for changed, - for removed.
func (c Change) String() string {
	sign := map[Action]string{Added: "+", Changed: "~", Removed: "-"}[c.Action]
	line := fmt.Sprintf("%s %s %s", sign, c.Object, c.Name)
	if len(c.Fields) == 0 {
		return line
	}
	parts := make([]string, len(c.Fields))
	for i, f := range c.Fields {
		switch {
		case f.Secret && c.Action == Added:
			parts[i] = f.Field + ": set"
		case f.Secret:
			parts[i] = f.Field + ": changed"
		case c.Action == Added:
			parts[i] = f.Field + ": " + f.New
		default:
			parts[i] = fmt.Sprintf("%s: %s -> %s", f.Field, orNone(f.Old), orNone(f.New))
		}
	}
	return line + " (" + strings.Join(parts, "; ") + ")"
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// diff is what the audit keeps of the change. It names what comes and goes: a line about
// something that is gone shall still be read.
func (c Change) diff() map[string][2]any {
	d := make(map[string][2]any, len(c.Fields)+1)
	key := "name"
	switch c.Object {
	case "user":
		key = "login"
	case "number":
		key = "number"
	}
	switch c.Action {
	case Added:
		d[key] = [2]any{nil, c.Name}
	case Removed:
		d[key] = [2]any{c.Name, nil}
	}
	for _, f := range c.Fields {
		switch {
		case f.Secret:
			d[f.Field] = [2]any{hidden, hidden}
		case c.Action == Added:
			d[f.Field] = [2]any{nil, f.New}
		default:
			d[f.Field] = [2]any{f.Old, f.New}
		}
	}
	return d
}

// field is one comparable field of a row, as people read it.
type field struct {
	name, value string
	secret      bool
}

// compare lists what differs; old is nil for a new object. Both lists have the same
// fields in the same order.
func compare(old, wanted []field) []FieldChange {
	var changes []FieldChange
	for i, w := range wanted {
		var was string
		if old != nil {
			was = old[i].value
		}
		if was == w.value {
			continue
		}
		c := FieldChange{Field: w.name, Secret: w.secret}
		if !w.secret {
			c.Old, c.New = was, w.value
		}
		changes = append(changes, c)
	}
	return changes
}
