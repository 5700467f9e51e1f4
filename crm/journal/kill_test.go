package journal

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
)

// appendUntilKilled is the child of TestKilledProcessLosesNothing: 8 goroutines
// append calls and tell each fact on stdout after it was acknowledged.
func appendUntilKilled(dir string) {
	j, err := Open(dir, Options{SegmentBytes: 30_000, SyncEvery: time.Millisecond})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for range 8 {
		go func() {
			for {
				call := crm.NewID()
				for seq := 1; seq <= 12; seq++ {
					var data crm.FactData = crm.Held{By: crm.Agent}
					if seq == 12 {
						data = crm.Ended{}
					}
					if err := j.Append(fact(call, seq, data)); err != nil {
						fmt.Fprintln(os.Stderr, err)
						os.Exit(1)
					}
					fmt.Fprintf(os.Stdout, "%s %d\n", call, seq)
				}
			}
		}()
	}
	select {}
}

func TestKilledProcessLosesNothing(t *testing.T) {
	for round := range 20 {
		dir := t.TempDir()
		acked := killedChild(t, dir, time.Duration(1+rand.IntN(40))*time.Millisecond)
		j, log := mustOpen(t, dir, Options{SegmentBytes: 30_000})
		got := map[crm.ID]int{}
		r := j.Reader()
		for _, f := range all(t, j, r) {
			if f.Seq != got[f.CallID]+1 {
				t.Fatalf("round %d: fact %d of a call after %d", round, f.Seq, got[f.CallID])
			}
			got[f.CallID] = f.Seq
		}
		r.Close()
		for call, seq := range acked {
			if got[call] < seq {
				t.Errorf("round %d: fact %d was acknowledged, the journal has %d", round, seq, got[call])
			}
		}
		for _, facts := range j.OpenCalls() {
			last := facts[len(facts)-1]
			if last.Seq == 12 || last.Seq < acked[last.CallID] || len(facts) != last.Seq {
				t.Errorf("round %d: open call has %s", round, names(facts))
			}
		}
		if len(acked) == 0 || len(j.OpenCalls()) > 8 {
			t.Errorf("round %d: %d calls acknowledged, %d open, log %s", round, len(acked), len(j.OpenCalls()), log)
		}
		j.Close()
	}
}

// killedChild lets a child append, kills it some time after its first fact, and
// returns the highest acknowledged fact of each call.
func killedChild(t *testing.T, dir string, after time.Duration) map[crm.ID]int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "CALLCARD_JOURNAL_CHILD="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked := map[crm.ID]int{}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if len(acked) == 0 {
			time.AfterFunc(after, func() { cmd.Process.Kill() })
		}
		var call crm.ID
		var seq int
		if n, _ := fmt.Sscanf(lines.Text(), "%s %d", &call, &seq); n == 2 {
			acked[call] = max(acked[call], seq)
		}
	}
	cmd.Wait()
	return acked
}
