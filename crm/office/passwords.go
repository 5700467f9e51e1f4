package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/callcard/callcard/crm/db"
)

// Passwords hashes and checks the passwords that people sign in with. Both are slow
// by design; several goroutines may call it.
type Passwords interface {
	Hash(ctx context.Context, password string) (hash string, err error)
	Verify(ctx context.Context, password, hash string) (bool, error)
}

const (
	selectProof = `select value #>> '{}' from setting where key = 'office.passwords'`
	upsertProof = `
insert into setting (key, value) values ('office.passwords', to_jsonb(@proof::text))
on conflict (key) do update set value = excluded.value`
)

// newHashes gives the hashes of the passwords that differ from those in use. Those of a
// page are not compared: its user would be told by the difference whether he has guessed
// somebody's password, as often as he likes.
//
// To verify 300 passwords takes seconds. So the last Apply left a proof: one slow
// hash over all logins and passwords of its file and the stored hashes they belong
// to. While it fits, nothing has changed on either side. It gives a thief of the
// database nothing that the hashes beside it don't give: to try it he needs all the
// passwords of the file at once.
func newHashes(ctx context.Context, tx pgx.Tx, passwords Passwords, file File, have rows) (map[string]string, error) {
	if !slices.ContainsFunc(file.Users, FileUser.bringsPassword) {
		return nil, nil
	}
	inUse := map[string]string{}
	for _, u := range have.users {
		inUse[u.Login] = u.PasswordHash
	}
	if file.Partial {
		return hashChanged(ctx, passwords, file, nil)
	}
	var proof string
	err := tx.QueryRow(ctx, selectProof).Scan(&proof)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("read the proof of the passwords: %w", db.Translate(err))
	}
	if proof != "" {
		same, err := passwords.Verify(ctx, proofText(file, inUse), proof)
		if err != nil || same {
			return nil, err
		}
	}
	hashes, err := hashChanged(ctx, passwords, file, inUse)
	if err != nil {
		return nil, err
	}
	maps.Copy(inUse, hashes)
	if proof, err = passwords.Hash(ctx, proofText(file, inUse)); err != nil {
		return nil, fmt.Errorf("prove the passwords: %w", err)
	}
	if _, err := tx.Exec(ctx, upsertProof, pgx.NamedArgs{"proof": proof}); err != nil {
		return nil, fmt.Errorf("store the proof of the passwords: %w", err)
	}
	return hashes, nil
}

func (u FileUser) bringsPassword() bool { return u.Password != "" && !u.Remove }

// proofText is different when any login, password or stored hash is.
func proofText(file File, inUse map[string]string) string {
	h := sha256.New()
	for _, u := range file.Users {
		if u.bringsPassword() {
			fmt.Fprintf(h, "%q %q %q\n", u.Login, string(u.Password), inUse[u.Login])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// hashChanged verifies every password against those in use (login -> hash) and hashes
// those that are new, all cores at once.
func hashChanged(ctx context.Context, passwords Passwords, file File, inUse map[string]string) (map[string]string, error) {
	hashes := map[string]string{}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, u := range file.Users {
		if !u.bringsPassword() {
			continue
		}
		g.Go(func() error {
			if old := inUse[u.Login]; old != "" {
				same, err := passwords.Verify(ctx, string(u.Password), old)
				if err != nil || same {
					return err
				}
			}
			hash, err := passwords.Hash(ctx, string(u.Password))
			if err != nil {
				return fmt.Errorf("hash the password of %s: %w", u.Login, err)
			}
			mu.Lock()
			defer mu.Unlock()
			hashes[u.Login] = hash
			return nil
		})
	}
	return hashes, g.Wait()
}
