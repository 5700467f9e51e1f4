package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
	"github.com/callcard/callcard/crm/users"
)

// apply brings the office in line with a file. A running server follows at once.
func apply(ctx context.Context, args []string, out io.Writer) error {
	var dryRun bool
	file, rest := splitOperand(args)
	c, err := readConfig("apply FILE", ":8080", rest, out, func(fs *flag.FlagSet) {
		fs.BoolVar(&dryRun, "dry-run", false, "only print what would change")
	})
	if err != nil {
		return err
	}
	if file == "" {
		return usagef("name the office file: callcard apply office.yaml")
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open the office file: %w", err)
	}
	defer f.Close()
	declared, err := office.Parse(f, file, users.WeakPassword)
	if err != nil {
		return err
	}
	return withDatabase(ctx, c, func(pool *pgxpool.Pool) error {
		changes, err := office.Apply(ctx, pool, users.NewPasswords(runtime.NumCPU()), crm.SystemViewer("apply"), declared, dryRun)
		if err != nil {
			return err
		}
		return printChanges(out, changes, dryRun)
	})
}

func printChanges(out io.Writer, changes []office.Change, dryRun bool) error {
	if len(changes) == 0 {
		_, err := fmt.Fprintln(out, "no changes")
		return err
	}
	for _, ch := range changes {
		if _, err := fmt.Fprintln(out, ch); err != nil {
			return err
		}
	}
	done := "applied: " + plural(len(changes), "change", "changes")
	if dryRun {
		done = "would apply: " + plural(len(changes), "change", "changes") + " (dry run, nothing was changed)"
	}
	_, err := fmt.Fprintln(out, done)
	return err
}

// splitOperand takes the first argument that is no flag, wherever it stands among
// flags without separate values.
func splitOperand(args []string) (operand string, rest []string) {
	takesValue := false
	for i, a := range args {
		if takesValue {
			takesValue = false
			continue
		}
		if a == "--" {
			if i+1 == len(args) {
				break
			}
			return args[i+1], append(append([]string{}, args[:i]...), args[i+2:]...)
		}
		if len(a) > 0 && a[0] == '-' {
			takesValue = needsValue(a)
			continue
		}
		return a, append(append([]string{}, args[:i]...), args[i+1:]...)
	}
	return "", args
}

// needsValue reports whether a flag's value is the next argument.
func needsValue(flagArg string) bool {
	for _, r := range flagArg {
		if r == '=' {
			return false
		}
	}
	switch flagArg {
	case "-dry-run", "--dry-run", "-h", "--help", "-help":
		return false
	}
	return true
}

var errNoRole = errors.New("choose a role: agent, supervisor or admin")

func user(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 || args[0] != "add" {
		return usagef("callcard user add --login NAME --name \"Full Name\" --role ROLE [--password PASSWORD]")
	}
	var login, name, role, password string
	c, err := readConfig("user add", ":8080", args[1:], out, func(fs *flag.FlagSet) {
		fs.StringVar(&login, "login", "", "what he signs in with")
		fs.StringVar(&name, "name", "", "full name")
		fs.StringVar(&role, "role", "", "agent, supervisor or admin")
		fs.StringVar(&password, "password", os.Getenv("CALLCARD_PASSWORD"), "password; better given as CALLCARD_PASSWORD, where other users of this machine can't see it")
	})
	if err != nil {
		return err
	}
	switch {
	case login == "" || name == "":
		return usagef("give --login and --name")
	case role == "":
		return usagef("%w", errNoRole)
	case password == "":
		return usagef("give the password in the environment as CALLCARD_PASSWORD")
	}
	return withDatabase(ctx, c, func(pool *pgxpool.Pool) error {
		store := users.New(pool, users.Options{Passwords: users.NewPasswords(1), Phone: office.Phone})
		edit := users.Edit{Name: &name, Role: &role, Password: &password}
		if _, err := store.Create(ctx, crm.SystemViewer("command"), login, edit); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "%s may sign in as %s.\n", login, role)
		return err
	})
}
