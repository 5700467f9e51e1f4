package contacts

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/callcard/callcard/crm"
)

// warmRounds is more than the five executions after which PostgreSQL keeps a plan for
// good (plan_cache_mode, auto).
const warmRounds = 6

var errRolledBack = errors.New("rolled back")

// Warm lets a fresh connection plan all that Identify runs, and leaves no trace: a
// first call on a cold connection would wait some 15 ms for it. For
// pgxpool.Config.AfterConnect.
func Warm(ctx context.Context, conn *pgx.Conn) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for i := range warmRounds {
			card := MadeCard{Contact: crm.NewID(), Number: fmt.Sprintf("raw:warm-up:%d", i), Name: "warm-up"}
			for range 2 { // a stranger, and then he is known
				if _, err := look(ctx, tx, card, ""); err != nil {
					return err
				}
			}
		}
		return errRolledBack
	})
	if !errors.Is(err, errRolledBack) {
		return fmt.Errorf("warm a connection up: %w", err)
	}
	return nil
}
