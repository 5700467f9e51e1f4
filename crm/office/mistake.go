package office

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing wrong with an office file.
type Mistake struct {
	File    string
	Line    int    // 1-based; 0 when it concerns the whole file
	Field   string // dotted path, e.g. users[0].extension (entries count from 0)
	Message string // what is wrong and what to write instead; never a secret
}

func (m Mistake) String() string {
	s := m.File
	if m.Line > 0 {
		s += fmt.Sprintf(":%d", m.Line)
	}
	if m.Field != "" {
		s += ": " + m.Field
	}
	return s + ": " + m.Message
}

// Mistakes is the error of a wrong office file: all that is wrong, in the order of
// lines, one a line.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.String()
	}
	return strings.Join(lines, "\n")
}

// orNil sorts and gives an error only when there is a mistake.
func (m Mistakes) orNil() error {
	if len(m) == 0 {
		return nil
	}
	slices.SortStableFunc(m, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Field, b.Field))
	})
	return m
}
