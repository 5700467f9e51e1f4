package sip

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

const (
	locationFile = "locations.jsonl"
	// compactAt is the size at which the journal is written anew, if most of it is
	// history by then.
	compactAt = 256 << 10
	// maxLocations is a size that no journal of ours reaches: what is larger is not
	// read into memory.
	maxLocations = 64 << 20
)

// locations is the journal of the location service (RFC 3261 sec. 10): where the
// devices are, for the next process. A phone would not say so by itself before its
// registration runs out, up to an hour after a restart. A line holds all devices that
// an extension has since then, so the last line of an extension counts. Lines are
// written without fsync: they survive kill -9, and a power cut makes phones register
// anew.
type locations struct {
	log  *slog.Logger
	path string

	mu     sync.Mutex
	file   *os.File // nil: nothing is kept
	size   int64
	base   int64 // size after the last compaction
	failed bool  // the file may end in a torn line: it must be written anew
}

// location is one line of the journal.
type location struct {
	Extension string   `json:"extension"`
	Devices   []device `json:"devices,omitempty"` // none: they are gone
}

// device is a binding as it is written down.
type device struct {
	Contact   string   `json:"contact"`
	Source    string   `json:"source"`
	Transport string   `json:"transport"`
	Expires   int64    `json:"expires"` // unix seconds
	Instance  string   `json:"instance,omitempty"`
	Path      []string `json:"path,omitempty"`
	Agent     string   `json:"agent,omitempty"`
	CallID    string   `json:"call_id"`
	CSeq      uint32   `json:"cseq"`
	Dialled   bool     `json:"dialled,omitempty"`
	Silent    bool     `json:"silent,omitempty"`
}

// openLocations reads what the process before has left. What cannot be read is set
// aside and never in the way: phones register again, only later.
func openLocations(dir string, log *slog.Logger) (*locations, []location) {
	l := &locations{log: log}
	if dir == "" {
		return l, nil
	}
	l.path = filepath.Join(dir, locationFile)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		log.Error("registrations are not kept over a restart", "err", err)
	}
	kept, err := readLocations(l.path)
	if err != nil {
		aside := l.path + ".damaged"
		log.Warn("damaged journal of registrations is set aside", "file", aside, "readable", len(kept), "err",
			errors.Join(err, os.Rename(l.path, aside)))
	}
	return l, kept
}

// readLocations returns the last state of each extension, and of a damaged file what
// can be read. A last line without an end is no damage: the kill cut it.
func readLocations(path string) ([]location, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err == nil && info.Size() > maxLocations:
		err = fmt.Errorf("%d bytes are too many", info.Size())
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the journal of registrations: %w", err)
	}
	last, order := make(map[string]location), []string(nil)
	damaged := 0
	for line := range bytes.Lines(text) {
		var one location
		switch {
		case json.Unmarshal(line, &one) == nil && one.Extension != "":
			if _, known := last[one.Extension]; !known {
				order = append(order, one.Extension)
			}
			last[one.Extension] = one
		case bytes.HasSuffix(line, []byte("\n")):
			damaged++
		}
	}
	all := make([]location, len(order))
	for i, extension := range order {
		all[i] = last[extension]
	}
	if damaged > 0 {
		return all, fmt.Errorf("read the journal of registrations: %d broken lines", damaged)
	}
	return all, nil
}

// save appends what has changed. It asks for the changes, or for all there is when
// the journal must be written anew, in the order in which it writes them.
func (l *locations) save(changed, all func() []location) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return
	}
	text := encode(changed()...)
	if len(text) == 0 {
		return
	}
	var err error
	if !l.failed {
		var n int
		n, err = l.file.Write(text)
		l.size += int64(n)
	}
	if l.failed || err == nil && l.size > compactAt && l.size > 4*l.base {
		err = l.rewrite(encode(all()...))
	}
	if err != nil && !l.failed {
		l.log.Error("registrations are not kept over a restart", "err", err)
	}
	l.failed = err != nil
}

// begin starts the journal anew with what there is.
func (l *locations) begin(all []location) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.path == "" {
		return
	}
	if err := l.rewrite(encode(all...)); err != nil {
		l.log.Error("registrations are not kept over a restart", "err", err)
	}
}

// rewrite replaces the journal. mu is held.
func (l *locations) rewrite(text []byte) (err error) {
	if l.file, err = replace(l.path, l.file, text); err != nil {
		return fmt.Errorf("write the journal of registrations: %w", err)
	}
	l.size, l.base = int64(len(text)), int64(len(text))
	return nil
}

// close ends the journal; what changes afterwards is not written.
func (l *locations) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return
	}
	if err := l.file.Close(); err != nil {
		l.log.Error("close the journal of registrations", "err", err)
	}
	l.file = nil
}

// locationOf writes the devices of an extension down.
func locationOf(extension string, devices []binding) location {
	l := location{Extension: extension}
	for i := range devices {
		b := &devices[i]
		if b.transport == webSocket {
			continue // its socket does not survive the process
		}
		d := device{Contact: b.contact.String(), Source: b.source, Transport: b.transport, Expires: b.expires.Unix(),
			Instance: b.instance, Agent: b.agent, CallID: b.callID, CSeq: b.cseq, Dialled: b.dialled, Silent: b.silent}
		for j := range b.path {
			d.Path = append(d.Path, b.path[j].String())
		}
		l.Devices = append(l.Devices, d)
	}
	return l
}

// binding reads a device.
func (d *device) binding() (binding, error) {
	b := binding{source: d.Source, transport: d.Transport, expires: time.Unix(d.Expires, 0), instance: d.Instance,
		agent: d.Agent, callID: d.CallID, cseq: d.CSeq, dialled: d.Dialled, silent: d.Silent}
	bad := sip.ParseUri(d.Contact, &b.contact)
	for _, text := range d.Path {
		var hop sip.Uri
		bad = errors.Join(bad, sip.ParseUri(text, &hop))
		b.path = append(b.path, hop)
	}
	if !hostOf(d.Source).IsValid() {
		bad = errors.Join(bad, errors.New("source is no ip:port"))
	}
	if bad != nil {
		return binding{}, fmt.Errorf("read a device: %w", bad)
	}
	return b, nil
}
