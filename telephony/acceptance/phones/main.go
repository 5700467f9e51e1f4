package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"
)

const longestLine = 1 << 20

func main() {
	if err := run(context.Background(), os.Stdin, os.Stdout, slog.New(slog.NewTextHandler(os.Stderr, nil))); err != nil {
		fmt.Fprintln(os.Stderr, "phones:", err)
		os.Exit(1)
	}
}

// run carries out the commands of in until it ends. Commands run beside each other:
// one that waits for a sound does not hold up the rest.
func run(ctx context.Context, in io.Reader, out io.Writer, log *slog.Logger) error {
	ctx, cancel := context.WithCancelCause(ctx)
	p := newPrinter(out)
	d := newDesk(p, log)
	var doing sync.WaitGroup
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var c command
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			p.print(answer{ID: c.ID, At: millis(time.Now()), Error: err.Error()})
			continue
		}
		doing.Go(func() {
			a, err := d.do(ctx, c)
			if a.ID = c.ID; a.At == 0 {
				a.At = millis(time.Now())
			}
			if err != nil {
				a.Error = err.Error()
			}
			p.print(a)
		})
	}
	cancel(errors.New("there are no more commands"))
	doing.Wait()
	d.close()
	return lines.Err()
}
