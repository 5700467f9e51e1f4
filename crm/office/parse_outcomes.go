package office

import (
	"fmt"
	"regexp"
)

const (
	maxOutcomes    = 30
	maxOutcomeName = 60 // characters: it must fit on a button
)

var outcomeKeyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// outcomes reads what an office or a queue wants of its outcomes: nil for no change. An
// empty list asks for no outcome at all.
func (e entry) outcomes() *[]Outcome {
	items, found := e.items("outcomes")
	switch inherits := e.flag("inherit_outcomes", false); {
	case inherits && found:
		e.wrong(e.line("inherit_outcomes"), join(e.Path, "inherit_outcomes"), "can't be true beside outcomes")
	case inherits:
		return new([]Outcome)
	case !found:
		return nil
	}
	if len(items) > maxOutcomes {
		e.wrong(e.line("outcomes"), join(e.Path, "outcomes"), "has more than %d outcomes; nobody finds one among so many", maxOutcomes)
	}
	list, seen := make([]Outcome, len(items)), map[string]string{}
	for i, it := range items {
		list[i] = e.outcome(it)
		if key := list[i].Key; key != "" {
			if first, twice := seen[key]; twice {
				e.wrong(it.node.Line, join(it.path, "key"), "outcome %q stands in %s already", key, first)
			}
			seen[key] = it.path
		}
	}
	return &list
}

func (r *reader) outcome(i item) Outcome {
	e := r.entry(i.node, i.path, "key", "name", "names", "kind", "requires")
	o := Outcome{Key: e.need("key"), Name: e.need("name"), Kind: e.choice("kind", "neutral", OutcomeKinds),
		Requires: e.choice("requires", "", []string{RequiresNote, RequiresTask})}
	if o.Key != "" && !outcomeKeyForm.MatchString(o.Key) {
		e.wrong(e.line("key"), join(e.Path, "key"), "use small letters a-z, digits and - _, at most 40 characters")
	}
	e.fits("name", o.Name)
	if n := e.values["names"]; n != nil {
		names := r.entry(n, join(e.Path, "names"), Locales...)
		for _, language := range Locales {
			name := names.text(language)
			names.fits(language, name)
			if name == "" {
				continue
			}
			if o.Names == nil {
				o.Names = map[string]string{}
			}
			o.Names[language] = name
		}
	}
	return o
}

func (e entry) fits(key, name string) {
	if len([]rune(name)) > maxOutcomeName {
		e.wrong(e.line(key), join(e.Path, key), "%s", fmt.Sprintf("is longer than %d characters", maxOutcomeName))
	}
}
