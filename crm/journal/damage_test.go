package journal

import (
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/callcard/callcard/crm"
)

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// prepare leaves a journal of n ended calls with one fact each and returns its segment.
func prepare(t *testing.T, dir string, n int) (path string, text []byte) {
	t.Helper()
	j, _ := mustOpen(t, dir, Options{})
	for range n {
		mustAppend(t, j, fact(crm.NewID(), 1, crm.Ended{By: crm.Caller, Reason: crm.EndCompleted, TalkMS: 83_000}))
	}
	path = j.path(j.end.Segment)
	j.Close()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, text
}

func TestTornTailIsCutWithAWarning(t *testing.T) {
	for name, tail := range map[string]string{
		"half a line":        "deadbeef {\"call\":\"0192",
		"zeros":              strings.Repeat("\x00", 4096),
		"old blocks":         "xx\nyy\nzz",
		"a whole wrong line": "00000000 {\"call\":\"01920000-0000-7000-8000-000000000000\",\"seq\":1}\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, text := prepare(t, dir, 3)
			write(t, path, append(text, tail...))
			j, log := mustOpen(t, dir, Options{})
			if !strings.Contains(log.String(), "torn tail") || strings.Contains(log.String(), "level=ERROR") {
				t.Errorf("log: %s", log)
			}
			mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
			r := j.Reader()
			defer r.Close()
			if got := all(t, j, r); len(got) != 4 {
				t.Errorf("%d facts are read, want 4", len(got))
			}
		})
	}
}

func TestDamagedMiddleIsReportedAndKeptAside(t *testing.T) {
	dir := t.TempDir()
	path, text := prepare(t, dir, 5)
	second := strings.Index(string(text), "\n") + 1
	text[second+60] ^= 1
	write(t, path, text)
	j, log := mustOpen(t, dir, Options{})
	if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), "damaged") {
		t.Errorf("log: %s", log)
	}
	mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
	r := j.Reader()
	defer r.Close()
	if got := all(t, j, r); len(got) != 5 {
		t.Errorf("%d facts are read, want the 4 good ones and the new one", len(got))
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 {
		t.Errorf("the damage is told %d times:\n%s", n, log)
	}
	kept, err := os.ReadFile(filepath.Join(dir, damagedFolder, filepath.Base(path)))
	if err != nil || string(kept) != string(text) {
		t.Errorf("the damaged segment was not kept: %v", err)
	}
}

// Whatever happens to the bytes, Open works, and every line that is whole is read.
func TestRandomDamageNeverStopsTheJournal(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		dir := t.TempDir()
		path, text := prepare(t, dir, 20)
		for range 1 + rnd.IntN(5) {
			switch i := rnd.IntN(len(text)); rnd.IntN(3) {
			case 0:
				text[i] = byte(rnd.Uint32())
			case 1:
				text = append(text[:i:i], text[min(len(text), i+rnd.IntN(300)):]...)
			case 2:
				text = append(text[:i:i], append([]byte("\n\x00{"), text[i:]...)...)
			}
			if len(text) == 0 {
				break
			}
		}
		good := 0
		for _, line := range strings.Split(string(text), "\n") {
			if _, err := decode([]byte(line)); err == nil {
				good++
			}
		}
		if !strings.HasSuffix(string(text), "\n") {
			last := text[strings.LastIndex(string(text), "\n")+1:]
			if _, err := decode(last); err == nil {
				good-- // its newline was not yet there: it was never acknowledged
			}
		}
		write(t, path, text)
		j, _ := mustOpen(t, dir, Options{})
		mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
		r := j.Reader()
		if got := all(t, j, r); len(got) != good+1 {
			t.Errorf("%d facts are read, want %d", len(got), good+1)
		}
		r.Close()
		j.Close()
	}
}

// fullDisk takes a number of bytes and then, like a real disk, writes a part of the
// line before it says that it is full.
type fullDisk struct {
	mu    sync.Mutex
	space int
	sync  error
}

type fileOnFullDisk struct {
	segmentFile
	disk *fullDisk
}

func (f fileOnFullDisk) WriteAt(p []byte, off int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if len(p) <= f.disk.space {
		f.disk.space -= len(p)
		return f.segmentFile.WriteAt(p, off)
	}
	n, _ := f.segmentFile.WriteAt(p[:f.disk.space], off)
	return n, &fs.PathError{Op: "write", Err: syscall.ENOSPC}
}

func (f fileOnFullDisk) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return errors.Join(f.disk.sync, f.segmentFile.Sync())
}

func (d *fullDisk) set(space int, sync error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.space, d.sync = space, sync
}

func openOn(t *testing.T, dir string, disk *fullDisk) *Journal {
	t.Helper()
	j, err := open(dir, Options{Log: slog.New(slog.DiscardHandler)}, func(path string) (segmentFile, error) {
		f, err := createSegment(path)
		return fileOnFullDisk{f, disk}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func TestFullDiskLosesNothingAndHeals(t *testing.T) {
	dir := t.TempDir()
	disk := &fullDisk{space: 1000}
	j := openOn(t, dir, disk)
	var took, refused int
	for range 20 {
		err := j.Append(fact(crm.NewID(), 1, crm.Arrived{From: "+998901234567"}))
		switch crm.CodeOf(err) {
		case "":
			took++
		case crm.Unavailable:
			refused++
			if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "full") {
				t.Errorf("the error does not say what is wrong: %v", err)
			}
		default:
			t.Fatal(err)
		}
	}
	if took == 0 || refused == 0 {
		t.Fatalf("took %d, refused %d", took, refused)
	}
	disk.set(1<<20, nil)
	mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
	r := j.Reader()
	defer r.Close()
	if got := all(t, j, r); len(got) != took+1 {
		t.Errorf("%d facts are read, want %d", len(got), took+1)
	}
	j.Close()
	if j, log := mustOpen(t, dir, Options{}); log.String() != "" || len(j.OpenCalls()) != took+1 {
		t.Errorf("after a restart %d calls are open, log %q", len(j.OpenCalls()), log)
	}
}

// A disk that can't sync is told in the log; facts still reach the database, and
// later ones go to a fresh file.
func TestFailingDiskStillFeedsTheDatabase(t *testing.T) {
	disk := &fullDisk{space: 1 << 20, sync: syscall.EIO}
	j := openOn(t, t.TempDir(), disk)
	mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
	r := j.Reader()
	defer r.Close()
	if got := all(t, j, r); len(got) != 1 {
		t.Errorf("%d facts are read", len(got))
	}
	disk.set(1<<20, nil)
	before := r.at.Segment
	mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
	all(t, j, r)
	if r.at.Segment == before {
		t.Error("the file that could not be synced is still written")
	}
}
