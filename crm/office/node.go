package office

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gopkg.in/yaml.v3"
)

// reader walks the YAML nodes of a file and collects mistakes. It goes on after a
// mistake, so that all are found at once.
type reader struct {
	file     string
	lineless bool // the text came from a program: people never see its lines
	mistakes Mistakes
}

func (r *reader) wrong(line int, field, format string, args ...any) {
	if r.lineless {
		line = 0
	}
	r.mistakes = append(r.mistakes, Mistake{File: r.file, Line: line, Field: field, Message: fmt.Sprintf(format, args...)})
}

// entry is a mapping of the file whose keys have been checked.
type entry struct {
	*reader
	Place
	values map[string]*yaml.Node
	broken bool // no mapping at all: that is said once, and nothing is missing in it
}

// entry reads a mapping that may have only the given keys, each once. A key without a
// value counts as left out.
func (r *reader) entry(n *yaml.Node, path string, allowed ...string) entry {
	n = target(n)
	e := entry{reader: r, Place: Place{n.Line, path, map[string]int{}}, values: map[string]*yaml.Node{}}
	if n.Kind != yaml.MappingNode {
		r.wrong(n.Line, path, "must be a block of `key: value`")
		e.broken = true
		return e
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], target(n.Content[i+1])
		field := join(path, key.Value)
		first, twice := e.lines[key.Value]
		switch {
		case !slices.Contains(allowed, key.Value):
			r.wrong(key.Line, field, "unknown field; known are %s", strings.Join(allowed, ", "))
		case twice:
			r.wrong(key.Line, field, "stands here twice (first in line %d)", first)
		default:
			e.lines[key.Value] = key.Line
			if value.Tag != "!!null" {
				e.values[key.Value] = value
			}
		}
	}
	return e
}

// items gives the values of a sequence with their paths; found is false when the key
// is absent.
func (e entry) items(key string) (items []item, found bool) {
	n := e.values[key]
	if n == nil {
		return nil, false
	}
	path := join(e.Path, key)
	if n.Kind != yaml.SequenceNode {
		e.wrong(n.Line, path, "must be a list")
		return nil, true
	}
	for i, c := range n.Content {
		items = append(items, item{target(c), fmt.Sprintf("%s[%d]", path, i)})
	}
	return items, true
}

type item struct {
	node *yaml.Node
	path string
}

// texts reads a list of texts; "" stands for one that was wrong, so that positions
// stay those of the file.
func (e entry) texts(key string) []string {
	items, _ := e.items(key)
	list := make([]string, len(items))
	for i, it := range items {
		list[i], _ = e.scalar(it.node, it.path)
		e.lines[fmt.Sprintf("%s[%d]", key, i)] = it.node.Line
	}
	return list
}

// scalar reads a text. Numbers are texts too, as they are written: 0101 stays 0101.
func (r *reader) scalar(n *yaml.Node, path string) (string, bool) {
	switch {
	case n.Kind != yaml.ScalarNode || (n.Tag != "!!str" && n.Tag != "!!int"):
		r.wrong(n.Line, path, "must be a text; put it in quotes")
	case len(n.Value) > 500:
		r.wrong(n.Line, path, "is longer than 500 bytes")
	case strings.ContainsFunc(n.Value, unicode.IsControl):
		r.wrong(n.Line, path, "has an invisible control character")
	default:
		return n.Value, true
	}
	return "", false
}

// text is an optional text, "" when absent or wrong.
func (e entry) text(key string) string {
	n := e.values[key]
	if n == nil {
		return ""
	}
	s, _ := e.scalar(n, join(e.Path, key))
	return strings.TrimSpace(s)
}

// secret is an optional text taken as it is, blanks included.
func (e entry) secret(key string) Secret {
	n := e.values[key]
	if n == nil {
		return ""
	}
	s, ok := e.scalar(n, join(e.Path, key))
	if ok && s == "" {
		e.wrong(n.Line, join(e.Path, key), "is empty; leave the field out to keep what is set")
	}
	return Secret(s)
}

// need is a text that must be there.
func (e entry) need(key string) string {
	n := e.values[key]
	if n == nil {
		e.missing(key)
		return ""
	}
	s, ok := e.scalar(n, join(e.Path, key))
	s = strings.TrimSpace(s)
	if ok && s == "" {
		e.wrong(n.Line, join(e.Path, key), "is empty")
	}
	return s
}

// missing says so when the key was left out.
func (e entry) missing(key string) {
	if e.values[key] == nil && !e.broken {
		e.wrong(e.line(key), join(e.Path, key), "is missing")
	}
}

// choice is a text out of a closed set.
func (e entry) choice(key, otherwise string, set []string) string {
	n := e.values[key]
	if n == nil {
		return otherwise
	}
	s, ok := e.scalar(n, join(e.Path, key))
	if ok && !slices.Contains(set, s) {
		e.wrong(n.Line, join(e.Path, key), "unknown value %q; use %s", s, strings.Join(set, ", "))
	}
	return s
}

// flag is true or false.
func (e entry) flag(key string, otherwise bool) bool {
	n := e.values[key]
	if n == nil {
		return otherwise
	}
	b, err := strconv.ParseBool(n.Value)
	if n.Tag != "!!bool" || err != nil {
		e.wrong(n.Line, join(e.Path, key), "must be true or false")
		return otherwise
	}
	return b
}

// count is a whole number within bounds.
func (e entry) count(key string, otherwise, least, most int) int {
	n := e.values[key]
	if n == nil {
		return otherwise
	}
	i, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || i < least || i > most {
		e.wrong(n.Line, join(e.Path, key), "must be a whole number from %d to %d", least, most)
		return otherwise
	}
	return i
}

// duration is written like 20s or 1m30s.
func (e entry) duration(key string, otherwise, least, most time.Duration) time.Duration {
	n := e.values[key]
	if n == nil {
		return otherwise
	}
	d, err := time.ParseDuration(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode || err != nil:
		e.wrong(n.Line, join(e.Path, key), "%q is not a duration; write it like 20s or 1m30s", n.Value)
	case d < least || d > most:
		e.wrong(n.Line, join(e.Path, key), "must be from %s to %s", short(least), short(most))
	default:
		return d.Truncate(time.Millisecond)
	}
	return otherwise
}

// target follows an alias (*name) to what it stands for.
func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// short writes 10m for 10m0s and 1h for 1h0m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
