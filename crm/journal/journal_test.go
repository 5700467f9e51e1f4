package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/callcard/callcard/crm"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("CALLCARD_JOURNAL_CHILD"); dir != "" {
		appendUntilKilled(dir)
	}
	goleak.VerifyTestMain(m)
}

var start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func fact(call crm.ID, seq int, data crm.FactData) crm.Fact {
	return crm.Fact{CallID: call, Seq: seq, At: start.Add(time.Duration(seq) * time.Second), Data: data}
}

// mustOpen opens dir with small segments; its log goes to the returned buffer.
func mustOpen(t testing.TB, dir string, o Options) (*Journal, *lockedBuffer) {
	t.Helper()
	log := &lockedBuffer{}
	o.Log = slog.New(slog.NewTextHandler(log, nil))
	if o.SyncEvery == 0 {
		o.SyncEvery = time.Millisecond
	}
	j, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j, log
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func mustAppend(t testing.TB, j *Journal, facts ...crm.Fact) {
	t.Helper()
	for _, f := range facts {
		if err := j.Append(f); err != nil {
			t.Fatal(err)
		}
	}
}

// all reads what the reader has, without copies of what was carried, and commits it.
func all(t testing.TB, j *Journal, r *Reader) []crm.Fact {
	t.Helper()
	type name struct {
		call crm.ID
		seq  int
	}
	var got []crm.Fact
	seen := map[name]bool{}
	for j.Pending() > 0 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		facts, err := r.Next(ctx, nil, 1000)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range facts {
			if n := (name{f.CallID, f.Seq}); !seen[n] {
				seen[n] = true
				got = append(got, f)
			}
		}
		if err := r.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	return got
}

func names(facts []crm.Fact) string {
	var b strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&b, "%d:%s ", f.Seq, f.Kind())
	}
	return strings.TrimSpace(b.String())
}

func TestFactsComeBackInOrder(t *testing.T) {
	dir := t.TempDir()
	j, _ := mustOpen(t, dir, Options{})
	call := crm.NewID()
	arrived := crm.Arrived{Direction: crm.Inbound, From: "+998901234567", Display: "Ўткир \"O'tkir\"\n\x00<b>", To: "+998712000001"}
	want := []crm.Fact{fact(call, 1, arrived), fact(call, 2, crm.Identified{Name: "Anna"}), fact(call, 3, crm.Ended{Reason: crm.EndAbandoned})}
	mustAppend(t, j, want...)
	r := j.Reader()
	defer r.Close()
	got := all(t, j, r)
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if n := j.Pending(); n != 0 {
		t.Errorf("%d bytes pending after everything was committed", n)
	}
}

func TestCursorSurvivesRestart(t *testing.T) {
	dir := t.TempDir()
	j, _ := mustOpen(t, dir, Options{})
	call := crm.NewID()
	mustAppend(t, j, fact(call, 1, crm.Arrived{}), fact(call, 2, crm.Identified{}))
	r := j.Reader()
	all(t, j, r)
	r.Close()
	mustAppend(t, j, fact(call, 3, crm.Held{By: crm.Agent}))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j, _ = mustOpen(t, dir, Options{})
	mustAppend(t, j, fact(call, 4, crm.Ended{}))
	r = j.Reader()
	defer r.Close()
	if got := names(all(t, j, r)); got != "3:held 4:ended" {
		t.Errorf("after a restart the reader got %q", got)
	}
}

func TestNextWaitsForAFact(t *testing.T) {
	j, _ := mustOpen(t, t.TempDir(), Options{})
	r := j.Reader()
	defer r.Close()
	got := make(chan []crm.Fact)
	go func() {
		facts, _ := r.Next(context.Background(), nil, 10)
		got <- facts
	}()
	mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
	if facts := <-got; len(facts) != 1 {
		t.Errorf("Next gave %d facts", len(facts))
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	cancel(why)
	if _, err := r.Next(ctx, nil, 10); !errors.Is(err, why) {
		t.Errorf("Next with an ended context: %v", err)
	}
	j.Close()
	if _, err := r.Next(t.Context(), nil, 10); !errors.Is(err, io.EOF) {
		t.Errorf("Next at the end of a closed journal: %v", err)
	}
}

func TestNumbersMustRise(t *testing.T) {
	j, _ := mustOpen(t, t.TempDir(), Options{})
	call := crm.NewID()
	mustAppend(t, j, fact(call, 1, crm.Arrived{}), fact(call, 2, crm.Identified{}))
	if err := j.Append(fact(call, 2, crm.Queued{})); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("a number that was given out: %v", err)
	}
	for _, bad := range []crm.Fact{{}, fact("x", 1, crm.Arrived{}), fact(call, 0, crm.Arrived{}), {CallID: call, Seq: 3}} {
		if err := j.Append(bad); crm.CodeOf(err) != crm.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	mustOpen(t, dir, Options{})
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "another callcard") {
		t.Errorf("second Open: %v", err)
	}
}

func TestConcurrentAppendsKeepTheOrderOfEachCall(t *testing.T) {
	j, _ := mustOpen(t, t.TempDir(), Options{SegmentBytes: 20_000})
	const calls, facts = 40, 50
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() {
			call := crm.NewID()
			for seq := range facts {
				if err := j.Append(fact(call, seq+1, crm.Held{By: crm.Agent})); err != nil {
					t.Error(err)
				}
			}
		})
	}
	last := map[crm.ID]int{}
	total := 0
	r := j.Reader()
	defer r.Close()
	for total < calls*facts {
		got, err := r.Next(t.Context(), nil, 70)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range got {
			if f.Seq != last[f.CallID]+1 {
				t.Fatalf("fact %d after %d", f.Seq, last[f.CallID])
			}
			last[f.CallID] = f.Seq
		}
		total += len(got)
	}
	wg.Wait()
}

func TestSegmentsAreRemovedAndOngoingCallsCarried(t *testing.T) {
	dir := t.TempDir()
	j, _ := mustOpen(t, dir, Options{SegmentBytes: 3000})
	long := crm.NewID()
	mustAppend(t, j, fact(long, 1, crm.Arrived{From: "+1"}), fact(long, 2, crm.Queued{Queue: "sales"}))
	r := j.Reader()
	defer r.Close()
	seen := 0
	for range 150 {
		short := crm.NewID()
		mustAppend(t, j, fact(short, 1, crm.Arrived{}), fact(short, 2, crm.Ended{}), fact(short, 3, crm.WrapUpEnded{}))
		seen += len(all(t, j, r))
	}
	mustAppend(t, j, fact(long, 3, crm.Held{}))
	all(t, j, r)
	if seen < 452 {
		t.Errorf("the reader saw %d facts", seen)
	}
	left, err := listSegments(dir)
	if err != nil || len(left) > carryAfter+2 {
		t.Errorf("segments %v are left (%v)", left, err)
	}
	j.Close()
	j, log := mustOpen(t, dir, Options{})
	open := j.OpenCalls()
	if len(open) != 1 || names(open[0]) != "1:arrived 2:queued 3:held" {
		t.Errorf("open calls after restart: %v", open)
	}
	if log.String() != "" {
		t.Errorf("a clean restart says: %s", log)
	}
	if err := j.Append(fact(long, 3, crm.Resumed{})); crm.CodeOf(err) != crm.Conflict {
		t.Errorf("a number from before the restart: %v", err)
	}
}

func TestOpenCallsAreThoseThatSomethingIsMissingOf(t *testing.T) {
	dir := t.TempDir()
	j, _ := mustOpen(t, dir, Options{})
	cut, done, recording := crm.NewID(), crm.NewID(), crm.NewID()
	file := crm.NewID()
	mustAppend(t, j,
		fact(cut, 1, crm.Arrived{}), fact(done, 1, crm.Arrived{}), fact(recording, 1, crm.Arrived{}),
		fact(recording, 2, crm.RecordingStarted{Recording: file, Path: "a.wav"}), fact(done, 2, crm.Ended{}),
		fact(recording, 3, crm.Ended{}), fact(done, 3, crm.WrapUp{}), fact(cut, 2, crm.Answered{}))
	j.Close()
	died := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(dir, aliveFile), died, died); err != nil {
		t.Fatal(err)
	}
	j, _ = mustOpen(t, dir, Options{})
	var ids []crm.ID
	for _, facts := range j.OpenCalls() {
		ids = append(ids, facts[0].CallID)
	}
	if !slices.Equal(ids, []crm.ID{cut, recording}) {
		t.Errorf("open calls %v, want %v", ids, []crm.ID{cut, recording})
	}
	j.Close() // a start that appends nothing
	j, _ = mustOpen(t, dir, Options{})
	if d := j.DiedAt(); !d.Equal(died.UTC().Truncate(time.Nanosecond)) {
		t.Errorf("died at %v", d)
	}
	mustAppend(t, j, fact(cut, 3, crm.Ended{}), fact(recording, 4, crm.Recorded{Recording: file}))
	j.Close()
	j, _ = mustOpen(t, dir, Options{})
	if open := j.OpenCalls(); len(open) != 0 {
		t.Errorf("calls that were finished are open again: %v", open)
	}
}

func TestWaitStored(t *testing.T) {
	j, _ := mustOpen(t, t.TempDir(), Options{})
	if err := j.WaitStored(t.Context()); err != nil {
		t.Errorf("nothing was appended: %v", err)
	}
	mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := j.WaitStored(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nobody stores: %v", err)
	}
	stored := make(chan error)
	go func() { stored <- j.WaitStored(context.Background()) }()
	r := j.Reader()
	defer r.Close()
	all(t, j, r)
	if err := <-stored; err != nil {
		t.Error(err)
	}
}

func TestLostCursorAndLostSegments(t *testing.T) {
	dir := t.TempDir()
	j, _ := mustOpen(t, dir, Options{})
	mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
	r := j.Reader()
	all(t, j, r)
	r.Close()
	j.Close()
	os.Remove(filepath.Join(dir, cursorFile))
	j, _ = mustOpen(t, dir, Options{})
	r = j.Reader()
	if got := all(t, j, r); len(got) != 1 {
		t.Errorf("without a cursor %d facts are read", len(got))
	}
	r.Close()
	j.Close()
	for _, s := range j.segments {
		os.Remove(j.path(s))
	}
	j, _ = mustOpen(t, dir, Options{})
	mustAppend(t, j, fact(crm.NewID(), 1, crm.Arrived{}))
	r = j.Reader()
	defer r.Close()
	if got := all(t, j, r); len(got) != 1 {
		t.Errorf("without the old segments %d facts are read", len(got))
	}
}
