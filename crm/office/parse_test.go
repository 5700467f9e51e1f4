package office_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callcard/callcard/crm/office"
)

func TestParseReadsEveryField(t *testing.T) {
	f := parse(t, goodOffice)
	if u := f.Users[0]; u.Login != "anna" || u.Role != "agent" || u.Extension != "101" || string(u.SIPPassword) != "0123456789abcdefghij" {
		t.Errorf("anna: %+v", u)
	}
	if u := f.Users[1]; u.Extension != "0102" || !u.AutoAvailable || u.Locale != "uz-Latn" {
		t.Errorf("bek: %+v", u)
	}
	if tr := f.Trunks[0]; strings.Join(tr.Hosts, " ") != "127.0.0.2 10.1.0.0/16 sip.example.net" || tr.MaxCalls != 30 {
		t.Errorf("carrier: %+v", tr)
	}
	if r := f.Trunks[1].Register; r == nil || r.Server != "sip.example.net:5060" || string(r.Password) != "trunk-password" {
		t.Errorf("provider: %+v", r)
	}
	night := f.Queues[1]
	if night.Strategy != "least-busy" || night.Previous != "last-spoken" || night.PreviousWait != 20*time.Second ||
		night.Ring != 20*time.Second || night.WrapUp != 10*time.Second || !night.Record || night.MaxWait != 0 {
		t.Errorf("defaults of a queue: %+v", night)
	}
	if f.Numbers[0].Number != "+998712000001" || f.Numbers[1].Number != "1000" {
		t.Errorf("numbers: %+v", f.Numbers)
	}
}

// Each case is a file of testdata/wrong: the office, a line of dashes, the mistakes.
func TestParseNamesLineAndFieldOfEveryMistake(t *testing.T) {
	cases, err := filepath.Glob("testdata/wrong/*.txt")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text, want, _ := strings.Cut(string(raw), "----------\n")
			_, err = office.Parse(strings.NewReader(text), "office.yaml", good)
			got := mistakes(t, err) + "\n"
			if got != want {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
			for _, secret := range []string{"short1", "secret-of-anna"} {
				if strings.Contains(got, secret) {
					t.Errorf("a message shows the secret %q", secret)
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(goodOffice)
	f.Add("users: [*a]")
	f.Add("a: &a [*a]\nusers: *a")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := office.Parse(strings.NewReader(text), "office.yaml", good); err != nil {
			_ = mistakes(t, err)
		}
	})
}
