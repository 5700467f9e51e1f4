package pgserver

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

// ErrNoBinaries means that PostgreSQL is not installed on this machine.
var ErrNoBinaries = errors.New("PostgreSQL is not installed: install it (Debian, Ubuntu: apt install postgresql; " +
	"macOS: brew install postgresql; Alpine: apk add postgresql), or set DATABASE_URL to a server you have")

// findBinaries returns the folder that holds postgres and initdb: one of places, which
// are patterns, or the one in PATH. major restricts the search to one major version
// ("15"); "" takes the newest.
func findBinaries(places []string, major string) (string, error) {
	var dirs []string
	for _, pattern := range places {
		found, err := filepath.Glob(pattern)
		if err == nil {
			dirs = append(dirs, found...)
		}
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(p); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	best, bestMajor := "", -1
	sort.Strings(dirs)
	for _, dir := range dirs {
		m, err := majorOf(dir)
		if err != nil || (major != "" && strconv.Itoa(m) != major) {
			continue
		}
		if m > bestMajor {
			best, bestMajor = dir, m
		}
	}
	if best == "" {
		return "", ErrNoBinaries
	}
	return best, nil
}

// usualPlaces are where packages put PostgreSQL, mostly outside of PATH.
func usualPlaces() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin"}
	case "windows":
		return []string{`C:\Program Files\PostgreSQL\*\bin`}
	}
	return []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*"}
}

// majorOf asks the postgres in dir for its major version.
func majorOf(dir string) (int, error) {
	for _, name := range []string{"postgres", "initdb"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return 0, err
		}
	}
	out, err := exec.Command(filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian …)
	if len(fields) < 3 {
		return 0, errors.New("postgres --version says nothing useful")
	}
	number, digits := fields[2], 0 // 15.18, 17beta1
	for digits < len(number) && number[digits] >= '0' && number[digits] <= '9' {
		digits++
	}
	return strconv.Atoi(number[:digits])
}
