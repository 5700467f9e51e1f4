package contacts

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/crm/phone"
)

var statements = map[string]string{
	"identifySQL": identifySQL, "channelsSQL": channelsSQL, "getSQL": getSQL, "insertSQL": insertSQL, "insertChannelSQL": insertChannelSQL,
	"lockNumberSQL": lockNumberSQL, "existingSQL": existingSQL, "lockSQL": lockSQL, "updateSQL": updateSQL, "changesSQL": changesSQL,
	"updateChannelSQL": updateChannelSQL, "removeChannelSQL": removeChannelSQL, "deleteSQL": deleteSQL,
	"deleteChannelsSQL": deleteChannelsSQL, "forgetHintsSQL": forgetHintsSQL, "addActivitySQL": addActivitySQL, "touchSQL": touchSQL,
	"timelineSQL": ofKind(""), "timeline of a kind": ofKind(Note), "hintSQL": hintSQL, "unhintSQL": unhintSQL, "hasNumberSQL": hasNumberSQL,
	"lostSQL": lostSQL, "leadSQL": leadSQL, "insertNoteSQL": insertNoteSQL, "lockNotesSQL": lockNotesSQL, "cardOfCallSQL": cardOfCallSQL, "hasNoteSQL": hasNoteSQL, "noteSQL": noteSQL,
	"lockNoteSQL": lockNoteSQL, "saveNoteSQL": saveNoteSQL, "removeNoteSQL": removeNoteSQL, "callNotesSQL": callNotesSQL,
	"moveNotesSQL": moveNotesSQL, "pinnedSQL": pinnedSQL, "companiesSQL": companiesSQL, "peopleSQL": peopleSQL,
	"positionSQL": positionSQL, "linkSQL": linkSQL, "unlinkSQL": unlinkSQL, "editedSQL": editedSQL, "linkedSQL": linkedSQL,
	"deleteLinksSQL": deleteLinksSQL, "companySQL": companySQL,
}

// viewers have each reach that a right can have.
func viewers() []crm.Viewer {
	list := []crm.Viewer{crm.SystemViewer("test")}
	for _, reach := range []crm.Reach{crm.None, crm.Own, crm.Unit, crm.Subtree, crm.All} {
		list = append(list, crm.Viewer{
			User: crm.NewID(), Login: "x", Unit: crm.NewID(), Subtree: []crm.ID{crm.NewID()},
			Grants: crm.Grants{crm.Contacts: {crm.Read: reach}},
		})
	}
	return list
}

func TestEveryStatementPrepares(t *testing.T) {
	for name := range constantsNamedSQL(t) {
		if statements[name] == "" {
			t.Errorf("%s is not in the list of statements", name)
		}
	}
	conn, err := pgx.Connect(t.Context(), dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	prepare := func(name, sql string) {
		plain, _, err := pgx.NamedArgs{}.RewriteQuery(t.Context(), conn, sql, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := conn.Prepare(t.Context(), "", plain); err != nil {
			t.Errorf("%s: %v\n%s", name, err, plain)
		}
	}
	for _, v := range viewers() {
		for _, name := range slices.Sorted(maps.Keys(statements)) {
			prepare(name, scoped(statements[name], v, crm.Read, pgx.NamedArgs{}))
		}
		for _, f := range filters() {
			for _, common := range []bool{false, true} {
				q, err := listQuery(v, f, phone.Rules{Region: "UZ", Regions: []string{"RU"}}, 50, common)
				if err != nil {
					t.Fatal(err)
				}
				prepare("list", q.sql())
			}
		}
	}
}

// filters are lists of every kind: each search, each order, first and later pages.
func filters() []Filter {
	var all []Filter
	for _, order := range []Sort{ByTouch, ByName, ByCreated} {
		for _, from := range []string{"", cursor{Sort: order, Name: "A", At: end, ID: lastID}.String()} {
			for _, q := range []string{"", "anvar ka", "90 123", "+99890", "info@", "8 90 123 45 67"} {
				all = append(all, Filter{
					Q: q, Sort: order, Cursor: from, Phone: "+998901234567", Kind: Person, Type: "client", Owner: crm.NewID(),
				})
			}
		}
	}
	return all
}

func constantsNamedSQL(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				for _, id := range spec.Names {
					if strings.HasSuffix(id.Name, "SQL") {
						found[id.Name] = true
					}
				}
			}
			return true
		})
	}
	if len(found) == 0 {
		t.Fatal("found no statements in the sources")
	}
	return found
}
