// Command callcard is the contact center and CRM in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sort"
	"strings"
	"syscall"

	"github.com/callcard/callcard/crm/office"
)

// Exit codes (contract with scripts).
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// command is one subcommand; each has a file of its own.
type command struct {
	summary string
	run     func(ctx context.Context, args []string, out io.Writer) error
}

func commands() map[string]command {
	return map[string]command{
		"serve":    {"run the server", serve},
		"demo":     {"run the server with a demo office, its managers' phones and a built-in caller", demo},
		"apply":    {"declare the office from a file", apply},
		"simulate": {"place a call without a trunk: simulate call --from NUMBER --to NUMBER", simulate},
		"user":     {"manage users: user add --login NAME --role ROLE", user},
		"migrate":  {"bring the database's schema up to date", migrate},
		"openapi":  {"print the OpenAPI document", openAPI},
		"version":  {"print the version", version},
	}
}

// errUsage marks an error as wrong usage: exit code 2.
type errUsage struct{ error }

func usagef(format string, args ...any) error { return errUsage{fmt.Errorf(format, args...)} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func dispatch(ctx context.Context, args []string, out, errOut io.Writer) int {
	all := commands()
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(out, all)
		return exitDone
	}
	cmd, ok := all[args[0]]
	if !ok {
		fmt.Fprintf(errOut, "callcard: there is no command %q; callcard help lists them\n", args[0])
		return exitUsage
	}
	err := cmd.run(ctx, args[1:], out)
	var wrong errUsage
	switch {
	case err == nil, errors.Is(err, errHelp):
		return exitDone
	case errors.As(err, &wrong):
		fmt.Fprintf(errOut, "callcard %s: %s\n", args[0], oneLine(err))
		return exitUsage
	case errors.Is(err, context.Canceled), errors.Is(err, syscall.EINTR):
		return exitFailed
	}
	var mistakes office.Mistakes
	if errors.As(err, &mistakes) { // one a line, as compilers do, so that editors can jump there
		fmt.Fprintln(errOut, mistakes)
		return exitFailed
	}
	fmt.Fprintf(errOut, "callcard %s: %s\n", args[0], oneLine(err))
	return exitFailed
}

func usage(out io.Writer, all map[string]command) {
	fmt.Fprintln(out, "callcard: contact center and CRM in one program")
	fmt.Fprintln(out, "\nUsage: callcard COMMAND [flags]")
	fmt.Fprintln(out)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(out, "  %-9s %s\n", name, all[name].summary)
	}
	fmt.Fprintln(out, "\ncallcard COMMAND --help tells its flags.")
}

// oneLine keeps a promise to scripts: an error is one line.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
