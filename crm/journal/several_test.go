package journal

import (
	"strings"
	"testing"

	"github.com/callcard/callcard/crm"
)

func TestFactsOfOneWriteAreReadAfterARestart(t *testing.T) {
	dir := t.TempDir()
	call := crm.NewID()
	j, _ := mustOpen(t, dir, Options{})
	if err := j.Append(fact(call, 1, crm.Arrived{To: "1"}), fact(call, 2, crm.Identified{Name: "Anna"}), fact(call, 3, crm.Queued{Queue: "sales"})); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(fact(call, 4, crm.Routed{}), fact(call, 5, crm.Offered{})); err != nil {
		t.Fatal(err)
	}
	j.Close()
	j, log := mustOpen(t, dir, Options{})
	left := j.OpenCalls()
	if len(left) != 1 || len(left[0]) != 5 || log.String() != "" {
		t.Fatalf("%d calls are open\n%s", len(left), log)
	}
	facts, err := j.Reader().Next(t.Context(), nil, 10)
	if err != nil || len(facts) != 5 {
		t.Fatalf("%d facts, %v\n%s", len(facts), err, log)
	}
	if name := facts[1].Data.(crm.Identified).Name; name != "Anna" {
		t.Errorf("the second fact tells of %q", name)
	}
}

func TestFactsOfOneWriteMustRiseAndBelongTogether(t *testing.T) {
	j, _ := mustOpen(t, t.TempDir(), Options{})
	a, b := crm.NewID(), crm.NewID()
	for what, facts := range map[string][]crm.Fact{
		"twice the same number": {fact(a, 1, crm.Arrived{}), fact(a, 1, crm.Queued{})},
		"a falling number":      {fact(a, 2, crm.Arrived{}), fact(a, 1, crm.Queued{})},
		"two calls":             {fact(a, 1, crm.Arrived{}), fact(b, 2, crm.Arrived{})},
	} {
		if err := j.Append(facts...); crm.CodeOf(err) != crm.Invalid || !strings.Contains(err.Error(), "one write") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := j.Append(); err != nil || j.Appended() != 0 {
		t.Errorf("nothing: %v, %d facts", err, j.Appended())
	}
}
