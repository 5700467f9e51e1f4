package notifications

import (
	"testing"
	"time"

	"github.com/callcard/callcard/crm"
	"github.com/callcard/callcard/crm/db/dbtest"
)

func TestOldNotificationsAreForgotten(t *testing.T) {
	pool := dbtest.New(t)
	s := NewStore(pool)
	user := crm.NewID()
	for age := range 7 { // months
		added, err := s.AddAll(t.Context(), []New{{User: user, Kind: Alarm, Params: map[string]string{"code": "disk_low"}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pool.Exec(t.Context(), `update notification set created_at = now() - make_interval(days => $2) where id = $1`, added[0].ID, 30*age+5); err != nil {
			t.Fatal(err)
		}
	}
	n, err := s.prune(t.Context(), time.Now().Add(-keptFor), 2) // in several batches
	if err != nil || n != 4 {
		t.Errorf("%d are forgotten, %v", n, err)
	}
	left, err := s.List(t.Context(), crm.Viewer{User: user}, Filter{})
	if err != nil || len(left.Items) != 3 || left.Unread != 3 {
		t.Errorf("left: %+v, %v", left, err)
	}
}
