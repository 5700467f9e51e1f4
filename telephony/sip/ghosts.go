package sip

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	ghostFile = "dialogs.jsonl"
	// buryTime is how long a dialog of a killed process may wait for the answer to its
	// BYE; buryAtOnce bounds how many wait at a time.
	buryTime   = 10 * time.Second
	buryAtOnce = 64
	buryRetry  = 100 * time.Millisecond
	// seqGap is added to the last CSeq that was written down: the dialog has counted
	// on since then, and a BYE must be higher than whatever it sent (RFC 3261 12.2).
	seqGap = 10_000
	// rewriteAt is the size at which the journal is written anew without the dialogs
	// that have ended.
	rewriteAt = 1 << 20
)

// ghost is what a BYE needs after this process was killed and its memory is gone.
type ghost struct {
	Tag       string   `json:"tag"`
	Ended     bool     `json:"ended,omitempty"`
	CallID    string   `json:"call_id,omitempty"`
	Local     string   `json:"local,omitempty"`
	Remote    string   `json:"remote,omitempty"`
	Target    string   `json:"target,omitempty"`
	Routes    []string `json:"routes,omitempty"`
	Seq       uint32   `json:"seq,omitempty"`
	Source    string   `json:"source,omitempty"`
	Transport string   `json:"transport,omitempty"`
	NATted    bool     `json:"natted,omitempty"`
}

// ghosts is the journal of confirmed dialogs: one line when a dialog begins, one when
// it ends. Lines are written without fsync: they survive kill -9, and after a power
// cut the peers have noticed by themselves.
type ghosts struct {
	log  *slog.Logger
	path string

	mu    sync.Mutex
	file  *os.File // nil: nothing is kept
	size  int64
	live  map[string]ghost
	stale []ghost // of the process before
}

func openGhosts(dir string, log *slog.Logger) *ghosts {
	g := &ghosts{log: log, live: make(map[string]ghost)}
	if dir == "" {
		return g
	}
	g.path = filepath.Join(dir, ghostFile)
	if err := g.open(); err != nil {
		log.Error("dialogs are not kept over a crash", "error", err)
	}
	return g
}

// open reads what a killed process has left, keeps it until it is buried, and begins
// the journal anew.
func (g *ghosts) open() error {
	if err := os.MkdirAll(filepath.Dir(g.path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the dialog journal: %w", err)
	}
	left, err := readGhosts(g.path)
	if err != nil {
		return err
	}
	for _, one := range left {
		g.stale = append(g.stale, one)
		g.live[one.Tag] = one
	}
	return g.rewrite()
}

// readGhosts returns the dialogs that have no end. A torn last line is the kill.
func readGhosts(path string) (map[string]ghost, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the dialog journal: %w", err)
	}
	defer f.Close()
	left := make(map[string]ghost)
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<10)
	for lines.Scan() {
		var one ghost
		if json.Unmarshal(lines.Bytes(), &one) != nil || one.Tag == "" {
			continue
		}
		if one.Ended {
			delete(left, one.Tag)
		} else {
			left[one.Tag] = one
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("read the dialog journal: %w", err)
	}
	return left, nil
}

// rewrite replaces the journal by one that holds the live dialogs only.
func (g *ghosts) rewrite() (err error) {
	text := encode(slices.Collect(maps.Values(g.live))...)
	if g.file, err = replace(g.path, g.file, text); err != nil {
		return fmt.Errorf("write the dialog journal: %w", err)
	}
	g.size = int64(len(text))
	return nil
}

// add keeps a confirmed dialog, forget lets it go.
func (g *ghosts) add(tag string, one ghost) {
	if one.Transport == webSocket {
		return // the end of the process ends its page's socket too, and nothing leads back
	}
	one.Tag = tag
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.file == nil {
		return
	}
	g.live[tag] = one
	g.write(one)
}

func (g *ghosts) forget(tag string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.live[tag]; !ok || g.file == nil {
		return
	}
	delete(g.live, tag)
	g.write(ghost{Tag: tag, Ended: true})
}

func (g *ghosts) write(one ghost) {
	n, err := g.file.Write(encode(one))
	g.size += int64(n)
	if err == nil && g.size > rewriteAt && g.size > int64(len(g.live))*1024 {
		err = g.rewrite()
	}
	if err != nil {
		g.log.Error("dialog is not kept over a crash", "error", err)
	}
}

func (g *ghosts) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.file == nil {
		return
	}
	if err := g.file.Close(); err != nil {
		g.log.Error("close the dialog journal", "error", err)
	}
	g.file = nil
}

// takeStale hands out the dialogs of the process before, once.
func (g *ghosts) takeStale() []ghost {
	g.mu.Lock()
	defer g.mu.Unlock()
	stale := g.stale
	g.stale = nil
	return stale
}

// buryGhosts says BYE to both peers of every dialog that a killed process has left.
// It returns when all have answered, or their time is over, or ctx ends.
func (c *calls) buryGhosts(ctx context.Context) {
	stale := c.ghosts.takeStale()
	if len(stale) == 0 {
		return
	}
	c.log.Info("ending the dialogs of a process that was killed", "dialogs", len(stale))
	var burials sync.WaitGroup
	slots := make(chan struct{}, buryAtOnce)
	for _, one := range stale {
		slots <- struct{}{}
		burials.Go(func() {
			defer func() { <-slots }()
			if err := c.bury(ctx, one); err != nil {
				c.log.Debug("a peer did not answer the late BYE", "error", err)
			}
			if ctx.Err() == nil { // else the next start tries again
				c.ghosts.forget(one.Tag)
			}
		})
	}
	burials.Wait()
}

func (c *calls) bury(ctx context.Context, one ghost) error {
	d, err := one.dialog()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, buryTime)
	defer cancel()
	req := d.next(sip.BYE)
	req.AppendHeader(sip.NewHeader("Reason", `Q.850;cause=41;text="Server restarted"`))
	tx, err := c.server.request(ctx, req)
	for err != nil { // the listener has not begun to read, or the phone has not come back
		select {
		case <-time.After(buryRetry):
			tx, err = c.server.request(ctx, req)
		case <-ctx.Done():
			return err
		}
	}
	defer tx.Terminate()
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return nil
			}
		case <-tx.Done():
			return tx.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func ghostOf(d *dialog) ghost {
	g := ghost{
		CallID: d.callID, Local: d.local.Value(), Remote: d.remote.Value(), Target: d.target.String(),
		Seq: d.localSeq, Source: d.source, Transport: d.transport, NATted: d.natted,
	}
	for i := range d.routes {
		g.Routes = append(g.Routes, d.routes[i].String())
	}
	return g
}

func (g ghost) dialog() (*dialog, error) {
	d := &dialog{callID: g.CallID, localSeq: g.Seq + seqGap, source: g.Source, transport: g.Transport, natted: g.NATted}
	var err, bad error
	d.local.DisplayName, err = sip.ParseAddressValue(g.Local, &d.local.Address, &d.local.Params)
	bad = errors.Join(bad, err)
	d.remote.DisplayName, err = sip.ParseAddressValue(g.Remote, &d.remote.Address, &d.remote.Params)
	bad = errors.Join(bad, err, sip.ParseUri(g.Target, &d.target))
	for _, text := range g.Routes {
		var uri sip.Uri
		bad = errors.Join(bad, sip.ParseUri(text, &uri))
		d.routes = append(d.routes, uri)
	}
	if bad != nil {
		return nil, fmt.Errorf("read a dialog: %w", bad)
	}
	return d, nil
}
