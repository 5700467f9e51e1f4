package office_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/office"
)

const goodOffice = `
offices:
  - {name: Tashkent, timezone: Asia/Tashkent, region: UZ}
  - {name: Chilanzar, parent: Tashkent, timezone: Asia/Tashkent}
users:
  - {login: anna, name: Anna Karimova, password: "correct horse", role: agent, office: Tashkent, extension: "101", sip_password: "0123456789abcdefghij"}
  - {login: bek, name: Bek Aliev, password: "battery staple", role: agent, office: Chilanzar, extension: 0102, auto_available: true, locale: uz-Latn}
  - {login: boss, name: Босс, password: "пароль начальника", role: supervisor, office: Tashkent}
trunks:
  - {name: carrier, hosts: ["127.0.0.2", 10.1.0.0/16, SIP.Example.net], region: UZ, max_calls: 30}
  - name: provider
    register: {server: "sip.example.net:5060", user: "u1", password: "trunk-password"}
    region: RU
queues:
  - {name: sales, agents: [anna, bek], strategy: least-busy, previous_manager: {mode: last-spoken, wait: 20s}, ring: 20s, wrap_up: 10s, record: true}
  - {name: night, agents: []}
numbers:
  - {number: "+998 71 200-00-01", queue: sales, source: website}
  - {number: 1000, queue: night}
`

// good accepts every password but short ones.
func good(password string) error {
	if len(password) < 8 {
		return crm.Errorf(crm.Invalid, "The password is too short.")
	}
	return nil
}

// plain is a Passwords without the cost.
type plain struct{}

func (plain) Hash(_ context.Context, password string) (string, error) {
	return "plain:" + password, nil
}
func (plain) Verify(_ context.Context, password, hash string) (bool, error) {
	return hash == "plain:"+password, nil
}

func parse(t *testing.T, text string) office.File {
	t.Helper()
	f, err := office.Parse(strings.NewReader(text), "office.yaml", good)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func apply(t *testing.T, pool *pgxpool.Pool, text string) []string {
	t.Helper()
	lines, err := tryApply(t, pool, text, false)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func tryApply(t *testing.T, pool *pgxpool.Pool, text string, dryRun bool) ([]string, error) {
	t.Helper()
	changes, err := office.Apply(t.Context(), pool, plain{}, systemViewer(), parse(t, text), dryRun)
	lines := make([]string, len(changes))
	for i, c := range changes {
		lines[i] = c.String()
	}
	return lines, err
}

func mistakes(t *testing.T, err error) string {
	t.Helper()
	var m office.Mistakes
	if !errors.As(err, &m) {
		t.Fatalf("got %v, want Mistakes", err)
	}
	return m.Error()
}

func systemViewer() crm.Viewer { return crm.SystemViewer("apply") }
