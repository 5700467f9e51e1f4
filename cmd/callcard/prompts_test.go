package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
	"github.com/callcard/callcard/telephony/media"
)

func TestPromptsOfPeople(t *testing.T) {
	engine, err := media.New(media.Config{PortMin: 41100, PortMax: 41110})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	p := &prompts{turn: make(chan struct{}, 1), engine: engine, pool: dbtest.New(t), folder: t.TempDir()}
	v := crm.SystemViewer("test")
	var wav bytes.Buffer
	if err := media.WriteWAV(&wav, make([]int16, 2*44100), 44100); err != nil {
		t.Fatal(err)
	}
	music := func() (custom bool, length time.Duration) {
		for _, s := range p.List() {
			if s.Name == "music" {
				custom, length = s.Custom, s.Length
			}
		}
		return custom, length
	}
	audits := func() (n int) {
		if err := p.pool.QueryRow(t.Context(), `select count(*) from audit where object = 'prompts'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := p.Put(t.Context(), v, "music", wav.Bytes()); err != nil {
		t.Fatal(err)
	}
	if custom, length := music(); !custom || length != 2*time.Second || audits() != 1 {
		t.Errorf("custom %v of %v, %d audits", custom, length, audits())
	}
	stored, err := p.Open("music")
	if err != nil || len(stored) != 44+2*2*media.SampleRate {
		t.Errorf("%d bytes are stored, %v", len(stored), err)
	}
	if err := p.Put(t.Context(), v, "music", []byte("ID3")); crm.CodeOf(err) != crm.Invalid {
		t.Errorf("an MP3: %v", err)
	}
	for _, name := range []string{"no", "../music", ""} {
		if err := p.Put(t.Context(), v, name, wav.Bytes()); crm.CodeOf(err) != crm.NotFound {
			t.Errorf("%q: %v", name, err)
		}
	}
	// A database that hangs holds up nobody for longer than a request may take.
	holder, err := p.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.Exec(t.Context(), `lock table audit in exclusive mode`); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	both := make(chan error, 2)
	for range 2 {
		go func() { both <- p.Reset(t.Context(), v, "music") }()
	}
	for range 2 {
		if err := <-both; crm.CodeOf(err) != crm.Unavailable && !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	}
	if took := time.Since(began); took > 2*changeTime {
		t.Errorf("two took %v", took)
	}
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Without the audit there is no change.
	if _, err := p.pool.Exec(t.Context(), `alter table audit add constraint broken check (object <> 'prompts') not valid`); err != nil {
		t.Fatal(err)
	}
	if err := p.Reset(t.Context(), v, "music"); err == nil {
		t.Error("a change without an audit")
	}
	if custom, length := music(); !custom || length != 2*time.Second {
		t.Errorf("after a failure: custom %v of %v", custom, length)
	}
	if _, err := p.pool.Exec(t.Context(), `alter table audit drop constraint broken`); err != nil {
		t.Fatal(err)
	}
	if err := p.Reset(t.Context(), v, "music"); err != nil {
		t.Fatal(err)
	}
	if custom, length := music(); custom || length != 8*time.Second || audits() != 2 {
		t.Errorf("built in again: custom %v of %v, %d audits", custom, length, audits())
	}
	if left, err := filepath.Glob(filepath.Join(p.folder, "*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	p.fixed = true
	if err := p.Put(t.Context(), v, "music", wav.Bytes()); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("a folder of somebody else's: %v", err)
	}
	if _, err := os.Stat(p.path("music")); !os.IsNotExist(err) {
		t.Errorf("written all the same: %v", err)
	}
}
