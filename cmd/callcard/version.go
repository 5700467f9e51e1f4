package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
)

// buildVersion is set by the linker.
var buildVersion = "dev"

func version(_ context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		return usagef("version takes no arguments")
	}
	_, err := fmt.Fprintf(out, "callcard %s (%s, %s/%s)\n", buildVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
