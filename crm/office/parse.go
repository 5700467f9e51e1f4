package office

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxFile is far above the office of a thousand people.
const maxFile = 4 << 20

var sections = []string{"offices", "users", "trunks", "queues", "numbers"}

// Parse reads an office file; name is used in messages. weak says what is wrong with
// a password that people sign in with, nil when it is good. The error of a wrong file
// is Mistakes, with everything that is wrong.
func Parse(from io.Reader, name string, weak func(password string) error) (File, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxFile+1))
	if err != nil {
		return File{}, fmt.Errorf("read %s: %w", name, err)
	}
	r := &reader{file: name}
	if len(text) > maxFile {
		r.wrong(0, "", "is larger than %d MB", maxFile>>20)
		return File{}, r.mistakes.orNil()
	}
	root := r.document(text)
	if root == nil {
		return File{}, r.mistakes.orNil()
	}
	f := r.content(root, weak)
	f.Name = name
	r.checkTwins(f)
	r.circles(f.Offices, nil)
	r.checkNames(f)
	if err := r.mistakes.orNil(); err != nil {
		return File{}, err
	}
	return f, nil
}

// content reads the sections.
func (r *reader) content(root *yaml.Node, weak func(password string) error) File {
	top := r.entry(root, "", sections...)
	return File{
		Offices: section(top, "offices", r.office),
		Users:   section(top, "users", func(i item) FileUser { return r.user(i, weak) }),
		Trunks:  section(top, "trunks", r.trunk),
		Queues:  section(top, "queues", r.queue),
		Numbers: section(top, "numbers", r.number),
	}
}

// section reads the entries of one section: nil when absent, never nil when present.
func section[T any](top entry, key string, read func(item) T) []T {
	items, found := top.items(key)
	if !found {
		return nil
	}
	list := make([]T, 0, len(items))
	for _, i := range items {
		list = append(list, read(i))
	}
	return list
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)

// document finds the one document of the file, nil when there is none to go on with.
func (r *reader) document(text []byte) *yaml.Node {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF) || (err == nil && (len(doc.Content) == 0 || doc.Content[0].Tag == "!!null")):
		r.wrong(0, "", "the file is empty; it needs at least one of %s", strings.Join(sections, ", "))
		return nil
	case err != nil:
		r.syntax(err)
		return nil
	}
	switch err := dec.Decode(&more); {
	case err == nil:
		r.wrong(more.Line, "", "a second document begins here; an office is one document")
	case !errors.Is(err, io.EOF):
		r.syntax(err)
	}
	return doc.Content[0]
}

// parserError matches the messages of the YAML library's parser. It gives the line
// where the broken block begins, counted from 0, while its scanner gives the line of
// the mistake, counted from 1 (yaml.v3 decode.go, parser.fail).
var parserError = regexp.MustCompile(`^did not find expected ('-' indicator|',' or|key|node content|<)`)

// syntax turns what the YAML library says ("yaml: line 3: …") into a mistake.
func (r *reader) syntax(err error) {
	message, line := strings.TrimPrefix(err.Error(), "yaml: "), 0
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1]) // the pattern admits only digits
		message = m[2]
	}
	if parserError.MatchString(message) {
		line++
		message += ", in the block that begins here"
	}
	r.wrong(line, "", "is not valid YAML: %s", message)
}
