package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/callcard/callcard/"

// arrows is the table of allowed imports between our packages: a package may import
// what stands at the longest prefix of its path. Tests may import more.
var arrows = map[string][]string{
	"telephony":                   {},
	"routing":                     {},
	"crm":                         {},
	"realtime":                    {},
	"migrations":                  {},
	"telephony/media":             {"telephony"},
	"telephony/sip":               {"telephony", "telephony/media"},
	"telephony/phone":             {"telephony/media", "telephony/phone/browser"},
	"telephony/phone/browser":     {},
	"telephony/callflow":          {"telephony", "crm", "routing"},
	"telephony/acceptance":        {"telephony/media", "telephony/phone", "crm/db/dbtest"},
	"telephony/acceptance/phones": {"telephony/media", "telephony/phone"},
	"routing/redisq":              {"routing"},
	"crm/phone":                   {},
	"crm/fold":                    {},
	"crm/db":                      {"crm"},
	"crm/db/pgserver":             {},
	"crm/db/dbtest":               {"crm", "crm/db", "migrations"},
	"crm/db/dbtest/withdb":        {"crm/db/pgserver"},
	"crm/history":                 {"crm", "crm/calls", "crm/contacts", "crm/tasks", "crm/office"},
	"crm/":                        {"crm", "crm/db", "crm/filter", "crm/metric", "crm/phone", "crm/fold"},
	"web":                         {"telephony/callflow", "crm", "crm/*", "routing", "realtime", "web/*"},
	"cmd":                         {"*"},
}

// TestArrows walks the tree and holds every import against the table.
func TestArrows(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "node_modules" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		return checkFile(t, path, filepath.ToSlash(rel))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkFile(t *testing.T, path, pkg string) error {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	allowed, ok := allowedOf(pkg)
	if !ok {
		t.Errorf("%s: the package %s has no place in the house: give it a row in the table of arrows", path, pkg)
	}
	for _, spec := range f.Imports {
		full, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if strings.HasPrefix(full, "github.com/emiago/sipgo") && pkg != "telephony/sip" {
			t.Errorf("%s imports sipgo; only telephony/sip may", path)
		}
		if ours, ok := strings.CutPrefix(full, module); ok && ours != pkg && !permits(allowed, ours) {
			t.Errorf("%s: %s may not import %s", path, pkg, ours)
		}
	}
	return nil
}

func allowedOf(pkg string) ([]string, bool) {
	best := ""
	for prefix := range arrows {
		fits := pkg == prefix || strings.HasPrefix(pkg, strings.TrimSuffix(prefix, "/")+"/")
		if exactOnly(prefix) && pkg != prefix {
			fits = false
		}
		if fits && len(prefix) > len(best) {
			best = prefix
		}
	}
	return arrows[best], best != ""
}

// exactOnly: the kernels have packages below them with rows of their own.
func exactOnly(prefix string) bool {
	return prefix == "crm" || prefix == "telephony" || prefix == "routing"
}

func permits(allowed []string, pkg string) bool {
	for _, a := range allowed {
		if a == "*" || a == pkg || strings.HasSuffix(a, "/*") && strings.HasPrefix(pkg, strings.TrimSuffix(a, "*")) {
			return true
		}
	}
	return false
}
