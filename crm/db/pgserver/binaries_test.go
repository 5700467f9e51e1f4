package pgserver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// install makes a folder that looks like an installed PostgreSQL.
func install(t *testing.T, dir, version string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb"} {
		program := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s (Debian)'\n", name, version)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(program), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBinariesAreFoundByVersion(t *testing.T) {
	path, root := t.TempDir(), t.TempDir()
	t.Setenv("PATH", path+":/bin:/usr/bin")
	for _, v := range []string{"9.6", "15.18", "17beta1"} {
		install(t, filepath.Join(root, v, "bin"), v)
	}
	if err := os.MkdirAll(filepath.Join(root, "empty", "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	install(t, path, "16.2")
	places := []string{filepath.Join(root, "*", "bin")}
	for major, want := range map[string]string{"": "17beta1/bin", "15": "15.18/bin", "9": "9.6/bin", "16": path} {
		if dir, err := findBinaries(places, major); err != nil || !strings.HasSuffix(dir, want) {
			t.Errorf("version %q is found in %s, %v; want %s", major, dir, err, want)
		}
	}
	if _, err := findBinaries(places, "14"); !errors.Is(err, ErrNoBinaries) {
		t.Errorf("a version that is not there: %v", err)
	}
}

func TestWithoutBinariesTheMessageSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := findBinaries(nil, "")
	if !errors.Is(err, ErrNoBinaries) || strings.Contains(err.Error(), "\n") {
		t.Fatalf("%v", err)
	}
	for _, advice := range []string{"apt install postgresql", "brew install postgresql", "apk add postgresql", "DATABASE_URL"} {
		if !strings.Contains(err.Error(), advice) {
			t.Errorf("nothing is said of %q: %v", advice, err)
		}
	}
}
