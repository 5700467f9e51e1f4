package calls

import (
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
)

// The rule of Call.Missed stands in SQL too; here the two are held together.
func TestMissedIsTheSameInSQL(t *testing.T) {
	pool := dbtest.New(t)
	sql := "select " + results[Missed] + " from (select $1::text as direction, $2::text as end_reason, $3::timestamptz as answered_at) c"
	at := time.Now()
	for _, direction := range []crm.Direction{crm.Inbound, crm.Outbound, crm.Within} {
		for _, reason := range []crm.EndReason{crm.EndCompleted, crm.EndAbandoned, crm.EndUnanswered, crm.EndRejected, crm.EndMediaLost, crm.EndFailed, crm.EndInterrupted} {
			for _, answered := range []*time.Time{nil, &at} {
				c := Call{Direction: direction, State: Ended, EndReason: reason, AnsweredAt: answered}
				var missed bool
				if err := pool.QueryRow(t.Context(), sql, direction, reason, answered).Scan(&missed); err != nil {
					t.Fatal(err)
				}
				if missed != c.Missed() {
					t.Errorf("%s, %s, answered %v: %v in Go and %v in SQL", direction, reason, answered != nil, c.Missed(), missed)
				}
			}
		}
	}
}
