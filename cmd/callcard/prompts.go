package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db"
	"github.com/callcard/callcard/telephony"
	"github.com/callcard/callcard/telephony/media"
	"github.com/callcard/callcard/web/api"
)

// prompts lets people replace the sounds that callers hear. The files lie in the data
// folder; a folder that the server was started with is somebody else's and only read.
type prompts struct {
	engine *media.Engine
	pool   *pgxpool.Pool
	folder string
	fixed  bool

	turn chan struct{} // of capacity 1: one change at a time
}

// changeTime is what a change may take once the file is here: to send it may take minutes.
const changeTime = 2500 * time.Millisecond

func (p *prompts) List() []api.Sound {
	found := p.engine.Prompts()
	list := make([]api.Sound, len(found))
	for i, s := range found {
		_, err := os.Stat(p.path(string(s.Name)))
		list[i] = api.Sound{Name: string(s.Name), Length: s.Length, Custom: err == nil, Fixed: p.fixed}
	}
	return list
}

func (p *prompts) path(name string) string { return filepath.Join(p.folder, name+".wav") }

// check finds the sound by its name, so that the name can't lead out of the folder.
func (p *prompts) check(name string) error {
	for _, s := range p.engine.Prompts() {
		if string(s.Name) == name {
			return nil
		}
	}
	return crm.Errorf(crm.NotFound, "There is no such sound.")
}

func (p *prompts) Open(name string) ([]byte, error) {
	if err := p.check(name); err != nil {
		return nil, err
	}
	wav, err := os.ReadFile(p.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		wav, err = media.BuiltInPrompt(telephony.Sound(name))
	}
	if err != nil {
		return nil, fmt.Errorf("read the sound %s: %w", name, err)
	}
	return wav, nil
}

func (p *prompts) Put(ctx context.Context, v crm.Viewer, name string, wav []byte) error {
	if err := p.mayChange(name); err != nil {
		return err
	}
	converted, err := media.ConvertPrompt(bytes.NewReader(wav))
	if err != nil {
		return crm.Errorf(crm.Invalid, "This can't be played: %s. Send a WAV file: PCM of 8 or 16 bits, mono or stereo, 8 to 48 kHz.", strings.TrimSuffix(err.Error(), "."))
	}
	return p.change(ctx, v, name, "update", converted)
}

func (p *prompts) Reset(ctx context.Context, v crm.Viewer, name string) error {
	if err := p.mayChange(name); err != nil {
		return err
	}
	return p.change(ctx, v, name, "delete", nil)
}

func (p *prompts) mayChange(name string) error {
	if p.fixed {
		return crm.Errorf(crm.Conflict, "The sounds of this server come from the folder that it was started with (CALLCARD_PROMPTS). Change them there.")
	}
	return p.check(name)
}

// change writes the file (none = the built-in sound) and the audit: both or nothing.
// The file is put in its place last, and taken back if the audit is not stored.
func (p *prompts) change(ctx context.Context, v crm.Viewer, name, action string, wav []byte) error {
	ctx, cancel := context.WithTimeout(ctx, changeTime)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return fmt.Errorf("wait for another change of a sound: %w", ctx.Err())
	}
	before, err := os.ReadFile(p.path(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the sound %s: %w", name, err)
	}
	if before == nil && wav == nil {
		return nil // built in already
	}
	err = db.Tx(ctx, p.pool, func(tx pgx.Tx) error {
		err := db.Audit(ctx, tx, db.Entry{Viewer: v, Action: action, Object: "prompts", Diff: map[string][2]any{
			"name": {name, name}, "bytes": {size(before), size(wav)}}})
		if err != nil {
			return err
		}
		return p.put(name, wav)
	})
	if err != nil {
		err = errors.Join(err, p.put(name, before))
	}
	return errors.Join(err, p.engine.SetPrompts(os.DirFS(p.folder)))
}

// put replaces the file in one step: whoever reads finds the old or the new one.
func (p *prompts) put(name string, wav []byte) error {
	if wav == nil {
		if err := os.Remove(p.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the sound %s: %w", name, err)
		}
		return nil
	}
	next := p.path(name) + ".new"
	if err := os.WriteFile(next, wav, 0o644); err != nil {
		return fmt.Errorf("write the sound %s: %w", name, err)
	}
	if err := os.Rename(next, p.path(name)); err != nil {
		return fmt.Errorf("replace the sound %s: %w", name, err)
	}
	return nil
}

// size is null for no file.
func size(wav []byte) any {
	if wav == nil {
		return nil
	}
	return len(wav)
}
