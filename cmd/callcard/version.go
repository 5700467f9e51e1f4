package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
)

// buildVersion is set by the linker.
var buildVersion = "dev"

func version(_ context.Context, _ []string, out io.Writer) error {
	_, err := fmt.Fprintf(out, "callcard %s (%s, %s/%s)\n", buildVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
