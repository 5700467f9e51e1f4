package dbtest_test

import (
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm/db/dbtest"
)

func TestEveryTestHasAMigratedDatabaseOfItsOwn(t *testing.T) {
	var gone string
	t.Run("one", func(t *testing.T) {
		a, b := dbtest.New(t), dbtest.New(t)
		if _, err := a.Exec(t.Context(), "create table only_here()"); err != nil {
			t.Fatal(err)
		}
		var here, migrated bool
		err := b.QueryRow(t.Context(), "select to_regclass('only_here') is not null, to_regclass('app_user') is not null").Scan(&here, &migrated)
		if err != nil || here || !migrated {
			t.Errorf("the second database: table of the first %v, schema %v, error %v; want false, true, nil", here, migrated, err)
		}
		gone = dbtest.URL(t)
	})
	if c, err := pgx.Connect(t.Context(), gone); err == nil {
		_ = c.Close(t.Context())
		t.Error("the database outlives its test")
	}
}

func TestATemplateIsNamedByItsMigrations(t *testing.T) {
	name := func(path, text string) string {
		n, err := dbtest.TemplateName(fstest.MapFS{path: {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	first := name("00001_org.sql", "create table unit()")
	if again := name("00001_org.sql", "create table unit()"); again != first {
		t.Errorf("the same migrations make %s and %s", first, again)
	}
	for _, other := range []string{name("00001_org.sql", "create table units()"), name("00002_org.sql", "create table unit()")} {
		if other == first {
			t.Errorf("other migrations make the same name %s", first)
		}
	}
}
