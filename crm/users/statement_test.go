package users

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
)

// Every statement fits the migrated schema, with every reach of a right.
func TestStatements(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for name, sql := range map[string]string{
		"selectCredentials": selectCredentials, "insertSession": insertSession, "deleteOldSessions": deleteOldSessions,
		"selectSession": selectSession, "touchSession": touchSession, "endSession": endSession,
		"selectSessions": selectSessions, "revokeSession": revokeSession, "revokeSessions": revokeSessions,
		"insertToken": insertToken, "selectToken": selectToken, "touchToken": touchToken, "selectTokens": selectTokens, "revokeToken": revokeToken,
		"selectUsers": selectUsers, "selectUsers for update": selectUsers + " for update of a",
		"insertUser": insertUser, "updateUser": updateUser, "selectGrants": selectGrants, "selectOnlyUnit": selectOnlyUnit, "selectUnitOf": selectUnitOf,
		"selectInvitations": selectInvitations, "upsertInvitation": upsertInvitation, "deleteInvitation": deleteInvitation,
		"selectInvited": selectInvited, "useInvitation": useInvitation,
		"setPassword": setPassword, "rotateTokens": rotateTokens,
	} {
		for _, reach := range []crm.Reach{crm.None, crm.Own, crm.Unit, crm.Subtree, crm.All} {
			v := crm.Viewer{User: crm.NewID(), Grants: crm.Grants{crm.Office: {crm.Manage: reach}}}
			scopedSQL, _ := scoped(sql, v, crm.Manage)
			plain, _, err := pgx.NamedArgs{}.RewriteQuery(t.Context(), conn, scopedSQL, nil)
			if err == nil {
				_, err = conn.Prepare(t.Context(), name+string(reach), plain)
			}
			if err != nil {
				t.Errorf("%s (%s): %v", name, reach, err)
			}
			if !strings.Contains(sql, "{scope}") {
				break
			}
		}
	}
}

func TestSlowdownIsBounded(t *testing.T) {
	now := time.Now()
	s := newSlowdown(func() time.Time { return now })
	for range maxCounts {
		s.failed(string(crm.NewID()), "192.0.2.1")
		if len(s.counts) > maxCounts {
			t.Fatalf("%d counters", len(s.counts))
		}
	}
	now = now.Add(time.Hour)
	s.succeeded("anna", "192.0.2.2")
	s.failed("boss", "192.0.2.3")
	s.mu.Lock()
	s.makeRoom(now)
	s.mu.Unlock()
	if len(s.counts) > 5 {
		t.Errorf("%d counters are left when nearly all is forgotten", len(s.counts))
	}
}

func BenchmarkKnownSession(b *testing.B) {
	s := New(nil, Options{Passwords: NewPasswords(1)})
	s.known.put(hashOf("token"), SignedIn{ExpiresAt: time.Now().Add(time.Hour)}, 0)
	at := s.now()
	s.known.now = func() time.Time { return at }
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Session(b.Context(), "token", "192.0.2.1"); err != nil {
			b.Fatal(err)
		}
	}
}
