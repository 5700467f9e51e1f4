package office

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm/db/dbtest"
)

// Every statement fits the migrated schema.
func TestStatements(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), dbtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for name, sql := range map[string]string{
		"selectUnits": selectUnits, "selectUsers": selectUsers, "selectQueues": selectQueues, "selectTrunks": selectTrunks,
		"selectNumbers": selectNumbers, "selectRoles": selectRoles, "upsertUnit": upsertUnit, "freeExtensions": freeExtensions,
		"upsertUser": upsertUser, "signOutUser": signOutUser, "upsertTrunk": upsertTrunk, "upsertQueue": upsertQueue,
		"clearAgents": clearAgents, "seatAgents": seatAgents, "upsertNumber": upsertNumber, "deleteUnit": deleteUnit,
		"deleteTrunk": deleteTrunk, "deleteQueue": deleteQueue, "deleteNumber": deleteNumber, "applyLock": applyLock, "selectFormer": selectFormer,
		"selectTouched": selectTouched, "selectSince": selectSince, "noteFormerName": noteFormerName, "takeNameBack": takeNameBack, "forgetNames": forgetNames, "selectProof": selectProof, "upsertProof": upsertProof,
	} {
		plain, _, err := pgx.NamedArgs{}.RewriteQuery(t.Context(), conn, sql, nil)
		if err == nil {
			_, err = conn.Prepare(t.Context(), name, plain)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
